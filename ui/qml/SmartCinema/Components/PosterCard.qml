import QtQuick
import QtQuick.Controls.Basic
import SmartCinema.Theme

AbstractButton {
    id: root

    property string path: ""
    property color tint: Theme.raised
    property string detail: ""
    property string badge: ""
    property real progress: 0

    implicitWidth: Theme.posterWidth
    implicitHeight: Theme.posterHeight + caption.implicitHeight + Theme.gap3
    Accessible.role: Accessible.Button
    Accessible.name: [text, detail, badge].filter(part => part !== "").join(", ")
    Keys.onReturnPressed: click()
    Keys.onEnterPressed: click()

    contentItem: Item {
        Rectangle {
            x: -Theme.gap1
            y: -Theme.gap1
            width: Theme.posterWidth + Theme.gap2
            height: Theme.posterHeight + Theme.gap2
            radius: Theme.radiusSmall
            color: Theme.clear
            border.width: Theme.focusWidth
            border.color: root.visualFocus ? Theme.lantern : Theme.faint
            visible: root.visualFocus || root.hovered
        }
        Picture {
            width: Theme.posterWidth
            height: Theme.posterHeight
            path: root.path
            tint: root.tint

            Badge {
                anchors.left: parent.left
                anchors.top: parent.top
                anchors.margins: Theme.gap2
                text: root.badge
            }
            Rectangle {
                anchors.bottom: parent.bottom
                width: parent.width * root.progress
                height: Theme.gap1
                color: Theme.lantern
                visible: root.progress > 0
            }
        }
        Column {
            id: caption

            y: Theme.posterHeight + Theme.gap3
            width: Theme.posterWidth
            spacing: Theme.gap1

            Title {
                width: parent.width
                text: root.text
                font.pixelSize: Theme.sizeBody
                maximumLineCount: 2
                elide: Text.ElideRight
                Accessible.ignored: true
            }
            Label {
                width: parent.width
                text: root.detail
                color: Theme.muted
                font.pixelSize: Theme.sizeSmall
                maximumLineCount: 2
                elide: Text.ElideRight
                lineHeight: 1.2
                Accessible.ignored: true
            }
        }
    }
}
