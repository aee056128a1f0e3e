import QtQuick
import SmartCinema.Theme

Row {
    spacing: Theme.gap3

    Image {
        anchors.verticalCenter: parent.verticalCenter
        source: Qt.resolvedUrl("icons/lantern.svg")
        sourceSize: Qt.size(Theme.gap6, Theme.gap6)
        Accessible.ignored: true
    }
    Text {
        anchors.verticalCenter: parent.verticalCenter
        //: The product's name; stays as it is in every language
        text: qsTr("Smart Cinema")
        color: Theme.text
        font.family: Theme.serif
        font.pixelSize: Theme.sizeHeading - 3
        font.weight: Font.DemiBold
        font.letterSpacing: 0.5
        textFormat: Text.PlainText
    }
}
