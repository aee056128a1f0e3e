pragma ComponentBehavior: Bound

import QtQuick
import SmartCinema.Theme

// A few short choices side by side, any of which may hold: each has a value, a text, and whether it is wanted.
FocusScope {
    id: root

    property var choices: []
    property string name: ""
    signal chosen(var value, bool wanted)

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
                holds: modelData.wanted
                portrait: modelData.portrait ?? ""
                initials: modelData.initials ?? ""
                Accessible.role: Accessible.CheckBox
                onClicked: root.chosen(modelData.value, !modelData.wanted)
            }
        }
    }
}
