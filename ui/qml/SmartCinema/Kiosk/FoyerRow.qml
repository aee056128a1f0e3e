import QtQuick
import SmartCinema.Components
import SmartCinema.Theme

// One screening: when, what, where, and whether there is a seat.
Panel {
    id: root

    required property var modelData
    required property real unit
    readonly property bool off: modelData.stand === "cancelled"
    readonly property bool full: modelData.seats === 0
    readonly property list<string> named: [modelData.film, modelData.other].filter(part => part !== "")

    height: Math.max(Math.round(112 * unit), words.height + Theme.gap2)
    opacity: off ? 0.6 : 1
    Accessible.role: Accessible.ListItem
    Accessible.name: [root.modelData.starts, ...root.named, root.modelData.room, seats.text].join(", ")

    Picture {
        id: poster

        height: parent.height
        width: Math.round(height * 2 / 3)
        path: root.modelData.poster
    }
    SlideLine {
        id: starts

        unit: root.unit
        size: 30
        heading: true
        anchors.left: poster.right
        anchors.leftMargin: Theme.gap4 * root.unit
        anchors.verticalCenter: parent.verticalCenter
        width: Math.round(92 * root.unit)
        horizontalAlignment: Text.AlignLeft
        color: Theme.lantern
        text: root.modelData.starts
    }
    Column {
        id: words

        anchors.left: starts.right
        anchors.leftMargin: Theme.gap3 * root.unit
        anchors.right: parent.right
        anchors.rightMargin: Theme.gap4 * root.unit
        anchors.verticalCenter: parent.verticalCenter
        spacing: Math.round(3 * root.unit)

        SlideLine {
            id: film

            unit: root.unit
            size: 24
            heading: true
            horizontalAlignment: Text.AlignLeft
            wrapMode: Text.NoWrap
            elide: Text.ElideRight
            text: both.width <= parent.width ? both.text : root.modelData.film

            TextMetrics {
                id: both

                font: film.font
                text: root.named.join("  ")
            }
        }
        SlideLine {
            unit: root.unit
            size: 18
            horizontalAlignment: Text.AlignLeft
            color: Theme.muted
            text: [root.modelData.room, root.modelData.stand === "doors" ? qsTr("Doors are open now") : root.modelData.stand === "now" ? qsTr("It is on now") : ""].filter(part => part !== "").join("  ·  ")
        }
        SlideLine {
            id: seats

            unit: root.unit
            size: 18
            horizontalAlignment: Text.AlignLeft
            color: root.off || root.full ? Theme.danger : root.modelData.few ? Theme.lantern : Theme.ok
            text: root.off ? qsTr("Cancelled today") : root.full ? qsTr("Full") : qsTr("%n seat(s) left", "", root.modelData.seats)
        }
    }
}
