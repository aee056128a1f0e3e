pragma ComponentBehavior: Bound

import QtQuick
import SmartCinema.Components
import SmartCinema.Theme

Rectangle {
    id: root

    required property var shell

    // In a narrow window, or with large letters, the name gives way first, then the words about the account.
    readonly property real mine: signIn.wanted ? signIn.implicitWidth : shell.signedIn ? person.width + account.width : 0
    readonly property real needed: 2 * Theme.gap5 + films.implicitWidth + tickets.implicitWidth + settings.implicitWidth + Theme.target + 5 * Theme.gap4 + (shell.canGoBack ? Theme.target + Theme.gap4 : 0)
    readonly property bool tight: width < needed + mine

    implicitHeight: Theme.navHeight + offline.height
    color: Theme.background

    Row {
        id: left

        x: Theme.gap5
        height: Theme.navHeight
        spacing: Theme.gap4

        IconButton {
            anchors.verticalCenter: parent.verticalCenter
            iconName: "back"
            text: qsTr("Back")
            visible: root.shell.canGoBack
            onClicked: root.shell.back()
        }
        Brand {
            anchors.verticalCenter: parent.verticalCenter
            visible: !root.tight
            named: root.width >= root.needed + root.mine + fullWidth
        }
    }
    Row {
        anchors.right: parent.right
        anchors.rightMargin: Theme.gap5
        height: Theme.navHeight
        spacing: Theme.gap1

        NavItem {
            id: films

            anchors.verticalCenter: parent.verticalCenter
            text: qsTr("Films")
            current: root.shell.page === "home"
            onClicked: root.shell.open_page("home")
        }
        NavItem {
            id: tickets

            anchors.verticalCenter: parent.verticalCenter
            text: qsTr("My tickets")
            current: root.shell.page === "tickets"
            onClicked: root.shell.open_page("tickets")
        }
        NavItem {
            id: settings

            anchors.verticalCenter: parent.verticalCenter
            text: qsTr("Settings")
            current: root.shell.page === "settings"
            onClicked: root.shell.open_page("settings")
        }
        IconButton {
            anchors.verticalCenter: parent.verticalCenter
            iconName: "language"
            text: qsTr("Language")
            onClicked: languages.opened ? languages.close() : languages.open()

            LanguageMenu {
                id: languages

                languages: root.shell.languages
                current: root.shell.language
                onChosen: tag => root.shell.choose_language(tag)
            }
        }
        Item {
            width: Theme.gap4
            height: 1
            visible: !root.tight
        }
        AppButton {
            id: signIn

            readonly property bool wanted: !root.shell.signedIn && root.shell.page !== "signIn"

            anchors.verticalCenter: parent.verticalCenter
            text: qsTr("Sign in")
            visible: wanted && !root.tight
            onClicked: root.shell.open_sign_in()
        }
        IconButton {
            anchors.verticalCenter: parent.verticalCenter
            iconName: "person"
            text: root.shell.signedIn ? qsTr("Your account") : qsTr("Sign in")
            visible: root.tight && (root.shell.signedIn || signIn.wanted)
            onClicked: root.shell.signedIn ? root.shell.open_account() : root.shell.open_sign_in()
        }
        Row {
            anchors.verticalCenter: parent.verticalCenter
            visible: root.shell.signedIn && !root.tight

            Icon {
                id: person

                anchors.verticalCenter: parent.verticalCenter
                drawing: "person"
            }
            NavItem {
                id: account

                anchors.verticalCenter: parent.verticalCenter
                width: Math.min(implicitWidth, 200)
                text: root.shell.accountName
                current: root.shell.page === "account"
                Accessible.description: qsTr("Your account")
                onClicked: root.shell.open_account()
            }
        }
    }
    Loader {
        id: offline

        y: Theme.navHeight
        width: parent.width
        height: active ? Math.max(Theme.target, item ? (item as Item).implicitHeight : 0) : 0
        active: root.shell.offline && (root.shell.page !== "home" || root.shell.home.error === "")
        sourceComponent: Rectangle {
            implicitHeight: offlineText.implicitHeight + Theme.gap2
            color: Theme.raised
            Accessible.role: Accessible.AlertMessage
            Accessible.name: offlineText.text

            Row {
                anchors.centerIn: parent
                spacing: Theme.gap3

                Icon {
                    anchors.verticalCenter: parent.verticalCenter
                    drawing: "offline"
                }
                Label {
                    id: offlineText

                    anchors.verticalCenter: parent.verticalCenter
                    width: Math.min(implicitWidth, root.width - tryNow.width - Theme.icon - 4 * Theme.gap3)
                    text: qsTr("No connection to the box office. It is tried again by itself.")
                }
                AppButton {
                    id: tryNow

                    anchors.verticalCenter: parent.verticalCenter
                    plain: true
                    text: qsTr("Try now")
                    onClicked: root.shell.refresh()
                }
            }
        }
    }
    Rectangle {
        anchors.bottom: parent.bottom
        width: parent.width
        height: Theme.hairline
        color: Theme.raised
    }
}
