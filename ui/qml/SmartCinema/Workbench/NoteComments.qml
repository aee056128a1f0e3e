pragma ComponentBehavior: Bound

import QtQuick
import SmartCinema.Components
import SmartCinema.Theme

// What those who read the notes say of this one; no viewer ever sees it.
Column {
    id: root

    required property var workbench
    readonly property alias firstField: saying
    signal leaveWanted

    spacing: Theme.gap3

    Label {
        width: parent.width
        visible: root.workbench.comments.length === 0
        text: qsTr("No comments. They stay at this desk and are never exported.")
        color: Theme.muted
        font.pixelSize: Theme.sizeSmall
    }
    Repeater {
        model: root.workbench.comments

        Item {
            id: said

            required property var modelData

            width: root.width
            height: Math.max(Theme.target, words.height)
            opacity: modelData.settled ? 0.6 : 1

            Column {
                id: words

                anchors.verticalCenter: parent.verticalCenter
                width: parent.width - settle.width - Theme.gap2

                Label {
                    width: parent.width
                    text: [said.modelData.by === "" ? qsTr("Somebody") : said.modelData.by, said.modelData.at].join("  ·  ")
                    color: Theme.muted
                    font.pixelSize: Theme.sizeCaption
                }
                Label {
                    width: parent.width
                    text: said.modelData.text
                    font.pixelSize: Theme.sizeSmall
                    font.strikeout: said.modelData.settled
                }
            }
            AppButton {
                id: settle

                anchors.right: parent.right
                anchors.verticalCenter: parent.verticalCenter
                plain: true
                font.pixelSize: Theme.sizeSmall
                text: said.modelData.settled ? qsTr("Reopen") : qsTr("Settle")
                onClicked: root.workbench.settle(said.modelData.id, !said.modelData.settled)
            }
        }
    }
    Field {
        id: saying

        objectName: "commentField"
        width: parent.width
        placeholderText: qsTr("Comment, then Enter")
        Keys.onEscapePressed: root.leaveWanted()
        onAccepted: {
            if (text.trim() !== "")
                root.workbench.comment(text);
            clear();
        }
    }
}
