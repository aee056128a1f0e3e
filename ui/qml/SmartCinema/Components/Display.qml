import QtQuick
import SmartCinema.Theme

Title {
    font.pixelSize: Theme.sizeDisplay
    font.weight: Font.Bold
    lineHeight: 1.08
}
