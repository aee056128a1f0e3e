import QtQuick
import SmartCinema.Theme

Image {
    id: root

    required property string name

    source: Qt.resolvedUrl("icons/" + name + ".svg")
    sourceSize: Qt.size(Theme.icon, Theme.icon)
    width: Theme.icon
    height: Theme.icon
    fillMode: Image.PreserveAspectFit
    Accessible.ignored: true
}
