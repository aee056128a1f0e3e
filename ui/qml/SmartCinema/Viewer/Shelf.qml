pragma ComponentBehavior: Bound

import QtQuick
import SmartCinema.Components
import SmartCinema.Theme

Column {
    id: root

    required property var shell
    required property var row
    required property ScrollPage page
    readonly property var films: shell.home.edition >= 0 ? shell.home.cards(row.id) : []
    readonly property bool underWay: row.kind === "continue"
    readonly property int columns: Math.max(3, Math.round((width - 2 * Theme.gap7) / Theme.posterWidth))
    readonly property int posterWidth: Math.max(Theme.gap8, Math.floor((width - 2 * Theme.gap7 - (columns - 1) * Theme.gap5) / columns))
    readonly property int wideWidth: Math.floor(posterWidth * 1.5 + Theme.gap5 / 2)

    spacing: Theme.gap4
    leftPadding: Theme.gap7

    function comeBack() {
        const place = films.findIndex(card => row.id + "/" + card.id === shell.home.leftBy);
        if (place < 0)
            return;
        cards.positionViewAtIndex(place, ListView.Contain);
        cards.forceLayout();
        cards.itemAtIndex(place).forceActiveFocus(shell.home.leftByKeys ? Qt.TabFocusReason : Qt.OtherFocusReason);
        page.reveal(root);
        shell.home.come_back();
    }

    onPosterWidthChanged: cards.positionViewAtBeginning()
    Component.onCompleted: Qt.callLater(comeBack)

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
        height: (root.underWay ? Math.round(root.wideWidth * 9 / 16) : Math.round(root.posterWidth * 1.5)) + Theme.gap8 + (root.posterWidth < 200 ? Theme.gap7 : Theme.gap4) // two lines and two
        orientation: ListView.Horizontal
        spacing: Theme.gap5
        boundsBehavior: Flickable.StopAtBounds
        model: root.films
        keyNavigationEnabled: true
        highlightMoveDuration: Theme.calm
        Accessible.role: Accessible.List
        Accessible.name: root.row.name

        delegate: PosterCard {
            id: card

            required property var modelData

            wide: root.underWay
            pictureWidth: root.underWay ? root.wideWidth : root.posterWidth
            path: root.underWay ? modelData.backdrop : modelData.poster
            tint: modelData.accent
            text: modelData.name
            progress: modelData.progress
            badge: modelData.state === "sold-out" ? qsTr("Sold out") : modelData.left > 0 ? qsTr("%n left", "", modelData.left) : modelData.endsSoon ? qsTr("Ends soon") : modelData.state === "coming" ? qsTr("Coming") : modelData.state === "ended" ? qsTr("Ended") : ""
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
                case "sold-out":
                    return qsTr("Sold out");
                case "not-here":
                    return qsTr("Not offered here");
                default:
                    return qsTr("%1  ·  %n min", "", modelData.minutes).arg(modelData.price);
                }
            }
            onClicked: {
                root.shell.home.leave_by(root.row.id, modelData.id, visualFocus);
                if (root.underWay)
                    root.shell.watch(modelData.id);
                else
                    root.shell.open_film(modelData.id);
            }
            onActiveFocusChanged: {
                if (activeFocus)
                    cards.positionViewAtIndex(index, ListView.Contain);
            }

            required property int index

            Keys.onRightPressed: nextItemInFocusChain(true).forceActiveFocus(Qt.TabFocusReason)
            Keys.onLeftPressed: nextItemInFocusChain(false).forceActiveFocus(Qt.BacktabFocusReason)
        }
    }
}
