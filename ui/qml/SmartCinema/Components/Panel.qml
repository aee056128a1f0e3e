import QtQuick
import SmartCinema.Theme

Rectangle {
    color: Theme.surface
    radius: Theme.radius
    border.width: Theme.hairline
    border.color: Theme.raised
}
