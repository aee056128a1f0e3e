pragma ComponentBehavior: Bound

import QtQuick
import SmartCinema.Components
import SmartCinema.Theme

// What viewers will have of the selected note, and what stands in its way.
Column {
    id: root

    required property var workbench
    readonly property var slot: workbench.slot
    readonly property var colors: ({
            wrong: Theme.danger,
            doubtful: Theme.lantern,
            hint: Theme.muted
        })

    spacing: Theme.gap2
    opacity: workbench.busy ? 0.7 : 1

    Label {
        objectName: "slotLine"
        width: parent.width
        font.pixelSize: Theme.sizeSmall
        text: {
            if (!root.slot)
                return root.workbench.face && root.workbench.face.title !== "" && root.workbench.face.body !== "" ? qsTr("For the pause and the booklet: it found no time on screen.") : qsTr("Its card comes once it has a title and a text.");
            if (root.slot.onCut && root.slot.beside === 0)
                return qsTr("On screen with the cut at %1, to %2, no subtitles beside it.").arg(root.slot.from).arg(root.slot.to);
            if (root.slot.onCut)
                return qsTr("On screen with the cut at %1, to %2, %3 of it for the subtitles.").arg(root.slot.from).arg(root.slot.to).arg(BenchWords.seconds(root.slot.beside));
            if (root.slot.beside === 0)
                return qsTr("On screen %1 to %2, no subtitles beside it.").arg(root.slot.from).arg(root.slot.to);
            return qsTr("On screen %1 to %2, %3 of it for the subtitles.").arg(root.slot.from).arg(root.slot.to).arg(BenchWords.seconds(root.slot.beside));
        }
        color: root.slot ? Theme.text : Theme.muted
    }
    Repeater {
        model: root.workbench.doubts

        Row {
            id: doubt

            required property var modelData

            width: root.width
            spacing: Theme.gap2

            Rectangle {
                y: 6
                width: Theme.gap2
                height: width
                radius: width / 2
                color: doubt.modelData.weight === "hint" ? Theme.clear : root.colors[doubt.modelData.weight]
                border.width: doubt.modelData.weight === "hint" ? 1 : 0
                border.color: Theme.faint
            }
            Label {
                width: parent.width - Theme.gap4
                text: (doubt.modelData.language === "" ? "" : doubt.modelData.language + ": ") + BenchWords.doubt(doubt.modelData)
                color: doubt.modelData.weight === "wrong" ? Theme.danger : doubt.modelData.weight === "hint" ? Theme.muted : Theme.text
                font.pixelSize: Theme.sizeSmall
            }
        }
    }
}
