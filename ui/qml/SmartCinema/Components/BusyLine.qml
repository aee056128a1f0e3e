import QtQuick
import SmartCinema.Theme

Rectangle {
    id: root

    property bool running: visible
    property real share: -1
    readonly property bool measured: share >= 0

    implicitHeight: 3
    implicitWidth: 240
    color: Theme.line
    radius: height / 2
    clip: true
    Accessible.role: Accessible.ProgressBar
    Accessible.description: measured ? qsTr("%1 %").arg(Math.round(share * 100)) : ""

    Rectangle {
        width: parent.width * Math.max(0, root.share)
        height: parent.height
        radius: height / 2
        color: Theme.lantern
        visible: root.measured
    }
    Rectangle {
        id: glow

        width: parent.width / 3
        height: parent.height
        radius: height / 2
        color: Theme.lantern
        visible: !root.measured
        x: Theme.reducedMotion ? parent.width / 3 : -width

        NumberAnimation on x {
            running: root.running && root.visible && !root.measured && !Theme.reducedMotion
            from: -glow.width
            to: root.width
            duration: 1400
            loops: Animation.Infinite
        }
    }
}
