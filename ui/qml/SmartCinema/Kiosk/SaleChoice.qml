pragma ComponentBehavior: Bound

import QtQuick
import SmartCinema.Components
import SmartCinema.Theme

// How many, at which price, and how it is paid.
Column {
    id: root

    required property var viewModel
    required property string staff

    spacing: Theme.gap5

    Label {
        width: parent.width
        color: Theme.muted
        text: qsTr("%n place(s) left", "", root.viewModel.left)
    }
    Flow {
        width: parent.width
        spacing: Theme.gap3

        Repeater {
            model: root.viewModel.prices

            AppButton {
                required property var modelData
                required property int index

                primary: index === root.viewModel.price
                text: qsTr("%1  %2").arg(modelData.name).arg(modelData.amount)
                Accessible.checkable: true
                Accessible.checked: primary
                onClicked: root.viewModel.choose(index)
            }
        }
    }
    Row {
        spacing: Theme.gap4

        AppButton {
            anchors.verticalCenter: parent.verticalCenter
            text: "−"
            Accessible.name: qsTr("One less")
            enabled: root.viewModel.people > 1
            onClicked: root.viewModel.count(root.viewModel.people - 1)
        }
        Display {
            anchors.verticalCenter: parent.verticalCenter
            width: implicitWidth
            text: root.viewModel.people
            Accessible.name: qsTr("%n ticket(s)", "", root.viewModel.people)
        }
        AppButton {
            anchors.verticalCenter: parent.verticalCenter
            text: "+"
            Accessible.name: qsTr("One more")
            enabled: root.viewModel.people < root.viewModel.most
            onClicked: root.viewModel.count(root.viewModel.people + 1)
        }
        Display {
            anchors.verticalCenter: parent.verticalCenter
            leftPadding: Theme.gap5
            width: implicitWidth
            text: root.viewModel.total
            color: Theme.lantern
        }
    }
    Row {
        spacing: Theme.gap4

        AppButton {
            primary: true
            enabled: root.viewModel.step === "choose"
            text: qsTr("Paid in cash")
            onClicked: root.viewModel.sell("cash", root.staff)
        }
        AppButton {
            primary: true
            enabled: root.viewModel.step === "choose"
            text: qsTr("Paid by card")
            onClicked: root.viewModel.sell("card", root.staff)
        }
    }
}
