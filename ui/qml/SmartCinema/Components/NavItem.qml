import QtQuick
import QtQuick.Templates as T
import SmartCinema.Theme

T.AbstractButton {
    id: root

    property bool current: false

    implicitWidth: label.implicitWidth + Theme.gap5
    implicitHeight: Theme.target
    Accessible.role: Accessible.PageTab
    Accessible.name: text
    Keys.onReturnPressed: click()
    Keys.onEnterPressed: click()

    contentItem: Item {
        Text {
            id: label

            anchors.centerIn: parent
            width: Math.min(implicitWidth, parent.width - Theme.gap4)
            elide: Text.ElideRight
            text: root.text
            color: root.current ? Theme.text : root.hovered ? Theme.text : Theme.muted
            font.family: Theme.sans
            font.pixelSize: Theme.sizeBody
            font.weight: root.current ? Font.DemiBold : Font.Normal
            textFormat: Text.PlainText
        }
        Rectangle {
            anchors.horizontalCenter: parent.horizontalCenter
            anchors.bottom: parent.bottom
            width: label.width
            height: Theme.focusWidth
            color: Theme.lantern
            visible: root.current
        }
    }
    background: Item {
        FocusRing {
            anchors.margins: 0
            shown: root.visualFocus
        }
    }
}
