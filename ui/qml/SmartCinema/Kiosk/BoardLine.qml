import QtQuick
import SmartCinema.Components
import SmartCinema.Theme

// One more trouble.
Item {
    id: root

    required property var said
    required property bool large
    readonly property int size: large ? Theme.sizeHeading : Theme.sizeBody
    readonly property int sizeBelow: large ? Theme.sizeBody : Theme.sizeSmall

    implicitHeight: Math.max(show.height, words.height) + Theme.gap3

    Rectangle {
        id: mark

        width: Theme.targetSmall
        height: Theme.targetSmall
        radius: height / 2
        color: root.said.light === "red" ? Theme.stop : Theme.wait

        Image {
            anchors.centerIn: parent
            width: Theme.icon
            height: Theme.icon
            sourceSize: Qt.size(Theme.icon, Theme.icon)
            source: Qt.resolvedUrl("../Components/icons/" + (root.said.light === "red" ? "cross" : "hand") + ".svg")
            Accessible.ignored: true
        }
    }
    Column {
        id: show

        anchors.left: mark.right
        anchors.leftMargin: Theme.gap4
        width: Math.round(parent.width * 0.3)
        spacing: Theme.gap1

        Label {
            width: parent.width
            font.pixelSize: root.size
            font.weight: Font.DemiBold
            text: root.said.name
        }
        Label {
            width: parent.width
            color: Theme.muted
            font.pixelSize: root.sizeBelow
            text: root.said.more === "" ? qsTr("%1  ·  %2").arg(root.said.room).arg(root.said.when) : qsTr("%1  ·  %2  ·  %3").arg(root.said.room).arg(root.said.when).arg(root.said.more)
        }
    }
    Column {
        id: words

        anchors.left: show.right
        anchors.leftMargin: Theme.gap5
        anchors.right: parent.right
        spacing: Theme.gap1

        Label {
            width: parent.width
            font.pixelSize: root.size
            text: root.said.why
        }
        Label {
            width: parent.width
            color: Theme.muted
            font.pixelSize: root.size
            text: root.said.fix
        }
    }
}
