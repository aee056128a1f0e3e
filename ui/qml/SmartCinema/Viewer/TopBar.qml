pragma ComponentBehavior: Bound

import QtQuick
import SmartCinema.Components
import SmartCinema.Theme

Rectangle {
    id: root

    required property var shell

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
        }
    }
    Row {
        anchors.right: parent.right
        anchors.rightMargin: Theme.gap5
        height: Theme.navHeight
        spacing: Theme.gap1

        NavItem {
            anchors.verticalCenter: parent.verticalCenter
            text: qsTr("Films")
            current: root.shell.page === "home"
            onClicked: root.shell.open_page("home")
        }
        NavItem {
            anchors.verticalCenter: parent.verticalCenter
            text: qsTr("My tickets")
            current: root.shell.page === "tickets"
            onClicked: root.shell.open_page("tickets")
        }
        NavItem {
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
        }
        AppButton {
            anchors.verticalCenter: parent.verticalCenter
            text: qsTr("Sign in")
            visible: !root.shell.signedIn && root.shell.page !== "signIn"
            onClicked: root.shell.open_sign_in()
        }
        Row {
            anchors.verticalCenter: parent.verticalCenter
            visible: root.shell.signedIn

            Icon {
                anchors.verticalCenter: parent.verticalCenter
                drawing: "person"
            }
            NavItem {
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
        height: active ? Theme.target : 0
        active: root.shell.offline && (root.shell.page !== "home" || root.shell.home.error === "")
        sourceComponent: Rectangle {
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
                    wrapMode: Text.NoWrap
                    text: qsTr("No connection to the box office. It is tried again by itself.")
                }
                AppButton {
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
