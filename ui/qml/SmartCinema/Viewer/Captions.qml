import QtQuick
import SmartCinema.Theme

Item {
    id: root

    property string text: ""
    property real pictureHeight: 720
    property real scaleFactor: 1

    implicitHeight: line.implicitHeight
    visible: text !== ""
    Accessible.role: Accessible.StaticText
    Accessible.name: text

    Text {
        id: line

        objectName: "captionText"
        width: parent.width
        text: root.text
        color: Theme.caption
        style: Text.Outline
        styleColor: Theme.captionEdge
        font.family: Theme.sans
        font.weight: Font.Medium
        font.pixelSize: Math.max(15, Math.round(root.pictureHeight * 0.046 * root.scaleFactor))
        lineHeight: 1.15
        horizontalAlignment: Text.AlignHCenter
        wrapMode: Text.WordWrap
        textFormat: Text.PlainText
    }
}
