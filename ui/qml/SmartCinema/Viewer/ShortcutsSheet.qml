pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Templates as T
import SmartCinema.Components
import SmartCinema.Theme

T.Popup {
    id: root

    readonly property int doesWidth: 336
    readonly property int keysWidth: 148
    readonly property int lineWidth: keysWidth + Theme.gap4 + doesWidth
    readonly property bool narrow: Boolean(parent) && parent.width < 2 * (lineWidth + Theme.gap6 + Theme.gap4) + Theme.gap7

    implicitWidth: implicitContentWidth + leftPadding + rightPadding
    implicitHeight: Math.min(implicitContentHeight + topPadding + bottomPadding, parent ? parent.height - 2 * Theme.gap4 : Infinity)
    modal: true
    focus: true
    padding: Theme.gap6
    closePolicy: T.Popup.CloseOnEscape | T.Popup.CloseOnPressOutside

    T.Overlay.modal: Rectangle {
        color: Theme.scrim
    }
    background: Rectangle {
        color: Theme.surface
        radius: Theme.radius
        border.width: Theme.hairline
        border.color: Theme.line
    }
    contentItem: Flickable {
        id: view

        implicitWidth: column.implicitWidth
        implicitHeight: column.implicitHeight
        contentHeight: column.implicitHeight
        boundsBehavior: Flickable.StopAtBounds
        clip: true
        focus: true
        Keys.onDownPressed: contentY = Math.min(contentHeight - height, contentY + Theme.gap7)
        Keys.onUpPressed: contentY = Math.max(0, contentY - Theme.gap7)

        Column {
            id: column

            spacing: Theme.gap4

            Title {
                text: qsTr("Keys")
            }
            Grid {
                rows: root.narrow ? 27 : 14
                flow: Grid.TopToBottom
                columnSpacing: Theme.gap7
                rowSpacing: Theme.gap2

                Repeater {
                    model: [
                        {
                            keys: "Space, K",
                            does: qsTr("Play or pause")
                        },
                        {
                            keys: "← →, J L",
                            does: qsTr("5 or 10 seconds back and forth, where allowed")
                        },
                        {
                            keys: "↑ ↓, M",
                            does: qsTr("Volume, mute")
                        },
                        {
                            keys: "F, F11",
                            does: qsTr("Full screen")
                        },
                        {
                            keys: "Enter, Tab",
                            does: qsTr("To the controls, and from one to the next")
                        },
                        {
                            keys: "Ctrl+S",
                            does: qsTr("Keep a picture, where allowed")
                        },
                        {
                            keys: "C, S, Shift+C",
                            does: qsTr("Subtitles on or off, next language")
                        },
                        {
                            keys: "N, Shift+N",
                            does: qsTr("Notes on or off, notes so far")
                        },
                        {
                            keys: "/, Ctrl+F",
                            does: qsTr("Find in the notes so far")
                        },
                        {
                            keys: "+ −",
                            does: qsTr("Size of subtitles and notes")
                        },
                        {
                            keys: "T",
                            does: qsTr("Look of the subtitles")
                        },
                        {
                            keys: "Page ↑ ↓",
                            does: qsTr("Chapter back or forth, where allowed")
                        },
                        {
                            keys: "0 … 9",
                            does: qsTr("To that tenth of the film, where allowed")
                        },
                        {
                            keys: "Home, End",
                            does: qsTr("To the beginning or the end, where allowed")
                        },
                        {
                            keys: ", .",
                            does: qsTr("One frame back or forth, where allowed")
                        },
                        {
                            keys: "[ ], < >, \\",
                            does: qsTr("Slower, faster, as it was made")
                        },
                        {
                            keys: "A, D",
                            does: qsTr("Next sound, night mode")
                        },
                        {
                            keys: "P, O",
                            does: qsTr("Small window, always on top")
                        },
                        {
                            keys: "I",
                            does: qsTr("What is being played, in figures")
                        },
                        {
                            keys: "Esc, Alt+←, Ctrl+[",
                            does: qsTr("Back")
                        },
                        {
                            keys: "Ctrl+1, 2, 3",
                            does: qsTr("Films, my tickets, settings")
                        },
                        {
                            keys: "F5, Ctrl+R",
                            does: qsTr("Look for news")
                        },
                        {
                            keys: "F1",
                            does: qsTr("Guide")
                        },
                        {
                            keys: "?",
                            does: qsTr("This sheet")
                        },
                        {
                            keys: "Ctrl+Q",
                            does: qsTr("Close the cinema")
                        },
                        {
                            keys: "A B X Y",
                            does: qsTr("On a gamepad: select, back, subtitles, notes")
                        },
                        {
                            keys: "Start, L R",
                            does: qsTr("On a gamepad: play or pause, chapter back or forth")
                        }
                    ]

                    delegate: Row {
                        id: line

                        required property var modelData

                        spacing: Theme.gap4

                        Label {
                            width: root.keysWidth
                            text: line.modelData.keys
                            color: Theme.lantern
                        }
                        Label {
                            width: root.doesWidth
                            text: line.modelData.does
                        }
                    }
                }
            }
        }
    }
}
