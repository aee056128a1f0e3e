import QtQuick
import SmartCinema.Components
import SmartCinema.Theme

FocusScope {
    id: root

    required property var shell
    readonly property var viewModel: shell.signIn

    ScrollPage {
        anchors.fill: parent
        centred: true
        maximumWidth: 480
        sidePadding: Theme.gap5
        spacing: Theme.gap4

        Display {
            width: parent.width
            text: !root.viewModel.waiting ? qsTr("Sign in") : root.viewModel.elsewhere ? qsTr("Go on with your phone") : qsTr("Go on in your browser")
            font.pixelSize: Theme.sizeTitle
            horizontalAlignment: Text.AlignHCenter
        }
        Label {
            width: parent.width
            color: Theme.muted
            horizontalAlignment: Text.AlignHCenter
            text: !root.viewModel.waiting ? qsTr("Tickets belong to an account. You sign in with your own browser, so your password never passes through this program.") : root.viewModel.elsewhere ? qsTr("Scan the picture, or open the address in any browser and type the code. This page goes on by itself.") : qsTr("Your browser has opened the box office. When you are done there, this page goes on by itself.")
        }
        Label {
            width: parent.width
            color: Theme.danger
            horizontalAlignment: Text.AlignHCenter
            visible: root.viewModel.error !== ""
            text: root.viewModel.error === "" ? "" : Words.error(root.viewModel.error)
            Accessible.role: Accessible.AlertMessage
        }
        ScreenCode {
            width: parent.width
            visible: root.viewModel.screenCode !== ""
            code: root.viewModel.screenCode
            address: root.viewModel.codeAddress
            picture: root.viewModel.codePicture
        }
        BusyLine {
            anchors.horizontalCenter: parent.horizontalCenter
            visible: root.viewModel.waiting
        }
        AppButton {
            width: parent.width
            primary: true
            focus: true
            text: qsTr("Sign in in your browser")
            visible: !root.viewModel.waiting
            onClicked: root.viewModel.sign_in()
        }
        AppButton {
            width: parent.width
            text: qsTr("Create an account")
            visible: !root.viewModel.waiting
            onClicked: root.viewModel.create_account()
        }
        AppButton {
            width: parent.width
            text: qsTr("Sign in with your phone")
            visible: !root.viewModel.waiting
            onClicked: root.viewModel.sign_in_elsewhere()
        }
        AppButton {
            width: parent.width
            text: qsTr("Open the browser again")
            visible: root.viewModel.waiting && !root.viewModel.elsewhere
            enabled: root.viewModel.addressKnown
            onClicked: root.viewModel.open_again()
        }
        AppButton {
            width: parent.width
            text: qsTr("Copy the address")
            visible: root.viewModel.waiting
            enabled: root.viewModel.addressKnown
            onClicked: root.viewModel.copy_address()
        }
        AppButton {
            anchors.horizontalCenter: parent.horizontalCenter
            plain: true
            text: qsTr("Cancel")
            onClicked: root.viewModel.waiting ? root.viewModel.cancel() : root.shell.back()
        }
    }
}
