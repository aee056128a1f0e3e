import QtQuick
import SmartCinema.Components
import SmartCinema.Theme

FocusScope {
    id: root

    required property var shell
    required property var viewModel
    readonly property var film: viewModel.card

    ScrollPage {
        id: scroll

        anchors.fill: parent
        focus: true
        sidePadding: 0
        maximumWidth: width
        spacing: Theme.gap6

        Item {
            width: scroll.innerWidth
            height: Math.max(details.implicitHeight + details.y, poster.y + poster.height) + Theme.gap4

            Picture {
                id: backdrop

                width: parent.width
                height: Math.max(300, Math.min(440, root.height * 0.52))
                path: root.film ? root.film.backdrop : ""
                tint: root.film ? root.film.accent : Theme.raised
            }
            Rectangle {
                anchors.fill: backdrop
                gradient: Gradient {
                    GradientStop {
                        position: 0
                        color: Theme.clear
                    }
                    GradientStop {
                        position: 1
                        color: Theme.background
                    }
                }
            }
            Picture {
                id: poster

                x: Theme.gap7
                y: backdrop.height - 200
                width: 240
                height: 360
                path: root.film ? root.film.poster : ""
                tint: root.film ? root.film.accent : Theme.raised
            }
            Column {
                id: details

                x: poster.x + poster.width + Theme.gap6
                y: backdrop.height - 150
                width: Math.min(820, parent.width - x - Theme.gap7)
                spacing: Theme.gap3

                Label {
                    width: parent.width
                    text: root.film && root.film.originalName !== root.film.name ? root.film.originalName : ""
                    visible: text !== ""
                    color: Theme.lantern
                    font.family: Theme.serif
                    font.pixelSize: Theme.sizeHeading
                    font.letterSpacing: 2
                }
                Display {
                    width: parent.width
                    text: root.film ? root.film.name : ""
                }
                Label {
                    width: parent.width
                    color: Theme.muted
                    text: root.film ? [root.viewModel.directors, root.viewModel.countries, root.film.year, qsTr("%n min", "", root.film.minutes)].filter(part => part !== "").join("  ·  ") : ""
                }
                Flow {
                    width: parent.width
                    spacing: Theme.gap3
                    topPadding: Theme.gap2

                    AppButton {
                        primary: true
                        focus: true
                        text: root.film && root.film.underWay ? qsTr("Resume at %1").arg(root.film.position) : qsTr("Watch now")
                        visible: root.viewModel.canWatch
                        onClicked: root.shell.watch(root.film.id)
                    }
                    AppButton {
                        primary: true
                        text: root.film ? (root.film.state === "pre-order" ? qsTr("Order ahead · %1") : qsTr("Get a ticket · %1")).arg(root.film.price) : ""
                        visible: root.viewModel.canBuy
                        onClicked: root.shell.buy(root.film.id)
                    }
                    AppButton {
                        text: qsTr("Trailer")
                        visible: root.viewModel.canPlayTrailer
                        onClicked: root.shell.play_trailer(root.film.id)
                    }
                }
                Label {
                    width: parent.width
                    visible: text !== ""
                    color: Theme.muted
                    font.pixelSize: Theme.sizeSmall
                    text: {
                        if (!root.film)
                            return "";
                        if (root.viewModel.reasons.length > 0)
                            return root.viewModel.reasons.map(reason => [Words.rule(reason), Words.fix(reason)].filter(part => part !== "").join(" ")).join(" ");
                        const parts = [];
                        if (root.film.ends !== "")
                            parts.push(qsTr("On until %1.").arg(root.film.ends));
                        parts.push(qsTr("Begin within %n day(s) of buying.", "", root.viewModel.unlockDays));
                        parts.push(qsTr("Once begun, you have %n hour(s) to finish.", "", root.viewModel.watchHours));
                        parts.push(root.viewModel.seekAllowed ? qsTr("One ticket, one viewing, on one device. Pausing and seeking are allowed.") : qsTr("One ticket, one viewing, on one device. Pausing is allowed, seeking is not."));
                        return parts.join(" ");
                    }
                }
            }
        }
        Row {
            x: Theme.gap7
            width: scroll.innerWidth - 2 * Theme.gap7
            spacing: Theme.gap7

            Column {
                id: story

                width: Math.min(Theme.columnWidth, (parent.width - Theme.gap7) * 0.56)
                spacing: Theme.gap4

                Title {
                    width: parent.width
                    text: qsTr("The film")
                }
                Label {
                    width: parent.width
                    text: root.film ? root.film.synopsis : ""
                }
                Label {
                    width: parent.width
                    color: Theme.muted
                    font.pixelSize: Theme.sizeSmall
                    text: [qsTr("Spoken: %1").arg(root.viewModel.spoken), qsTr("Subtitles: %1").arg(root.viewModel.subtitles), qsTr("Commentator notes: %1").arg(root.viewModel.notesLanguages)].join("\n")
                }
            }
            Column {
                width: parent.width - story.width - parent.spacing
                spacing: Theme.gap4
                visible: Boolean(root.viewModel.sample)

                Title {
                    width: parent.width
                    text: qsTr("What the commentator tells you")
                }
                NoteCard {
                    width: Math.min(parent.width, 420)
                    note: root.viewModel.sample
                    shown: true
                    scaleFactor: 1
                }
                Label {
                    width: parent.width
                    color: Theme.muted
                    font.pixelSize: Theme.sizeSmall
                    text: root.film ? qsTr("%n note(s) like this one, timed to their scenes.", "", root.film.notesCount) + root.viewModel.commentators.map(person => "\n" + person.name + " · " + person.role).join("") : ""
                }
            }
        }
    }
}
