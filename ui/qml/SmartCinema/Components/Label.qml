import QtQuick
import SmartCinema.Theme

Text {
    color: Theme.text
    font.family: Theme.sans
    font.pixelSize: Theme.sizeBody
    textFormat: Text.PlainText
    wrapMode: Text.WordWrap

    // A single line stays centred on its own height; a binding would loop through the layout.
    onLineCountChanged: lineHeight = lineCount > 1 ? 1.08 : 1
}
