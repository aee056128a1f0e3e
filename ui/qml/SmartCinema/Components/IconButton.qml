import QtQuick
import QtQuick.Controls.Basic
import SmartCinema.Theme

AbstractButton {
    id: root

    required property string iconName

    implicitWidth: Theme.target
    implicitHeight: Theme.target
    opacity: enabled ? 1 : 0.4
    Accessible.name: text
    Accessible.role: Accessible.Button
    ToolTip.visible: hovered && text !== ""
    ToolTip.delay: 600
    ToolTip.text: text
    Keys.onReturnPressed: click()
    Keys.onEnterPressed: click()

    contentItem: Item {
        Icon {
            anchors.centerIn: parent
            name: root.iconName
        }
    }
    background: Rectangle {
        radius: Theme.radius
        color: root.down ? Theme.line : root.hovered ? Theme.raised : Theme.clear

        FocusRing {
            anchors.margins: 0
            shown: root.visualFocus
        }
    }
}
