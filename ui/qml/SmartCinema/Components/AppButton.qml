import QtQuick
import QtQuick.Templates as T
import SmartCinema.Theme

T.Button {
    id: root

    property bool primary: false
    property bool plain: false

    implicitWidth: implicitContentWidth + leftPadding + rightPadding
    implicitHeight: Math.max(Theme.target, contentItem.implicitHeight + Theme.gap4)
    leftPadding: plain ? Theme.gap2 : Theme.gap5
    rightPadding: leftPadding
    topPadding: Theme.gap2
    bottomPadding: Theme.gap2
    font.family: Theme.sans
    font.pixelSize: Theme.sizeBody
    font.weight: primary ? Font.DemiBold : Font.Medium
    Accessible.name: text
    Keys.onReturnPressed: click()
    Keys.onEnterPressed: click()

    contentItem: Text {
        text: root.text
        font: root.font
        color: !root.enabled ? Theme.faint : root.primary ? Theme.lanternInk : root.plain ? Theme.lantern : Theme.text
        horizontalAlignment: Text.AlignHCenter
        verticalAlignment: Text.AlignVCenter
        textFormat: Text.PlainText
        wrapMode: Text.Wrap
    }
    background: Rectangle {
        radius: Theme.radius
        color: root.plain ? Theme.clear : root.primary && root.enabled ? (root.down ? Theme.lanternPressed : Theme.lantern) : (root.down ? Theme.line : root.hovered && root.enabled ? Theme.raised : Theme.clear)
        opacity: root.primary && root.hovered && !root.down ? 0.92 : 1
        border.width: root.plain || (root.primary && root.enabled) ? 0 : Theme.hairline
        border.color: Theme.line

        FocusRing {
            shown: root.visualFocus
        }
    }
}
