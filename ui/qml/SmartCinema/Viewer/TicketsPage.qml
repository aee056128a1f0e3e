pragma ComponentBehavior: Bound

import QtQuick
import SmartCinema.Components
import SmartCinema.Theme

FocusScope {
    id: root

    required property var shell
    readonly property var viewModel: shell.tickets
    readonly property var films: shell.downloads.films
    readonly property var gifts: shell.gifts
    readonly property bool bare: viewModel.cards.length === 0 && films.length === 0 && gifts.cards.length === 0

    Connections {
        target: root.viewModel

        function onChosenChanged() {
            scroll.contentY = 0;
        }
    }
    ScrollPage {
        id: scroll

        anchors.fill: parent
        focus: visible
        maximumWidth: 980
        spacing: Theme.gap4
        visible: !root.bare

        Item {
            width: 1
            height: Theme.gap4
        }
        Display {
            width: scroll.innerWidth
            text: qsTr("My tickets")
            font.pixelSize: Theme.sizeTitle
        }
        Label {
            width: scroll.innerWidth
            visible: root.films.length > 0
            color: Theme.muted
            text: qsTr("On this device. They play without a network.")
        }
        Repeater {
            model: root.films

            KeptCard {
                id: film

                required property var modelData

                width: scroll.innerWidth
                shell: root.shell
                kept: film.modelData
            }
        }
        AppButton {
            visible: root.films.length > 0 && !root.viewModel.signedIn
            text: qsTr("Sign in")
            onClicked: root.shell.open_sign_in()
        }
        Repeater {
            model: root.viewModel.cards

            TicketCard {
                id: card

                required property var modelData

                width: scroll.innerWidth
                shell: root.shell
                ticket: card.modelData
            }
        }
        Repeater {
            model: root.gifts.cards

            GiftCard {
                id: given

                required property var modelData

                width: scroll.innerWidth
                gifts: root.gifts
                gift: given.modelData
            }
        }
        GiftClaim {
            width: Math.min(Theme.columnWidth, scroll.innerWidth)
            visible: root.viewModel.signedIn
            gifts: root.gifts
        }
    }
    ScrollPage {
        anchors.fill: parent
        centred: true
        focus: visible
        maximumWidth: Theme.columnWidth
        sidePadding: Theme.gap5
        spacing: Theme.gap7
        visible: root.bare

        BusyLine {
            anchors.horizontalCenter: parent.horizontalCenter
            visible: root.viewModel.loading
        }
        EmptyState {
            anchors.horizontalCenter: parent.horizontalCenter
            iconName: "ticket"
            visible: !root.viewModel.signedIn
            title: qsTr("Sign in to see your tickets")
            text: qsTr("Tickets belong to your account and come along to every computer you sign in on.")
            action: qsTr("Sign in")
            onActed: root.shell.open_sign_in()
        }
        EmptyState {
            anchors.horizontalCenter: parent.horizontalCenter
            iconName: "ticket"
            visible: root.viewModel.empty
            title: qsTr("No tickets yet")
            text: qsTr("One ticket is one viewing. The films that are on are waiting.")
            action: qsTr("See what is on")
            onActed: root.shell.open_page("home")
        }
        GiftClaim {
            width: parent.width
            visible: root.viewModel.empty
            gifts: root.gifts
        }
        EmptyState {
            anchors.horizontalCenter: parent.horizontalCenter
            iconName: "offline"
            visible: root.viewModel.error !== "" && root.viewModel.signedIn
            title: qsTr("Your tickets could not be fetched")
            text: root.viewModel.error === "" ? "" : Words.error(root.viewModel.error)
            action: qsTr("Try again")
            onActed: root.shell.refresh()
        }
    }
}
