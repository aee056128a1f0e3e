import QtQuick
import SmartCinema.Components
import SmartCinema.Theme

Item {
    id: root

    required property var shell
    required property var film
    readonly property int wordsHeight: words.implicitHeight + Theme.gap6 + Theme.gap5

    Backdrop {
        anchors.fill: parent
        fade: root.width < Theme.narrow ? 0.85 : 0.6
        path: root.film ? root.film.backdrop : ""
        tint: root.film ? root.film.accent : Theme.raised
    }
    Column {
        id: words

        anchors.left: parent.left
        anchors.bottom: parent.bottom
        anchors.leftMargin: Theme.gap7
        anchors.bottomMargin: Theme.gap6
        width: Math.max(parent.width * 0.42, Math.min(480, parent.width - 2 * Theme.gap7))
        spacing: Theme.gap3
        visible: Boolean(root.film)

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
            font.pixelSize: Math.max(Theme.sizeTitle, Math.min(Theme.sizeHero, root.width / 27))
        }
        Label {
            width: parent.width
            text: root.film ? root.film.tagline : ""
            font.pixelSize: Theme.sizeBody + 2
        }
        Label {
            width: parent.width
            color: Theme.muted
            font.pixelSize: Theme.sizeSmall
            text: {
                if (!root.film)
                    return "";
                const parts = [root.film.year, qsTr("%n min", "", root.film.minutes)];
                if (root.film.notesCount > 0)
                    parts.push(qsTr("%n commentator note(s)", "", root.film.notesCount));
                if (root.film.ends !== "")
                    parts.push(qsTr("until %1").arg(root.film.ends));
                return parts.join("  ·  ");
            }
        }
        Row {
            spacing: Theme.gap3
            topPadding: Theme.gap2

            AppButton {
                primary: true
                focus: true
                text: !root.film ? "" : root.film.underWay ? qsTr("Resume at %1").arg(root.film.position) : root.film.hasTicket ? qsTr("Watch now") : qsTr("Get a ticket · %1").arg(root.film.price)
                visible: Boolean(root.film) && (root.film.hasTicket || root.film.state === "on-sale" || root.film.state === "pre-order")
                onClicked: root.film.hasTicket ? root.shell.watch(root.film.id) : root.shell.buy(root.film.id)
            }
            AppButton {
                text: qsTr("About the film")
                onClicked: root.shell.open_film(root.film.id)
            }
        }
    }
}
