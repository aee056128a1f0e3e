pragma ComponentBehavior: Bound

import QtQuick
import SmartCinema.Components
import SmartCinema.Theme

// The notes up to where the viewer is, by topic; what comes later would give the film away.
Panel {
    id: root

    required property var notes
    property var entries: []
    property string topic: ""
    readonly property var topics: entries.map(entry => entry.topic).filter((value, index, all) => all.indexOf(value) === index)
    readonly property bool seeking: notes.sought !== ""
    readonly property var shown: entries.filter(entry => (topics.indexOf(topic) < 0 || entry.topic === topic) && (!seeking || notes.found.indexOf(entry.id) >= 0))
    signal leaves

    function move(by) {
        list.currentIndex = Math.max(0, Math.min(list.count - 1, list.currentIndex + by));
    }
    function find() {
        field.forceActiveFocus(Qt.ShortcutFocusReason);
        field.selectAll();
    }
    // What was looked for is forgotten, and the film has the keys again.
    function close() {
        field.clear();
        notes.seek_words("");
        leave();
    }
    function leave() {
        const had = field.activeFocus;
        field.focus = false;
        if (had)
            leaves();
    }
    function turn(by) {
        const all = [""].concat(topics);
        topic = all[(Math.max(0, all.indexOf(topic)) + by + all.length) % all.length];
    }

    onVisibleChanged: {
        if (!visible)
            close();
    }

    color: Theme.card
    Accessible.role: Accessible.Pane
    Accessible.name: heading.text

    Title {
        id: heading

        x: Theme.gap5
        y: Theme.gap4
        width: parent.width - 2 * x
        text: qsTr("Notes so far")
    }
    Row {
        id: author

        objectName: "notesAuthor"
        anchors.top: heading.bottom
        anchors.topMargin: visible ? Theme.gap2 : 0
        x: Theme.gap5
        width: parent.width - 2 * x
        height: visible ? implicitHeight : 0
        spacing: Theme.gap3
        visible: Boolean(root.notes.author)

        Portrait {
            id: face

            path: root.notes.author ? root.notes.author.portrait : ""
            initials: root.notes.author ? root.notes.author.initials : ""
        }
        Column {
            width: parent.width - face.width - parent.spacing
            anchors.verticalCenter: parent.verticalCenter

            Label {
                width: parent.width
                text: root.notes.author ? root.notes.author.text : ""
                font.pixelSize: Theme.sizeSmall
                maximumLineCount: 1
                elide: Text.ElideRight
            }
            Label {
                width: parent.width
                text: root.notes.author ? root.notes.author.role : ""
                color: Theme.muted
                font.pixelSize: Theme.sizeCaption
                maximumLineCount: 1
                elide: Text.ElideRight
            }
        }
    }
    PickRow {
        id: choice

        anchors.top: author.bottom
        anchors.topMargin: Theme.gap2
        x: Theme.gap5
        width: parent.width - 2 * x
        visible: root.topics.length > 1
        height: visible ? implicitHeight : 0
        name: qsTr("Topic")
        choices: [
            {
                value: "",
                text: qsTr("All")
            }
        ].concat(root.topics.map(topic => ({
                    value: topic,
                    text: Words.topic(topic)
                })))
        current: root.topics.indexOf(root.topic) < 0 ? "" : root.topic
        onChosen: value => root.topic = value
    }
    Field {
        id: field

        objectName: "notesSearch"
        anchors.top: choice.bottom
        anchors.topMargin: Theme.gap2
        x: Theme.gap5
        width: parent.width - 2 * x
        visible: root.entries.length > 1 || root.seeking
        height: visible ? implicitHeight : 0
        placeholderText: qsTr("Find in the notes so far ( / )")
        onTextEdited: root.notes.seek_words(text)
        Keys.onEscapePressed: root.close()
        Keys.onReturnPressed: root.leave()
        Keys.onEnterPressed: root.leave()
    }
    ListView {
        id: list

        objectName: "notesList"
        anchors.top: field.bottom
        anchors.topMargin: Theme.gap3
        anchors.bottom: parent.bottom
        anchors.bottomMargin: Theme.gap4
        x: Theme.gap5
        width: parent.width - 2 * x
        clip: true
        spacing: Theme.gap4
        model: root.shown
        currentIndex: count - 1
        highlightMoveDuration: Theme.calm
        boundsBehavior: Flickable.StopAtBounds
        // The note grows by what can be said of it when it becomes the current one.
        onContentHeightChanged: Qt.callLater(() => list.positionViewAtIndex(list.currentIndex, ListView.Contain))
        Accessible.role: Accessible.List
        Accessible.name: heading.text

        delegate: NoteEntry {
            required property var modelData

            width: list.width
            note: modelData
            current: ListView.isCurrentItem
            said: root.notes.said[modelData.id] ?? ""
            canSay: root.notes.canSay
            onSays: flag => root.notes.say(modelData.id, flag)
        }
    }
    Label {
        anchors.centerIn: parent
        visible: list.count === 0
        text: root.seeking ? qsTr("Nothing found so far.") : qsTr("No note has come yet.")
        color: Theme.muted
    }
}
