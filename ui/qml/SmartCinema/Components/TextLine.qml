import QtQuick
import SmartCinema.Theme

// One line to write in. What is shown is what the model holds; what is typed goes there first.
Field {
    id: root

    property string value: ""
    property string name: placeholderText
    // What is only shown was typed by nobody.
    property bool shows: false
    signal edited(string text)
    signal undoWanted
    signal redoWanted
    signal leaveWanted

    function take(text) {
        if (root.text === text)
            return;
        const at = cursorPosition;
        shows = true;
        root.text = text;
        shows = false;
        cursorPosition = Math.min(at, text.length);
    }

    Accessible.name: name
    onValueChanged: take(value)
    Component.onCompleted: take(value)
    onTextChanged: {
        if (!shows && text !== value)
            edited(text);
    }
    Keys.onEscapePressed: leaveWanted()
    Keys.onPressed: event => {
        if (event.matches(StandardKey.Undo)) {
            undoWanted();
            event.accepted = true;
        } else if (event.matches(StandardKey.Redo)) {
            redoWanted();
            event.accepted = true;
        }
    }
}
