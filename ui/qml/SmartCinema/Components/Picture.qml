import QtQuick
import SmartCinema.Pictures
import SmartCinema.Theme

Rectangle {
    id: root

    property string path: ""
    property color tint: Theme.raised
    property alias fillMode: image.fillMode
    readonly property bool ready: image.status === Image.Ready

    color: Qt.darker(tint, 1.6)
    clip: true

    Image {
        id: image

        anchors.fill: parent
        asynchronous: true
        fillMode: Image.PreserveAspectCrop
        source: root.path === "" || root.width < 1 ? "" : PictureDesk.address(root.path, PictureDesk.revision)
        sourceSize.width: Math.round(root.width * Screen.devicePixelRatio)
        opacity: status === Image.Ready ? 1 : 0

        Behavior on opacity {
            NumberAnimation {
                duration: Theme.calm
            }
        }
    }
}
