pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Templates as T
import SmartCinema.Components
import SmartCinema.Theme

FocusScope {
    id: root

    required property var shell
    readonly property var viewModel: shell.settings

    ScrollPage {
        id: scroll

        anchors.fill: parent
        focus: true
        maximumWidth: 820
        spacing: 0

        Item {
            width: 1
            height: Theme.gap6
        }
        Display {
            width: scroll.innerWidth
            text: qsTr("Settings")
            font.pixelSize: Theme.sizeTitle
            bottomPadding: Theme.gap4
        }
        SettingRow {
            visible: root.viewModel.unwritable !== ""
            title: qsTr("Nothing can be kept on this computer")
            text: qsTr("%1 cannot be written. What you choose holds until you leave, and no film can be taken along.").arg(root.viewModel.unwritable)
        }
        SettingRow {
            visible: root.viewModel.settingsAside !== ""
            title: qsTr("Your settings could not be read")
            text: qsTr("The usual ones hold now. The old ones are kept as %1.").arg(root.viewModel.settingsAside)

            AppButton {
                text: qsTr("Show the folder")
                onClicked: root.viewModel.show_settings_aside()
            }
        }
        SettingRow {
            visible: root.viewModel.newVersion !== ""
            title: qsTr("A new version is ready")
            text: qsTr("Smart Cinema %1 starts with the next launch.").arg(root.viewModel.newVersion)

            AppButton {
                text: qsTr("What is new")
                onClicked: root.shell.open_guide("news")
            }
        }
        SettingRow {
            title: qsTr("Language")
            text: qsTr("Of the interface; it changes at once.")

            Choice {
                focus: true
                model: root.viewModel.languages
                Accessible.name: qsTr("Language")
                Component.onCompleted: choose(root.viewModel.language)
                onActivated: root.viewModel.set_language(currentValue)
            }
        }
        SettingRow {
            title: qsTr("Where you are")
            text: qsTr("Decides what is on, when, and at which price.")

            Choice {
                model: [
                    {
                        value: "",
                        text: qsTr("Let the box office decide")
                    }
                ].concat(root.viewModel.territories)
                Accessible.name: qsTr("Where you are")
                Component.onCompleted: choose(root.viewModel.territory)
                onActivated: root.viewModel.set_territory(currentValue)
            }
        }
        SettingRow {
            title: qsTr("Subtitles")

            Row {
                spacing: Theme.gap4

                Choice {
                    enabled: root.viewModel.subtitlesOn
                    opacity: enabled ? 1 : 0.4
                    model: [
                        {
                            value: "",
                            text: qsTr("As the interface")
                        }
                    ].concat(root.viewModel.textLanguages)
                    Accessible.name: qsTr("Subtitle language")
                    Component.onCompleted: choose(root.viewModel.subtitleLanguage)
                    onActivated: root.viewModel.set_subtitle_language(currentValue)
                }
                Toggle {
                    text: qsTr("Subtitles")
                    checked: root.viewModel.subtitlesOn
                    onToggled: root.viewModel.set_subtitles_on(checked)
                }
            }
        }
        SettingRow {
            title: qsTr("Commentator notes")
            text: qsTr("Short explanations, timed to scenes.")

            Row {
                spacing: Theme.gap4

                Choice {
                    enabled: root.viewModel.notesOn
                    opacity: enabled ? 1 : 0.4
                    model: [
                        {
                            value: "",
                            text: qsTr("As the interface")
                        }
                    ].concat(root.viewModel.textLanguages)
                    Accessible.name: qsTr("Language of the notes")
                    Component.onCompleted: choose(root.viewModel.notesLanguage)
                    onActivated: root.viewModel.set_notes_language(currentValue)
                }
                Toggle {
                    text: qsTr("Commentator notes")
                    checked: root.viewModel.notesOn
                    onToggled: root.viewModel.set_notes_on(checked)
                }
            }
        }
        SettingRow {
            title: qsTr("Size of subtitles and notes")
            text: qsTr("%1 %").arg(Math.round(root.viewModel.captionScale * 100))

            Level {
                from: 0.75
                to: 2
                stepSize: 0.05
                snapMode: Level.SnapAlways
                value: root.viewModel.captionScale
                Accessible.name: qsTr("Size of subtitles and notes")
                onMoved: root.viewModel.set_caption_scale(value)
            }
        }
        Rectangle {
            width: scroll.innerWidth
            height: 150
            radius: Theme.radius
            color: Theme.black
            clip: true

            Picture {
                anchors.fill: parent
                opacity: 0.5
                path: root.shell.home.hero ? root.shell.home.hero.backdrop : ""
            }
            Captions {
                anchors.horizontalCenter: parent.horizontalCenter
                anchors.bottom: parent.bottom
                anchors.bottomMargin: Theme.gap4
                width: parent.width - Theme.gap6
                text: qsTr("The lanterns are lit, and the street begins to hum.")
                pictureHeight: 540
                scaleFactor: root.viewModel.captionScale
                look: root.viewModel.captions
            }
        }
        SettingRow {
            title: qsTr("Look of the subtitles")
            text: qsTr("Letters, colours, edge and ground, for each of two lines.")

            AppButton {
                text: qsTr("Change…")
                onClicked: captionSheet.active = true
            }
        }
        SettingRow {
            title: qsTr("Picture quality")
            text: root.viewModel.metered && root.viewModel.quality !== "best" ? qsTr("Your line costs by what is fetched, so films take less. Choose the best to change that.") : qsTr("The line and the screen decide, unless you do.")

            Choice {
                model: [
                    {
                        value: "auto",
                        text: qsTr("Automatic")
                    },
                    {
                        value: "best",
                        text: qsTr("Always the best")
                    },
                    {
                        value: "saver",
                        text: qsTr("Save data")
                    }
                ]
                Accessible.name: qsTr("Picture quality")
                Component.onCompleted: choose(root.viewModel.quality)
                onActivated: root.viewModel.set_quality(currentValue)
            }
        }
        SettingRow {
            title: qsTr("Hardware decoding")
            text: qsTr("Lets the graphics chip open the picture where that is known to be good. Holds from the next start.")

            Toggle {
                text: qsTr("Hardware decoding")
                checked: root.viewModel.hardwareDecoding
                onToggled: root.viewModel.set_hardware_decoding(checked)
            }
        }
        SettingRow {
            visible: root.viewModel.matchesRefresh
            title: qsTr("Match the screen's refresh rate to the film")
            text: qsTr("In full screen, where the screen offers a rate that shows every frame equally long. It may go dark for a moment.")

            Toggle {
                text: qsTr("Match the screen's refresh rate to the film")
                checked: root.viewModel.matchRefresh
                onToggled: root.viewModel.set_match_refresh(checked)
            }
        }
        SettingRow {
            title: qsTr("Screen recordings")
            text: root.viewModel.detersCapture ? qsTr("While a film with a ticket plays, the system is asked to leave its window out of screenshots and recordings: a deterrent, not a protection.") : qsTr("This system cannot be asked to leave a window out of recordings. A film with a ticket carries a mark that names the viewing, never you.")
        }
        SettingRow {
            title: qsTr("Colours")
            text: qsTr("Films are always shown in the dark.")

            Choice {
                model: [
                    {
                        value: "dark",
                        text: qsTr("Dark")
                    },
                    {
                        value: "light",
                        text: qsTr("Light")
                    },
                    {
                        value: "system",
                        text: qsTr("As the system")
                    }
                ]
                Accessible.name: qsTr("Colours")
                Component.onCompleted: choose(root.viewModel.look)
                onActivated: root.viewModel.set_look(currentValue)
            }
        }
        SettingRow {
            title: qsTr("Less motion")
            text: qsTr("Pages and cards appear without moving or fading.")

            Toggle {
                text: qsTr("Less motion")
                checked: root.viewModel.reducedMotion
                onToggled: root.viewModel.set_reduced_motion(checked)
            }
        }
        SettingRow {
            title: root.shell.signedIn ? qsTr("Signed in as %1").arg(root.shell.accountName) : qsTr("Account")
            text: root.shell.signedIn ? "" : qsTr("You are not signed in.")

            Row {
                spacing: Theme.gap3

                AppButton {
                    visible: root.shell.signedIn
                    text: qsTr("Your account")
                    onClicked: root.shell.open_account()
                }
                AppButton {
                    text: root.shell.signedIn ? qsTr("Sign out") : qsTr("Sign in")
                    onClicked: root.shell.signedIn ? root.shell.sign_out() : root.shell.open_sign_in()
                }
            }
        }
        SettingRow {
            visible: root.viewModel.renewsItself
            title: qsTr("New versions by themselves")
            text: root.viewModel.versionRefused ? qsTr("The last one offered was refused: it is not what the publisher signed, it is out of date, or it would not run here. This version goes on.") : qsTr("Fetched while no film plays, for the next launch; never around a venue's shows.")

            Toggle {
                text: qsTr("New versions by themselves")
                checked: root.viewModel.renews
                onToggled: root.viewModel.set_renews(checked)
            }
        }
        SettingRow {
            title: qsTr("Guide")
            text: qsTr("Buying, watching, taking films along, with pictures. It needs no network.")

            Row {
                spacing: Theme.gap3

                AppButton {
                    text: qsTr("Open the guide")
                    onClicked: root.shell.open_guide()
                }
                AppButton {
                    visible: root.viewModel.newVersion === ""
                    text: qsTr("What is new")
                    onClicked: root.shell.open_guide("news")
                }
            }
        }
        SettingRow {
            title: qsTr("Something wrong?")
            text: root.viewModel.report !== "" ? qsTr("Written to %1. Read it before you send it.").arg(root.viewModel.report) : root.viewModel.reportError !== "" ? Words.error(root.viewModel.reportError) : qsTr("A report for support: this machine, the log, figures of the last film. No keys, no titles, no names.")

            AppButton {
                enabled: !root.viewModel.savingReport
                text: root.viewModel.savingReport ? qsTr("Writing…") : root.viewModel.report !== "" ? qsTr("Show the folder") : qsTr("Write a report")
                onClicked: root.viewModel.report !== "" ? root.viewModel.show_report() : root.viewModel.save_report()
            }
        }
        Label {
            width: scroll.innerWidth
            topPadding: Theme.gap5
            color: Theme.faint
            font.pixelSize: Theme.sizeSmall
            text: qsTr("Smart Cinema %1, free software under the GNU GPL 3 or later. It plays films with libmpv and is drawn with Qt. Press ? for the keys.").arg(root.viewModel.version)
        }
    }
    Loader {
        id: captionSheet

        active: false
        sourceComponent: CaptionSheet {
            parent: T.Overlay.overlay
            anchors.centerIn: parent
            visible: true
            shell: root.shell
            onClosed: captionSheet.active = false
        }
    }
}
