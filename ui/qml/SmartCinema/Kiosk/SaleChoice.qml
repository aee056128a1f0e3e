pragma ComponentBehavior: Bound

import QtQuick
import SmartCinema.Components
import SmartCinema.Theme

// How many, at which price, and how it is paid.
Column {
    id: root

    required property var sale
    required property string staff

    spacing: Theme.gap5

    Label {
        width: parent.width
        color: Theme.muted
        text: qsTr("%n place(s) left", "", root.sale.left)
    }
    Flow {
        width: parent.width
        spacing: Theme.gap3

        Repeater {
            model: root.sale.prices

            AppButton {
                required property var modelData
                required property int index

                primary: index === root.sale.price
                text: qsTr("%1  %2").arg(modelData.name).arg(modelData.amount)
                Accessible.checkable: true
                Accessible.checked: primary
                onClicked: root.sale.choose(index)
            }
        }
    }
    Flow {
        width: parent.width
        spacing: Theme.gap5

        Row {
            spacing: Theme.gap4

            AppButton {
                anchors.verticalCenter: parent.verticalCenter
                text: "−"
                Accessible.name: qsTr("One less")
                enabled: root.sale.people > 1
                onClicked: root.sale.count(root.sale.people - 1)
            }
            Display {
                anchors.verticalCenter: parent.verticalCenter
                width: implicitWidth
                text: root.sale.people
                Accessible.name: qsTr("%n ticket(s)", "", root.sale.people)
            }
            AppButton {
                anchors.verticalCenter: parent.verticalCenter
                text: "+"
                Accessible.name: qsTr("One more")
                enabled: root.sale.people < root.sale.most
                onClicked: root.sale.count(root.sale.people + 1)
            }
        }
        Display {
            width: implicitWidth
            text: root.sale.total
            color: Theme.lantern
        }
    }
    Flow {
        width: parent.width
        spacing: Theme.gap4

        AppButton {
            primary: true
            enabled: root.sale.step === "choose"
            text: qsTr("Paid in cash")
            onClicked: root.sale.sell("cash", root.staff)
        }
        AppButton {
            primary: true
            enabled: root.sale.step === "choose"
            text: qsTr("Paid by card")
            onClicked: root.sale.sell("card", root.staff)
        }
    }
}
