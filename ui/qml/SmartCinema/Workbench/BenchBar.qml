pragma ComponentBehavior: Bound

import QtQuick
import SmartCinema.Components
import SmartCinema.Theme

// What is worked on, how safe it is, and what concerns the edition as a whole.
Item {
    id: root

    required property var workbench
    signal editionWanted
    signal importWanted
    signal keysWanted

    implicitHeight: Theme.benchBar

    Title {
        id: film

        x: Theme.gap4
        anchors.verticalCenter: parent.verticalCenter
        width: Math.min(implicitWidth, root.width * 0.24)
        text: root.workbench.film
        font.pixelSize: Theme.sizeHeading - 3
        maximumLineCount: 1
        wrapMode: Text.NoWrap
        elide: Text.ElideRight
    }
    Row {
        id: safety

        readonly property bool refused: root.workbench.saved === "refused"

        anchors.left: film.right
        anchors.leftMargin: Theme.gap4
        anchors.verticalCenter: parent.verticalCenter
        spacing: Theme.gap2

        Rectangle {
            anchors.verticalCenter: parent.verticalCenter
            width: Theme.gap2
            height: width
            radius: width / 2
            color: safety.refused ? Theme.danger : root.workbench.saved === "saved" ? Theme.ok : Theme.lantern
        }
        Label {
            objectName: "savedState"
            anchors.verticalCenter: parent.verticalCenter
            text: BenchWords.saved(root.workbench.saved)
            color: safety.refused ? Theme.danger : Theme.muted
            font.pixelSize: Theme.sizeSmall
            wrapMode: Text.NoWrap
        }
        Label {
            anchors.verticalCenter: parent.verticalCenter
            visible: !safety.refused && root.width > 1100
            text: root.workbench.file
            color: Theme.faint
            font.pixelSize: Theme.sizeCaption
            wrapMode: Text.NoWrap
        }
        Label {
            anchors.verticalCenter: parent.verticalCenter
            width: Math.min(implicitWidth, root.width * 0.3)
            visible: safety.refused
            text: BenchWords.refusal(root.workbench.refusal)
            color: Theme.danger
            font.pixelSize: Theme.sizeCaption
        }
    }
    Row {
        anchors.right: parent.right
        anchors.rightMargin: Theme.gap3
        anchors.verticalCenter: parent.verticalCenter
        spacing: Theme.gap1

        AppButton {
            plain: true
            font.pixelSize: Theme.sizeSmall
            text: qsTr("Undo")
            enabled: root.workbench.canUndo
            onClicked: root.workbench.undo()
        }
        AppButton {
            plain: true
            font.pixelSize: Theme.sizeSmall
            text: qsTr("Redo")
            enabled: root.workbench.canRedo
            onClicked: root.workbench.redo()
        }
        AppButton {
            plain: true
            font.pixelSize: Theme.sizeSmall
            text: qsTr("Import")
            onClicked: root.importWanted()
        }
        AppButton {
            plain: true
            font.pixelSize: Theme.sizeSmall
            text: qsTr("Export")
            enabled: root.workbench.count > 0
            onClicked: root.workbench.export()
        }
        AppButton {
            plain: true
            font.pixelSize: Theme.sizeSmall
            text: qsTr("Edition")
            onClicked: root.editionWanted()
        }
        AppButton {
            plain: true
            font.pixelSize: Theme.sizeSmall
            text: qsTr("Keys")
            onClicked: root.keysWanted()
        }
    }
    Rectangle {
        anchors.bottom: parent.bottom
        width: parent.width
        height: Theme.hairline
        color: Theme.raised
    }
}
