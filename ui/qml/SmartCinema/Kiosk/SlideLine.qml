import QtQuick
import SmartCinema.Theme

// A line of a slide; sizes are for a screen of 720 lines.
Text {
    required property real unit
    required property int size
    property bool heading: false

    width: parent ? parent.width : implicitWidth
    horizontalAlignment: Text.AlignHCenter
    font.family: heading ? Theme.serif : Theme.sans
    font.weight: heading ? Font.Bold : Font.Normal
    font.pixelSize: Math.max(12, Math.round(size * unit))
    color: Theme.text
    lineHeight: 1.1
    textFormat: Text.PlainText
    wrapMode: Text.WordWrap
}
