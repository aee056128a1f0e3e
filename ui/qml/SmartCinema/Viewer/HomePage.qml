import QtQuick
import SmartCinema.Components
import SmartCinema.Theme

FocusScope {
    id: root

    required property var shell
    required property var viewModel

    ScrollPage {
        id: scroll

        anchors.fill: parent
        focus: true
        sidePadding: 0
        maximumWidth: width
        spacing: Theme.gap6
        visible: Boolean(root.viewModel.hero)

        Hero {
            width: scroll.innerWidth
            height: Math.max(340, Math.min(500, root.height * 0.62))
            shell: root.shell
            film: root.viewModel.hero
        }
        Repeater {
            model: root.viewModel.rows

            Shelf {
                required property var modelData

                width: scroll.innerWidth
                shell: root.shell
                row: modelData
                onRevealed: item => scroll.reveal(item)
            }
        }
    }
    Column {
        anchors.centerIn: parent
        spacing: Theme.gap4
        visible: root.viewModel.loading

        Label {
            anchors.horizontalCenter: parent.horizontalCenter
            text: qsTr("Opening the programme…")
            color: Theme.muted
        }
        BusyLine {
            anchors.horizontalCenter: parent.horizontalCenter
        }
    }
    EmptyState {
        anchors.centerIn: parent
        visible: root.viewModel.error !== ""
        iconName: root.viewModel.offline ? "offline" : "lantern"
        title: root.viewModel.offline ? qsTr("The box office cannot be reached") : qsTr("The programme could not be opened")
        text: root.viewModel.error === "" ? "" : Words.error(root.viewModel.error)
        action: qsTr("Try again")
        onActed: root.shell.refresh()
    }
    EmptyState {
        anchors.centerIn: parent
        visible: root.viewModel.empty
        title: qsTr("Nothing is on here yet")
        text: qsTr("No film is offered where you are at the moment. New films open every week.")
        action: qsTr("Look again")
        onActed: root.shell.refresh()
    }
}
