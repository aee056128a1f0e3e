pragma ComponentBehavior: Bound

import QtQuick
import SmartCinema.Components
import SmartCinema.Theme

// The answer, to be seen from afar: colour, sign and words say the same.
Rectangle {
    id: root

    required property var viewModel
    readonly property string light: viewModel.light
    // Of a window of 1280 x 720; on a larger screen it is seen from further away.
    readonly property real unit: Math.min(width / 920, height / 720)
    readonly property int side: Math.round(Theme.sign * unit)
    readonly property int sizeHelp: Math.max(Theme.sizeBody, Math.round(Theme.sizeHeading * unit))
    readonly property bool answered: light === "green" || light === "amber" || light === "red"

    color: light === "green" ? Theme.go : light === "amber" ? Theme.wait : light === "red" ? Theme.stop : Theme.surface
    Accessible.role: Accessible.AlertMessage
    Accessible.name: words.text + " " + help.text

    Column {
        width: parent.width - 2 * Math.round(Theme.gap7 * Math.min(1, root.unit))
        anchors.centerIn: parent
        spacing: Math.round(Theme.gap5 * root.unit)

        Image {
            anchors.horizontalCenter: parent.horizontalCenter
            width: root.side
            height: root.side
            sourceSize: Qt.size(root.side, root.side)
            visible: root.answered
            source: root.answered ? Qt.resolvedUrl("../Components/icons/" + (root.light === "green" ? "check" : root.light === "amber" ? "hand" : "cross") + ".svg") : ""
            Accessible.ignored: true
        }
        Display {
            id: words

            anchors.horizontalCenter: parent.horizontalCenter
            room: parent.width
            horizontalAlignment: Text.AlignHCenter
            font.pixelSize: Math.max(Theme.sizeHeading, Math.round((root.answered ? Theme.sizeSign : Theme.sizeDisplay) * root.unit))
            color: root.answered ? Theme.signInk : Theme.text
            text: root.light === "waiting" ? qsTr("One moment…") : root.light === "ready" ? qsTr("Please show your ticket") : DoorWords.title(root.viewModel.verdict, root.viewModel.people)
        }
        Label {
            id: help

            width: parent.width
            horizontalAlignment: Text.AlignHCenter
            font.pixelSize: root.sizeHelp
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
                    if (model.doors === "")
                        return qsTr("%1  ·  %2  ·  %3").arg(model.film).arg(model.room).arg(model.starts);
                    return qsTr("%1  ·  %2, door %3  ·  %4").arg(model.film).arg(model.room).arg(model.doors).arg(model.starts);
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
                font.pixelSize: root.sizeHelp
                color: Theme.signInk
                text: qsTr("%1, door %2").arg(modelData.at).arg(modelData.gate)
            }
        }
    }
}
