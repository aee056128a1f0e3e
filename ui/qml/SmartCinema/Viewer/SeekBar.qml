pragma ComponentBehavior: Bound

import QtQuick
import SmartCinema.Components
import SmartCinema.Pictures
import SmartCinema.Theme

Item {
    id: root

    required property var viewModel
    readonly property real share: viewModel.duration > 0 ? viewModel.position / viewModel.duration : 0
    readonly property bool pointed: mouse.containsMouse || mouse.pressed
    readonly property bool looking: viewModel.seekAllowed && (pointed || activeFocus)
    readonly property real lookingAt: pointed ? shareAt(mouse.mouseX) : share
    signal touched

    function shareAt(x) {
        return Math.max(0, Math.min(1, x / Math.max(1, width)));
    }

    implicitHeight: Theme.gap5
    activeFocusOnTab: viewModel.seekAllowed
    Accessible.role: viewModel.seekAllowed ? Accessible.Slider : Accessible.ProgressBar
    Accessible.name: qsTr("Position %1").arg(viewModel.positionText)

    Rectangle {
        id: groove

        anchors.verticalCenter: parent.verticalCenter
        width: parent.width
        height: root.looking ? 6 : Theme.gap1
        radius: height / 2
        color: Theme.line

        Rectangle {
            width: parent.width * (root.viewModel.duration > 0 ? Math.min(1, root.viewModel.buffered / root.viewModel.duration) : 0)
            height: parent.height
            radius: height / 2
            color: Theme.faint
            opacity: 0.6
        }
        Rectangle {
            width: parent.width * root.share
            height: parent.height
            radius: height / 2
            color: Theme.lantern
        }
        Repeater {
            model: root.viewModel.seekAllowed ? root.viewModel.chapters : []

            Rectangle {
                id: chapter

                required property var modelData

                x: groove.width * chapter.modelData - width / 2
                width: 3
                height: groove.height
                color: Theme.background
            }
        }
        Repeater {
            model: root.viewModel.seen

            Rectangle {
                id: stretch

                required property var modelData

                x: groove.width * stretch.modelData.from
                y: groove.height + 2
                width: Math.max(1, groove.width * (stretch.modelData.to - stretch.modelData.from))
                height: 2
                radius: 1
                color: Theme.lantern
                opacity: 0.55
                visible: root.looking
            }
        }
        Repeater {
            model: root.viewModel.seekAllowed ? root.viewModel.noteMarks : []

            Rectangle {
                id: noteMark

                required property var modelData

                x: groove.width * noteMark.modelData - width / 2
                y: -Theme.gap1
                width: 2
                height: groove.height + 2 * Theme.gap1
                color: Theme.text
                opacity: 0.55
            }
        }
    }
    Rectangle {
        x: groove.width * root.share - width / 2
        anchors.verticalCenter: parent.verticalCenter
        width: 14
        height: 14
        radius: 7
        color: Theme.text
        visible: root.viewModel.seekAllowed

        FocusRing {
            radius: height / 2
            shown: root.activeFocus
        }
    }
    MouseArea {
        id: mouse

        anchors.fill: parent
        anchors.topMargin: -Theme.gap3
        anchors.bottomMargin: -Theme.gap3
        hoverEnabled: root.viewModel.seekAllowed
        enabled: root.viewModel.seekAllowed
        preventStealing: true
        onPositionChanged: root.touched()
        onReleased: mouse => root.viewModel.seek(Math.round(root.shareAt(mouse.x) * root.viewModel.duration))
    }
    Rectangle {
        id: preview

        readonly property var thumbnail: root.looking ? root.viewModel.thumbnail_at(Math.round(root.lookingAt * root.viewModel.duration)) : null

        x: Math.max(0, Math.min(root.width - width, root.lookingAt * root.width - width / 2))
        y: -height - Theme.gap2
        width: thumbnail ? thumbnail.width + 2 : 0
        height: thumbnail ? thumbnail.height + when.height + 2 : 0
        visible: Boolean(thumbnail)
        color: Theme.background
        border.width: Theme.hairline
        border.color: Theme.line

        Item {
            x: 1
            y: 1
            width: preview.thumbnail ? preview.thumbnail.width : 0
            height: preview.thumbnail ? preview.thumbnail.height : 0
            clip: true

            Image {
                x: preview.thumbnail ? -preview.thumbnail.x : 0
                y: preview.thumbnail ? -preview.thumbnail.y : 0
                source: preview.thumbnail ? PictureDesk.address("sheet:" + preview.thumbnail.sheet, PictureDesk.revision) : ""
                asynchronous: true
            }
        }
        Label {
            id: when

            anchors.bottom: parent.bottom
            anchors.horizontalCenter: parent.horizontalCenter
            text: preview.thumbnail ? preview.thumbnail.time : ""
            font.pixelSize: Theme.sizeCaption
        }
    }
}
