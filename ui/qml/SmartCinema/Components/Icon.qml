import QtQuick
import QtQuick.Controls.impl
import SmartCinema.Theme

// One of our drawings, in the ink of the words beside it.
IconImage {
    id: root

    property int size: Theme.icon
    property color ink: Theme.text

    // The name of a file; `name` would ask the desktop's own icons.
    required property string drawing

    source: Qt.resolvedUrl("icons/" + drawing + ".svg")
    sourceSize: Qt.size(size, size)
    width: size
    height: size
    color: ink
    fillMode: Image.PreserveAspectFit
    Accessible.ignored: true
}
