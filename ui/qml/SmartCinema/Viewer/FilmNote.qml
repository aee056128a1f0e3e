import QtQuick
import SmartCinema.Pictures
import SmartCinema.Theme

// A note's card at its one fixed place over the picture of a film, wherever that is shown.
NoteCard {
    id: root

    required property rect picture
    // The height that letters are measured by.
    required property real area
    property real captionScale: 1
    // Where the place begins, clear of what may come over the picture.
    property real ceiling: 0

    property bool atRight: false
    // The picture of the next card: fetched and decoded as that will show it, to be there on its frame.
    property string next: ""
    readonly property real margin: Math.max(Theme.gap4, picture.width * 0.035)

    x: atRight ? picture.x + picture.width - width - margin : picture.x + margin
    y: Math.max(picture.y + Math.max(Theme.gap4, area * 0.06), ceiling)
    width: Math.min(Math.max(300, area * (area < 560 ? 0.8 : 0.6) * scaleFactor) * (pictured && area < 900 ? 1.3 : 1), picture.width * (scaleFactor > 1.25 ? 0.9 : area < 560 ? 0.62 : 0.46))
    scaleFactor: Math.max(0.85, captionScale * Math.max(0.66, area / 760))

    Image {
        objectName: "comingPicture"
        visible: false
        asynchronous: true
        fillMode: Image.PreserveAspectCrop
        source: root.next === "" ? "" : PictureDesk.address(root.next, PictureDesk.revision)
    }
}
