import QtQuick
import QtQuick.Templates as T
import SmartCinema.Theme

// A panel above the button that opened it, or below; what finds no room above that is scrolled to.
T.Popup {
    id: root

    default property alias content: column.data
    property real room: Infinity
    property bool below: false

    function reveal(item) {
        for (let above = item; above; above = above.parent) {
            if (above !== column)
                continue;
            const top = item.mapToItem(column, 0, 0).y - Theme.gap3;
            const bottom = top + item.height + 2 * Theme.gap3;
            if (top < view.contentY)
                view.contentY = Math.max(0, top);
            else if (bottom > view.contentY + view.height)
                view.contentY = Math.max(0, Math.min(view.contentHeight, bottom) - view.height);
        }
    }

    x: Math.round(Math.min(0, (parent ? parent.width : 0) - width))
    margins: Theme.gap2 // from the window's edges
    y: below ? (parent ? parent.height : 0) : -height - Theme.gap6
    implicitWidth: Theme.menuWidth
    implicitHeight: Math.min(column.implicitHeight + topPadding + bottomPadding, room)
    padding: Theme.gap4
    focus: true
    closePolicy: T.Popup.CloseOnEscape | T.Popup.CloseOnPressOutsideParent
    onAboutToShow: {
        const place = parent.mapToItem(null, 0, 0).y;
        room = below ? T.Overlay.overlay.height - place - parent.height - Theme.gap4 : place - Theme.gap6 - Theme.gap4;
        view.contentY = 0;
    }

    background: Rectangle {
        color: Theme.raised
        radius: Theme.radius
        border.width: Theme.hairline
        border.color: Theme.line
    }
    contentItem: FocusScope {
        readonly property Item at: Window.activeFocusItem

        focus: true
        implicitHeight: column.implicitHeight
        onAtChanged: root.reveal(at)

        Flickable {
            id: view

            anchors.fill: parent
            contentHeight: column.implicitHeight
            boundsBehavior: Flickable.StopAtBounds
            interactive: contentHeight > height
            clip: interactive

            T.ScrollBar.vertical: T.ScrollBar {
                id: bar

                Accessible.ignored: true // keys scroll, and what has the focus comes into view
                implicitWidth: Theme.gap2
                padding: Theme.hairline
                visible: view.interactive
                contentItem: Rectangle {
                    radius: width / 2
                    color: bar.pressed ? Theme.muted : Theme.line
                }
            }

            Column {
                id: column

                width: view.width - (view.interactive ? Theme.gap3 : 0)
                spacing: Theme.gap3
            }
        }
    }
}
