pragma ComponentBehavior: Bound

import QtQuick
import SmartCinema.Components
import SmartCinema.Theme

// What staff work with: who is in, what needs care, looking up, and letting in all the same.
Panel {
    id: root

    required property var viewModel
    property var sale: null
    readonly property string staff: name.text

    Column {
        anchors.fill: parent
        anchors.margins: Theme.gap5
        spacing: Theme.gap4

        Title {
            width: parent.width
            text: qsTr("Door %1").arg(root.viewModel.gate)
        }
        Label {
            width: parent.width
            text: root.viewModel.nowFilm === "" ? qsTr("Nothing more is shown here.") : root.viewModel.nowFilm
        }
        Label {
            width: parent.width
            color: Theme.muted
            visible: root.viewModel.nowFilm !== ""
            text: qsTr("%1  ·  starts %2").arg(root.viewModel.nowRoom).arg(root.viewModel.nowStarts)
        }
        Display {
            width: parent.width
            text: qsTr("%1 / %2").arg(root.viewModel.inside).arg(root.viewModel.capacity)
            Accessible.name: qsTr("%1 of %2 are in").arg(root.viewModel.inside).arg(root.viewModel.capacity)
        }
        Label {
            width: parent.width
            color: Theme.danger
            visible: root.viewModel.shortOfRoom
            text: qsTr("The disk is full: make room.")
        }
        Label {
            width: parent.width
            color: Theme.danger
            visible: root.viewModel.clock !== "good"
            text: root.viewModel.clock === "ahead" ? qsTr("The clock is ahead of what is known: confirm it.") : qsTr("The clock is behind what is known: set it.")
        }
        Label {
            id: partyWords

            width: parent.width
            color: Theme.muted
            font.pixelSize: Theme.sizeSmall
            text: qsTr("How many of a party (empty: all)")
            Accessible.ignored: true
        }
        Field {
            id: people

            width: parent.width
            Accessible.name: partyWords.text
            validator: IntValidator {
                bottom: 1
                top: 255
            }
            onTextEdited: root.viewModel.take(text === "" ? 0 : parseInt(text))

            Connections {
                target: root.viewModel

                function onAnswered() {
                    people.clear();
                }
            }
        }
        Field {
            id: name

            width: parent.width
            placeholderText: qsTr("Your name")
        }
        Field {
            id: reference

            width: parent.width
            placeholderText: qsTr("Number below the code")
            onAccepted: find.clicked()
        }
        AppButton {
            id: find

            width: parent.width
            text: qsTr("Look up")
            enabled: reference.text.trim() !== ""
            onClicked: {
                root.viewModel.look_up(reference.text, name.text);
                reference.clear();
            }
        }
        Field {
            id: reason

            width: parent.width
            visible: root.viewModel.mayOverride || confirm.visible
            placeholderText: qsTr("Reason")
        }
        AppButton {
            id: confirm

            width: parent.width
            visible: root.viewModel.clock === "ahead"
            enabled: name.text.trim() !== "" && reason.text.trim() !== ""
            text: qsTr("The clock is right")
            onClicked: {
                root.viewModel.confirm_clock(name.text, reason.text);
                reason.clear();
            }
        }
        AppButton {
            id: letIn

            width: parent.width
            primary: true
            visible: root.viewModel.mayOverride
            enabled: name.text.trim() !== "" && reason.text.trim() !== ""
            text: qsTr("Let them in")
            onClicked: {
                root.viewModel.override(name.text, reason.text);
                reason.clear();
            }
        }
        AppButton {
            width: parent.width
            visible: root.sale !== null && root.sale.sells
            enabled: visible && root.sale.step === "closed"
            text: qsTr("Sell a ticket")
            onClicked: root.sale.begin()
        }
        AppButton {
            width: parent.width
            visible: root.viewModel.verdict !== ""
            text: qsTr("Next")
            onClicked: root.viewModel.settle()
        }
    }
}
