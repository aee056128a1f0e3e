import QtQuick
import QtQuick.Window
import SmartCinema.Components
import SmartCinema.Theme

// Notes on a display of their own: beside a kiosk's or a hall's picture, large, and nothing else.
Window {
    id: root

    required property var viewModel
    required property var target

    objectName: "notesScreen"
    transientParent: null
    flags: Qt.Window | Qt.FramelessWindowHint | Qt.WindowDoesNotAcceptFocus
    screen: target
    x: target.virtualX
    y: target.virtualY
    visibility: Window.FullScreen
    color: Theme.black
    title: qsTr("Commentator notes")

    Title {
        anchors.horizontalCenter: parent.horizontalCenter
        anchors.bottom: parent.bottom
        anchors.bottomMargin: root.height * 0.08
        text: root.viewModel.name
        color: Theme.faint
        opacity: card.shown ? 0 : 1
    }
    NoteCard {
        id: card

        objectName: "notesScreenCard"
        anchors.centerIn: parent
        width: root.width * 0.72
        scaleFactor: root.viewModel.captionScale * Math.max(1, root.height / 420)
        note: root.viewModel.note
        shown: Boolean(root.viewModel.note)
    }
}
