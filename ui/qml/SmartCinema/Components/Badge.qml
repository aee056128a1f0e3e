import QtQuick
import SmartCinema.Theme

Rectangle {
    id: root

    property string text: ""
    property bool strong: false

    visible: text !== ""
    implicitWidth: label.implicitWidth + Theme.gap4
    implicitHeight: label.implicitHeight + Theme.gap2
    radius: Theme.radiusSmall
    color: strong ? Theme.lantern : Theme.scrim

    Text {
        id: label

        anchors.centerIn: parent
        text: root.text
        color: root.strong ? Theme.lanternInk : Theme.text
        font.family: Theme.sans
        font.pixelSize: Theme.sizeCaption
        font.weight: Font.DemiBold
        textFormat: Text.PlainText
    }
}
