pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Templates as T
import SmartCinema.Theme
import SmartCinema.Viewer

// The operator's screen; the audience's window belongs to it, and is put on a screen of its own.
T.ApplicationWindow {
    id: window

    required property var viewModel
    required property size startSize

    width: startSize.width
    height: startSize.height
    minimumWidth: 900
    minimumHeight: 600
    visible: false
    title: qsTr("Smart Cinema: show")
    color: Theme.background

    FocusScope {
        anchors.fill: parent
        focus: true

        Flickable {
            anchors.left: parent.left
            anchors.right: side.left
            anchors.top: parent.top
            anchors.bottom: parent.bottom
            contentHeight: now.height + 2 * Theme.gap6
            boundsBehavior: Flickable.StopAtBounds
            clip: true

            OperatorNow {
                id: now

                x: Theme.gap6
                y: Theme.gap6
                width: parent.width - 2 * Theme.gap6
                viewModel: window.viewModel
            }
        }
        OperatorSide {
            id: side

            anchors.right: parent.right
            anchors.top: parent.top
            anchors.bottom: parent.bottom
            anchors.margins: Theme.gap4
            width: Theme.sideWidth
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
