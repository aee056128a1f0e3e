import QtQuick
import SmartCinema.Theme

Item {
    id: root

    property string path: ""
    property color tint: Theme.raised
    // Shares of the width: where the picture begins, and how much of it fades in.
    property real start: 0.32
    property real fade: 0.6

    clip: true

    Picture {
        id: picture

        x: Math.round(root.width * root.start)
        width: root.width - x
        height: root.height
        path: root.path
        tint: root.tint
    }
    Rectangle {
        x: picture.x
        width: picture.width * root.fade
        height: root.height
        gradient: Gradient {
            orientation: Gradient.Horizontal

            GradientStop {
                position: 0
                color: Theme.background
            }
            GradientStop {
                position: 0.5
                color: Qt.alpha(Theme.background, 0.86)
            }
            GradientStop {
                position: 1
                color: Qt.alpha(Theme.background, 0)
            }
        }
    }
    Rectangle {
        anchors.bottom: parent.bottom
        width: root.width
        height: root.height * 0.45
        gradient: Gradient {
            GradientStop {
                position: 0
                color: Qt.alpha(Theme.background, 0)
            }
            GradientStop {
                position: 0.55
                color: Qt.alpha(Theme.background, 0.62)
            }
            GradientStop {
                position: 1
                color: Theme.background
            }
        }
    }
}
