import QtQuick
import SmartCinema.Components
import SmartCinema.Theme

Panel {
    id: root

    required property var gifts
    required property var gift
    readonly property bool waiting: gift.state === "waiting"

    implicitHeight: Math.max(172, words.implicitHeight + 2 * Theme.gap4)
    opacity: waiting ? 1 : 0.72

    Picture {
        id: poster

        width: 114
        height: parent.height
        path: root.gift.poster
        tint: root.gift.accent !== "" ? root.gift.accent : Theme.raised
    }
    Column {
        id: words

        anchors.left: poster.right
        anchors.leftMargin: Theme.gap5
        anchors.right: copy.left
        anchors.rightMargin: Theme.gap4
        anchors.verticalCenter: parent.verticalCenter
        spacing: Theme.gap2

        Title {
            width: parent.width
            text: root.gift.name
            maximumLineCount: 1
            elide: Text.ElideRight
        }
        Label {
            width: parent.width
            text: root.gift.state === "claimed" ? qsTr("A gift, taken %1").arg(root.gift.claimed) : root.gift.state === "refunded" ? qsTr("A gift, refunded") : qsTr("A gift that waits for whoever has this code")
        }
        Label {
            width: parent.width
            visible: root.waiting
            color: Theme.lantern
            font.letterSpacing: 1
            text: root.gift.code
        }
        Label {
            width: parent.width
            color: Theme.faint
            font.pixelSize: Theme.sizeSmall
            text: qsTr("Bought %1").arg(root.gift.bought)
        }
    }
    AppButton {
        id: copy

        anchors.right: parent.right
        anchors.rightMargin: Theme.gap5
        anchors.verticalCenter: parent.verticalCenter
        visible: root.waiting
        width: visible ? implicitWidth : 0
        text: qsTr("Copy the code")
        onClicked: root.gifts.copy(root.gift.code)
    }
}
