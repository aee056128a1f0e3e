import QtQuick
import QtQuick.Templates as T
import SmartCinema.Components
import SmartCinema.Theme

// A sheet over the whole workbench.
T.Popup {
    id: root

    default property alias content: column.data
    property string title: ""

    parent: T.Overlay.overlay
    x: Math.round((parent.width - width) / 2)
    y: Math.round((parent.height - height) / 2)
    width: Math.min(Theme.columnWidth + 2 * Theme.gap6, parent.width - 2 * Theme.gap5)
    height: Math.min(view.contentHeight + 2 * Theme.gap6, parent.height - 2 * Theme.gap5)
    padding: Theme.gap6
    modal: true
    focus: true
    closePolicy: T.Popup.CloseOnEscape | T.Popup.CloseOnPressOutside

    T.Overlay.modal: Rectangle {
        color: Theme.scrim
    }
    background: Rectangle {
        color: Theme.surface
        radius: Theme.radius
        border.width: Theme.hairline
        border.color: Theme.line
    }
    contentItem: Flickable {
        id: view

        contentHeight: column.implicitHeight
        boundsBehavior: Flickable.StopAtBounds
        clip: contentHeight > height

        Column {
            id: column

            width: parent.width
            spacing: Theme.gap4

            Title {
                width: parent.width
                text: root.title
            }
        }
    }
}
