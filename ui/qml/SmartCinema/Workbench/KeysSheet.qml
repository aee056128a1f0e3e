pragma ComponentBehavior: Bound

import QtQuick
import SmartCinema.Components
import SmartCinema.Theme

Sheet {
    id: root

    title: qsTr("Keys")
    width: Math.min(920, parent.width - 2 * Theme.gap5)

    Grid {
        rows: 13
        flow: Grid.TopToBottom
        columnSpacing: Theme.gap6
        rowSpacing: Theme.gap2

        Repeater {
            model: [
                {
                    keys: "N, Enter",
                    does: qsTr("Mark this moment and write")
                },
                {
                    keys: "Esc",
                    does: qsTr("From writing to the film")
                },
                {
                    keys: "Ctrl+Enter",
                    does: qsTr("Done: the film goes on")
                },
                {
                    keys: "Space, K, Ctrl+Space",
                    does: qsTr("Play or pause")
                },
                {
                    keys: "← →, Alt+← →",
                    does: qsTr("5 seconds back or forth")
                },
                {
                    keys: ", .",
                    does: qsTr("One frame back or forth")
                },
                {
                    keys: "Page ↑ ↓",
                    does: qsTr("Previous or next cut")
                },
                {
                    keys: "Home, End",
                    does: qsTr("To the beginning or the end")
                },
                {
                    keys: "C, M",
                    does: qsTr("Next subtitles, silence")
                },
                {
                    keys: "↑ ↓, Ctrl+↑ ↓",
                    does: qsTr("Previous or next note")
                },
                {
                    keys: "P, Ctrl+P",
                    does: qsTr("Play the card as viewers see it")
                },
                {
                    keys: "F, F11",
                    does: qsTr("The picture alone, large")
                },
                {
                    keys: "E",
                    does: qsTr("Write on in the selected note")
                },
                {
                    keys: "Ctrl+Z, Ctrl+Shift+Z, Ctrl+Y",
                    does: qsTr("Undo, redo, without limit")
                },
                {
                    keys: "Ctrl+S",
                    does: qsTr("Save now; it saves by itself too")
                },
                {
                    keys: "Ctrl+Shift+M",
                    does: qsTr("Move the note to this moment")
                },
                {
                    keys: "Ctrl+← →",
                    does: qsTr("At the film: move the note 0.1 s")
                },
                {
                    keys: "Ctrl+Shift+X",
                    does: qsTr("Split the note at the cursor")
                },
                {
                    keys: "Ctrl+J",
                    does: qsTr("Join it with the next note")
                },
                {
                    keys: "Ctrl+Shift+Del",
                    does: qsTr("Remove the note")
                },
                {
                    keys: "Ctrl+T",
                    does: qsTr("Translate side by side, or not")
                },
                {
                    keys: "Ctrl+1, 2, 3",
                    does: qsTr("Text, background, comments")
                },
                {
                    keys: "+ −",
                    does: qsTr("See the film's time closer or wider")
                },
                {
                    keys: "Ctrl+I, Ctrl+E",
                    does: qsTr("Import, export")
                },
                {
                    keys: "F1, ?",
                    does: qsTr("This sheet")
                }
            ]

            delegate: Row {
                id: line

                required property var modelData

                spacing: Theme.gap3

                Label {
                    width: 164
                    text: line.modelData.keys
                    color: Theme.lantern
                    font.pixelSize: Theme.sizeSmall
                }
                Label {
                    width: 240
                    text: line.modelData.does
                    font.pixelSize: Theme.sizeSmall
                }
            }
        }
    }
}
