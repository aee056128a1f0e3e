import QtQuick
import QtQuick.Controls.Basic
import SmartCinema.Theme

TextField {
    id: root

    implicitHeight: Theme.target
    implicitWidth: 260
    leftPadding: Theme.gap4
    rightPadding: Theme.gap4
    color: Theme.text
    placeholderTextColor: Theme.faint
    selectionColor: Theme.lantern
    selectedTextColor: Theme.lanternInk
    font.family: Theme.sans
    font.pixelSize: Theme.sizeBody
    Accessible.name: placeholderText

    background: Rectangle {
        radius: Theme.radius
        color: Theme.surface
        border.width: root.activeFocus ? Theme.focusWidth : Theme.hairline
        border.color: root.activeFocus ? Theme.lantern : Theme.edge
    }
}
