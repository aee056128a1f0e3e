import QtQuick
import SmartCinema.Theme

// One line of subtitles in the look that the viewer chose (47 CFR 79.103).
Item {
    id: root

    property string text: ""
    property real pictureHeight: 720
    property real scaleFactor: 1
    property var look: ({})
    property string name: "captionText"

    readonly property real size: Math.max(12, Math.round(pictureHeight * 0.046 * scaleFactor * (look.size ?? 1)))
    readonly property string face: look.font ?? "sans"
    readonly property string edge: look.edge ?? "outline"

    implicitHeight: line.implicitHeight + 2 * frame.pad
    visible: text !== ""
    Accessible.role: Accessible.StaticText
    Accessible.name: text

    Rectangle {
        id: frame

        readonly property real pad: Math.round(root.size * 0.15)

        anchors.centerIn: parent
        width: Math.min(parent.width, line.contentWidth + 6 * pad)
        height: parent.height
        radius: Theme.radiusSmall
        color: Theme.captionColors[root.look.window ?? "black"]
        opacity: root.look.window_opacity ?? 0
    }
    Rectangle {
        anchors.centerIn: parent
        width: Math.min(parent.width, line.contentWidth + 2 * frame.pad)
        height: line.height
        color: Theme.captionColors[root.look.ground ?? "black"]
        opacity: root.look.ground_opacity ?? 0
    }
    Text {
        id: shadow

        readonly property real shift: Math.max(1, Math.round(root.size * 0.07))

        x: shift
        y: line.y + shift
        width: parent.width
        visible: root.edge === "shadow"
        text: line.text
        color: Theme.captionEdge
        opacity: line.opacity
        font: line.font
        lineHeight: line.lineHeight
        horizontalAlignment: line.horizontalAlignment
        wrapMode: line.wrapMode
        textFormat: Text.PlainText
        Accessible.ignored: true
    }
    Text {
        id: line

        objectName: root.name
        y: frame.pad
        width: parent.width
        text: root.text
        color: Theme.captionColors[root.look.color ?? "white"]
        opacity: root.look.opacity ?? 1
        style: Theme.captionEdges[root.edge] ?? Text.Outline
        styleColor: Theme.captionEdge
        font.family: Theme.captionFonts[root.face] ?? Theme.sans
        font.capitalization: root.face === "small-caps" ? Font.SmallCaps : Font.MixedCase
        font.weight: Font.Medium
        font.pixelSize: root.size
        lineHeight: 1.15
        horizontalAlignment: Text.AlignHCenter
        wrapMode: Text.WordWrap
        textFormat: Text.PlainText
    }
}
