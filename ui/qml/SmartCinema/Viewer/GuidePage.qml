pragma ComponentBehavior: Bound

import QtQuick
import SmartCinema.Components
import SmartCinema.Theme

FocusScope {
    id: root

    required property var shell
    readonly property var viewModel: shell.guide
    readonly property int textWidth: Theme.columnWidth + Theme.gap8

    // Where there is room, the text stands in the middle and the contents beside it.
    readonly property bool wide: width >= textWidth + 2 * (Theme.codeSide + Theme.gap6)

    // A page may be longer than the window, and reading needs no mouse.
    function turn(distance) {
        scroll.contentY = Math.max(0, Math.min(scroll.contentHeight - scroll.height, scroll.contentY + distance));
    }

    function toContents() {
        for (let place = 0; place < entries.count; place++) {
            const entry = entries.itemAt(place) as NavItem;
            if (entry.current)
                entry.forceActiveFocus(Qt.TabFocusReason);
        }
    }

    ScrollPage {
        id: contents

        x: root.wide ? (root.width - root.textWidth) / 2 - width - Theme.gap6 : Theme.gap5
        z: 1
        width: Theme.codeSide
        height: parent.height
        topPadding: Theme.gap6
        sidePadding: 0
        spacing: 0

        Repeater {
            id: entries

            model: root.viewModel.pages

            NavItem {
                required property var modelData

                Keys.onRightPressed: scroll.forceActiveFocus(Qt.TabFocusReason)

                width: Math.min(implicitWidth, contents.width)
                text: modelData.text !== "" ? modelData.text : qsTr("What is new")
                current: root.viewModel.page === modelData.value
                onClicked: root.viewModel.open(modelData.value)
            }
        }
    }
    FocusRing {
        anchors.fill: scroll
        anchors.margins: Theme.focusWidth
        shown: scroll.ringed
    }
    ScrollPage {
        id: scroll

        // Shown where the focus comes back to the text, not where the page opens.
        property bool wasLeft: false
        property bool ringed: false

        anchors.left: parent.left
        anchors.leftMargin: root.wide ? 0 : contents.x + contents.width
        anchors.right: parent.right
        anchors.top: parent.top
        anchors.bottom: parent.bottom
        focus: true
        activeFocusOnTab: true
        maximumWidth: root.textWidth
        sidePadding: root.width < Theme.narrow ? Theme.gap5 : Theme.gap7
        spacing: Theme.gap4
        Accessible.role: Accessible.Document
        Accessible.name: qsTr("Guide")
        onActiveFocusChanged: {
            ringed = activeFocus && wasLeft;
            wasLeft = true;
        }
        Keys.onPressed: event => {
            event.accepted = true;
            switch (event.key) {
            case Qt.Key_Up:
                event.accepted = contentY > 0;
                root.turn(-Theme.gap8);
                break;
            case Qt.Key_Left:
                root.toContents();
                break;
            case Qt.Key_Down:
                root.turn(Theme.gap8);
                break;
            case Qt.Key_PageUp:
                root.turn(-height * 0.9);
                break;
            case Qt.Key_PageDown:
            case Qt.Key_Space:
                root.turn(height * 0.9);
                break;
            case Qt.Key_Home:
                root.turn(-contentHeight);
                break;
            case Qt.Key_End:
                root.turn(contentHeight);
                break;
            default:
                event.accepted = false;
            }
        }

        Item {
            width: 1
            height: Theme.gap4
        }
        EmptyState {
            anchors.horizontalCenter: parent.horizontalCenter
            visible: root.viewModel.error !== ""
            title: qsTr("The guide is missing")
            text: qsTr("It did not come with this copy. Install Smart Cinema again.")
        }
        Repeater {
            model: root.viewModel.blocks

            GuideBlock {
                required property var modelData

                width: scroll.innerWidth
                block: modelData
            }
        }
    }
    Connections {
        target: root.viewModel

        function onPageChanged() {
            scroll.contentY = 0;
        }
    }
}
