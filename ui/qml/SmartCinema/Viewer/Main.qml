pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Templates as T
import SmartCinema.Components
import SmartCinema.Theme

T.ApplicationWindow {
    id: window

    required property var shell
    required property size startSize
    required property bool startMaximised
    readonly property bool playing: shell.page === "player"

    width: startSize.width
    height: startSize.height
    minimumWidth: shell.small ? Theme.smallWidth / 2 : Math.min(640, Screen.desktopAvailableWidth)
    minimumHeight: shell.small ? Theme.smallWidth / 4 : Math.min(360, Screen.desktopAvailableHeight)
    visible: true
    flags: Qt.Window | (shell.small ? Qt.FramelessWindowHint : 0) | (shell.small || shell.onTop ? Qt.WindowStaysOnTopHint : 0)
    visibility: shell.screens.aside ? Window.Hidden : fullHere ? Window.FullScreen : startMaximised ? Window.Maximized : Window.Windowed
    title: qsTr("Smart Cinema")
    color: playing ? Theme.black : Theme.background

    // Small, in the corner below on the right; and back to where it was.
    readonly property bool small: shell.small
    property rect before

    // Full screen on the screen that was chosen for films: the window goes there first.
    readonly property bool fullWanted: shell.fullScreen
    property bool fullHere: false
    property bool abroad: false

    function keepPlace() {
        before = Qt.rect(x, y, width, height);
    }
    function goBack() {
        x = before.x;
        y = before.y;
        width = before.width;
        height = before.height;
    }

    onFullWantedChanged: {
        const target = fullWanted ? Application.screens.find(candidate => candidate.name === shell.screens.target) : undefined;
        if (target && target.name !== Screen.name) {
            keepPlace();
            x = target.virtualX + Theme.gap8;
            y = target.virtualY + Theme.gap8;
            screen = target;
            abroad = true;
        }
        fullHere = fullWanted;
        if (!fullWanted && abroad) {
            abroad = false;
            goBack();
        }
    }
    onSmallChanged: {
        if (small) {
            keepPlace();
            const height16by9 = Math.round(Theme.smallWidth * 9 / 16);
            width = Theme.smallWidth;
            height = height16by9;
            x = Screen.virtualX + Screen.desktopAvailableWidth - Theme.smallWidth - Theme.gap5;
            y = Screen.virtualY + Screen.desktopAvailableHeight - height16by9 - Theme.gap5;
        } else {
            goBack();
        }
    }
    // What the keyboard or a remote leads to comes into view; what a mouse or a finger is on stays where it is.
    onActiveFocusItemChanged: {
        page.note(activeFocusItem);
        let place = activeFocusItem;
        while (place && !(place instanceof ScrollPage))
            place = place.parent;
        const focused = activeFocusItem as T.Control;
        if (place && focused && focused.visualFocus && !page.comingBack)
            (place as ScrollPage).reveal(focused);
    }
    onClosing: shell.remember_window(width, height, visibility === Window.Maximized)

    Binding {
        target: Theme
        property: "reducedMotion"
        value: window.shell.reducedMotion
    }
    Binding {
        target: Theme
        property: "look"
        value: window.shell.look
    }
    Binding {
        target: Theme
        property: "lightsOut"
        value: window.playing
    }
    Binding {
        target: Theme
        property: "place"
        value: window.shell.place
    }
    Binding {
        target: Theme
        property: "captionScale"
        value: window.shell.captionScale
    }

    Shortcut {
        sequences: ["Alt+Left", "Ctrl+["]
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
        sequence: "F1"
        enabled: !window.playing
        onActivated: window.shell.open_guide()
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
        onActivated: sheet.active = !sheet.active
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

        // By address, so that a page loads when it is first needed.
        readonly property string address: window.shell.page.charAt(0).toUpperCase() + window.shell.page.slice(1) + "Page.qml"

        anchors.top: bar.bottom
        anchors.bottom: parent.bottom
        anchors.left: parent.left
        anchors.right: parent.right

        // Where each page of the trail was left: how far down, and on what.
        property var trail: []
        property int depth: 0
        property Item last
        property bool byKeys: false
        property bool comingBack: false

        function note(focused) {
            for (let above = focused; above; above = above.parent) {
                if (above === item) {
                    last = focused;
                    byKeys = focused instanceof T.Control && (focused as T.Control).visualFocus;
                    return;
                }
            }
        }
        function named(control) {
            return [control.Accessible.name, control.text, control.objectName].filter(Boolean).join("/");
        }
        function scrolling(root) {
            for (let place = 0; place < root.children.length; place++) {
                const child = root.children[place];
                const found = !child.visible ? null : child instanceof ScrollPage ? child : scrolling(child);
                if (found)
                    return found;
            }
            return null;
        }
        // What the Tab key comes to, in its order, from the page on.
        function stops() {
            const found = [];
            let next = (item as Item).nextItemInFocusChain(true);
            while (next && found.indexOf(next) < 0 && found.length < 200) {
                found.push(next);
                next = next.nextItemInFocusChain(true);
            }
            return found;
        }
        function leave() {
            const scrolled = scrolling(item);
            const same = last ? stops().filter(stop => named(stop) === named(last)) : [];
            trail[depth] = {
                address: source,
                leftAt: scrolled ? scrolled.contentY : 0,
                focus: last ? named(last) : "",
                place: Math.max(0, same.indexOf(last)),
                byKeys: byKeys
            };
        }
        function comeBack(left) {
            const scrolled = scrolling(item) as ScrollPage;
            const same = left.focus === "" ? [] : stops().filter(stop => named(stop) === left.focus);
            comingBack = true;
            if (same.length > left.place)
                same[left.place].forceActiveFocus(left.byKeys ? Qt.TabFocusReason : Qt.OtherFocusReason);
            comingBack = false;
            if (scrolled) {
                scrolled.leftAt = left.leftAt;
                scrolled.comeBack();
            }
        }

        onAddressChanged: {
            if (item)
                leave();
            last = null;
            setSource(address, {
                shell: window.shell
            });
        }
        onLoaded: {
            const left = window.shell.depth < depth ? trail[window.shell.depth] : undefined;
            depth = window.shell.depth;
            trail = trail.slice(0, depth);
            (item as Item).forceActiveFocus();
            if (left && left.address === source)
                comeBack(left);
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
        y: window.playing ? Theme.gap6 : parent.height - height - Theme.gap6 // subtitles stay free
        width: Math.min(noticeText.implicitWidth + Theme.gap6, parent.width - Theme.gap6)
        height: noticeText.implicitHeight + Theme.gap4
        radius: Theme.radius
        color: Theme.raised
        border.width: Theme.hairline
        border.color: Theme.line
        visible: window.shell.notice !== "" && (!window.playing || window.shell.notice === "link-kept")
        Accessible.role: Accessible.AlertMessage
        Accessible.name: noticeText.text

        Label {
            id: noticeText

            anchors.centerIn: parent
            width: Math.min(implicitWidth, window.width - 2 * Theme.gap6)
            text: window.shell.notice === "" ? "" : Words.notice(window.shell.notice)
        }
    }
    Loader {
        id: sheet

        active: false
        sourceComponent: ShortcutsSheet {
            parent: T.Overlay.overlay
            anchors.centerIn: parent
            visible: true
            onClosed: sheet.active = false
        }
    }
}
