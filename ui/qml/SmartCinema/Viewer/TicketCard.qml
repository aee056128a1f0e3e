import QtQuick
import SmartCinema.Components
import SmartCinema.Theme

Panel {
    id: root

    required property var shell
    required property var ticket
    readonly property var kept: shell.downloads.byTicket[ticket.id] ?? null
    readonly property bool live: ticket.state === "unused" || ticket.state === "started"

    // Where there is no room beside the words, what can be done stands below them.
    readonly property bool narrow: width < Theme.columnWidth
    readonly property real below: narrow && action.visible ? action.height + Theme.gap3 : 0

    implicitHeight: Math.max(172, words.implicitHeight + below + 2 * Theme.gap4)
    opacity: live ? 1 : 0.72

    Picture {
        id: poster

        width: 114
        height: parent.height
        path: root.ticket.poster
        tint: root.ticket.accent !== "" ? root.ticket.accent : Theme.raised
    }
    Column {
        id: words

        anchors.left: poster.right
        anchors.leftMargin: Theme.gap5
        anchors.right: root.narrow ? parent.right : action.left
        anchors.rightMargin: Theme.gap4
        anchors.verticalCenter: parent.verticalCenter
        anchors.verticalCenterOffset: -root.below / 2
        spacing: Theme.gap2

        Title {
            width: parent.width
            text: root.ticket.name
        }
        Label {
            width: parent.width
            text: {
                switch (root.ticket.state) {
                case "unused":
                    if (root.ticket.opens !== "")
                        return qsTr("Online screening, %1. Doors close at %2").arg(root.ticket.opens).arg(root.ticket.startBy);
                    return qsTr("Begin by %1").arg(root.ticket.startBy);
                case "started":
                    return root.ticket.position !== "" ? qsTr("You are at %1. Finish by %2").arg(root.ticket.position).arg(root.ticket.finishBy) : qsTr("Finish by %1").arg(root.ticket.finishBy);
                case "watched":
                    return qsTr("Watched");
                case "refunded":
                    return qsTr("Refunded");
                default:
                    return qsTr("Ended");
                }
            }
        }
        Label {
            width: parent.width
            visible: text !== ""
            color: Theme.muted
            font.pixelSize: Theme.sizeSmall
            text: root.live ? Words.sentences(root.ticket.reasons.map(reason => Words.reason(reason))) : ""
        }
        Label {
            width: parent.width
            color: Theme.faint
            font.pixelSize: Theme.sizeSmall
            text: qsTr("Bought %1  ·  %2").arg(root.ticket.bought).arg(root.ticket.price)
        }
        KeptRow {
            width: parent.width
            visible: root.live && (root.kept !== null || root.ticket.mayKeep)
            downloads: root.shell.downloads
            ticketId: root.ticket.id
            kept: root.kept
        }
    }
    AppButton {
        id: action

        x: root.narrow ? words.x : root.width - width - Theme.gap5
        y: root.narrow ? words.y + words.height + Theme.gap3 : Math.round((root.height - height) / 2)
        primary: root.ticket.allowed
        visible: root.ticket.allowed
        width: visible ? implicitWidth : 0
        text: root.ticket.position !== "" ? qsTr("Resume") : qsTr("Watch now")
        onClicked: root.shell.watch_ticket(root.ticket.id)
    }
    Rectangle {
        anchors.bottom: parent.bottom
        anchors.left: poster.right
        width: (parent.width - poster.width) * root.ticket.progress
        height: 3
        color: Theme.lantern
        visible: root.ticket.state === "started"
    }
}
