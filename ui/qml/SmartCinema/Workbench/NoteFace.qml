import QtQuick
import SmartCinema.Components
import SmartCinema.Theme

// Title and text of the selected note in one language, and how long they take to read.
Column {
    id: root

    required property var workbench
    property var face: undefined
    property string language: ""
    property bool named: false
    readonly property alias titleField: title
    readonly property alias bodyField: body
    readonly property bool full: Boolean(face) && (face.over > 0 || face.bodyCharacters > face.bodyLimit)
    signal leaveWanted

    spacing: Theme.gap2

    Label {
        width: parent.width
        visible: root.named
        text: root.language
        color: Theme.muted
        font.pixelSize: Theme.sizeCaption
    }
    TextLine {
        id: title

        objectName: "noteTitleField"
        width: parent.width
        name: root.named ? qsTr("Title, %1").arg(root.language) : qsTr("Title")
        placeholderText: qsTr("Title")
        value: root.face ? root.face.title : ""
        onEdited: text => root.workbench.write(root.face.language, "title", text)
        onUndoWanted: root.workbench.undo()
        onRedoWanted: root.workbench.redo()
        onLeaveWanted: root.leaveWanted()
        onAccepted: body.forceActiveFocus()
    }
    TextBox {
        id: body

        objectName: "noteBodyField"
        width: parent.width
        lines: 3
        name: root.named ? qsTr("Text, %1").arg(root.language) : qsTr("Text")
        placeholder: qsTr("What an outsider cannot know, in two lines")
        value: root.face ? root.face.body : ""
        onEdited: text => root.workbench.write(root.face.language, "body", text)
        onUndoWanted: root.workbench.undo()
        onRedoWanted: root.workbench.redo()
        onLeaveWanted: root.leaveWanted()
    }
    Item {
        width: parent.width
        height: Theme.gap1

        Rectangle {
            anchors.fill: parent
            radius: height / 2
            color: Theme.line
        }
        Rectangle {
            width: parent.width * (root.face ? Math.min(1, root.face.needed / root.face.longest) : 0)
            height: parent.height
            radius: height / 2
            color: root.full ? Theme.danger : Theme.lantern
        }
    }
    Item {
        width: parent.width
        height: Math.max(reading.height, length.height)

        Label {
            id: reading

            objectName: "readingTime"
            width: parent.width - length.width - Theme.gap2
            text: root.face ? qsTr("%1 to read").arg(BenchWords.seconds(root.face.needed)) : ""
            color: Theme.muted
            font.pixelSize: Theme.sizeCaption
        }
        Label {
            id: length

            anchors.right: parent.right
            text: root.face ? qsTr("%1 / %2").arg(root.face.bodyCharacters).arg(root.face.bodyLimit) : ""
            color: root.full ? Theme.danger : Theme.muted
            font.pixelSize: Theme.sizeCaption
            wrapMode: Text.NoWrap
            Accessible.name: root.face ? qsTr("%1 of %2 characters").arg(root.face.bodyCharacters).arg(root.face.bodyLimit) : ""
        }
    }
}
