import QtQuick
import SmartCinema.Theme

// Light from below, as from behind a curtain.
Rectangle {
    gradient: Gradient {
        GradientStop {
            position: 0.45
            color: Theme.clear
        }
        GradientStop {
            position: 1
            color: Theme.surface
        }
    }
}
