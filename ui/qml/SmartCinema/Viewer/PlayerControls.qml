import QtQuick
import SmartCinema.Components
import SmartCinema.Theme

Rectangle {
    id: root

    required property var shell
    required property var viewModel
    readonly property bool seeking: bar.activeFocus
    readonly property bool menuOpen: subtitles.opened || notes.opened || soundMenu.opened || paceMenu.opened
    signal touched
    signal diagnosticsWanted

    function take() {
        play.forceActiveFocus(Qt.TabFocusReason);
    }

    implicitHeight: bar.height + buttons.height + Theme.gap6
    gradient: Gradient {
        GradientStop {
            position: 0
            color: Theme.clear
        }
        GradientStop {
            position: 0.45
            color: Theme.scrim
        }
        GradientStop {
            position: 1
            color: Theme.scrim
        }
    }

    HoverHandler {
        onPointChanged: root.touched()
    }

    SeekBar {
        id: bar

        x: Theme.gap5
        y: Theme.gap5
        width: parent.width - 2 * Theme.gap5
        viewModel: root.viewModel
        onTouched: root.touched()
    }
    Row {
        id: buttons

        x: Theme.gap4
        anchors.top: bar.bottom
        spacing: Theme.gap1

        IconButton {
            id: play

            iconName: root.viewModel.wantsToPlay ? "pause" : "play"
            text: root.viewModel.wantsToPlay ? qsTr("Pause") : qsTr("Play")
            onClicked: {
                root.viewModel.toggle();
                root.touched();
            }
        }
        IconButton {
            iconName: root.viewModel.muted || root.viewModel.volume === 0 ? "muted" : "volume"
            text: root.viewModel.muted ? qsTr("Sound on") : qsTr("Mute")
            onClicked: root.viewModel.toggle_mute()
        }
        Level {
            width: 110
            activeFocusOnTab: false // arrows pass it by: up and down, M and the wheel change the volume anywhere
            from: 0
            to: 100
            stepSize: 5
            value: root.viewModel.muted ? 0 : root.viewModel.volume
            Accessible.name: qsTr("Volume")
            onMoved: {
                root.viewModel.set_volume(Math.round(value));
                root.touched();
            }
        }
        Label {
            anchors.verticalCenter: parent.verticalCenter
            leftPadding: Theme.gap3
            wrapMode: Text.NoWrap
            font.pixelSize: Theme.sizeSmall
            text: root.viewModel.positionText + "  /  −" + root.viewModel.remainingText + (root.viewModel.pace.sleep > 0 ? "   ☾ " + qsTr("%1 min").arg(root.viewModel.pace.sleep) : "")
        }
    }
    Row {
        anchors.right: parent.right
        anchors.rightMargin: Theme.gap4
        anchors.top: bar.bottom
        spacing: Theme.gap1

        IconButton {
            iconName: "sound"
            text: qsTr("Sound")
            onClicked: soundMenu.opened ? soundMenu.close() : soundMenu.open()

            SoundMenu {
                id: soundMenu

                sound: root.viewModel.sound
            }
        }
        IconButton {
            iconName: "captions"
            text: qsTr("Subtitles")
            enabled: root.viewModel.subtitleChoices.length > 0
            onClicked: subtitles.opened ? subtitles.close() : subtitles.open()

            TextMenu {
                id: subtitles

                none: qsTr("No subtitles")
                choices: root.viewModel.subtitleChoices.map(choice => ({
                            value: choice.value,
                            //: SDH: subtitles for the deaf and hard of hearing
                            text: choice.sdh ? qsTr("%1 (SDH)").arg(choice.text) : choice.text
                        }))
                current: root.viewModel.subtitleLanguage
                onChosen: tag => root.viewModel.choose_subtitles(tag)
                second: qsTr("And at the same time")
                secondNone: qsTr("No second line")
                secondCurrent: root.viewModel.secondLanguage
                onSecondChosen: tag => root.viewModel.choose_second_subtitles(tag)
            }
        }
        IconButton {
            iconName: "notes"
            text: qsTr("Commentator notes")
            enabled: root.viewModel.notes.languages.length > 0
            onClicked: notes.opened ? notes.close() : notes.open()

            NotesMenu {
                id: notes

                notes: root.viewModel.notes
                screens: root.shell.screens
            }
        }
        IconButton {
            iconName: "pace"
            text: qsTr("Speed, quality, sleep timer, window")
            onClicked: paceMenu.opened ? paceMenu.close() : paceMenu.open()

            PaceMenu {
                id: paceMenu

                pace: root.viewModel.pace
                shell: root.shell
                speedAllowed: root.viewModel.seekAllowed
            }
        }
        IconButton {
            iconName: "info"
            text: qsTr("What is being played, in figures")
            onClicked: root.diagnosticsWanted()
        }
        IconButton {
            iconName: root.shell.fullScreen ? "window" : "full"
            text: root.shell.fullScreen ? qsTr("Leave full screen") : qsTr("Full screen")
            onClicked: root.shell.toggle_full_screen()
        }
    }
}
