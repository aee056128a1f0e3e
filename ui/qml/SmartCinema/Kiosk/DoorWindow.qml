pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Templates as T
import SmartCinema.Theme

T.ApplicationWindow {
    id: window

    required property var door
    property var sale: null
    required property size startSize
    required property bool startFull

    width: startSize.width
    height: startSize.height
    minimumWidth: Math.min(640, Screen.desktopAvailableWidth)
    minimumHeight: Math.min(360, Screen.desktopAvailableHeight)
    visible: true
    visibility: startFull ? Window.FullScreen : Window.Windowed
    title: qsTr("Smart Cinema: door %1").arg(door.gate)
    color: Theme.background

    FocusScope {
        anchors.fill: parent
        focus: true
        Keys.onEscapePressed: window.door.settle()

        DoorAnswer {
            anchors.left: parent.left
            anchors.right: side.left
            anchors.top: parent.top
            anchors.bottom: parent.bottom
            viewModel: window.door
        }
        Loader {
            anchors.left: parent.left
            anchors.right: side.left
            anchors.top: parent.top
            anchors.bottom: parent.bottom
            active: window.sale !== null
            sourceComponent: SaleSheet {
                sale: window.sale
                staff: side.staff
            }
        }
        DoorSide {
            id: side

            anchors.right: parent.right
            anchors.top: parent.top
            anchors.bottom: parent.bottom
            width: Math.min(Theme.sideWidth, Math.round(parent.width * 0.45))
            viewModel: window.door
            sale: window.sale
        }
    }
}
