import QtQuick
import SmartCinema.Components
import SmartCinema.Theme

// The one sign, as large as the window lets it be.
Rectangle {
    id: root

    required property var board
    required property bool large
    required property bool low
    readonly property int gap: low ? Theme.gap4 : Theme.gap6
    readonly property int side: large ? Theme.sign : low ? Theme.gap8 : Theme.signSmall
    readonly property int sizeBelow: large ? Theme.sizeTitle : low ? Theme.sizeBody : Theme.sizeHeading
    readonly property string light: board.light
    readonly property string icon: light === "green" ? "check" : light === "amber" ? "hand" : light === "red" ? "cross" : "info"

    implicitHeight: Math.max(words.height, festival.height) + 2 * gap
    color: light === "green" ? Theme.go : light === "amber" ? Theme.wait : light === "red" ? Theme.stop : Theme.raised
    Accessible.role: Accessible.AlertMessage
    Accessible.name: board.sign + ". " + board.says

    Image {
        id: image

        x: root.low ? Theme.gap5 : Theme.gap7
        anchors.verticalCenter: parent.verticalCenter
        width: root.side
        height: root.side
        sourceSize: Qt.size(root.side, root.side)
        source: Qt.resolvedUrl("../Components/icons/" + root.icon + ".svg")
        Accessible.ignored: true
    }
    Column {
        id: words

        anchors.left: image.right
        anchors.leftMargin: root.gap
        anchors.right: festival.left
        anchors.rightMargin: Theme.gap5
        anchors.verticalCenter: parent.verticalCenter
        spacing: Theme.gap2

        Title {
            width: parent.width
            font.pixelSize: root.large ? Theme.sizePoster : root.low ? Theme.sizeDisplay : Theme.sizeSign
            font.weight: Font.Bold
            color: Theme.signInk
            text: root.board.sign
        }
        Label {
            width: parent.width
            font.pixelSize: root.sizeBelow
            color: Theme.signInk
            text: root.board.says
            visible: text !== ""
        }
    }
    Label {
        id: festival

        anchors.right: parent.right
        anchors.rightMargin: image.x
        anchors.verticalCenter: parent.verticalCenter
        width: Math.min(implicitWidth, root.width / 4)
        horizontalAlignment: Text.AlignRight
        font.pixelSize: root.sizeBelow
        color: Theme.signInk
        text: root.board.festival
    }
}
