pragma ComponentBehavior: Bound

import QtQuick
import SmartCinema.Components
import SmartCinema.Theme

// What staff work with: who is in, what needs care, looking up, and letting in all the same.
Panel {
    id: root

    required property var viewModel
    readonly property bool low: height < 540
    property var sale: null
    readonly property string staff: name.text

    ScrollPage {
        anchors.left: parent.left
        anchors.right: parent.right
        anchors.top: parent.top
        anchors.bottom: acts.top
        sidePadding: root.low ? Theme.gap4 : Theme.gap5
        topPadding: Theme.gap4
        bottomPadding: Theme.gap4
        spacing: Theme.gap3
        follows: true

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
            font.pixelSize: root.low ? Theme.sizeTitle : Theme.sizeDisplay
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
        Repeater {
            model: root.viewModel.doubles

            Column {
                id: double

                required property var modelData

                width: parent ? parent.width : 0
                spacing: Theme.gap1

                Label {
                    width: parent.width
                    color: Theme.danger
                    text: qsTr("Ticket %1 came in at several doors.").arg(double.modelData.reference)
                    Accessible.role: Accessible.AlertMessage
                    Accessible.name: text
                }
                Label {
                    width: parent.width
                    color: Theme.muted
                    text: double.modelData.came.map(one => qsTr("%1, door %2").arg(one.at).arg(one.gate)).join("\n")
                }
            }
        }
        AppButton {
            width: parent.width
            visible: root.viewModel.doubles.length > 0
            text: qsTr("I have seen it")
            onClicked: root.viewModel.seen()
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
            leftPadding: root.low ? Theme.gap3 : Theme.gap4
            font.pixelSize: root.low ? Theme.sizeSmall : Theme.sizeBody
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
            leftPadding: root.low ? Theme.gap3 : Theme.gap4
            font.pixelSize: root.low ? Theme.sizeSmall : Theme.sizeBody
            placeholderText: qsTr("Your name")
        }
        Field {
            id: reference

            width: parent.width
            leftPadding: root.low ? Theme.gap3 : Theme.gap4
            font.pixelSize: root.low ? Theme.sizeSmall : Theme.sizeBody
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
            leftPadding: root.low ? Theme.gap3 : Theme.gap4
            font.pixelSize: root.low ? Theme.sizeSmall : Theme.sizeBody
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
        SureButton {
            width: parent.width
            visible: root.viewModel.lastPeople > 0
            enabled: name.text.trim() !== ""
            label: qsTr("Take back the last (%1)").arg(root.viewModel.lastPeople)
            question: qsTr("They did not come in?")
            onSure: root.viewModel.take_back(name.text)
        }
    }
    // What is wanted after every answer stays where it is.
    Row {
        id: acts

        readonly property int shown: Number(sell.visible) + Number(next.visible)
        readonly property real part: (width - Theme.gap3 * (shown - 1)) / Math.max(1, shown)

        x: root.low ? Theme.gap4 : Theme.gap5
        width: parent.width - 2 * x
        anchors.bottom: parent.bottom
        anchors.bottomMargin: Theme.gap4
        spacing: Theme.gap3

        AppButton {
            id: sell

            width: acts.part
            visible: root.sale !== null && root.sale.sells
            enabled: visible && root.sale.step === "closed"
            text: qsTr("Sell a ticket")
            onClicked: root.sale.begin()
        }
        AppButton {
            id: next

            width: acts.part
            visible: root.viewModel.verdict !== ""
            text: qsTr("Next")
            onClicked: root.viewModel.settle()
        }
    }
}
