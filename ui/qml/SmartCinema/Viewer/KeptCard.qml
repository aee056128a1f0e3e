import QtQuick
import SmartCinema.Components
import SmartCinema.Theme

// A film of this device whose ticket the box office cannot show now.
Panel {
    id: root

    required property var shell
    required property var kept

    implicitHeight: words.implicitHeight + 2 * Theme.gap4

    Column {
        id: words

        anchors.left: parent.left
        anchors.leftMargin: Theme.gap5
        anchors.right: action.left
        anchors.rightMargin: Theme.gap4
        anchors.verticalCenter: parent.verticalCenter
        spacing: Theme.gap2

        Title {
            width: parent.width
            text: root.kept.name
        }
        KeptRow {
            width: parent.width
            downloads: root.shell.downloads
            ticketId: root.kept.id
            kept: root.kept
        }
    }
    AppButton {
        id: action

        anchors.right: parent.right
        anchors.rightMargin: Theme.gap5
        anchors.verticalCenter: parent.verticalCenter
        primary: true
        text: qsTr("Watch now")
        onClicked: root.shell.watch_kept(root.kept.id)
    }
}
