import QtQuick
import SmartCinema.Components
import SmartCinema.Theme

MenuPanel {
    id: root

    objectName: "notesMenu"

    required property var notes
    required property var screens

    Label {
        text: qsTr("Commentator notes")
        color: Theme.muted
        font.pixelSize: Theme.sizeSmall
    }
    PickRow {
        width: parent.width
        focus: true
        name: qsTr("Commentator notes")
        choices: [
            {
                value: "",
                text: qsTr("Off")
            }
        ].concat(root.notes.languages)
        current: root.notes.current
        onChosen: value => root.notes.choose(value)
    }
    Label {
        visible: root.notes.people.length > 0
        text: qsTr("By")
        color: Theme.muted
        font.pixelSize: Theme.sizeSmall
    }
    PickMany {
        visible: root.notes.people.length > 0
        width: parent.width
        name: qsTr("By")
        choices: root.notes.people
        onChosen: (value, wanted) => root.notes.want_person(value, wanted)
    }
    Label {
        visible: root.notes.topics.length > 0
        text: qsTr("About")
        color: Theme.muted
        font.pixelSize: Theme.sizeSmall
    }
    PickMany {
        visible: root.notes.topics.length > 0
        width: parent.width
        name: qsTr("About")
        choices: root.notes.topics.map(topic => ({
                    value: topic.value,
                    text: Words.topic(topic.value),
                    wanted: topic.wanted
                }))
        onChosen: (value, wanted) => root.notes.want_topic(value, wanted)
    }
    Label {
        visible: root.notes.depths.length > 0
        text: qsTr("How much")
        color: Theme.muted
        font.pixelSize: Theme.sizeSmall
    }
    PickRow {
        visible: root.notes.depths.length > 0
        width: parent.width
        name: qsTr("How much")
        choices: root.notes.depths.map(depth => ({
                    value: depth,
                    text: depth === "essential" ? qsTr("What matters most") : depth === root.notes.depths[root.notes.depths.length - 1] ? qsTr("Everything") : qsTr("More")
                }))
        current: root.notes.depth
        onChosen: value => root.notes.set_depth(value)
    }
    Label {
        visible: root.notes.current !== ""
        text: qsTr("More time to read")
        color: Theme.muted
        font.pixelSize: Theme.sizeSmall
    }
    PickRow {
        visible: root.notes.current !== ""
        width: parent.width
        name: qsTr("More time to read")
        choices: root.notes.moreTimes.map(percent => ({
                    value: percent,
                    text: percent === 0 ? qsTr("As made") : qsTr("+%1 %").arg(percent)
                }))
        current: root.notes.moreTime
        onChosen: value => root.notes.set_more_time(value)
    }
    Label {
        visible: root.notes.current !== ""
        text: qsTr("Side of the picture")
        color: Theme.muted
        font.pixelSize: Theme.sizeSmall
    }
    PickRow {
        visible: root.notes.current !== ""
        width: parent.width
        name: qsTr("Side of the picture")
        choices: [
            {
                value: "left",
                text: qsTr("Left")
            },
            {
                value: "right",
                text: qsTr("Right")
            }
        ]
        current: root.notes.side
        onChosen: value => root.notes.set_side(value)
    }
    Label {
        visible: root.screens.screens.length > 0
        text: qsTr("Where")
        color: Theme.muted
        font.pixelSize: Theme.sizeSmall
    }
    PickRow {
        visible: root.screens.screens.length > 0
        width: parent.width
        name: qsTr("Where")
        choices: [
            {
                value: "",
                text: qsTr("Over the picture")
            }
        ].concat(root.screens.screens)
        current: root.screens.notesChosen
        onChosen: value => root.screens.choose_for_notes(value)
    }
}
