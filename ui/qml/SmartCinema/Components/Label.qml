import QtQuick
import SmartCinema.Theme

Text {
    color: Theme.text
    font.family: Theme.sans
    font.pixelSize: Theme.sizeBody
    lineHeight: 1.35
    textFormat: Text.PlainText
    wrapMode: Text.WordWrap
}
