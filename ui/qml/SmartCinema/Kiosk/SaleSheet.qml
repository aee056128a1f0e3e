pragma ComponentBehavior: Bound

import QtQuick
import SmartCinema.Components
import SmartCinema.Theme

// Selling at the door: how many at which price; then the code.
Rectangle {
    id: root

    required property var sale
    required property string staff
    readonly property string step: sale.step

    color: Theme.surface
    visible: step !== "closed"
    Accessible.role: Accessible.Pane
    Accessible.name: qsTr("Sell a ticket")
    onVisibleChanged: if (visible)
        close.forceActiveFocus()
    onStepChanged: Qt.callLater(() => page.contentY = 0)

    ScrollPage {
        id: page

        anchors.fill: parent
        maximumWidth: Theme.columnWidth
        sidePadding: Math.min(Theme.gap7, parent.width / 24)
        centred: true
        follows: true

        Display {
            width: parent.width
            room: parent.width
            font.pixelSize: root.height < 540 ? Theme.sizeTitle : Theme.sizeDisplay
            text: root.step === "sold" ? qsTr("Sold") : root.step === "full" ? qsTr("Sold out") : root.step === "alone" || root.step === "failed" ? qsTr("Not sold") : qsTr("Sell a ticket")
        }
        Label {
            width: parent.width
            font.pixelSize: Theme.sizeHeading
            text: {
                switch (root.step) {
                case "full":
                    return qsTr("There are not so many places left.");
                case "alone":
                    return qsTr("The leading door does not answer, so nobody knows what is left. Look at its network, then try again.");
                case "failed":
                    return qsTr("Nothing was recorded and nothing was sold. Look at the disk, then try again.");
                default:
                    return qsTr("%1  ·  %2  ·  %3").arg(root.sale.film).arg(root.sale.room).arg(root.sale.starts);
                }
            }
        }
        SaleChoice {
            width: parent.width
            sale: root.sale
            staff: root.staff
            visible: root.step === "choose" || root.step === "selling"
        }
        SaleTicket {
            width: parent.width
            sale: root.sale
            visible: root.step === "sold"
        }
        Flow {
            width: parent.width
            spacing: Theme.gap4

            AppButton {
                id: close

                text: root.step === "sold" ? qsTr("Done") : root.step === "choose" ? qsTr("Cancel") : qsTr("Back")
                enabled: root.step !== "selling"
                primary: root.step === "sold"
                onClicked: root.sale.close()
            }
            AppButton {
                visible: root.step === "sold" && root.sale.printed !== "none"
                enabled: root.sale.printed !== "printing"
                text: qsTr("Print again")
                onClicked: root.sale.print_again()
            }
        }
    }
}
