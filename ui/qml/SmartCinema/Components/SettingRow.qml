import QtQuick
import SmartCinema.Theme

Item {
    id: root

    property string title: ""
    property string text: ""
    default property alias content: slot.data

    width: parent ? parent.width : 0
    implicitHeight: Math.max(words.implicitHeight, slot.childrenRect.height) + Theme.gap5

    Column {
        id: words

        anchors.verticalCenter: parent.verticalCenter
        width: parent.width - slot.width - Theme.gap5
        spacing: Theme.gap1

        Label {
            width: parent.width
            text: root.title
        }
        Label {
            width: parent.width
            text: root.text
            visible: text !== ""
            color: Theme.muted
            font.pixelSize: Theme.sizeSmall
        }
    }
    Item {
        id: slot

        anchors.right: parent.right
        anchors.verticalCenter: parent.verticalCenter
        width: childrenRect.width
        height: childrenRect.height
    }
    Rectangle {
        anchors.bottom: parent.bottom
        width: parent.width
        height: Theme.hairline
        color: Theme.raised
    }
}
