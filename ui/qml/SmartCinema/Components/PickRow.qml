pragma ComponentBehavior: Bound

import QtQuick
import SmartCinema.Theme

// A few short choices side by side, of which one holds.
FocusScope {
    id: root

    property var choices: []
    property var current
    property string name: ""
    signal chosen(var value)

    implicitHeight: flow.implicitHeight
    Accessible.role: Accessible.Grouping
    Accessible.name: name

    Flow {
        id: flow

        width: parent.width
        spacing: Theme.gap2

        Repeater {
            model: root.choices

            Pick {
                required property var modelData
                required property int index

                focus: index === 0
                text: modelData.text
                holds: modelData.value === root.current
                onClicked: root.chosen(modelData.value)
            }
        }
    }
}
