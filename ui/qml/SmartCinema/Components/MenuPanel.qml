import QtQuick
import QtQuick.Templates as T
import SmartCinema.Theme

// A panel above the button that opened it.
T.Popup {
    id: root

    default property alias content: column.data

    x: Math.round(Math.min(0, (parent ? parent.width : 0) - width))
    y: -height - Theme.gap6
    implicitWidth: Theme.menuWidth
    implicitHeight: column.implicitHeight + topPadding + bottomPadding
    padding: Theme.gap4
    focus: true
    closePolicy: T.Popup.CloseOnEscape | T.Popup.CloseOnPressOutsideParent

    background: Rectangle {
        color: Theme.raised
        radius: Theme.radius
        border.width: Theme.hairline
        border.color: Theme.line
    }
    contentItem: FocusScope {
        focus: true
        implicitHeight: column.implicitHeight

        Column {
            id: column

            width: parent.width
            spacing: Theme.gap3
        }
    }
}
