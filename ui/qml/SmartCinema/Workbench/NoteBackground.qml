import QtQuick
import SmartCinema.Components
import SmartCinema.Theme

// What stands behind a note: its sources and terms, and the secret that it must keep.
Column {
    id: root

    required property var workbench
    property var face: undefined
    // Beside the other language only what differs is asked.
    property bool first: true
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
    Row {
        width: parent.width
        height: Math.max(shown.height, choose.height)
        spacing: Theme.gap3
        // Beside it only its room is kept, so that what is translated stands side by side.
        opacity: root.first ? 1 : 0
        enabled: root.first

        Picture {
            id: shown

            objectName: "benchPicture"
            width: Math.min(Theme.benchPicture, Math.round(parent.width * 0.4))
            height: visible ? width * 0.75 : 0
            visible: Boolean(root.note) && root.note.picture !== ""
            radius: Theme.radiusSmall
            path: root.note ? root.note.picture : ""

            Label {
                anchors.fill: parent
                anchors.margins: Theme.gap1
                visible: !shown.ready
                horizontalAlignment: Text.AlignHCenter
                verticalAlignment: Text.AlignVCenter
                text: root.note ? root.note.image : ""
                color: Theme.faint
                font.pixelSize: Theme.sizeCaption
            }
        }
        Flow {
            id: choose

            width: parent.width - (shown.visible ? shown.width + parent.spacing : 0)
            anchors.verticalCenter: parent.verticalCenter

            AppButton {
                plain: true
                font.pixelSize: Theme.sizeSmall
                text: shown.visible ? qsTr("Another picture…") : qsTr("Choose a picture…")
                onClicked: ask.ask()
            }
            AppButton {
                plain: true
                font.pixelSize: Theme.sizeSmall
                visible: shown.visible
                text: qsTr("No picture")
                onClicked: root.workbench.take_picture("")
            }
        }
        FileAsk {
            id: ask

            pictures: true
            onChosen: place => root.workbench.take_picture(place)
        }
    }
    Label {
        width: parent.width
        visible: alt.visible
        text: qsTr("What the picture shows, for those who do not see it")
        color: Theme.muted
        font.pixelSize: Theme.sizeCaption
    }
    TextLine {
        id: alt

        objectName: "altField"
        width: parent.width
        visible: Boolean(root.note) && root.note.image !== ""
        name: qsTr("What the picture shows")
        placeholderText: qsTr("Needed with a picture")
        value: root.face ? root.face.alt : ""
        onEdited: text => root.workbench.write(root.face.language, "alt", text)
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
