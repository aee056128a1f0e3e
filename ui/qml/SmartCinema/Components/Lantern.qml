import QtQuick
import SmartCinema.Theme

Item {
    id: root

    property int size: Theme.gap8

    implicitWidth: size
    implicitHeight: size
    Accessible.ignored: true

    Image {
        anchors.centerIn: parent
        width: root.size * 4
        height: width
        source: Qt.resolvedUrl("icons/glow.svg")
        sourceSize: Qt.size(width, height)
    }
    Image {
        anchors.centerIn: parent
        source: Qt.resolvedUrl("icons/lantern.svg")
        sourceSize: Qt.size(root.size, root.size)
    }
}
