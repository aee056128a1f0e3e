pragma ComponentBehavior: Bound

import QtQuick
import SmartCinema.Components
import SmartCinema.Theme

Rectangle {
    id: root

    property var lines: []

    width: table.implicitWidth + Theme.gap5
    height: table.implicitHeight + Theme.gap4
    radius: Theme.radius
    color: Theme.card

    Column {
        id: table

        anchors.centerIn: parent
        spacing: Theme.gap1

        Repeater {
            model: root.lines

            Row {
                id: line

                required property var modelData

                spacing: Theme.gap3

                Label {
                    width: 190
                    text: Words.measure(line.modelData.name)
                    color: Theme.muted
                    font.pixelSize: Theme.sizeCaption
                }
                Label {
                    text: line.modelData.code ? qsTr("%1 (%2)").arg(Words.decoding(line.modelData.code)).arg(line.modelData.value) : line.modelData.value
                    font.pixelSize: Theme.sizeCaption
                    wrapMode: Text.NoWrap
                }
            }
        }
    }
}
