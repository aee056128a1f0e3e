import QtQuick
import SmartCinema.Components
import SmartCinema.Theme

// One online screening: when it begins, whether there are places, and the way to one.
Panel {
    id: root

    required property var shell
    required property string film
    required property var screening

    implicitHeight: Math.max(buy.implicitHeight, words.implicitHeight) + 2 * Theme.gap3

    Column {
        id: words

        anchors.left: parent.left
        anchors.leftMargin: Theme.gap4
        anchors.right: buy.left
        anchors.rightMargin: Theme.gap4
        anchors.verticalCenter: parent.verticalCenter
        spacing: Theme.gap1

        Label {
            width: parent.width
            text: root.screening.starts === root.screening.startsThere ? root.screening.starts : qsTr("%1, for you %2").arg(root.screening.startsThere).arg(root.screening.starts)
        }
        Label {
            width: parent.width
            color: Theme.muted
            font.pixelSize: Theme.sizeSmall
            visible: text !== ""
            text: {
                if (root.screening.held)
                    return qsTr("You have a ticket. Doors close at %1.").arg(root.screening.doorsClose);
                if (root.screening.left > 0)
                    return qsTr("%n ticket(s) left.", "", root.screening.left);
                if (root.screening.canBuy)
                    return qsTr("Doors close at %1.").arg(root.screening.doorsClose);
                return Words.sentences(root.screening.reasons.map(reason => Words.reason(reason)));
            }
        }
    }
    AppButton {
        id: buy

        anchors.right: parent.right
        anchors.rightMargin: Theme.gap4
        anchors.verticalCenter: parent.verticalCenter
        visible: root.screening.canBuy
        width: visible ? implicitWidth : 0
        text: qsTr("Get a ticket · %1").arg(root.screening.price)
        onClicked: root.shell.buy(root.film, root.screening.id)
    }
}
