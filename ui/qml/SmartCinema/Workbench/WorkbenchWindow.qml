pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Templates as T
import SmartCinema.Components
import SmartCinema.Theme

T.ApplicationWindow {
    id: window

    required property var workbench
    required property size startSize
    property bool startMaximised: false
    readonly property var watch: workbench.watch
    readonly property var timeline: workbench.timeline
    readonly property bool translating: workbench.beside !== "" && workbench.note
    property bool alone: false

    function leap(forward) {
        const cuts = timeline.cuts;
        const found = forward ? cuts.find(cut => cut > watch.position + 50) : cuts.filter(cut => cut < watch.position - 50).pop();
        watch.seek(found ?? (forward ? timeline.end : timeline.begin));
    }
    function nextSubtitles() {
        const tags = [""].concat(watch.subtitleChoices.map(item => item.value));
        watch.choose_subtitles(tags[(tags.indexOf(watch.subtitleLanguage) + 1) % tags.length]);
    }
    function translate() {
        if (workbench.beside !== "")
            workbench.show_beside("");
        else if (workbench.languages.length > 1)
            workbench.show_beside(workbench.languages.find(item => item.value !== workbench.language).value);
        else
            edition.open();
    }

    width: startSize.width
    height: startSize.height
    minimumWidth: 1080
    minimumHeight: 640
    visibility: startMaximised ? Window.Maximized : Window.Windowed
    //: %1 is a film
    title: (workbench.saved === "saved" ? "" : "• ") + qsTr("Notes on %1").arg(workbench.film)
    color: Theme.background
    // The picture goes before the window that it is drawn in.
    onClosing: {
        workbench.remember_window(width, height, visibility === Window.Maximized);
        watch.leave();
    }

    Connections {
        target: window.workbench

        function onMarked() {
            window.alone = false;
            editor.write();
        }
    }

    FocusScope {
        id: desk

        anchors.fill: parent
        focus: true
        Keys.onPressed: event => {
            event.accepted = true;
            // A field that takes Enter passes it on all the same.
            const typing = window.activeFocusItem !== null && window.activeFocusItem.hasOwnProperty("cursorPosition");
            if (typing && event.key !== Qt.Key_Escape || event.modifiers & (Qt.AltModifier | Qt.MetaModifier) || (event.modifiers & Qt.ControlModifier && !seat.activeFocus)) {
                event.accepted = false;
                return;
            }
            switch (event.key) {
            case Qt.Key_N:
            case Qt.Key_Return:
            case Qt.Key_Enter:
                window.workbench.mark();
                break;
            case Qt.Key_E:
                if (window.workbench.note)
                    editor.write();
                break;
            case Qt.Key_Space:
            case Qt.Key_K:
                window.watch.toggle();
                break;
            case Qt.Key_Left:
            case Qt.Key_Right:
                if (event.modifiers & Qt.ControlModifier)
                    window.workbench.nudge(event.key === Qt.Key_Left ? -100 : 100);
                else
                    window.watch.step(event.key === Qt.Key_Left ? -5000 : 5000);
                break;
            case Qt.Key_Up:
            case Qt.Key_Down:
                window.workbench.next(event.key === Qt.Key_Down);
                break;
            case Qt.Key_Comma:
            case Qt.Key_Period:
                window.watch.step_frame(event.key === Qt.Key_Period);
                break;
            case Qt.Key_PageUp:
            case Qt.Key_PageDown:
                window.leap(event.key === Qt.Key_PageDown);
                break;
            case Qt.Key_Home:
                window.watch.seek(0);
                break;
            case Qt.Key_C:
                window.nextSubtitles();
                break;
            case Qt.Key_M:
                window.watch.toggle_mute();
                break;
            case Qt.Key_P:
                window.workbench.preview();
                break;
            case Qt.Key_F:
                window.alone = !window.alone;
                break;
            case Qt.Key_Plus:
            case Qt.Key_Equal:
                window.timeline.zoom(true);
                break;
            case Qt.Key_Minus:
                window.timeline.zoom(false);
                break;
            case Qt.Key_Question:
                keys.open();
                break;
            case Qt.Key_Escape:
                window.alone = false;
                seat.forceActiveFocus();
                break;
            default:
                event.accepted = false;
            }
        }

        BenchBar {
            id: bar

            width: parent.width
            visible: !window.alone
            workbench: window.workbench
            onEditionWanted: edition.open()
            onImportWanted: bringing.open()
            onKeysWanted: keys.open()
        }
        NoteList {
            id: list

            anchors.top: bar.bottom
            anchors.bottom: time.top
            width: Theme.benchList
            visible: !window.alone
            workbench: window.workbench
            onWriteWanted: editor.write()
        }
        FilmSeat {
            id: seat

            objectName: "filmSeat"
            anchors.top: window.alone ? parent.top : bar.bottom
            anchors.bottom: window.alone ? parent.bottom : time.top
            anchors.left: window.alone ? parent.left : list.right
            anchors.right: window.alone ? parent.right : editor.left
            focus: true
            alone: window.alone
            watch: window.watch
            onMarkWanted: window.workbench.mark()
        }
        NoteEditor {
            id: editor

            anchors.top: bar.bottom
            anchors.bottom: time.top
            anchors.right: parent.right
            width: window.translating ? Theme.benchEditor + Theme.benchList * (window.width > 1500 ? 1 : 0.6) : Theme.benchEditor + (window.width > 1500 ? Theme.gap8 : 0)
            visible: !window.alone
            workbench: window.workbench
            onLeaveWanted: seat.forceActiveFocus()
        }
        TimeLine {
            id: time

            anchors.bottom: parent.bottom
            width: parent.width
            visible: !window.alone
            workbench: window.workbench
            watch: window.watch
            timeline: window.timeline
        }
        Panel {
            anchors.horizontalCenter: seat.horizontalCenter
            anchors.bottom: seat.bottom
            anchors.bottomMargin: Theme.benchBar + Theme.gap3
            width: looking.width + 2 * Theme.gap4
            height: Theme.target + Theme.gap2
            visible: window.workbench.finding >= 0 && !window.alone

            Row {
                id: looking

                anchors.centerIn: parent
                spacing: Theme.gap3

                Label {
                    anchors.verticalCenter: parent.verticalCenter
                    text: qsTr("Looking for the film's cuts: %1 %").arg(Math.round(100 * Math.max(0, window.workbench.finding)))
                    font.pixelSize: Theme.sizeSmall
                }
                AppButton {
                    plain: true
                    font.pixelSize: Theme.sizeSmall
                    text: qsTr("Stop")
                    onClicked: window.workbench.stop_finding()
                }
            }
        }
        NoticeLine {
            anchors.horizontalCenter: parent.horizontalCenter
            y: (window.alone ? parent.height : time.y) - height - Theme.gap3
            workbench: window.workbench
        }
        DropArea {
            anchors.fill: parent
            keys: ["text/uri-list"]
            onDropped: drop => {
                for (const url of drop.urls) {
                    const place = url.toString();
                    if (/\.(jpe?g|png)$/i.test(place))
                        window.workbench.take_picture(place);
                    else
                        window.workbench.bring(place);
                }
            }
        }
    }

    KeysSheet {
        id: keys
    }
    EditionSheet {
        id: edition

        objectName: "editionSheet"
        workbench: window.workbench
    }
    ImportSheet {
        id: bringing

        objectName: "bringingSheet"
        workbench: window.workbench
    }
    BenchKeys {
        workbench: window.workbench
        watch: window.watch
        onKeysWanted: keys.open()
        onImportWanted: bringing.open()
        onTranslateWanted: window.translate()
        onAloneWanted: window.alone = !window.alone
        onPartWanted: part => editor.enter(part)
        onSplitWanted: editor.split()
        onDoneWanted: {
            seat.forceActiveFocus();
            window.watch.play();
        }
    }
}
