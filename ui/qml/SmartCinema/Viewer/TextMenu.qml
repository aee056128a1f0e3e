pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls.Basic
import SmartCinema.Theme

Menu {
    id: root

    property string none: ""
    property var choices: []
    property string current: ""
    signal chosen(string tag)

    y: -height - Theme.gap2
    width: 220
    padding: Theme.gap1

    background: Rectangle {
        color: Theme.raised
        radius: Theme.radius
        border.width: Theme.hairline
        border.color: Theme.line
    }

    Instantiator {
        model: [
            {
                value: "",
                text: root.none
            }
        ].concat(root.choices)
        onObjectAdded: (index, object) => root.insertItem(index, object)
        onObjectRemoved: (index, object) => root.removeItem(object)

        delegate: MenuItem {
            id: entry

            required property var modelData

            implicitHeight: Theme.target
            text: modelData.text
            Accessible.name: text
            onTriggered: root.chosen(modelData.value)

            contentItem: Text {
                leftPadding: Theme.gap5
                text: entry.text
                color: entry.highlighted ? Theme.lanternInk : Theme.text
                font.family: Theme.sans
                font.pixelSize: Theme.sizeBody
                verticalAlignment: Text.AlignVCenter
                textFormat: Text.PlainText
            }
            background: Rectangle {
                radius: Theme.radiusSmall
                color: entry.highlighted ? Theme.lantern : Theme.clear

                Rectangle {
                    x: Theme.gap3
                    anchors.verticalCenter: parent.verticalCenter
                    width: Theme.gap2
                    height: Theme.gap2
                    radius: Theme.gap1
                    color: entry.highlighted ? Theme.lanternInk : Theme.lantern
                    visible: entry.modelData.value === root.current
                }
            }
        }
    }
}
