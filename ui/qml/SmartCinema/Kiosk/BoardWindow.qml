pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Templates as T
import SmartCinema.Components
import SmartCinema.Theme

// The preflight, to be read across a room: colour, sign and words say the same.
T.ApplicationWindow {
    id: window

    required property var board
    required property size startSize
    required property bool startFull
    readonly property bool large: height >= Theme.narrow
    readonly property bool low: height < 540
    readonly property int margin: low ? Theme.gap4 : Theme.gap6

    width: startSize.width
    height: startSize.height
    minimumWidth: Math.min(640, Screen.desktopAvailableWidth)
    minimumHeight: Math.min(360, Screen.desktopAvailableHeight)
    visible: true
    visibility: startFull ? Window.FullScreen : Window.Windowed
    title: qsTr("Smart Cinema: preflight")
    color: Theme.background

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

        BoardSign {
            id: sign

            width: parent.width
            board: window.board
            large: window.large
            low: window.low
        }
        ScrollPage {
            id: page

            anchors.left: parent.left
            anchors.right: parent.right
            anchors.top: sign.bottom
            anchors.bottom: bar.top
            maximumWidth: width
            sidePadding: window.margin
            topPadding: window.margin
            bottomPadding: window.margin

            Column {
                id: list

                width: parent.width
                spacing: Theme.gap5

                Repeater {
                    model: window.board.first

                    BoardFirst {
                        required property var modelData

                        width: list.width
                        said: modelData
                        large: window.large
                    }
                }
                Repeater {
                    model: window.board.lines

                    BoardLine {
                        required property var modelData

                        width: list.width
                        said: modelData
                        large: window.large
                    }
                }
                Label {
                    visible: text !== ""
                    color: Theme.muted
                    text: window.board.leftOut
                }
                Title {
                    visible: window.board.licences.length > 0
                    text: qsTr("Licences")
                }
                Flow {
                    width: list.width
                    spacing: Theme.gap3

                    Repeater {
                        model: window.board.licences

                        BoardLicence {
                            required property var modelData

                            said: modelData
                            large: window.large
                        }
                    }
                }
                Label {
                    width: parent.width
                    visible: window.board.light === "none"
                    color: Theme.muted
                    font.pixelSize: window.large ? Theme.sizeTitle : Theme.sizeHeading
                    text: qsTr("Nobody has looked yet. \"Check now\" runs the whole programme ahead.")
                }
            }
        }
        Item {
            id: bar

            anchors.left: parent.left
            anchors.right: parent.right
            anchors.bottom: parent.bottom
            anchors.margins: window.margin
            anchors.topMargin: 0
            height: Math.max(checked.height, check.height)

            Label {
                id: checked

                anchors.verticalCenter: parent.verticalCenter
                width: parent.width - check.width - Theme.gap5
                color: window.board.refusal === "" ? Theme.muted : Theme.danger
                text: window.board.busy ? qsTr("Checking: %1 %").arg(Math.round(100 * window.board.done)) : window.board.refusal === "" ? window.board.checked : qsTr("It could not be checked: the venue has no programme yet, or its ledger cannot be read (%1).").arg(window.board.refusal)
            }
            AppButton {
                id: check

                anchors.right: parent.right
                anchors.verticalCenter: parent.verticalCenter
                focus: true
                primary: !window.board.busy
                text: window.board.busy ? qsTr("Stop") : qsTr("Check now")
                onClicked: window.board.busy ? window.board.cancel() : window.board.check()
            }
        }
    }
}
