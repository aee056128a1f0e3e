import QtQuick
import SmartCinema.Components
import SmartCinema.Theme

Column {
    id: root

    required property var gifts

    spacing: Theme.gap2

    Label {
        id: heading

        width: parent.width
        color: Theme.muted
        text: qsTr("Were you given a ticket?")
    }
    Row {
        width: parent.width
        spacing: Theme.gap3

        Field {
            id: code

            width: parent.width - take.width - parent.spacing
            placeholderText: qsTr("Gift code")
            enabled: !root.gifts.claiming
            onAccepted: root.gifts.claim(text)
        }
        AppButton {
            id: take

            text: qsTr("Take the gift")
            enabled: code.text.trim() !== "" && !root.gifts.claiming
            onClicked: root.gifts.claim(code.text)
        }
    }
    BusyLine {
        width: parent.width
        visible: root.gifts.claiming
    }
    Label {
        width: parent.width
        color: Theme.danger
        font.pixelSize: Theme.sizeSmall
        visible: root.gifts.error !== ""
        text: root.gifts.error === "" ? "" : root.gifts.error === "voucher-invalid" ? qsTr("This code is not known, or somebody has used it already.") : Words.error(root.gifts.error)
        Accessible.role: Accessible.AlertMessage
    }
}
