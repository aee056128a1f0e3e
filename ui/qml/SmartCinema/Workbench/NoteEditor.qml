pragma ComponentBehavior: Bound

import QtQuick
import SmartCinema.Components
import SmartCinema.Theme

// The selected note: its moment, its words in one or two languages, what is behind it, and what becomes of it.
FocusScope {
    id: root

    required property var workbench
    readonly property var note: workbench.note
    property string part: "text"
    signal leaveWanted

    function write() {
        enter("text");
    }
    function enter(wanted) {
        part = wanted;
        if (note)
            (wanted === "text" ? first.titleField : wanted === "background" ? background.firstField : comments.firstField).forceActiveFocus();
    }
    function split() {
        const face = second.bodyField.activeFocus ? second : first;
        workbench.split(face.face.language, face.bodyField.cursorPosition);
    }
    function nameOf(tag) {
        const known = workbench.languages.find(item => item.value === tag);
        return known ? known.text : tag;
    }

    EmptyState {
        anchors.centerIn: parent
        width: parent.width - 2 * Theme.gap5
        visible: !root.note
        iconName: "notes"
        title: root.workbench.count === 0 ? qsTr("Begin with the film") : qsTr("No note is selected")
        text: root.workbench.count === 0 ? qsTr("Play it. Where an outsider would miss something, press N or Enter: the film waits while you write.") : qsTr("Choose one on the left, or press N at a moment of the film.")
    }
    ScrollPage {
        id: page

        anchors.top: parent.top
        width: parent.width
        height: Math.min(contentHeight - Theme.gap6, root.height - actions.height - outcome.height)
        maximumWidth: width
        sidePadding: Theme.gap4
        spacing: Theme.gap2
        topMargin: Theme.gap2
        visible: Boolean(root.note)

        Item {
            width: parent.width
            height: Theme.targetSmall

            Label {
                id: heading

                anchors.verticalCenter: parent.verticalCenter
                text: root.note ? qsTr("Note %1  ·  %2").arg(root.note.number).arg(root.note.time) : ""
                font.weight: Font.DemiBold
            }
            AppButton {
                anchors.right: parent.right
                anchors.rightMargin: -Theme.gap2
                anchors.verticalCenter: parent.verticalCenter
                plain: true
                font.pixelSize: Theme.sizeSmall
                text: qsTr("Move here")
                onClicked: root.workbench.move_here()
            }
        }
        Flow {
            width: parent.width
            spacing: Theme.gap2

            Choice {
                id: topic

                width: (parent.width - parent.spacing) / 2
                implicitHeight: Theme.targetSmall
                font.pixelSize: Theme.sizeSmall
                model: root.workbench.topics.map(code => ({
                            value: code,
                            text: BenchWords.topic(code)
                        }))
                currentIndex: root.note ? Math.max(0, root.workbench.topics.indexOf(root.note.topic)) : 0
                onActivated: root.workbench.choose("topic", currentValue)
                Accessible.name: qsTr("Topic")
            }
            Choice {
                width: topic.width
                implicitHeight: Theme.targetSmall
                font.pixelSize: Theme.sizeSmall
                model: root.workbench.depths.map(code => ({
                            value: code,
                            text: BenchWords.depth(code)
                        }))
                currentIndex: root.note ? Math.max(0, root.workbench.depths.indexOf(root.note.depth)) : 0
                onActivated: root.workbench.choose("depth", currentValue)
                Accessible.name: qsTr("Depth")
            }
            Choice {
                width: parent.width
                visible: root.workbench.people.length > 1
                implicitHeight: Theme.targetSmall
                font.pixelSize: Theme.sizeSmall
                model: root.workbench.people
                currentIndex: root.note ? Math.max(0, root.workbench.people.findIndex(person => person.value === root.note.commentator)) : 0
                onActivated: root.workbench.choose("commentator", currentValue)
                Accessible.name: qsTr("Commentator")
            }
        }
        PickRow {
            width: parent.width
            name: qsTr("Part of the note")
            current: root.part
            choices: [
                {
                    value: "text",
                    text: qsTr("Text")
                },
                {
                    value: "background",
                    text: qsTr("Background")
                },
                {
                    value: "comments",
                    text: root.workbench.comments.length > 0 ? qsTr("Comments (%1)").arg(root.workbench.comments.length) : qsTr("Comments")
                }
            ]
            onChosen: value => root.part = value
        }
        Row {
            width: parent.width
            spacing: Theme.gap3
            visible: root.part === "text"

            NoteFace {
                id: first

                width: second.visible ? (parent.width - parent.spacing) / 2 : parent.width
                workbench: root.workbench
                face: root.workbench.face
                language: root.nameOf(root.workbench.language)
                named: second.visible
                onLeaveWanted: root.leaveWanted()
            }
            NoteFace {
                id: second

                width: (parent.width - parent.spacing) / 2
                visible: root.workbench.beside !== ""
                workbench: root.workbench
                face: root.workbench.faceBeside
                language: root.nameOf(root.workbench.beside)
                named: true
                onLeaveWanted: root.leaveWanted()
            }
        }
        Row {
            width: parent.width
            spacing: Theme.gap3
            visible: root.part === "background"

            NoteBackground {
                id: background

                width: root.workbench.beside !== "" ? (parent.width - parent.spacing) / 2 : parent.width
                workbench: root.workbench
                face: root.workbench.face
                onLeaveWanted: root.leaveWanted()
            }
            NoteBackground {
                width: (parent.width - parent.spacing) / 2
                visible: root.workbench.beside !== ""
                first: false
                workbench: root.workbench
                face: root.workbench.faceBeside
                onLeaveWanted: root.leaveWanted()
            }
        }
        NoteComments {
            id: comments

            width: parent.width
            visible: root.part === "comments"
            workbench: root.workbench
            onLeaveWanted: root.leaveWanted()
        }
    }
    Flickable {
        id: outcome

        anchors.top: page.bottom
        x: Theme.gap4
        width: parent.width - 2 * x
        height: Math.min(said.height + Theme.gap3, Math.max(100, root.height - actions.height - page.contentHeight + Theme.gap6))
        contentHeight: said.height
        boundsBehavior: Flickable.StopAtBounds
        clip: true
        visible: Boolean(root.note)

        NoteOutcome {
            id: said

            width: parent.width
            workbench: root.workbench
        }
    }
    Item {
        id: actions

        anchors.bottom: parent.bottom
        width: parent.width
        height: Theme.benchBar
        visible: Boolean(root.note)

        Rectangle {
            width: parent.width
            height: Theme.hairline
            color: Theme.raised
        }
        Row {
            x: Theme.gap1
            anchors.verticalCenter: parent.verticalCenter

            AppButton {
                plain: true
                leftPadding: Theme.gap1
                font.pixelSize: Theme.sizeSmall
                text: qsTr("Preview")
                onClicked: root.workbench.preview()
            }
            AppButton {
                plain: true
                leftPadding: Theme.gap1
                font.pixelSize: Theme.sizeSmall
                text: qsTr("Split")
                onClicked: root.split()
            }
            AppButton {
                plain: true
                leftPadding: Theme.gap1
                font.pixelSize: Theme.sizeSmall
                width: Math.min(implicitWidth, remove.x - parent.x - x)
                text: qsTr("Join with next")
                enabled: root.workbench.canMerge
                onClicked: root.workbench.merge()
            }
        }
        AppButton {
            id: remove

            anchors.right: parent.right
            anchors.rightMargin: Theme.gap1
            anchors.verticalCenter: parent.verticalCenter
            plain: true
            leftPadding: Theme.gap1
            font.pixelSize: Theme.sizeSmall
            text: qsTr("Remove")
            onClicked: root.workbench.remove()
        }
    }
}
