import QtQuick
import SmartCinema.Theme

Text {
    color: Theme.text
    font.family: Theme.sans
    font.pixelSize: Theme.sizeBody
    // A single line stays centred on its own height.
    lineHeight: lineCount > 1 ? 1.3 : 1
    textFormat: Text.PlainText
    wrapMode: Text.WordWrap
}
