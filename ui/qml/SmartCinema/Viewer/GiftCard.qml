import QtQuick
import SmartCinema.Components
import SmartCinema.Theme

Panel {
    id: root

    required property var gifts
    required property var gift
    readonly property bool waiting: gift.state === "waiting"

    // Where there is no room beside the words, what can be done stands below them.
    readonly property bool narrow: width < Theme.columnWidth
    readonly property real below: narrow && copy.visible ? copy.height + Theme.gap3 : 0

    implicitHeight: Math.max(172, words.implicitHeight + below + 2 * Theme.gap4)
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
        anchors.right: root.narrow ? parent.right : copy.left
        anchors.rightMargin: Theme.gap4
        anchors.verticalCenter: parent.verticalCenter
        anchors.verticalCenterOffset: -root.below / 2
        spacing: Theme.gap2

        Title {
            width: parent.width
            text: root.gift.name
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
            wrapMode: Text.Wrap
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

        x: root.narrow ? words.x : root.width - width - Theme.gap5
        y: root.narrow ? words.y + words.height + Theme.gap3 : Math.round((root.height - height) / 2)
        visible: root.waiting
        width: visible ? implicitWidth : 0
        text: qsTr("Copy the code")
        onClicked: root.gifts.copy(root.gift.code)
    }
}
