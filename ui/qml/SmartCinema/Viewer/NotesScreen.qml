import QtQuick
import SmartCinema.Components
import SmartCinema.Theme

// Notes on a display of their own: beside a kiosk's or a hall's picture, large, and nothing else.
Window {
    id: root

    required property var note
    required property string name
    required property var target
    property real captionScale: 1

    objectName: "notesScreen"
    transientParent: null
    // As large as the display, but no full screen: that would take the keys away from the film.
    flags: Qt.Window | Qt.FramelessWindowHint | Qt.WindowStaysOnTopHint | Qt.WindowDoesNotAcceptFocus
    color: Theme.black
    title: qsTr("Commentator notes")

    // In this order: whatever is shown before it is placed fills the screen that the cinema is on.
    Component.onCompleted: {
        screen = target;
        x = target.virtualX;
        y = target.virtualY;
        width = target.width;
        height = target.height;
        visible = true;
    }

    HoverHandler {
        cursorShape: Qt.BlankCursor
    }
    Title {
        anchors.horizontalCenter: parent.horizontalCenter
        anchors.bottom: parent.bottom
        anchors.bottomMargin: root.height * 0.08
        text: root.name
        color: Theme.faint
        opacity: card.shown ? 0 : 1
    }
    NoteCard {
        id: card

        objectName: "notesScreenCard"
        anchors.centerIn: parent
        width: root.width * 0.72
        scaleFactor: root.captionScale * Math.max(1, root.height / 420)
        note: root.note ?? undefined
        shown: Boolean(root.note)
    }
}
