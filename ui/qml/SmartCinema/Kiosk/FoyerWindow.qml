pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Templates as T
import SmartCinema.Components
import SmartCinema.Player
import SmartCinema.Theme

// The foyer's screen, lying or standing. What is touched lies at the bottom, where everybody reaches it.
T.ApplicationWindow {
    id: window

    required property var viewModel
    required property size startSize
    property bool startFull: false
    property string look: "dark"
    readonly property bool upright: height > width
    readonly property real unit: Math.min(width, height) / 720
    readonly property bool bare: viewModel.front < 0 && viewModel.posters.length === 0
    readonly property real gap: Math.round(Theme.gap5 * unit)

    width: startSize.width
    height: startSize.height
    minimumWidth: Math.min(360, Screen.desktopAvailableWidth)
    minimumHeight: Math.min(360, Screen.desktopAvailableHeight)
    visible: true
    title: qsTr("Smart Cinema: foyer")
    color: Theme.background

    Binding {
        target: Theme
        property: "look"
        value: window.look
    }
    Item {
        id: head

        x: window.gap
        y: window.gap
        width: parent.width - 2 * window.gap
        height: festival.height

        SlideLine {
            id: festival

            unit: window.unit
            size: 40
            heading: true
            width: parent.width - time.width - window.gap
            horizontalAlignment: Text.AlignLeft
            text: window.viewModel.festival
        }
        SlideLine {
            id: time

            unit: window.unit
            size: 40
            width: implicitWidth
            anchors.right: parent.right
            color: Theme.lantern
            text: window.viewModel.time
        }
    }
    Item {
        id: stage

        x: window.gap
        y: head.y + head.height + window.gap * 0.75
        width: window.upright ? parent.width - 2 * window.gap : Math.round((parent.width - 3 * window.gap) * 0.47)
        height: window.upright ? Math.round(width * 9 / 16) : bar.y - y - window.gap * 0.75

        FoyerStage {
            width: parent.width
            height: plays ? Math.min(parent.height, Math.round(width * 9 / 16)) : parent.height
            y: window.upright ? 0 : Math.round((parent.height - height) / 2)
            viewModel: window.viewModel
            unit: window.unit
        }
    }
    FoyerList {
        x: window.upright || window.bare ? window.gap : stage.x + stage.width + window.gap
        y: window.upright && !window.bare ? stage.y + stage.height + window.gap : stage.y
        width: parent.width - x - window.gap
        height: bar.y - y - window.gap * 0.75
        viewModel: window.viewModel
        unit: window.unit
    }
    FoyerBar {
        id: bar

        x: window.gap
        width: parent.width - 2 * window.gap
        anchors.bottom: parent.bottom
        anchors.bottomMargin: window.gap * 0.75
        viewModel: window.viewModel
        unit: window.unit
    }
}
