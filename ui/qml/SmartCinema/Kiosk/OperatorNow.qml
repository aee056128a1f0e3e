pragma ComponentBehavior: Bound

import QtQuick
import SmartCinema.Components
import SmartCinema.Theme

// What is on, how long still, what comes, and what is wrong.
Column {
    id: root

    required property var viewModel
    required property bool low
    readonly property bool waits: viewModel.untilStart !== ""

    spacing: Theme.gap4

    Flow {
        width: parent.width
        spacing: Theme.gap3

        Badge {
            visible: root.viewModel.phase !== ""
            strong: root.viewModel.phase === "playing"
            text: ShowWords.phase(root.viewModel.phase)
        }
        Label {
            width: Math.min(implicitWidth, parent.width)
            color: Theme.muted
            text: [root.viewModel.room, root.viewModel.starts, root.viewModel.phase !== "" ? ShowWords.mode(root.viewModel.mode) : ""].filter(part => part !== "").join("  ·  ")
        }
    }
    Display {
        width: parent.width
        room: width
        font.pixelSize: root.low ? Theme.sizeTitle : Theme.sizeDisplay
        visible: root.viewModel.phase !== ""
        text: root.viewModel.films[0] ?? ""
    }
    EmptyState {
        anchors.horizontalCenter: parent.horizontalCenter
        visible: root.viewModel.phase === ""
        title: qsTr("Nothing to come")
        text: qsTr("The programme has no more shows in this room. A new programme is taken in by itself.")
    }
    Panel {
        width: parent.width
        height: clock.height + 2 * clock.x
        visible: root.viewModel.phase !== ""

        Column {
            id: clock

            x: root.low ? Theme.gap3 : Theme.gap5
            y: x
            width: parent.width - 2 * x
            spacing: Theme.gap3

            Row {
                width: parent.width

                Column {
                    width: parent.width / 2
                    spacing: Theme.gap1

                    Label {
                        width: parent.width
                        color: Theme.muted
                        text: root.waits ? qsTr("Begins in") : qsTr("Left of this item")
                    }
                    Display {
                        room: parent.width
                        font.pixelSize: root.low ? Theme.sizeTitle : Theme.sizeHero
                        text: root.waits ? root.viewModel.untilStart : root.viewModel.itemLeft === "" ? "0:00" : root.viewModel.itemLeft
                    }
                }
                Column {
                    width: parent.width / 2
                    spacing: Theme.gap1

                    Label {
                        width: parent.width
                        color: Theme.muted
                        text: root.waits ? qsTr("Its length") : qsTr("Left of the show")
                    }
                    Display {
                        room: parent.width
                        font.pixelSize: root.low ? Theme.sizeTitle : Theme.sizeHero
                        color: Theme.muted
                        text: root.viewModel.left
                    }
                }
            }
            Rectangle {
                width: parent.width
                height: Theme.gap2
                radius: height / 2
                color: Theme.line

                Rectangle {
                    width: parent.width * root.viewModel.progress
                    height: parent.height
                    radius: height / 2
                    color: Theme.lantern
                }
            }
            Label {
                width: parent.width
                text: root.viewModel.item === "" ? qsTr("Now: nothing yet") : qsTr("Now: %1").arg([ShowWords.item(root.viewModel.item), root.viewModel.itemName, root.viewModel.position].filter(part => part !== "").join("  ·  "))
            }
            Label {
                width: parent.width
                color: Theme.muted
                text: root.viewModel.nextItem === "" ? qsTr("Next: the end") : qsTr("Next: %1").arg([ShowWords.item(root.viewModel.nextItem), root.viewModel.nextName].filter(part => part !== "").join("  ·  "))
            }
        }
    }
    Label {
        width: parent.width
        visible: text !== ""
        color: root.viewModel.standby === "silent" ? Theme.danger : Theme.muted
        text: ShowWords.standby(root.viewModel.standby)
    }
    Repeater {
        model: root.viewModel.alarms

        Row {
            id: alarm

            required property string modelData

            width: root.width
            spacing: Theme.gap3

            Image {
                anchors.verticalCenter: parent.verticalCenter
                sourceSize: Qt.size(Theme.icon, Theme.icon)
                source: Qt.resolvedUrl("../Components/icons/info.svg")
                Accessible.ignored: true
            }
            Label {
                anchors.verticalCenter: parent.verticalCenter
                width: parent.width - Theme.icon - Theme.gap3
                color: Theme.danger
                text: ShowWords.alarm(alarm.modelData)
                Accessible.role: Accessible.AlertMessage
                Accessible.name: text
            }
        }
    }
    AppButton {
        visible: root.viewModel.alarms.length > 0
        text: qsTr("I have seen it")
        onClicked: root.viewModel.seen()
    }
    Column {
        width: parent.width
        topPadding: Theme.gap2
        spacing: Theme.gap2

        Repeater {
            model: root.viewModel.playlist

            PlaylistRow {
                width: root.width
            }
        }
    }
}
