import QtQuick
import QtQuick.Controls.Basic
import SmartCinema.Theme
import SmartCinema.Typing

// Several lines to write in. What is shown is what the model holds; what is typed goes there first.
FocusScope {
    id: root

    property string value: ""
    property string name: ""
    property string placeholder: ""
    property int lines: 3
    readonly property alias cursorPosition: area.cursorPosition
    signal edited(string text)
    signal undoWanted
    signal redoWanted
    signal leaveWanted

    implicitHeight: lines * metrics.lineSpacing + 2 * Theme.gap3
    implicitWidth: 260
    onValueChanged: area.take(value)

    FontMetrics {
        id: metrics

        font: area.font
    }
    Rectangle {
        anchors.fill: parent
        radius: Theme.radius
        color: Theme.surface
        border.width: area.activeFocus ? Theme.focusWidth : Theme.hairline
        border.color: area.activeFocus ? Theme.lantern : Theme.edge
    }
    Flickable {
        id: view

        anchors.fill: parent
        anchors.margins: Theme.focusWidth
        clip: true
        boundsBehavior: Flickable.StopAtBounds
        contentWidth: width

        TextArea.flickable: TextArea {
            id: area

            // What is only shown was typed by nobody.
            property bool shows: false

            // Only what differs is set, so that the cursor stays where it is.
            function take(text) {
                if (TypedText.of(area.textDocument) === text)
                    return;
                const at = area.cursorPosition;
                shows = true;
                area.text = text;
                shows = false;
                area.cursorPosition = Math.min(at, area.length);
            }

            focus: true
            text: ""
            leftPadding: Theme.gap3
            rightPadding: Theme.gap3
            topPadding: Theme.gap2
            bottomPadding: Theme.gap2
            color: Theme.text
            placeholderText: root.placeholder
            placeholderTextColor: Theme.faint
            selectionColor: Theme.lantern
            selectedTextColor: Theme.lanternInk
            font.family: Theme.sans
            font.pixelSize: Theme.sizeBody
            wrapMode: TextEdit.Wrap
            textFormat: TextEdit.PlainText
            background: null
            Accessible.name: root.name
            Component.onCompleted: take(root.value)
            onTextChanged: {
                const typed = TypedText.of(area.textDocument);
                if (!shows && typed !== root.value)
                    root.edited(typed);
            }
            KeyNavigation.priority: KeyNavigation.BeforeItem
            Keys.onTabPressed: nextItemInFocusChain(true).forceActiveFocus(Qt.TabFocusReason)
            Keys.onBacktabPressed: nextItemInFocusChain(false).forceActiveFocus(Qt.BacktabFocusReason)
            Keys.onEscapePressed: root.leaveWanted()
            Keys.onPressed: event => {
                if (event.matches(StandardKey.Undo)) {
                    root.undoWanted();
                    event.accepted = true;
                } else if (event.matches(StandardKey.Redo)) {
                    root.redoWanted();
                    event.accepted = true;
                }
            }
        }
    }
}
