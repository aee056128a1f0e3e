pragma ComponentBehavior: Bound

import QtQuick
import SmartCinema.Components
import SmartCinema.Theme

// The answer, to be seen from afar: colour, sign and words say the same.
Rectangle {
    id: root

    required property var viewModel
    readonly property string light: viewModel.light
    readonly property bool answered: light === "green" || light === "amber" || light === "red"

    color: light === "green" ? Theme.go : light === "amber" ? Theme.wait : light === "red" ? Theme.stop : Theme.surface
    Accessible.role: Accessible.AlertMessage
    Accessible.name: words.text + " " + help.text

    Column {
        width: parent.width - 2 * Theme.gap7
        anchors.centerIn: parent
        spacing: Theme.gap5

        Image {
            anchors.horizontalCenter: parent.horizontalCenter
            width: Theme.sign
            height: Theme.sign
            sourceSize: Qt.size(Theme.sign, Theme.sign)
            visible: root.answered
            source: root.answered ? Qt.resolvedUrl("../Components/icons/" + (root.light === "green" ? "check" : root.light === "amber" ? "hand" : "cross") + ".svg") : ""
            Accessible.ignored: true
        }
        Display {
            id: words

            anchors.horizontalCenter: parent.horizontalCenter
            room: parent.width
            horizontalAlignment: Text.AlignHCenter
            font.pixelSize: root.answered ? Theme.sizeSign : Theme.sizeDisplay
            color: root.answered ? Theme.signInk : Theme.text
            text: root.light === "waiting" ? qsTr("One moment…") : root.light === "ready" ? qsTr("Please show your ticket") : DoorWords.title(root.viewModel.verdict, root.viewModel.people)
        }
        Label {
            id: help

            width: parent.width
            horizontalAlignment: Text.AlignHCenter
            font.pixelSize: Theme.sizeHeading
            color: root.answered ? Theme.signInk : Theme.muted
            visible: text !== ""
            text: {
                const model = root.viewModel;
                switch (model.verdict) {
                case "":
                    return model.slow ? qsTr("The disk is slow; it is being recorded.") : "";
                case "admitted":
                    return qsTr("%1  ·  %2").arg(model.film).arg(model.room);
                case "other-room":
                case "other-gate":
                    return qsTr("%1 is in %2.").arg(model.film).arg(model.room);
                case "too-early":
                    return qsTr("%1: doors open on %2.").arg(model.film).arg(model.at);
                case "too-late":
                    return qsTr("%1: it was good until %2.").arg(model.film).arg(model.at);
                default:
                    return DoorWords.help(model.verdict);
                }
            }
        }
        Repeater {
            model: root.answered && root.light !== "green" ? root.viewModel.before : []

            Label {
                required property var modelData

                width: parent ? parent.width : 0
                horizontalAlignment: Text.AlignHCenter
                font.pixelSize: Theme.sizeHeading
                color: Theme.signInk
                text: qsTr("%1, door %2").arg(modelData.at).arg(modelData.gate)
            }
        }
    }
}
