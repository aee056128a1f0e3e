import QtQuick
import SmartCinema.Player

// No ground of its own: OpenGL draws the picture below the scene.
Item {
    id: root

    required property QtObject player
    required property QtObject texts

    VideoItem {
        id: video

        anchors.fill: parent
        player: root.player
    }
    Text {
        anchors.bottom: first.top
        anchors.horizontalCenter: parent.horizontalCenter
        color: "#ffe27a"
        font.pixelSize: first.font.pixelSize * 0.85
        horizontalAlignment: Text.AlignHCenter
        style: Text.Outline
        styleColor: "black"
        text: root.texts.second
        textFormat: Text.PlainText
        width: first.width
        wrapMode: Text.Wrap
    }
    Text {
        id: first

        anchors.bottom: parent.bottom
        anchors.bottomMargin: root.height * 0.06
        anchors.horizontalCenter: parent.horizontalCenter
        color: "white"
        font.pixelSize: Math.max(16, root.height * 0.042)
        horizontalAlignment: Text.AlignHCenter
        style: Text.Outline
        styleColor: "black"
        text: root.texts.subtitle
        textFormat: Text.PlainText
        width: root.width * 0.8
        wrapMode: Text.Wrap
    }
    Rectangle {
        color: "#e6151515"
        height: words.height + 32
        radius: 8
        visible: root.texts.title !== ""
        width: Math.min(420, root.width * 0.36)
        x: root.width - width - 24
        y: 24

        Column {
            id: words

            anchors.left: parent.left
            anchors.margins: 16
            anchors.right: parent.right
            anchors.top: parent.top
            spacing: 8

            Text {
                color: "#f4d9a0"
                font.bold: true
                font.pixelSize: 18
                text: root.texts.title
                textFormat: Text.PlainText
                width: parent.width
                wrapMode: Text.Wrap
            }
            Text {
                color: "white"
                font.pixelSize: 15
                text: root.texts.body
                textFormat: Text.PlainText
                width: parent.width
                wrapMode: Text.Wrap
            }
        }
    }
}
