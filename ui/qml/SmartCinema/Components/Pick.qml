import QtQuick
import QtQuick.Templates as T
import SmartCinema.Theme

T.AbstractButton {
    id: root

    property bool holds: false
    // Of somebody who is chosen.
    property string portrait: ""
    property string initials: ""

    implicitWidth: Math.max(Theme.target, label.implicitWidth + face.room + 2 * Theme.gap3)
    // Drawn small, pressed by a finger as large as any other.
    implicitHeight: Theme.target
    topInset: (Theme.target - Theme.targetSmall) / 2
    bottomInset: topInset
    Accessible.role: Accessible.RadioButton
    Accessible.name: text
    Accessible.checkable: true
    Accessible.checked: holds
    Keys.onReturnPressed: click()
    Keys.onEnterPressed: click()

    contentItem: Item {
        Portrait {
            id: face

            readonly property real room: visible ? width + Theme.gap2 : 0

            anchors.right: label.left
            anchors.rightMargin: Theme.gap2
            anchors.verticalCenter: parent.verticalCenter
            visible: root.initials !== ""
            side: Theme.gap5
            path: root.portrait
            initials: root.initials
        }
        Label {
            id: label

            anchors.centerIn: parent
            anchors.horizontalCenterOffset: face.room / 2
            text: root.text
            wrapMode: Text.NoWrap
            color: root.holds ? Theme.lanternInk : Theme.text
            font.pixelSize: Theme.sizeSmall
        }
    }
    background: Rectangle {
        radius: Theme.radius
        color: root.holds ? Theme.lantern : root.hovered ? Theme.line : Theme.surface
        border.width: Theme.hairline
        border.color: root.holds ? Theme.lantern : Theme.line

        FocusRing {
            shown: root.visualFocus
        }
    }
}
