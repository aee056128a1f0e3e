import QtQuick
import QtQuick.Templates as T
import SmartCinema.Theme

T.AbstractButton {
    id: root

    required property string iconName

    implicitWidth: Theme.target
    implicitHeight: Theme.target
    opacity: enabled ? 1 : 0.4
    Accessible.name: text
    Accessible.role: Accessible.Button
    T.ToolTip.visible: (hovered || visualFocus) && text !== ""
    T.ToolTip.delay: 600
    T.ToolTip.text: text
    Keys.onReturnPressed: click()
    Keys.onEnterPressed: click()

    contentItem: Item {
        Icon {
            anchors.centerIn: parent
            drawing: root.iconName
        }
    }
    background: Rectangle {
        radius: Theme.radius
        color: root.down ? Theme.line : root.hovered || root.visualFocus ? Theme.raised : Theme.clear

        FocusRing {
            anchors.margins: 0
            shown: root.visualFocus
        }
    }
}
