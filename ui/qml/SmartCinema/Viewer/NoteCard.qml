import QtQuick
import SmartCinema.Pictures
import SmartCinema.Theme

Rectangle {
    id: root

    property var note: undefined
    property bool shown: false
    property real scaleFactor: 1
    // The card keeps its words while it fades out.
    property var kept: undefined
    // A picture that comes late does not move the lines of who reads them; at rest it may.
    property bool patient: false
    readonly property bool arrived: Boolean(kept && kept.picture) && picture.status === Image.Ready
    property bool pictured: false
    // In the moment in which it comes, the order of what changes is nobody's.
    property bool coming: false
    // Whether a screen reader says it as it comes.
    property bool announced: false

    function come() {
        coming = true;
        pictured = arrived;
        Qt.callLater(stay);
    }
    function stay() {
        coming = false;
        if (announced && shown)
            Accessible.announce(Accessible.name);
    }

    implicitHeight: Math.max(words.implicitHeight, pictured ? picture.height : 0) + Theme.gap4 * 2
    radius: Theme.radius
    color: Theme.card
    border.width: Theme.hairline
    border.color: Theme.line
    visible: shown || going.running
    Accessible.role: Accessible.Note
    Accessible.name: kept ? [Words.topic(kept.topic), kept.title, kept.body, pictured ? kept.alt : ""].filter(Boolean).join(". ") : ""

    onNoteChanged: {
        if (note)
            kept = note;
    }
    onKeptChanged: come()
    onArrivedChanged: {
        if (!arrived || patient || coming || !shown)
            pictured = arrived;
    }
    onPatientChanged: pictured = arrived
    Component.onCompleted: {
        if (note)
            kept = note;
    }

    // A card is whole on its own frame; only its going is soft.
    onShownChanged: {
        if (shown)
            come();
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
    Image {
        id: picture

        objectName: "notePicture"
        anchors.right: parent.right
        anchors.rightMargin: Theme.gap4
        y: Theme.gap4
        width: Math.round(root.width * 0.3)
        height: Math.round(width * Math.min(1.25, implicitHeight / Math.max(1, implicitWidth)))
        visible: root.pictured
        asynchronous: true
        fillMode: Image.PreserveAspectCrop
        source: root.kept && root.kept.picture ? PictureDesk.address(root.kept.picture, PictureDesk.revision) : ""
        Accessible.ignored: true
    }
    Column {
        id: words

        x: Theme.gap3 + Theme.gap4
        y: Theme.gap4
        width: parent.width - x - Theme.gap4 - (root.pictured ? picture.width + Theme.gap4 : 0)
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
