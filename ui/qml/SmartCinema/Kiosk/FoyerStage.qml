pragma ComponentBehavior: Bound

import QtQuick
import SmartCinema.Components
import SmartCinema.Player
import SmartCinema.Theme

// The trailers, one after the other; posters where there are none.
Rectangle {
    id: root

    required property var viewModel
    required property real unit
    readonly property bool plays: viewModel.front >= 0

    color: plays ? Theme.black : Theme.clear
    radius: Theme.radius

    Row {
        anchors.centerIn: parent
        spacing: Math.round(Theme.gap5 * root.unit)
        visible: !root.plays

        Repeater {
            model: root.viewModel.posters

            Picture {
                required property string modelData

                height: Math.round(Math.min(root.height * 0.94, (root.width / root.viewModel.posters.length - Theme.gap5 * root.unit) * 1.5))
                width: Math.round(height * 2 / 3)
                path: modelData
                radius: Theme.radius
            }
        }
    }
    VideoItem {
        anchors.fill: parent
        player: root.viewModel.first
        visible: root.viewModel.front === 0
    }
    VideoItem {
        anchors.fill: parent
        player: root.viewModel.second
        visible: root.viewModel.front === 1
    }
}
