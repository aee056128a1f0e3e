import QtQuick
import SmartCinema.Components
import SmartCinema.Theme

// The first screening that will fail: which, when, why, and what to do.
Rectangle {
    id: root

    required property var said
    required property bool large
    readonly property int size: large ? Theme.sizeTitle : Theme.sizeHeading

    implicitHeight: words.height + 2 * Theme.gap5
    radius: Theme.radius
    color: Theme.surface
    border.width: Theme.focusWidth
    border.color: Theme.stop

    Column {
        id: words

        x: Theme.gap5
        y: Theme.gap5
        width: parent.width - 2 * Theme.gap5
        spacing: Theme.gap2

        Title {
            width: parent.width
            font.pixelSize: root.large ? Theme.sizeDisplay : Theme.sizeTitle
            text: root.said.name
        }
        Label {
            width: parent.width
            font.pixelSize: root.size
            color: Theme.muted
            text: root.said.more === "" ? qsTr("%1  ·  %2").arg(root.said.room).arg(root.said.when) : qsTr("%1  ·  %2  ·  %3").arg(root.said.room).arg(root.said.when).arg(root.said.more)
        }
        Label {
            width: parent.width
            font.pixelSize: root.size
            text: root.said.why
        }
        Label {
            width: parent.width
            font.pixelSize: root.size
            font.weight: Font.DemiBold
            color: Theme.lantern
            text: root.said.fix
        }
    }
}
