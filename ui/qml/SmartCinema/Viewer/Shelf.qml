import QtQuick
import SmartCinema.Components
import SmartCinema.Theme

Column {
    id: root

    required property var shell
    required property var row
    signal revealed(Item item)

    spacing: Theme.gap4
    leftPadding: Theme.gap7

    Column {
        width: root.width - 2 * Theme.gap7
        spacing: Theme.gap1

        Title {
            width: parent.width
            text: root.row.kind === "continue" ? qsTr("Go on watching") : root.row.name
        }
        Label {
            width: parent.width
            text: root.row.kind === "festival" && root.row.ends !== "" ? qsTr("%1 Until %2.").arg(root.row.about).arg(root.row.ends) : root.row.about
            color: Theme.muted
            font.pixelSize: Theme.sizeSmall
            visible: text !== ""
        }
    }
    ListView {
        id: cards

        width: root.width - Theme.gap7
        height: Theme.posterHeight + 88
        orientation: ListView.Horizontal
        spacing: Theme.gap5
        boundsBehavior: Flickable.StopAtBounds
        model: root.row.cards
        keyNavigationEnabled: true
        highlightMoveDuration: Theme.calm
        Accessible.role: Accessible.List
        Accessible.name: root.row.name

        delegate: PosterCard {
            id: card

            required property var modelData

            path: modelData.poster
            tint: modelData.accent
            text: modelData.name
            progress: modelData.progress
            badge: modelData.endsSoon ? qsTr("Ends soon") : modelData.state === "coming" ? qsTr("Coming") : modelData.state === "ended" ? qsTr("Ended") : ""
            detail: {
                if (modelData.underWay)
                    return qsTr("You are at %1").arg(modelData.position);
                if (modelData.hasTicket)
                    return qsTr("You have a ticket");
                switch (modelData.state) {
                case "coming":
                    return qsTr("From %1").arg(modelData.starts);
                case "ended":
                    return qsTr("Ended");
                case "not-here":
                    return qsTr("Not offered here");
                default:
                    return qsTr("%1  ·  %n min", "", modelData.minutes).arg(modelData.price);
                }
            }
            onClicked: root.shell.open_film(modelData.id)
            onActiveFocusChanged: {
                if (activeFocus) {
                    cards.positionViewAtIndex(index, ListView.Contain);
                    root.revealed(card);
                }
            }

            required property int index

            Keys.onRightPressed: nextItemInFocusChain(true).forceActiveFocus(Qt.TabFocusReason)
            Keys.onLeftPressed: nextItemInFocusChain(false).forceActiveFocus(Qt.BacktabFocusReason)
        }
    }
}
