import QtQuick
import QtQuick.Controls.Basic
import SmartCinema.Theme

Slider {
    id: root

    implicitHeight: Theme.target
    implicitWidth: 260

    background: Rectangle {
        x: root.leftPadding
        y: root.topPadding + root.availableHeight / 2 - height / 2
        width: root.availableWidth
        height: Theme.gap1
        radius: height / 2
        color: Theme.edge

        Rectangle {
            width: root.visualPosition * parent.width
            height: parent.height
            radius: height / 2
            color: Theme.lantern
        }
    }
    handle: Rectangle {
        x: root.leftPadding + root.visualPosition * (root.availableWidth - width)
        y: root.topPadding + root.availableHeight / 2 - height / 2
        implicitWidth: 18
        implicitHeight: 18
        radius: height / 2
        color: Theme.text

        FocusRing {
            radius: height / 2
            shown: root.visualFocus
        }
    }
}
