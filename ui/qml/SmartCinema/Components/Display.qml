import QtQuick
import SmartCinema.Theme

Title {
    font.pixelSize: Theme.sizeDisplay
    font.weight: Font.Bold
    lineHeight: lineCount > 1 ? 0.86 : 1
}
