import QtQuick
import SmartCinema.Theme

Rectangle {
    id: root

    property var note: undefined
    property bool shown: false
    property real scaleFactor: 1
    // The card keeps its words while it fades out.
    property var kept: undefined

    implicitHeight: words.implicitHeight + Theme.gap4 * 2
    radius: Theme.radius
    color: Theme.card
    border.width: Theme.hairline
    border.color: Theme.line
    visible: shown || going.running
    Accessible.role: Accessible.Note
    Accessible.name: kept ? [Words.topic(kept.topic), kept.title, kept.body].join(". ") : ""

    onNoteChanged: {
        if (note)
            kept = note;
    }
    Component.onCompleted: {
        if (note)
            kept = note;
    }

    // A card is whole on its own frame; only its going is soft.
    onShownChanged: {
        going.stop();
        opacity = 1;
        if (!shown && Theme.calm > 0)
            going.start();
    }

    NumberAnimation {
        id: going

        target: root
        property: "opacity"
        to: 0
        duration: Theme.calm
    }

    Rectangle {
        width: 3
        height: parent.height - 2 * Theme.gap4
        anchors.verticalCenter: parent.verticalCenter
        x: Theme.gap3
        color: Theme.lantern
        radius: 1
    }
    Column {
        id: words

        x: Theme.gap3 + Theme.gap4
        y: Theme.gap4
        width: parent.width - x - Theme.gap4
        spacing: Theme.gap1

        Text {
            width: parent.width
            text: root.kept ? Words.topic(root.kept.topic) : ""
            color: Theme.lantern
            font.family: Theme.sans
            font.pixelSize: Math.round(Theme.sizeCaption * root.scaleFactor)
            font.weight: Font.DemiBold
            font.letterSpacing: 0.6
            textFormat: Text.PlainText
        }
        Text {
            objectName: "noteTitle"
            width: parent.width
            text: root.kept ? root.kept.title : ""
            color: Theme.text
            font.family: Theme.serif
            font.pixelSize: Math.round((Theme.sizeBody + 3) * root.scaleFactor)
            font.weight: Font.DemiBold
            wrapMode: Text.WordWrap
            textFormat: Text.PlainText
        }
        Text {
            width: parent.width
            text: root.kept ? root.kept.body : ""
            color: Theme.text
            font.family: Theme.sans
            font.pixelSize: Math.round(Theme.sizeBody * root.scaleFactor)
            lineHeight: 1.3
            wrapMode: Text.WordWrap
            textFormat: Text.PlainText
        }
    }
}
