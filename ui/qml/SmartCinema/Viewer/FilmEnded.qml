import QtQuick
import SmartCinema.Components
import SmartCinema.Theme

// What is offered when a film has been seen to its end.
Column {
    id: root

    required property var viewModel
    readonly property var notes: viewModel.notes

    spacing: Theme.gap4

    Display {
        width: parent.width
        horizontalAlignment: Text.AlignHCenter
        font.pixelSize: root.width < Theme.codeSide ? Theme.sizeHeading : Theme.sizeTitle
        text: root.viewModel.trailer ? root.viewModel.name : qsTr("Thank you for watching")
    }
    AppButton {
        anchors.horizontalCenter: parent.horizontalCenter
        width: Math.min(implicitWidth, parent.width)
        primary: true
        focus: visible
        text: qsTr("Back to the film")
        onClicked: root.viewModel.leave()
    }
    AppButton {
        anchors.horizontalCenter: parent.horizontalCenter
        width: Math.min(implicitWidth, parent.width)
        plain: true
        visible: root.notes.languages.length > 0 && !root.viewModel.trailer
        enabled: root.notes.booklet !== "making"
        text: root.notes.bookletKept ? qsTr("Open the booklet") : qsTr("Keep all notes as a booklet (PDF)")
        onClicked: root.notes.bookletKept ? root.notes.open_booklet() : root.notes.keep_booklet()
    }
    Label {
        width: parent.width
        horizontalAlignment: Text.AlignHCenter
        visible: root.notes.booklet !== ""
        text: root.notes.bookletKept ? qsTr("Kept as %1").arg(root.notes.booklet) : root.notes.booklet === "making" ? qsTr("The booklet is being made…") : Words.error(root.notes.booklet)
        color: Theme.muted
        font.pixelSize: Theme.sizeSmall
        Accessible.role: Accessible.AlertMessage
    }
}
