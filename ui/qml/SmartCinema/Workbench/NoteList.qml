pragma ComponentBehavior: Bound

import QtQuick
import SmartCinema.Components
import SmartCinema.Theme

// All notes in order of their moments, and how each stands.
FocusScope {
    id: root

    required property var workbench
    signal writeWanted

    Label {
        id: heading

        x: Theme.gap4
        y: Theme.gap3
        width: parent.width - 2 * x
        text: root.workbench.count === 0 ? qsTr("Notes") : qsTr("%n note(s)", "", root.workbench.count)
        font.weight: Font.DemiBold
    }
    Label {
        id: summary

        x: Theme.gap4
        anchors.top: heading.bottom
        anchors.topMargin: Theme.gap1
        width: parent.width - 2 * x
        text: root.workbench.count === 0 ? qsTr("None yet.") : qsTr("%1 on screen, %2 for the pause").arg(root.workbench.shown).arg(root.workbench.left)
        color: Theme.muted
        font.pixelSize: Theme.sizeCaption
        opacity: root.workbench.busy ? 0.6 : 1
    }
    ListView {
        id: list

        objectName: "noteList"
        anchors.top: summary.bottom
        anchors.topMargin: Theme.gap3
        anchors.bottom: parent.bottom
        width: parent.width
        clip: true
        focus: true
        activeFocusOnTab: true
        model: root.workbench.notes
        currentIndex: root.workbench.note ? root.workbench.note.number - 1 : -1
        highlightMoveDuration: 0
        boundsBehavior: Flickable.StopAtBounds
        keyNavigationEnabled: false
        Accessible.role: Accessible.List
        Accessible.name: heading.text
        Keys.onUpPressed: root.workbench.next(false)
        Keys.onDownPressed: root.workbench.next(true)
        Keys.onReturnPressed: root.writeWanted()
        Keys.onEnterPressed: root.writeWanted()

        delegate: Rectangle {
            id: entry

            required property var row
            readonly property bool current: row.id === root.workbench.selected

            width: list.width
            height: 52
            color: current ? Theme.raised : area.containsMouse ? Theme.surface : Theme.clear
            Accessible.role: Accessible.ListItem
            Accessible.name: [entry.row.time, title.text, BenchWords.stands(entry.row.stands)].join(", ")

            Rectangle {
                width: 3
                height: parent.height
                color: Theme.lantern
                visible: entry.current
            }
            FocusRing {
                anchors.margins: 0
                shown: entry.current && list.activeFocus
            }
            Rectangle {
                id: glyph

                x: Theme.gap4
                y: Theme.gap3 + 4
                width: 10
                height: 10
                radius: entry.row.stands === "card" ? 2 : 5
                color: entry.row.stands === "card" ? Theme.lantern : entry.row.stands === "left" ? Theme.danger : Theme.clear
                border.width: entry.row.stands === "draft" ? 2 : 0
                border.color: Theme.faint
            }
            Label {
                id: time

                anchors.left: glyph.right
                anchors.leftMargin: Theme.gap3
                y: Theme.gap2
                text: entry.row.time
                color: Theme.muted
                font.pixelSize: Theme.sizeCaption
                font.features: ({
                        tnum: 1
                    })
                wrapMode: Text.NoWrap
            }
            Label {
                anchors.right: parent.right
                anchors.rightMargin: Theme.gap4
                y: Theme.gap2
                text: entry.row.weight === "wrong" ? qsTr("needs care") : entry.row.comments > 0 ? qsTr("%n comment(s)", "", entry.row.comments) : ""
                color: entry.row.weight === "wrong" ? Theme.danger : Theme.muted
                font.pixelSize: Theme.sizeCaption
                wrapMode: Text.NoWrap
            }
            Label {
                id: title

                anchors.left: time.left
                anchors.right: parent.right
                anchors.rightMargin: Theme.gap4
                anchors.bottom: parent.bottom
                anchors.bottomMargin: Theme.gap2
                text: entry.row.title === "" ? qsTr("Not written yet") : entry.row.title
                color: entry.row.title === "" ? Theme.faint : Theme.text
                font.pixelSize: Theme.sizeSmall
                maximumLineCount: 1
                wrapMode: Text.NoWrap
                elide: Text.ElideRight
            }
            MouseArea {
                id: area

                anchors.fill: parent
                hoverEnabled: true
                onClicked: {
                    list.forceActiveFocus();
                    root.workbench.select(entry.row.id);
                }
                onDoubleClicked: root.writeWanted()
            }
        }
    }
}
