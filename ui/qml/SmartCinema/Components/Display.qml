import QtQuick
import SmartCinema.Theme

Title {
    id: root

    // Where it is given, lines of about the same length share this width.
    property real room: 0
    readonly property int wanted: room > 0 ? Math.ceil(metrics.advanceWidth / room) : 1

    width: wanted > 1 ? Math.min(room, metrics.advanceWidth / wanted * 1.15) : room
    font.pixelSize: Theme.sizeDisplay
    font.weight: Font.Bold
    // A binding would loop through the layout.
    onLineCountChanged: lineHeight = lineCount > 1 ? 0.86 : 1

    TextMetrics {
        id: metrics

        font: root.font
        text: root.text
    }
}
