import QtQuick
import SmartCinema.Theme

Text {
    color: Theme.text
    font.family: Theme.serif
    font.pixelSize: Theme.sizeHeading
    font.weight: Font.DemiBold
    textFormat: Text.PlainText
    wrapMode: Text.WordWrap
    Accessible.role: Accessible.Heading
    Accessible.name: text
}
