import QtQuick
import SmartCinema.Theme

Rectangle {
    id: root

    property bool running: visible

    implicitHeight: 3
    implicitWidth: 240
    color: Theme.line
    radius: height / 2
    clip: true
    Accessible.role: Accessible.ProgressBar

    Rectangle {
        id: glow

        width: parent.width / 3
        height: parent.height
        radius: height / 2
        color: Theme.lantern
        x: Theme.reducedMotion ? parent.width / 3 : -width

        NumberAnimation on x {
            running: root.running && root.visible && !Theme.reducedMotion
            from: -glow.width
            to: root.width
            duration: 1400
            loops: Animation.Infinite
        }
    }
}
