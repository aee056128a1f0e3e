import QtQuick
import SmartCinema.Theme

Item {
    id: root

    property string title: ""
    property string text: ""
    default property alias content: slot.data

    // Where there is no room beside it, what is set stands below its words.
    readonly property bool below: slot.width > 0 && width - slot.width - Theme.gap5 < Theme.codeSide * 0.7

    width: parent ? parent.width : 0
    implicitHeight: (below ? words.implicitHeight + Theme.gap2 + slot.height : Math.max(words.implicitHeight, slot.height)) + Theme.gap5

    Column {
        id: words

        y: root.below ? Theme.gap3 : Math.round((root.height - height) / 2)
        width: root.below ? parent.width : parent.width - slot.width - Theme.gap5
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

        x: root.below ? 0 : root.width - width
        y: root.below ? words.y + words.height + Theme.gap2 : Math.round((root.height - height) / 2)
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
