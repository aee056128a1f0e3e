pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Templates as T
import SmartCinema.Components
import SmartCinema.Theme
import SmartCinema.Viewer

// The operator's screen; the audience's window belongs to it, and is put on a screen of its own.
T.ApplicationWindow {
    id: window

    required property var viewModel
    required property size startSize

    width: startSize.width
    height: startSize.height
    minimumWidth: Math.min(640, Screen.desktopAvailableWidth)
    minimumHeight: Math.min(360, Screen.desktopAvailableHeight)
    visible: false
    title: qsTr("Smart Cinema: show")
    color: Theme.background

    readonly property bool low: height < 540

    FocusScope {
        anchors.fill: parent
        focus: true
        Keys.onPressed: event => {
            const pages = ({
                    [Qt.Key_Down]: 0.2,
                    [Qt.Key_Up]: -0.2,
                    [Qt.Key_PageDown]: 0.8,
                    [Qt.Key_PageUp]: -0.8
                })[event.key];
            event.accepted = pages !== undefined;
            if (event.accepted)
                page.scroll(pages);
        }

        ScrollPage {
            id: page

            anchors.left: parent.left
            anchors.right: side.left
            anchors.top: parent.top
            anchors.bottom: parent.bottom
            maximumWidth: width
            sidePadding: window.low ? Theme.gap4 : Theme.gap6
            topPadding: sidePadding
            bottomPadding: sidePadding
            centred: window.viewModel.phase === ""
            follows: true

            OperatorNow {
                width: parent.width
                low: window.low
                viewModel: window.viewModel
            }
        }
        OperatorSide {
            id: side

            anchors.right: parent.right
            anchors.top: parent.top
            anchors.bottom: parent.bottom
            anchors.margins: window.low ? 0 : Theme.gap4
            low: window.low
            width: Math.min(Theme.sideWidth, Math.round(parent.width * 0.45))
            viewModel: window.viewModel
        }
    }
    AudienceWindow {
        id: audience

        viewModel: window.viewModel
        notesBeside: notes.active
    }
    Instantiator {
        id: notes

        readonly property var target: Application.screens.find(candidate => candidate.name === window.viewModel.notesScreen) ?? null

        // Never over the film: where the audience's window had to take this screen, cards are on the picture.
        active: target !== null && !(audience.visible && audience.screenName === window.viewModel.notesScreen)
        delegate: NotesScreen {
            target: notes.target
            note: window.viewModel.scene === "film" ? window.viewModel.note : null
            name: window.viewModel.scene === "film" ? window.viewModel.films[0] ?? "" : ""
        }
    }
}
