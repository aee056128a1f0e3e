import QtQuick
import QtQuick.Templates as T
import SmartCinema.Theme

Flickable {
    id: root

    default property alias content: column.data
    property int maximumWidth: Theme.pageWidth
    property int sidePadding: Theme.gap7
    property int topPadding: 0
    property int bottomPadding: Theme.gap7
    property alias spacing: column.spacing
    // In the middle of a window that is high enough.
    property bool centred: false
    // Where no window leads the focus: what has it comes into view by itself.
    property bool follows: false
    readonly property Item focused: follows ? Window.activeFocusItem : null
    readonly property int innerWidth: Math.min(maximumWidth, width - 2 * sidePadding)

    contentWidth: width
    contentHeight: centred ? Math.max(height, column.implicitHeight + 2 * Theme.gap5) : root.topPadding + column.implicitHeight + bottomPadding
    boundsBehavior: Flickable.StopAtBounds
    clip: true

    // Where it was when it was left: it is there again once it is as long as it was.
    property real leftAt: 0

    function comeBack() {
        if (leftAt > 0 && contentHeight - height >= leftAt) {
            contentY = leftAt;
            leftAt = 0;
        }
    }

    onFocusedChanged: {
        let place = focused;
        while (place && place !== contentItem)
            place = place.parent;
        if (place)
            reveal(focused);
    }
    onContentHeightChanged: comeBack()
    onMovementStarted: leftAt = 0

    // By so many of its own heights.
    function scroll(pages) {
        contentY = Math.max(0, Math.min(contentHeight - height, contentY + pages * height));
    }
    function reveal(item) {
        const top = item.mapToItem(contentItem, 0, 0).y - Theme.gap5;
        const bottom = top + item.height + 2 * Theme.gap5;
        if (top < contentY)
            contentY = Math.max(0, top);
        else if (bottom > contentY + height)
            contentY = Math.min(contentHeight - height, bottom - height);
    }

    T.ScrollBar.vertical: T.ScrollBar {
        id: bar

        Accessible.ignored: true // keys scroll, and what has the focus comes into view
        implicitWidth: Theme.gap3
        padding: Theme.hairline * 2
        minimumSize: Theme.gap6 / Math.max(Theme.gap6, height)
        visible: root.contentHeight > root.height

        contentItem: Rectangle {
            radius: width / 2
            color: bar.pressed ? Theme.muted : Theme.line
            opacity: bar.active ? 1 : 0

            Behavior on opacity {
                NumberAnimation {
                    duration: Theme.calm
                }
            }
        }
    }

    Column {
        id: column

        x: (root.width - width) / 2
        y: root.centred ? Math.max(Theme.gap5, Math.round((root.height - implicitHeight) / 2)) : root.topPadding
        width: root.innerWidth
        spacing: Theme.gap5
    }
}
