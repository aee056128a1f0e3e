import QtQuick
import SmartCinema.Components
import SmartCinema.Theme

// One item of the show: past, now or coming, told by sign and by colour.
Item {
    id: root

    required property var modelData
    readonly property bool now: modelData.state === "now"
    readonly property color ink: now ? Theme.lantern : modelData.state === "past" ? Theme.faint : Theme.text

    height: Math.max(Theme.gap5, kind.height, name.height)
    Accessible.role: Accessible.ListItem
    Accessible.name: kind.text + " " + name.text + " " + length.text

    Image {
        anchors.verticalCenter: parent.verticalCenter
        width: Theme.gap4
        height: Theme.gap4
        sourceSize: Qt.size(width, height)
        visible: root.modelData.state !== "coming"
        source: Qt.resolvedUrl("../Components/icons/" + (root.now ? "play" : "check") + ".svg")
        opacity: root.now ? 1 : 0.5
        Accessible.ignored: true
    }
    Label {
        id: kind

        x: Theme.gap5
        width: Math.min(180, root.width * 0.45)
        wrapMode: Text.Wrap
        anchors.verticalCenter: parent.verticalCenter
        color: root.ink
        text: ShowWords.item(root.modelData.kind)
    }
    Label {
        id: name

        anchors.left: kind.right
        anchors.right: length.left
        anchors.verticalCenter: parent.verticalCenter
        anchors.rightMargin: Theme.gap2
        color: root.ink
        text: root.modelData.name
    }
    Label {
        id: length

        anchors.right: parent.right
        anchors.verticalCenter: parent.verticalCenter
        color: root.now ? Theme.lantern : Theme.muted
        text: root.modelData.length
    }
}
