pragma ComponentBehavior: Bound

import QtQuick
import SmartCinema.Components
import SmartCinema.Theme

FocusScope {
    id: root

    required property var shell
    readonly property var viewModel: shell.checkout
    readonly property var film: viewModel.card
    readonly property string step: viewModel.step

    ScrollPage {
        anchors.fill: parent
        centred: true
        sidePadding: 0

        Row {
            anchors.horizontalCenter: parent.horizontalCenter
            spacing: Theme.gap7

            Picture {
                width: 240
                height: 360
                path: root.film ? root.film.poster : ""
                tint: root.film ? root.film.accent : Theme.raised
                visible: root.width > 900
            }
            Column {
                width: Math.min(460, root.width - 2 * Theme.gap6)
                anchors.verticalCenter: parent.verticalCenter
                spacing: Theme.gap4

                Display {
                    width: parent.width
                    font.pixelSize: Theme.sizeTitle
                    text: root.step === "done" ? qsTr("Your ticket is here") : root.step === "gift" ? qsTr("Your gift is ready") : root.step === "void" ? qsTr("The order was called off") : root.step === "failed" ? qsTr("The order did not go through") : qsTr("Your ticket")
                }
                Column {
                    width: parent.width
                    spacing: Theme.gap1

                    Title {
                        width: parent.width
                        text: root.film ? root.film.name : ""
                    }
                    Label {
                        width: parent.width
                        color: Theme.muted
                        text: qsTr("One viewing, one person, one device  ·  %1").arg(root.viewModel.total)
                    }
                }
                Label {
                    width: parent.width
                    text: {
                        switch (root.step) {
                        case "done":
                            return qsTr("Watch it now or later: it is under My tickets.");
                        case "gift":
                            return qsTr("Pass this code on. Whoever enters it under My tickets has the ticket; the time to watch it begins then.");
                        case "void":
                            return qsTr("Nothing was charged.");
                        case "failed":
                            return Words.error(root.viewModel.error);
                        case "waiting":
                            return qsTr("The checkout has opened in your browser. When it is paid, this page goes on by itself.");
                        default:
                            return qsTr("Preparing your order…");
                        }
                    }
                    color: root.step === "failed" ? Theme.danger : Theme.text
                }
                BusyLine {
                    width: parent.width
                    visible: root.step === "waiting" || root.step === "preparing"
                }
                AppButton {
                    width: parent.width
                    primary: true
                    focus: visible
                    text: qsTr("Watch now")
                    visible: root.step === "done"
                    onClicked: root.shell.watch(root.film.id)
                }
                Title {
                    width: parent.width
                    visible: root.step === "gift"
                    color: Theme.lantern
                    text: root.viewModel.gift
                }
                AppButton {
                    width: parent.width
                    primary: true
                    text: qsTr("Copy the code")
                    visible: root.step === "gift"
                    onClicked: root.viewModel.copy_gift()
                }
                AppButton {
                    width: parent.width
                    primary: true
                    text: qsTr("Try again")
                    visible: root.step === "failed" || root.step === "void"
                    onClicked: root.viewModel.try_again()
                }
                Row {
                    width: parent.width
                    spacing: Theme.gap3
                    visible: root.step === "waiting"

                    AppButton {
                        width: (parent.width - parent.spacing) / 2
                        text: qsTr("Open it again")
                        onClicked: root.viewModel.open_again()
                    }
                    AppButton {
                        width: (parent.width - parent.spacing) / 2
                        text: qsTr("Copy the address")
                        onClicked: root.viewModel.copy_address()
                    }
                }
                Column {
                    width: parent.width
                    spacing: Theme.gap3
                    visible: root.step === "waiting"

                    Repeater {
                        model: root.viewModel.passes

                        AppButton {
                            id: pass

                            required property var modelData

                            width: parent.width
                            enabled: !root.viewModel.redeeming
                            text: (pass.modelData.name !== "" ? qsTr("Use the pass for %1").arg(pass.modelData.name) : qsTr("Use the pass")) + "  ·  " + qsTr("%1 of %2 left").arg(pass.modelData.left).arg(pass.modelData.tickets)
                            onClicked: root.viewModel.use_pass(pass.modelData.id)
                        }
                    }
                    Row {
                        width: parent.width
                        spacing: Theme.gap3

                        Field {
                            id: voucher

                            width: parent.width - redeem.width - parent.spacing
                            placeholderText: qsTr("Voucher or pass code")
                            enabled: !root.viewModel.redeeming
                            onAccepted: root.viewModel.redeem(text)
                        }
                        AppButton {
                            id: redeem

                            text: qsTr("Redeem")
                            enabled: voucher.text.trim() !== "" && !root.viewModel.redeeming
                            onClicked: root.viewModel.redeem(voucher.text)
                        }
                    }
                    Label {
                        width: parent.width
                        color: Theme.danger
                        font.pixelSize: Theme.sizeSmall
                        visible: root.viewModel.voucherError !== ""
                        text: root.viewModel.voucherError === "" ? "" : Words.error(root.viewModel.voucherError)
                        Accessible.role: Accessible.AlertMessage
                    }
                }
                AppButton {
                    plain: true
                    text: root.step === "waiting" || root.step === "preparing" ? qsTr("Cancel the order") : qsTr("Back to the films")
                    onClicked: {
                        if (root.step === "waiting" || root.step === "preparing") {
                            root.viewModel.cancel();
                            root.shell.back();
                        } else {
                            root.shell.open_page("home");
                        }
                    }
                }
            }
        }
    }
}
