import QtQuick
import SmartCinema.Theme

Row {
    property bool named: true
    readonly property real fullWidth: Theme.gap6 + spacing + name.implicitWidth

    spacing: Theme.gap3

    Image {
        anchors.verticalCenter: parent.verticalCenter
        source: Qt.resolvedUrl("icons/lantern.svg")
        sourceSize: Qt.size(Theme.gap6, Theme.gap6)
        Accessible.ignored: true
    }
    Text {
        id: name

        anchors.verticalCenter: parent.verticalCenter
        visible: parent.named
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
