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

    readonly property bool low: height < Theme.sideWidth
    readonly property var head: low ? list.headerItem : above.item
    readonly property Item at: Window.activeFocusItem

    onAtChanged: {
        for (let item = at; low && item; item = item.parent) {
            if (item !== list.headerItem)
                continue;
            const top = at.mapToItem(list.contentItem, 0, 0).y;
            list.contentY = Math.max(list.originY, Math.min(top - Theme.gap3, Math.max(list.contentY, top + at.height + Theme.gap3 - list.height)));
        }
    }

    function move(by) {
        list.currentIndex = Math.max(0, Math.min(list.count - 1, list.currentIndex + by));
    }
    function find() {
        head.field.forceActiveFocus(Qt.ShortcutFocusReason);
        head.field.selectAll();
    }
    // What was looked for is forgotten, and the film has the keys again.
    function close() {
        if (head)
            head.field.clear();
        notes.seek_words("");
        leave();
    }
    function leave() {
        if (!head || !head.field.activeFocus)
            return;
        head.field.focus = false;
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
    Accessible.name: qsTr("Notes so far")

    // In a low panel it scrolls away with the notes.
    Component {
        id: headComponent

        Column {
            readonly property alias field: field

            width: parent ? parent.width : 0
            bottomPadding: Theme.gap3
            spacing: Theme.gap2

            Title {
                width: parent.width
                text: qsTr("Notes so far")
            }
            Row {
                id: author

                objectName: "notesAuthor"
                width: parent.width
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
                width: parent.width
                visible: root.topics.length > 1
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
                width: parent.width
                visible: root.entries.length > 1 || root.seeking
                placeholderText: qsTr("Find in the notes so far ( / )")
                onTextEdited: root.notes.seek_words(text)
                Keys.onEscapePressed: root.close()
                Keys.onReturnPressed: root.leave()
                Keys.onEnterPressed: root.leave()
            }
        }
    }
    Loader {
        id: above

        x: Theme.gap5
        y: root.low ? 0 : Theme.gap4
        width: parent.width - 2 * x
        active: !root.low
        sourceComponent: headComponent
    }
    ListView {
        id: list

        objectName: "notesList"
        anchors.top: above.bottom
        header: root.low ? headComponent : null
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
        Accessible.name: qsTr("Notes so far")

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
        anchors.centerIn: root.low ? undefined : parent
        anchors.bottom: root.low ? parent.bottom : undefined
        anchors.bottomMargin: Theme.gap2
        x: Theme.gap5
        visible: list.count === 0
        text: root.seeking ? qsTr("Nothing found so far.") : qsTr("No note has come yet.")
        color: Theme.muted
    }
}
