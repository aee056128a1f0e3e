pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls.Basic
import SmartCinema.Theme

Menu {
    id: root

    property string none: ""
    property var choices: []
    property string current: ""
    property string second: ""
    property string secondNone: ""
    property string secondCurrent: ""
    readonly property var offered: choices.filter(choice => choice.value !== current)
    signal chosen(string tag)
    signal secondChosen(string tag)

    y: -height - Theme.gap2
    margins: Theme.gap2 // from the window's edges
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
        ].concat(root.choices, root.second === "" || root.current === "" || root.offered.length === 0 ? [] : [
            {
                heading: true,
                text: root.second
            },
            {
                second: true,
                value: "",
                text: root.secondNone
            }
        ].concat(root.offered.map(choice => ({
                    second: true,
                    value: choice.value,
                    text: choice.text
                }))))
        onObjectAdded: (index, object) => root.insertItem(index, object)
        onObjectRemoved: (index, object) => root.removeItem(object)

        delegate: MenuItem {
            id: entry

            required property var modelData

            implicitHeight: Theme.target
            text: modelData.text
            Accessible.name: text
            enabled: !modelData.heading
            onTriggered: modelData.second ? root.secondChosen(modelData.value) : root.chosen(modelData.value)

            contentItem: Text {
                leftPadding: entry.enabled ? Theme.gap5 : Theme.gap3
                text: entry.text
                color: entry.highlighted ? Theme.lanternInk : entry.enabled ? Theme.text : Theme.muted
                font.family: Theme.sans
                font.pixelSize: entry.enabled ? Theme.sizeBody : Theme.sizeSmall
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
                    visible: entry.enabled && entry.modelData.value === (entry.modelData.second ? root.secondCurrent : root.current)
                }
            }
        }
    }
}
