import QtQuick
import SmartCinema.Components
import SmartCinema.Theme

// What stands behind a note: its sources and terms, and the secret that it must keep.
Column {
    id: root

    required property var workbench
    property var face: undefined
    readonly property var note: workbench.note
    readonly property alias firstField: sources
    signal leaveWanted

    spacing: Theme.gap2

    Label {
        width: parent.width
        text: qsTr("Sources, one a line")
        color: Theme.muted
        font.pixelSize: Theme.sizeCaption
    }
    TextBox {
        id: sources

        width: parent.width
        lines: 2
        name: qsTr("Sources")
        value: root.face ? root.face.sources : ""
        onEdited: text => root.workbench.write(root.face.language, "sources", text)
        onUndoWanted: root.workbench.undo()
        onRedoWanted: root.workbench.redo()
        onLeaveWanted: root.leaveWanted()
    }
    Label {
        width: parent.width
        text: qsTr("Terms, one a line: term | hanzi | pinyin | meaning")
        color: Theme.muted
        font.pixelSize: Theme.sizeCaption
    }
    TextBox {
        width: parent.width
        lines: 2
        name: qsTr("Terms")
        value: root.face ? root.face.terms : ""
        onEdited: text => root.workbench.write(root.face.language, "terms", text)
        onUndoWanted: root.workbench.undo()
        onRedoWanted: root.workbench.redo()
        onLeaveWanted: root.leaveWanted()
    }
    Label {
        width: parent.width
        text: qsTr("What it gives away, in the words that would tell it")
        color: Theme.muted
        font.pixelSize: Theme.sizeCaption
    }
    TextLine {
        width: parent.width
        name: qsTr("What it gives away")
        placeholderText: qsTr("Nothing")
        value: root.face ? root.face.givesAway : ""
        onEdited: text => root.workbench.write(root.face.language, "gives_away", text)
        onUndoWanted: root.workbench.undo()
        onRedoWanted: root.workbench.redo()
        onLeaveWanted: root.leaveWanted()
    }
    Item {
        width: parent.width
        height: Theme.target

        Label {
            anchors.verticalCenter: parent.verticalCenter
            width: parent.width - told.width
            text: root.note && root.note.told >= 0 ? qsTr("The film tells it at %1").arg(root.note.toldText) : qsTr("The film tells it at …")
            color: Theme.muted
            font.pixelSize: Theme.sizeSmall
        }
        Row {
            id: told

            anchors.right: parent.right

            AppButton {
                plain: true
                font.pixelSize: Theme.sizeSmall
                text: qsTr("Here")
                onClicked: root.workbench.tell_here()
            }
            AppButton {
                plain: true
                font.pixelSize: Theme.sizeSmall
                text: qsTr("Nothing")
                enabled: Boolean(root.note) && (root.note.told >= 0 || Boolean(root.face) && root.face.givesAway !== "")
                onClicked: root.workbench.tell_nothing()
            }
        }
    }
}
