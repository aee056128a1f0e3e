import QtQuick
import QtQuick.Controls.Basic
import SmartCinema.Theme

Switch {
    id: root

    implicitWidth: 48
    implicitHeight: Theme.target
    padding: 0
    Accessible.name: text
    Keys.onReturnPressed: click()

    indicator: Rectangle {
        x: 0
        y: (root.height - height) / 2
        implicitWidth: 48
        implicitHeight: 26
        radius: height / 2
        color: root.checked ? Theme.lantern : Theme.raised
        border.width: Theme.hairline
        border.color: root.checked ? Theme.lantern : Theme.edge

        Rectangle {
            x: root.checked ? parent.width - width - Theme.gap1 : Theme.gap1
            y: (parent.height - height) / 2
            width: 18
            height: 18
            radius: height / 2
            color: root.checked ? Theme.lanternInk : Theme.muted

            Behavior on x {
                NumberAnimation {
                    duration: Theme.quick
                }
            }
        }
        FocusRing {
            radius: height / 2
            shown: root.visualFocus
        }
    }
    contentItem: Item {}
}
