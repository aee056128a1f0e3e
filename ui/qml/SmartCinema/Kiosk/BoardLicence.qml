import QtQuick
import SmartCinema.Components
import SmartCinema.Theme

// One licence: a coloured edge, and the word that says the same.
Rectangle {
    id: root

    required property var said
    required property bool large
    readonly property int size: large ? Theme.sizeHeading : Theme.sizeBody

    implicitWidth: words.width + 3 * Theme.gap4
    implicitHeight: words.height + 2 * Theme.gap3
    radius: Theme.radius
    color: Theme.surface
    border.width: Theme.hairline
    border.color: Theme.line
    Accessible.role: Accessible.StaticText
    Accessible.name: said.name + ": " + said.word

    Rectangle {
        width: Theme.gap3
        height: parent.height
        radius: Theme.radius
        color: root.said.colour === "green" ? Theme.go : root.said.colour === "yellow" ? Theme.wait : root.said.colour === "red" ? Theme.stop : Theme.faint
    }
    Column {
        id: words

        x: 2 * Theme.gap4
        y: Theme.gap3
        spacing: Theme.gap1

        Label {
            font.pixelSize: root.size
            font.weight: Font.DemiBold
            text: root.said.name
        }
        Label {
            color: Theme.muted
            font.pixelSize: root.large ? Theme.sizeBody : Theme.sizeSmall
            text: qsTr("%1  ·  %2").arg(root.said.word).arg(root.said.until)
        }
    }
}
