import QtQuick
import SmartCinema.Components
import SmartCinema.Theme

// The code that signs this screen in, as a picture for a phone and as letters to type.
Column {
    id: root

    required property string code
    required property string address
    required property url picture

    spacing: Theme.gap3

    Image {
        anchors.horizontalCenter: parent.horizontalCenter
        width: Theme.codeSide
        height: Theme.codeSide
        source: root.picture
        smooth: false
        fillMode: Image.PreserveAspectFit
        Accessible.role: Accessible.Graphic
        Accessible.name: qsTr("Picture of the address, for a phone's camera")
    }
    Display {
        width: parent.width
        text: root.code
        font.pixelSize: Theme.sizeTitle
        font.letterSpacing: Theme.gap1
        horizontalAlignment: Text.AlignHCenter
        Accessible.name: qsTr("The code is %1").arg(root.code)
    }
    Label {
        width: parent.width
        text: root.address
        horizontalAlignment: Text.AlignHCenter
    }
}
