pragma ComponentBehavior: Bound

import QtQuick
import SmartCinema.Components
import SmartCinema.Theme

Panel {
    id: root

    property var notes: []

    function move(by) {
        list.currentIndex = Math.max(0, Math.min(list.count - 1, list.currentIndex + by));
    }

    color: Theme.card

    Title {
        id: heading

        x: Theme.gap5
        y: Theme.gap4
        width: parent.width - 2 * x
        text: qsTr("Notes so far")
    }
    ListView {
        id: list

        anchors.top: heading.bottom
        anchors.topMargin: Theme.gap3
        anchors.bottom: parent.bottom
        anchors.bottomMargin: Theme.gap4
        x: Theme.gap5
        width: parent.width - 2 * x
        clip: true
        spacing: Theme.gap4
        model: root.notes
        currentIndex: count - 1
        highlightMoveDuration: Theme.calm
        boundsBehavior: Flickable.StopAtBounds

        delegate: Column {
            id: entry

            required property var modelData
            required property int index

            width: list.width
            spacing: Theme.gap1
            opacity: ListView.isCurrentItem ? 1 : 0.75

            Label {
                width: parent.width
                text: entry.modelData.time + "  ·  " + Words.topic(entry.modelData.topic)
                color: Theme.lantern
                font.pixelSize: Theme.sizeCaption
            }
            Title {
                width: parent.width
                text: entry.modelData.title
                font.pixelSize: Theme.sizeBody + 1
            }
            Label {
                width: parent.width
                text: entry.modelData.body
                font.pixelSize: Theme.sizeSmall
            }
            Label {
                width: parent.width
                text: entry.modelData.glossary.map(entry => entry.hanzi + "  " + entry.pinyin + "  " + entry.meaning).join("\n")
                visible: text !== ""
                color: Theme.muted
                font.pixelSize: Theme.sizeSmall
            }
            Label {
                width: parent.width
                text: entry.modelData.sources === "" ? "" : qsTr("Sources: %1").arg(entry.modelData.sources)
                visible: text !== ""
                color: Theme.faint
                font.pixelSize: Theme.sizeCaption
            }
        }
    }
    Label {
        anchors.centerIn: parent
        visible: list.count === 0
        text: qsTr("No note has come yet.")
        color: Theme.muted
    }
}
