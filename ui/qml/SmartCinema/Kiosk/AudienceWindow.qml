import QtQuick
import SmartCinema.Player
import SmartCinema.Theme
import SmartCinema.Viewer

// The audience's screen. Nothing on it asks for anything, and nothing of it is ever on another screen.
Window {
    id: root

    required property var viewModel
    // Whether notes have a screen of their own, which leaves the picture alone.
    property bool notesBeside: false
    readonly property string screenName: Screen.name
    readonly property VideoItem video: viewModel.front === 1 ? second : first

    objectName: "audience"
    width: 1280
    height: 720
    visible: false
    transientParent: null
    flags: Qt.Window | Qt.FramelessWindowHint
    title: qsTr("Smart Cinema: the audience's screen")
    color: Theme.black

    VideoItem {
        id: first

        anchors.fill: parent
        player: root.viewModel.first
        visible: root.viewModel.scene === "film" && root.viewModel.front === 0
    }
    VideoItem {
        id: second

        anchors.fill: parent
        player: root.viewModel.second
        visible: root.viewModel.scene === "film" && root.viewModel.front === 1
    }
    Item {
        x: root.video.pictureRect.x + root.video.pictureRect.width * 0.05
        width: root.video.pictureRect.width * 0.9
        height: root.video.pictureRect.y + root.video.pictureRect.height * 0.95
        visible: root.viewModel.scene === "film"

        Captions {
            id: line

            y: parent.height - height
            width: parent.width
            text: root.viewModel.subtitleText
            pictureHeight: root.video.pictureRect.height
        }
        Captions {
            y: parent.height - line.height - height
            width: parent.width
            name: "secondCaptionText"
            text: root.viewModel.secondText
            pictureHeight: root.video.pictureRect.height
        }
    }
    FilmNote {
        picture: root.video.pictureRect
        area: root.video.pictureRect.height
        next: root.viewModel.comingPicture
        note: root.viewModel.note ?? undefined
        shown: Boolean(root.viewModel.note) && root.viewModel.scene === "film" && !root.notesBeside
    }
    AudienceSlide {
        anchors.fill: parent
        viewModel: root.viewModel
        visible: root.viewModel.scene !== "film"
    }
    MouseArea {
        anchors.fill: parent
        cursorShape: Qt.BlankCursor
    }
}
