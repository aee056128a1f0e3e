pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Templates as T
import SmartCinema.Components
import SmartCinema.Pictures
import SmartCinema.Player
import SmartCinema.Theme

FocusScope {
    id: root

    required property var shell
    readonly property var viewModel: shell.playerPage
    readonly property bool open: viewModel.status !== "failed" && viewModel.status !== "opening"
    readonly property bool resting: viewModel.status === "paused" || viewModel.status === "ended"
    property bool controlsShown: true
    property bool diagnosticsShown: false
    property string notice: ""
    property bool resumeShown: false
    property bool opening: true
    readonly property int screenHeight: Math.round(Screen.height * Screen.devicePixelRatio)
    readonly property int captionArea: Math.min(video.pictureRect.height, height)

    function wake() {
        controlsShown = true;
        hide.restart();
    }
    function allowed() {
        wake();
        if (!viewModel.seekAllowed) {
            notice = qsTr("Seeking is not part of this film's house rules. Pausing always is.");
            fading.restart();
        }
        return viewModel.seekAllowed;
    }
    // Whether the arrows lead from one control to the next, as after a remote's select.
    function steering() {
        const focus = Window.activeFocusItem;
        for (let item = focus; item; item = item.parent) {
            if (item === controls || item === header)
                return !(focus instanceof T.Control) || (focus as T.Control).visualFocus;
        }
        return false;
    }
    function hideControls() {
        if (steering()) {
            Window.activeFocusItem.focus = false;
            forceActiveFocus();
        }
        controlsShown = false;
    }
    function seekBy(milliseconds) {
        if (allowed())
            viewModel.step(milliseconds);
    }

    onScreenHeightChanged: viewModel.set_screen_height(screenHeight)

    Accessible.role: Accessible.Pane
    Accessible.name: qsTr("Playing %1").arg(viewModel.name)
    Keys.onPressed: event => {
        event.accepted = true;
        if (notesPanel.visible && (event.key === Qt.Key_Up || event.key === Qt.Key_Down)) {
            notesPanel.move(event.key === Qt.Key_Down ? 1 : -1);
            return;
        }
        if (notesPanel.visible && !steering() && (event.key === Qt.Key_Left || event.key === Qt.Key_Right)) {
            notesPanel.turn(event.key === Qt.Key_Right ? 1 : -1);
            return;
        }
        if (notesPanel.visible && (event.key === Qt.Key_Slash || (event.key === Qt.Key_F && event.modifiers & Qt.ControlModifier))) {
            notesPanel.find();
            return;
        }
        const across = event.key === Qt.Key_Left || event.key === Qt.Key_Right;
        const arrow = across || event.key === Qt.Key_Up || event.key === Qt.Key_Down;
        if (arrow && steering() && !(across && controls.seeking)) {
            wake();
            event.accepted = false;
            return;
        }
        switch (event.key) {
        case Qt.Key_Return:
        case Qt.Key_Enter:
            root.wake();
            if (root.open)
                controls.take();
            break;
        case Qt.Key_Space:
        case Qt.Key_K:
            root.viewModel.toggle();
            root.wake();
            break;
        case Qt.Key_Left:
            root.seekBy(-5000);
            break;
        case Qt.Key_Right:
            root.seekBy(5000);
            break;
        case Qt.Key_J:
            root.seekBy(-10000);
            break;
        case Qt.Key_L:
            root.seekBy(10000);
            break;
        case Qt.Key_PageUp:
        case Qt.Key_PageDown:
            if (root.allowed())
                root.viewModel.leap(event.key === Qt.Key_PageDown);
            break;
        case Qt.Key_Home:
            root.seekBy(-root.viewModel.duration);
            break;
        case Qt.Key_End:
            root.seekBy(root.viewModel.duration);
            break;
        case Qt.Key_Tab:
        case Qt.Key_Backtab:
            root.wake();
            event.accepted = false;
            break;
        case Qt.Key_Up:
            root.viewModel.set_volume(root.viewModel.volume + 5);
            root.wake();
            break;
        case Qt.Key_Down:
            root.viewModel.set_volume(root.viewModel.volume - 5);
            root.wake();
            break;
        case Qt.Key_M:
            root.viewModel.toggle_mute();
            root.wake();
            break;
        case Qt.Key_F:
            root.shell.toggle_full_screen();
            break;
        case Qt.Key_C:
        case Qt.Key_S:
            if (event.key === Qt.Key_S && event.modifiers & Qt.ControlModifier)
                root.viewModel.keep_still();
            else if (event.modifiers & Qt.ShiftModifier)
                root.viewModel.next_subtitles();
            else
                root.viewModel.toggle_subtitles();
            root.wake();
            break;
        case Qt.Key_N:
            if (event.modifiers & Qt.ShiftModifier) {
                if (root.viewModel.wantsToPlay)
                    root.viewModel.toggle();
                notesPanel.wanted = !notesPanel.wanted;
            } else {
                root.viewModel.notes.toggle();
            }
            root.wake();
            break;
        case Qt.Key_T:
            captionSheet.active = true;
            break;
        case Qt.Key_A:
            root.viewModel.sound.next();
            root.wake();
            break;
        case Qt.Key_D:
            root.viewModel.sound.set_night(!root.viewModel.sound.night);
            root.wake();
            break;
        case Qt.Key_P:
            root.shell.toggle_small();
            break;
        case Qt.Key_O:
            root.shell.toggle_on_top();
            break;
        case Qt.Key_BracketLeft:
        case Qt.Key_Less:
        case Qt.Key_BracketRight:
        case Qt.Key_Greater:
            if (root.allowed())
                root.viewModel.pace.change_speed(event.key === Qt.Key_BracketRight || event.key === Qt.Key_Greater);
            break;
        case Qt.Key_Backslash:
            if (root.allowed())
                root.viewModel.pace.set_speed(100);
            break;
        case Qt.Key_Comma:
        case Qt.Key_Period:
            if (root.allowed())
                root.viewModel.step_frame(event.key === Qt.Key_Period);
            break;
        case Qt.Key_0:
        case Qt.Key_1:
        case Qt.Key_2:
        case Qt.Key_3:
        case Qt.Key_4:
        case Qt.Key_5:
        case Qt.Key_6:
        case Qt.Key_7:
        case Qt.Key_8:
        case Qt.Key_9:
            if (root.allowed())
                root.viewModel.seek(Math.round(root.viewModel.duration * (event.key - Qt.Key_0) / 10));
            break;
        case Qt.Key_I:
            root.diagnosticsShown = !root.diagnosticsShown;
            break;
        case Qt.Key_Plus:
        case Qt.Key_Equal:
            root.viewModel.scale_captions(1.1);
            break;
        case Qt.Key_Minus:
            root.viewModel.scale_captions(1 / 1.1);
            break;
        case Qt.Key_Escape:
            if (notesPanel.wanted && !root.shell.small)
                notesPanel.wanted = false;
            else if (root.steering())
                root.hideControls();
            else
                root.shell.back();
            break;
        default:
            event.accepted = false;
        }
    }

    VideoItem {
        id: video

        anchors.fill: parent
        player: root.viewModel.player
    }
    MouseArea {
        anchors.fill: parent
        hoverEnabled: true
        property point pointer

        cursorShape: root.controlsShown || !root.open ? Qt.ArrowCursor : Qt.BlankCursor
        onPositionChanged: mouse => {
            // Qt tells of the pointer too when something moves under it.
            if (mouse.x !== pointer.x || mouse.y !== pointer.y)
                root.wake();
            pointer = Qt.point(mouse.x, mouse.y);
        }
        onClicked: {
            root.forceActiveFocus();
            root.viewModel.toggle();
            root.wake();
        }
        onDoubleClicked: root.shell.toggle_full_screen()

        // A finger hides what it would pause with a mouse: it has no other way to look at the picture alone.
        TapHandler {
            acceptedDevices: PointerDevice.TouchScreen
            exclusiveSignals: TapHandler.SingleTap | TapHandler.DoubleTap
            gesturePolicy: TapHandler.ReleaseWithinBounds
            onSingleTapped: {
                if (root.controlsShown && !root.resting && root.open)
                    root.hideControls();
                else
                    root.wake();
            }
            onDoubleTapped: point => {
                const third = Math.floor(point.position.x * 3 / root.width);
                if (third === 1)
                    root.shell.toggle_full_screen();
                else
                    root.seekBy(third < 1 ? -10000 : 10000);
            }
        }
        onWheel: wheel => root.viewModel.set_volume(root.viewModel.volume + (wheel.angleDelta.y > 0 ? 5 : -5))
    }
    DragHandler {
        target: null
        enabled: root.shell.small
        onActiveChanged: {
            if (active)
                root.Window.window.startSystemMove();
        }
    }
    Timer {
        id: hide

        interval: root.steering() ? 5000 : 3000
        running: true
        onTriggered: {
            if (!root.resting && root.open && !controls.menuOpen)
                root.hideControls();
        }
    }
    Timer {
        id: resume

        interval: 8000
        onTriggered: root.resumeShown = false
    }
    Timer {
        id: fading

        interval: 4000
        onTriggered: root.notice = ""
    }
    Connections {
        target: root.viewModel

        function onStillKept(error, place) {
            root.notice = error === "" ? qsTr("Kept as %1").arg(place) : error === "refused" ? qsTr("Pictures of this film are not to be kept, by its house rules.") : Words.error(error);
            fading.restart();
        }
        function onStatusChanged() {
            root.wake();
            if (root.viewModel.status === "playing" && root.shell.screens.gone)
                root.shell.screens.forget();
            if (root.opening && root.open) {
                root.resumeShown = root.viewModel.resumedAt !== "";
                resume.restart();
            }
            root.opening = root.viewModel.status === "opening";
        }
    }

    Text {
        id: mark

        property int place: Math.floor(root.viewModel.position / 45000)
        readonly property bool drawn: text !== "" && text === root.viewModel.mark && implicitWidth > 0 && implicitHeight > 0 && opacity > 0

        onDrawnChanged: root.viewModel.mark_drawn(drawn)
        Component.onCompleted: root.viewModel.mark_drawn(drawn)

        x: video.pictureRect.x + video.pictureRect.width * [0.08, 0.62, 0.3, 0.78][place % 4]
        y: video.pictureRect.y + video.pictureRect.height * [0.3, 0.52, 0.66, 0.2][place % 4]
        text: root.viewModel.mark
        visible: text !== "" && root.open && root.viewModel.status !== "ended"
        color: Theme.caption
        opacity: 0.16
        font.family: Theme.sans
        font.pixelSize: Theme.sizeSmall
        textFormat: Text.PlainText
        Accessible.ignored: true
    }
    Item {
        id: captions

        // Both lines stand at the bottom, the second above the first, or where the viewer put them at the top.
        readonly property bool firstAtTop: root.viewModel.captions.place === "top"
        readonly property bool secondAtTop: root.viewModel.secondCaptions.place === "top"
        readonly property real margin: root.captionArea * 0.05
        readonly property real floor: Math.min(video.pictureRect.y + video.pictureRect.height - margin, controls.visible ? controls.y - Theme.gap4 : root.height)
        readonly property real ceiling: Math.max(video.pictureRect.y + margin, header.visible ? header.height : 0, noteCard.shown ? noteCard.y + noteCard.height + Theme.gap2 : 0)

        // Beside the notes, where these are read.
        readonly property real end: Math.min(video.pictureRect.x + video.pictureRect.width * 0.95, notesPanel.visible ? notesPanel.x - Theme.gap4 : root.width)

        x: video.pictureRect.x + video.pictureRect.width * 0.05
        width: end - x
        height: parent.height
        visible: root.open && root.viewModel.status !== "ended"

        Captions {
            id: secondLine

            y: captions.secondAtTop ? captions.ceiling + (captions.firstAtTop ? firstLine.height : 0) : captions.floor - height - (captions.firstAtTop ? 0 : firstLine.height)
            width: parent.width
            name: "secondCaptionText"
            text: root.viewModel.secondText
            pictureHeight: root.captionArea
            scaleFactor: root.viewModel.captionScale
            look: root.viewModel.secondCaptions
        }
        Captions {
            id: firstLine

            y: captions.firstAtTop ? captions.ceiling : captions.floor - height
            width: parent.width
            text: root.viewModel.subtitleText
            pictureHeight: root.captionArea
            scaleFactor: root.viewModel.captionScale
            look: root.viewModel.captions
        }
    }
    FilmNote {
        id: noteCard

        objectName: "noteCard"
        announced: true
        patient: root.resting
        next: root.viewModel.comingPicture
        picture: video.pictureRect
        area: root.captionArea
        captionScale: root.viewModel.captionScale
        // Clear of the header whether that is shown or not.
        ceiling: Theme.navHeight + Theme.gap2
        atRight: root.viewModel.notes.side === "right"
        note: root.viewModel.note
        shown: Boolean(root.viewModel.note) && root.open && !notesPanel.visible && !root.shell.small && !notesScreen.active
    }
    Instantiator {
        id: notesScreen

        readonly property var target: Application.screens.find(candidate => candidate.name === root.shell.screens.notesTarget) ?? null

        active: target !== null && root.shell.screens.notesTarget !== "" && root.open && !root.viewModel.trailer
        delegate: NotesScreen {
            note: root.viewModel.note
            name: root.viewModel.name
            captionScale: root.viewModel.captionScale
            target: notesScreen.target
        }
    }

    Rectangle {
        objectName: "blank"
        anchors.fill: parent
        color: Theme.black
        visible: root.shell.screens.gone
    }
    Rectangle {
        anchors.fill: parent
        color: Theme.scrim
        visible: root.viewModel.status === "ended" || root.viewModel.status === "failed"
    }
    Rectangle {
        id: header

        width: parent.width
        height: Theme.navHeight * 1.4
        visible: controls.shown && !root.shell.small
        gradient: Gradient {
            GradientStop {
                position: 0
                color: Theme.scrim
            }
            GradientStop {
                position: 1
                color: Theme.clear
            }
        }

        IconButton {
            id: backButton

            x: Theme.gap4
            y: Theme.gap3
            iconName: "back"
            text: qsTr("Back")
            onClicked: root.viewModel.leave()
        }
        Title {
            anchors.left: backButton.right
            anchors.leftMargin: Theme.gap3
            anchors.verticalCenter: backButton.verticalCenter
            anchors.right: notesButton.left
            text: root.viewModel.trailer ? qsTr("%1 (trailer)").arg(root.viewModel.name) : root.viewModel.name
            maximumLineCount: 1
            elide: Text.ElideRight
        }
        AppButton {
            id: notesButton

            anchors.right: parent.right
            anchors.rightMargin: Theme.gap5
            anchors.verticalCenter: backButton.verticalCenter
            plain: true
            visible: root.resting && root.viewModel.notesSoFar.length > 0
            text: qsTr("Notes so far")
            onClicked: notesPanel.wanted = !notesPanel.wanted
        }
    }
    PlayerControls {
        id: controls

        property bool shown: root.open && (root.controlsShown || root.resting || menuOpen)

        anchors.bottom: parent.bottom
        width: parent.width
        visible: shown && !root.shell.small
        shell: root.shell
        viewModel: root.viewModel
        onTouched: root.wake()
        onDiagnosticsWanted: root.diagnosticsShown = !root.diagnosticsShown
    }
    NotesPanel {
        id: notesPanel

        objectName: "notesPanel"

        property bool wanted: false

        anchors.right: parent.right
        anchors.rightMargin: Theme.gap5
        y: root.height < Theme.columnWidth ? Theme.navHeight : header.height
        width: Math.min(420, parent.width * (root.width < 800 ? 0.62 : 0.42))
        height: controls.y - y - Theme.gap4
        visible: wanted && root.resting && !root.shell.small
        notes: root.viewModel.notes
        entries: root.viewModel.notesSoFar
        onLeaves: root.forceActiveFocus()
    }
    Diagnostics {
        anchors.right: notesPanel.visible ? notesPanel.left : parent.right
        anchors.rightMargin: Theme.gap5
        y: Math.max(Theme.gap2, Math.min(header.height, root.height - height - Theme.gap4))
        visible: root.diagnosticsShown && root.open && !root.shell.small
        lines: root.viewModel.diagnostics
    }

    IconButton {
        anchors.right: parent.right
        anchors.top: parent.top
        anchors.margins: Theme.gap2
        visible: root.shell.small && root.controlsShown
        iconName: "window"
        text: qsTr("Back to the whole window")
        onClicked: root.shell.toggle_small()
    }
    Label {
        anchors.horizontalCenter: parent.horizontalCenter
        y: parent.height * 0.4
        visible: (root.viewModel.pace.slept || root.shell.screens.gone) && root.viewModel.status === "paused"
        text: root.shell.screens.gone ? qsTr("The film's screen is gone. It waits here, paused.") : qsTr("Paused by the sleep timer.")
        style: Text.Outline
        styleColor: Theme.captionEdge
        Accessible.role: Accessible.AlertMessage
    }
    WaitingCard {
        anchors.centerIn: parent
        width: Math.min(Theme.columnWidth + 2 * Theme.gap5, parent.width)
        visible: root.viewModel.waits !== ""
        color: root.viewModel.waits === "reconnecting" || root.viewModel.waits === "gathering" ? Theme.card : Theme.clear
        share: root.viewModel.gathered
        text: root.viewModel.waits === "reconnecting" ? qsTr("The line is down. The film goes on by itself, at the same place, when it is back.") : root.viewModel.waits === "gathering" ? qsTr("The line is slower than the film. It starts by itself once enough is here to run for a while.") : root.viewModel.waits === "opening" ? qsTr("Opening %1…").arg(root.viewModel.name) : ""
    }
    Panel {
        x: Theme.gap5
        y: (controls.shown ? controls.y : root.height) - height - Theme.gap5
        width: resumed.implicitWidth + Theme.gap5
        height: resumed.implicitHeight + Theme.gap3
        color: Theme.card
        visible: root.resumeShown && root.open && root.viewModel.status !== "ended"

        Row {
            id: resumed

            anchors.centerIn: parent
            spacing: Theme.gap3

            Label {
                anchors.verticalCenter: parent.verticalCenter
                wrapMode: Text.NoWrap
                text: qsTr("Resumed at %1").arg(root.viewModel.resumedAt)
            }
            AppButton {
                plain: true
                visible: root.viewModel.seekAllowed
                text: qsTr("Start over")
                onClicked: {
                    root.viewModel.start_over();
                    root.resumeShown = false;
                }
            }
        }
    }
    Label {
        anchors.horizontalCenter: parent.horizontalCenter
        y: parent.height * 0.4
        visible: root.notice !== ""
        text: root.notice
        style: Text.Outline
        styleColor: Theme.captionEdge
        Accessible.role: Accessible.AlertMessage
    }
    ScrollPage {
        // Beside the notes, where these are read.
        width: notesPanel.visible ? notesPanel.x : root.width
        y: Theme.navHeight
        height: controls.y - y
        centred: true
        interactive: contentHeight > height
        maximumWidth: Theme.columnWidth
        sidePadding: Theme.gap5
        visible: root.viewModel.status === "ended"

        FilmEnded {
            objectName: "filmEnded"
            width: parent.width
            visible: root.viewModel.status === "ended"
            viewModel: root.viewModel
        }
    }
    ScrollPage {
        anchors.fill: parent
        centred: true
        interactive: contentHeight > height
        visible: root.viewModel.status === "failed"

        EmptyState {
            anchors.horizontalCenter: parent.horizontalCenter
            visible: root.viewModel.status === "failed"
            title: root.viewModel.error === "refused" ? qsTr("This cannot be watched now") : qsTr("The film stopped")
            text: {
                if (root.viewModel.reasons.length > 0)
                    return root.viewModel.reasons.map(reason => Words.reason(reason)).join("\n");
                return root.viewModel.error === "" ? "" : Words.error(root.viewModel.error);
            }
            action: qsTr("Try again")
            onActed: root.viewModel.try_again()

            AppButton {
                anchors.horizontalCenter: parent ? parent.horizontalCenter : undefined
                plain: true
                text: qsTr("Back")
                onClicked: root.viewModel.leave()
            }
        }
    }
    Loader {
        id: captionSheet

        active: false
        sourceComponent: CaptionSheet {
            parent: T.Overlay.overlay
            x: (parent.width - width) / 2
            y: Theme.gap5
            visible: true
            shell: root.shell
            onClosed: captionSheet.active = false
        }
    }
}
