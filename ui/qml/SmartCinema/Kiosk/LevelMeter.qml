pragma ComponentBehavior: Bound

import QtQuick
import SmartCinema.Theme

// How loud it is now, in twenty steps.
Row {
    id: root

    required property int level

    height: Theme.gap4
    spacing: 2
    Accessible.role: Accessible.Indicator
    Accessible.name: qsTr("The sound is at %1 of 100").arg(level)

    Repeater {
        model: 20

        Rectangle {
            required property int index

            width: (root.width - 19 * root.spacing) / 20
            height: root.height
            color: root.level <= index * 5 ? Theme.raised : index > 17 ? Theme.danger : index > 13 ? Theme.lantern : Theme.ok
        }
    }
}
