import QtQuick
import SmartCinema.Components
import SmartCinema.Theme

// A heading, a paragraph, an entry of a list, or a picture with its words.
Item {
    id: root

    required property var block
    readonly property bool heading: block.kind === "title" || block.kind === "heading"
    readonly property bool pictured: block.kind === "picture"
    readonly property string marked: block.text.replace(/<key>/g, "<font color=\"" + Theme.lantern + "\">").replace(/<\/key>/g, "</font>")

    implicitHeight: heading ? title.y + title.implicitHeight : pictured ? words.y + words.implicitHeight + Theme.gap3 : words.implicitHeight

    Title {
        id: title

        y: root.block.kind === "heading" ? Theme.gap4 : 0
        width: parent.width
        visible: root.heading
        text: root.heading ? root.marked : ""
        textFormat: Text.StyledText
        font.pixelSize: root.block.kind === "title" ? Theme.sizeTitle : Theme.sizeHeading
    }
    Rectangle {
        width: parent.width
        height: Math.round(width * 9 / 16)
        visible: root.pictured
        color: Theme.surface
        border.width: Theme.hairline
        border.color: Theme.line

        Image {
            anchors.fill: parent
            anchors.margins: Theme.hairline
            asynchronous: true
            fillMode: Image.PreserveAspectFit
            source: root.block.picture
            mipmap: true
            Accessible.role: Accessible.Graphic
            Accessible.name: root.block.text
        }
    }
    Label {
        id: mark

        visible: root.block.kind === "item" || root.block.kind === "step"
        text: root.block.kind === "step" ? root.block.number + "." : "•"
        color: Theme.faint
        wrapMode: Text.NoWrap
        Accessible.ignored: root.block.kind === "item"
    }
    Label {
        id: words

        x: mark.visible ? Theme.gap5 : 0
        y: root.pictured ? Math.round(root.width * 9 / 16) + Theme.gap2 : 0
        width: parent.width - x
        visible: !root.heading
        text: root.heading ? "" : root.marked
        textFormat: Text.StyledText
        color: root.pictured ? Theme.muted : Theme.text
        font.pixelSize: root.pictured ? Theme.sizeSmall : Theme.sizeBody
        Accessible.ignored: root.pictured
    }
}
