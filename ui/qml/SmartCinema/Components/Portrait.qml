import QtQuick
import SmartCinema.Pictures
import SmartCinema.Theme

// Somebody's portrait, which comes as a disc; their initials where there is none, or none that can be drawn.
Rectangle {
    id: root

    property string path: ""
    property string initials: ""
    property int side: Theme.targetSmall

    implicitWidth: side
    implicitHeight: side
    radius: side / 2
    color: image.status === Image.Ready ? Theme.clear : Theme.raised
    border.width: image.status === Image.Ready ? 0 : Theme.hairline
    border.color: Theme.line
    Accessible.ignored: true

    Text {
        anchors.centerIn: parent
        visible: image.status !== Image.Ready
        text: root.initials
        color: Theme.text
        font.family: Theme.sans
        font.pixelSize: Math.round(root.side * 0.38)
        font.weight: Font.DemiBold
        textFormat: Text.PlainText
    }
    Image {
        id: image

        objectName: "portrait"
        anchors.fill: parent
        asynchronous: true
        smooth: true
        mipmap: true
        source: root.path === "" ? "" : PictureDesk.address(root.path, PictureDesk.revision)
    }
}
