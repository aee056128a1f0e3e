import QtQuick
import SmartCinema.Theme

Rectangle {
    property bool shown: parent ? parent.visualFocus === true || (parent.visualFocus === undefined && parent.activeFocus) : false

    anchors.fill: parent
    anchors.margins: -Theme.gap1
    color: Theme.clear
    radius: Theme.radius + Theme.gap1
    border.width: Theme.focusWidth
    border.color: Theme.lantern
    visible: shown
}
