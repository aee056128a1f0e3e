import QtQuick
import SmartCinema.Theme

Rectangle {
    required property bool shown

    anchors.fill: parent
    anchors.margins: -Theme.gap1
    color: Theme.clear
    radius: Theme.radius + Theme.gap1
    border.width: Theme.focusWidth
    border.color: Theme.lantern
    visible: shown
}
