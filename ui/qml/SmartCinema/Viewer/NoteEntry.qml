pragma ComponentBehavior: Bound

import QtQuick
import SmartCinema.Components
import SmartCinema.Pictures
import SmartCinema.Theme

// One note as it is read at rest, with its terms and sources, and what the viewer says of it.
Column {
    id: root

    required property var note
    property bool current: false
    property string said: ""
    property bool canSay: false
    signal says(string flag)

    // Said of each note where several people wrote them.
    readonly property string by: note.several && note.author ? note.author.text : ""
    readonly property string terms: note.glossary.map(entry => [entry.hanzi || entry.term, entry.pinyin, entry.meaning].filter(Boolean).join("  ")).join("\n")

    spacing: Theme.gap1
    opacity: current ? 1 : 0.75
    Accessible.role: Accessible.ListItem
    Accessible.name: [note.time, Words.topic(note.topic), by, note.title, note.body, picture.visible ? note.alt : "", terms].filter(Boolean).join(". ")

    Item {
        width: parent.width
        height: Math.max(when.height, face.visible ? face.height : 0)

        Portrait {
            id: face

            visible: root.by !== ""
            side: Theme.gap5
            path: root.by === "" ? "" : root.note.author.portrait
            initials: root.by === "" ? "" : root.note.author.initials
        }
        Label {
            id: when

            anchors.verticalCenter: parent.verticalCenter
            x: face.visible ? face.width + Theme.gap2 : 0
            width: parent.width - x
            text: [root.note.time, Words.topic(root.note.topic), root.by].filter(Boolean).join("  ·  ")
            color: Theme.lantern
            font.pixelSize: Theme.sizeCaption
        }
    }
    Item {
        width: parent.width
        height: Math.max(told.height, picture.visible ? picture.height : 0)

        Column {
            id: told

            width: parent.width - (picture.visible ? picture.width + Theme.gap3 : 0)
            spacing: Theme.gap1

            Title {
                width: parent.width
                text: root.note.title
                font.pixelSize: Theme.sizeBody + 1
            }
            Label {
                width: parent.width
                text: root.note.flowing
                font.pixelSize: Theme.sizeSmall
            }
        }
        Image {
            id: picture

            objectName: "entryPicture"
            anchors.right: parent.right
            y: Theme.gap1
            width: Math.round(parent.width * 0.36)
            height: Math.round(width * Math.min(1.25, implicitHeight / Math.max(1, implicitWidth)))
            visible: status === Image.Ready
            asynchronous: true
            fillMode: Image.PreserveAspectCrop
            source: root.note.picture ? PictureDesk.address(root.note.picture, PictureDesk.revision) : ""
            Accessible.ignored: true
        }
    }
    Label {
        width: parent.width
        text: root.terms
        visible: text !== ""
        color: Theme.muted
        font.pixelSize: Theme.sizeSmall
    }
    Label {
        width: parent.width
        text: root.note.sources === "" ? "" : qsTr("Sources: %1").arg(root.note.sources)
        visible: text !== ""
        color: Theme.faint
        font.pixelSize: Theme.sizeCaption
    }
    Row {
        objectName: "says"
        visible: root.canSay && root.current
        spacing: Theme.gap2
        Accessible.role: Accessible.Grouping
        Accessible.name: qsTr("What do you say of this note?")

        Repeater {
            model: [
                {
                    flag: "loved",
                    text: qsTr("Loved it")
                },
                {
                    flag: "unclear",
                    text: qsTr("Unclear")
                },
                {
                    flag: "wrong",
                    text: qsTr("Wrong")
                }
            ]

            Pick {
                required property var modelData

                text: modelData.text
                holds: root.said === modelData.flag
                enabled: root.said === "" || holds
                opacity: enabled ? 1 : 0.5
                onClicked: root.says(modelData.flag)
            }
        }
    }
    Label {
        width: parent.width
        visible: root.current && root.said !== ""
        text: qsTr("Thank you. Commentators see how many say so, never who.")
        color: Theme.muted
        font.pixelSize: Theme.sizeCaption
    }
}
