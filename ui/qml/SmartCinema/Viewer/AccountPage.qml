pragma ComponentBehavior: Bound

import QtQuick
import SmartCinema.Components
import SmartCinema.Theme

FocusScope {
    id: root

    required property var shell
    readonly property var viewModel: shell.account
    property bool ending: false

    ScrollPage {
        id: scroll

        anchors.fill: parent
        focus: true
        maximumWidth: 820
        spacing: 0
        onContentHeightChanged: {
            if (root.ending)
                reveal(confirmation);
        }

        Item {
            width: 1
            height: Theme.gap6
        }
        Display {
            width: scroll.innerWidth
            text: root.viewModel.name
            font.pixelSize: Theme.sizeTitle
        }
        Label {
            width: scroll.innerWidth
            bottomPadding: Theme.gap5
            color: Theme.muted
            text: root.viewModel.email
        }
        Title {
            width: scroll.innerWidth
            text: qsTr("Where you are signed in")
        }
        BusyLine {
            width: scroll.innerWidth
            visible: root.viewModel.loading || root.viewModel.working
        }
        Repeater {
            model: root.viewModel.signIns

            SettingRow {
                id: place

                required property var modelData

                title: place.modelData.device !== "" ? place.modelData.device : qsTr("A device without a name")
                text: place.modelData.here ? qsTr("This device, since %1").arg(place.modelData.created) : qsTr("Last seen %1").arg(place.modelData.seen)

                AppButton {
                    visible: !place.modelData.here
                    enabled: !root.viewModel.working
                    text: qsTr("Sign out there")
                    Accessible.name: qsTr("Sign out on %1").arg(place.title)
                    onClicked: root.viewModel.end(place.modelData.id)
                }
            }
        }
        SettingRow {
            title: qsTr("Everywhere")
            text: qsTr("Ends every sign-in at once, this one too. Your tickets stay with the account.")

            AppButton {
                focus: true
                enabled: !root.viewModel.working
                text: qsTr("Sign out everywhere")
                onClicked: root.viewModel.end_all()
            }
        }
        Title {
            width: scroll.innerWidth
            topPadding: Theme.gap6
            text: qsTr("What is kept of you")
        }
        SettingRow {
            title: qsTr("Your data")
            text: root.viewModel.saved !== "" ? qsTr("Saved as %1.").arg(root.viewModel.saved) : qsTr("Orders, tickets, what you watched and where you signed in, as one file.")

            AppButton {
                enabled: !root.viewModel.working
                text: root.viewModel.saved !== "" ? qsTr("Show the folder") : qsTr("Save my data")
                onClicked: root.viewModel.saved !== "" ? root.viewModel.show_saved() : root.viewModel.save()
            }
        }
        SettingRow {
            title: qsTr("Delete the account")
            text: qsTr("At once and for good. The books keep what was paid, without you.")

            AppButton {
                visible: !root.ending
                enabled: !root.viewModel.working
                text: qsTr("Delete…")
                onClicked: {
                    root.ending = true;
                    address.forceActiveFocus();
                }
            }
        }
        Column {
            id: confirmation

            width: scroll.innerWidth
            topPadding: Theme.gap4
            spacing: Theme.gap3
            visible: root.ending

            Label {
                width: parent.width
                color: Theme.danger
                visible: root.viewModel.ticketsLeft > 0
                text: qsTr("%n ticket(s) that you can still use will be lost.", "", root.viewModel.ticketsLeft)
                Accessible.role: Accessible.AlertMessage
            }
            Label {
                width: parent.width
                text: qsTr("Type %1 to delete the account.").arg(root.viewModel.email)
            }
            Row {
                width: parent.width
                spacing: Theme.gap3

                Field {
                    id: address

                    width: parent.width - erase.width - keep.width - 2 * parent.spacing
                    placeholderText: qsTr("Your e-mail address")
                    enabled: !root.viewModel.working
                    Keys.onEscapePressed: root.ending = false
                }
                AppButton {
                    id: erase

                    enabled: !root.viewModel.working && address.text.trim().toLowerCase() === root.viewModel.email.toLowerCase()
                    text: qsTr("Delete for good")
                    onClicked: root.viewModel.delete(address.text)
                }
                AppButton {
                    id: keep

                    text: qsTr("Keep it")
                    onClicked: root.ending = false
                }
            }
        }
        Label {
            width: scroll.innerWidth
            topPadding: Theme.gap4
            color: Theme.danger
            visible: root.viewModel.error !== ""
            text: root.viewModel.error === "" ? "" : Words.error(root.viewModel.error)
            Accessible.role: Accessible.AlertMessage
        }
        Item {
            width: 1
            height: Theme.gap7
        }
    }
}
