import QtQuick
import QtQuick.Controls.Basic
import SmartCinema.Components
import SmartCinema.Theme

ApplicationWindow {
    id: window

    required property var shell
    required property size startSize
    required property bool startMaximised
    readonly property bool playing: shell.page === "player"

    width: startSize.width
    height: startSize.height
    minimumWidth: 800
    minimumHeight: 540
    visible: true
    visibility: shell.fullScreen ? Window.FullScreen : startMaximised ? Window.Maximized : Window.Windowed
    title: qsTr("Smart Cinema")
    color: playing ? Theme.black : Theme.background

    onClosing: shell.remember_window(width, height, visibility === Window.Maximized)

    Binding {
        target: Theme
        property: "reducedMotion"
        value: window.shell.reducedMotion
    }
    Binding {
        target: Theme
        property: "captionScale"
        value: window.shell.captionScale
    }

    Shortcut {
        sequences: ["Alt+Left", StandardKey.Back]
        onActivated: window.shell.back()
    }
    Shortcut {
        sequence: "Escape"
        enabled: !window.playing
        onActivated: window.shell.back()
    }
    Shortcut {
        sequence: "Ctrl+1"
        enabled: !window.playing
        onActivated: window.shell.open_page("home")
    }
    Shortcut {
        sequence: "Ctrl+2"
        enabled: !window.playing
        onActivated: window.shell.open_page("tickets")
    }
    Shortcut {
        sequence: "Ctrl+3"
        enabled: !window.playing
        onActivated: window.shell.open_page("settings")
    }
    Shortcut {
        sequences: ["F5", StandardKey.Refresh]
        enabled: !window.playing
        onActivated: window.shell.refresh()
    }
    Shortcut {
        sequence: "F11"
        onActivated: window.shell.toggle_full_screen()
    }
    Shortcut {
        sequences: [StandardKey.Quit]
        onActivated: window.close()
    }
    Shortcut {
        sequence: "?"
        onActivated: shortcuts.opened ? shortcuts.close() : shortcuts.open()
    }

    TopBar {
        id: bar

        width: parent.width
        height: visible ? implicitHeight : 0
        shell: window.shell
        visible: !window.playing && window.shell.page !== "language"
    }
    Loader {
        id: page

        anchors.top: bar.bottom
        anchors.bottom: parent.bottom
        anchors.left: parent.left
        anchors.right: parent.right
        sourceComponent: {
            switch (window.shell.page) {
            case "language":
                return languagePage;
            case "film":
                return filmPage;
            case "signIn":
                return signInPage;
            case "checkout":
                return checkoutPage;
            case "tickets":
                return ticketsPage;
            case "settings":
                return settingsPage;
            case "player":
                return playerPage;
            default:
                return homePage;
            }
        }
        onLoaded: {
            item.forceActiveFocus();
            arrive.stop();
            opacity = 1;
            if (window.shell.page !== "player")
                arrive.restart();
        }

        NumberAnimation {
            id: arrive

            target: page
            property: "opacity"
            from: Theme.reducedMotion ? 1 : 0
            to: 1
            duration: Theme.quick
        }
    }
    Rectangle {
        anchors.horizontalCenter: parent.horizontalCenter
        anchors.bottom: parent.bottom
        anchors.bottomMargin: Theme.gap6
        width: Math.min(noticeText.implicitWidth + Theme.gap6, parent.width - Theme.gap6)
        height: noticeText.implicitHeight + Theme.gap4
        radius: Theme.radius
        color: Theme.raised
        border.width: Theme.hairline
        border.color: Theme.line
        visible: window.shell.notice !== "" && !window.playing
        Accessible.role: Accessible.AlertMessage
        Accessible.name: noticeText.text

        Label {
            id: noticeText

            anchors.centerIn: parent
            width: Math.min(implicitWidth, window.width - 2 * Theme.gap6)
            text: window.shell.notice === "" ? "" : Words.notice(window.shell.notice)
        }
    }
    ShortcutsSheet {
        id: shortcuts

        anchors.centerIn: Overlay.overlay
    }

    Component {
        id: languagePage

        LanguagePage {
            shell: window.shell
        }
    }
    Component {
        id: homePage

        HomePage {
            shell: window.shell
            viewModel: window.shell.home
        }
    }
    Component {
        id: filmPage

        FilmPage {
            shell: window.shell
            viewModel: window.shell.film
        }
    }
    Component {
        id: signInPage

        SignInPage {
            shell: window.shell
            viewModel: window.shell.signIn
        }
    }
    Component {
        id: checkoutPage

        CheckoutPage {
            shell: window.shell
            viewModel: window.shell.checkout
        }
    }
    Component {
        id: ticketsPage

        TicketsPage {
            shell: window.shell
            viewModel: window.shell.tickets
        }
    }
    Component {
        id: settingsPage

        SettingsPage {
            shell: window.shell
            viewModel: window.shell.settings
        }
    }
    Component {
        id: playerPage

        // By address, so that the player loads when it is first needed.
        FocusScope {
            Loader {
                anchors.fill: parent
                focus: true
                Component.onCompleted: setSource("PlayerPage.qml", {
                    focus: true,
                    shell: window.shell,
                    viewModel: window.shell.playerPage
                })
            }
        }
    }
}
