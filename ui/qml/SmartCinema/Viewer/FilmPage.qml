pragma ComponentBehavior: Bound

import QtQuick
import SmartCinema.Components
import SmartCinema.Theme

FocusScope {
    id: root

    required property var shell
    readonly property var viewModel: shell.film
    readonly property var film: viewModel.card
    readonly property list<string> terms: {
        if (!film)
            return [];
        if (viewModel.reasons.length > 0)
            return viewModel.reasons.map(reason => Words.reason(reason));
        const parts = [];
        if (film.state === "pre-order")
            parts.push(qsTr("It opens on %1.").arg(film.starts));
        if (film.left > 0)
            parts.push(qsTr("%n ticket(s) left.", "", film.left));
        if (film.ends !== "")
            parts.push(qsTr("On until %1.").arg(film.ends));
        parts.push(Words.sentences([qsTr("Begin within %n day(s) of buying.", "", viewModel.unlockDays), qsTr("Once begun, you have %n hour(s) to finish.", "", viewModel.watchHours)]));
        if (viewModel.replayMinutes >= 0)
            parts.push(qsTr("Up to %n minute(s) may be seen again.", "", viewModel.replayMinutes));
        parts.push(viewModel.seekAllowed ? qsTr("One ticket, one viewing, on one device. Pausing and seeking are allowed.") : qsTr("One ticket, one viewing, on one device. Pausing is allowed, seeking is not."));
        return parts;
    }

    ScrollPage {
        id: scroll

        anchors.fill: parent
        focus: true
        sidePadding: 0
        maximumWidth: width
        spacing: Theme.gap6

        Item {
            width: scroll.innerWidth
            height: Math.max(details.y + details.implicitHeight, poster.y + poster.height) + Theme.gap4

            Backdrop {
                id: backdrop

                width: parent.width
                height: Math.max(360, Math.min(640, root.height * 0.66))
                start: root.width < Theme.narrow ? 0.3 : 0.42
                fade: root.width < Theme.narrow ? 1 : 0.74
                path: root.film ? root.film.backdrop : ""
                tint: root.film ? root.film.accent : Theme.raised
            }
            Picture {
                id: poster

                x: Theme.gap7
                y: Theme.gap7
                width: Math.round(height / 1.5)
                height: Math.max(330, Math.min(480, root.height * 0.56))
                path: root.film ? root.film.poster : ""
                tint: root.film ? root.film.accent : Theme.raised
            }
            Column {
                id: details

                x: poster.x + poster.width + Theme.gap6
                y: Math.max(Theme.gap6, poster.y + poster.height - implicitHeight)
                width: Math.min(parent.width * 0.46, 760)
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
                    room: parent.width
                    text: root.film ? root.film.name : ""
                    font.pixelSize: root.width < Theme.narrow ? Theme.sizeTitle : Theme.sizeDisplay
                }
                Label {
                    width: parent.width
                    text: root.film ? root.film.tagline : ""
                    visible: text !== ""
                    font.pixelSize: Theme.sizeBody + 2
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
                Column {
                    width: parent.width
                    spacing: Theme.gap1
                    topPadding: Theme.gap2

                    Repeater {
                        model: root.terms

                        Label {
                            required property string modelData
                            required property int index

                            width: parent ? parent.width : 0
                            text: modelData
                            color: index === 0 ? Theme.text : Theme.muted
                            font.pixelSize: Theme.sizeSmall
                        }
                    }
                }
            }
        }
        Column {
            x: Theme.gap7
            width: Math.min(Theme.columnWidth, scroll.innerWidth - 2 * Theme.gap7)
            spacing: Theme.gap3
            visible: root.viewModel.screenings.length > 0

            Title {
                width: parent.width
                text: qsTr("Online screenings")
            }
            Label {
                width: parent.width
                color: Theme.muted
                font.pixelSize: Theme.sizeSmall
                text: qsTr("They begin for everybody at the same moment. A ticket is for that one time.")
            }
            Repeater {
                model: root.viewModel.screenings

                ScreeningRow {
                    required property var modelData

                    width: parent ? parent.width : 0
                    shell: root.shell
                    film: root.film ? root.film.id : ""
                    screening: modelData
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
                    text: [qsTr("Spoken: %1").arg(root.viewModel.spoken), qsTr("Subtitles: %1").arg(root.viewModel.subtitles), root.viewModel.sdh === "" ? "" : qsTr("Subtitles for the deaf and hard of hearing: %1").arg(root.viewModel.sdh), qsTr("Commentator notes: %1").arg(root.viewModel.notesLanguages)].filter(line => line !== "").join("\n")
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
