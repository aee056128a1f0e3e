import QtQuick
import QtQuick.Templates as T
import SmartCinema.Components
import SmartCinema.Theme

T.AbstractButton {
    id: root

    property string path: ""
    property color tint: Theme.raised
    property string detail: ""
    property string badge: ""
    property real progress: 0
    property bool wide: false
    property int pictureWidth: Theme.posterWidth
    readonly property int pictureHeight: Math.round(wide ? pictureWidth * 9 / 16 : pictureWidth * 1.5)

    implicitWidth: pictureWidth
    implicitHeight: pictureHeight + caption.implicitHeight + Theme.gap3
    Accessible.role: Accessible.Button
    Accessible.name: [text, detail, badge].filter(part => part !== "").join(", ")
    Keys.onReturnPressed: click()
    Keys.onEnterPressed: click()

    contentItem: Item {
        Rectangle {
            x: -Theme.gap2
            y: -Theme.gap2
            width: root.pictureWidth + 2 * Theme.gap2
            height: root.pictureHeight + 2 * Theme.gap2
            radius: Theme.radius
            color: Theme.clear
            border.width: Theme.focusWidth
            border.color: root.visualFocus ? Theme.lantern : Theme.faint
            visible: root.visualFocus || root.hovered
        }
        Picture {
            width: root.pictureWidth
            height: root.pictureHeight
            path: root.path
            tint: root.tint

            Badge {
                anchors.left: parent.left
                anchors.top: parent.top
                anchors.margins: Theme.gap2
                text: root.badge
            }
            Rectangle {
                anchors.centerIn: parent
                width: Theme.gap7
                height: width
                radius: width / 2
                color: Theme.scrim
                border.width: Theme.hairline
                border.color: Theme.faint
                visible: root.wide

                Icon {
                    anchors.centerIn: parent
                    anchors.horizontalCenterOffset: 1
                    drawing: "play"
                }
            }
            Rectangle {
                anchors.bottom: parent.bottom
                width: parent.width
                height: Theme.gap1
                color: Theme.scrim
                visible: root.progress > 0
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

            y: root.pictureHeight + Theme.gap3
            width: root.pictureWidth
            spacing: Theme.gap1

            Title {
                width: parent.width
                text: root.text
                font.pixelSize: Theme.sizeBody + 1
                lineHeight: 0.9
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
                Accessible.ignored: true
            }
        }
    }
}
