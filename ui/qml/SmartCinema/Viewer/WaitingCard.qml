import QtQuick
import SmartCinema.Components
import SmartCinema.Theme

// What a film waits for.
Rectangle {
    id: root

    property string text: ""
    property real share: -1

    implicitHeight: words.implicitHeight + 2 * Theme.gap5
    radius: Theme.radius

    Column {
        id: words

        anchors.centerIn: parent
        width: parent.width - 2 * Theme.gap5
        spacing: Theme.gap4

        Label {
            width: parent.width
            visible: root.text !== ""
            horizontalAlignment: Text.AlignHCenter
            text: root.text
            style: Text.Outline
            styleColor: Theme.captionEdge
        }
        BusyLine {
            anchors.horizontalCenter: parent.horizontalCenter
            share: root.share
        }
    }
}
