pragma ComponentBehavior: Bound

import QtQuick
import SmartCinema.Components
import SmartCinema.Theme

// Staff's PIN, above everything else in a venue's window. A long press in the corner opens it too.
Item {
    id: root

    required property var pad
    // In a low window the keys stand beside the words.
    readonly property bool low: height < 9 * Theme.padKey - Theme.gap8
    readonly property int key: low ? Math.min(Theme.padKey, Math.floor((height - Theme.target - 6 * Theme.gap4) / 4) - Theme.gap2) : Theme.padKey

    anchors.fill: parent
    z: 1000

    Rectangle {
        anchors.fill: parent
        visible: root.pad.open
        color: Theme.scrim
        Accessible.ignored: true

        // Nothing below can be touched meanwhile.
        MouseArea {
            anchors.fill: parent
            acceptedButtons: Qt.AllButtons
            hoverEnabled: true
            onWheel: wheel => wheel.accepted = true
        }
    }
    Panel {
        visible: root.pad.open
        anchors.centerIn: parent
        width: column.width + 2 * column.margin
        height: column.height + 2 * column.margin
        Accessible.role: Accessible.Dialog
        Accessible.name: heading.text

        Grid {
            id: column

            readonly property int side: 3 * Theme.padKey + 2 * Theme.gap3
            readonly property int margin: root.low ? Theme.gap4 : Theme.gap6

            anchors.centerIn: parent
            columns: root.low ? 2 : 1
            columnSpacing: Theme.gap5
            rowSpacing: Theme.gap4

            Column {
                width: column.side
                spacing: Theme.gap4

                Title {
                    id: heading

                    width: parent.width
                    horizontalAlignment: Text.AlignHCenter
                    text: root.pad.manager ? qsTr("Manager's PIN") : qsTr("Staff's PIN")
                }
                Row {
                    anchors.horizontalCenter: parent.horizontalCenter
                    height: Theme.gap4
                    spacing: Theme.gap2
                    Accessible.role: Accessible.StaticText
                    Accessible.name: qsTr("%1 digits").arg(root.pad.digits)

                    Repeater {
                        model: Math.max(4, root.pad.digits)

                        Rectangle {
                            required property int index

                            width: Theme.gap4
                            height: Theme.gap4
                            radius: Theme.gap2
                            color: index < root.pad.digits ? Theme.lantern : Theme.clear
                            border.width: Theme.hairline
                            border.color: Theme.faint
                        }
                    }
                }
                Label {
                    width: parent.width
                    height: Math.max(implicitHeight, Theme.gap5)
                    horizontalAlignment: Text.AlignHCenter
                    color: Theme.danger
                    Accessible.role: Accessible.AlertMessage
                    Accessible.name: text
                    text: {
                        switch (root.pad.said) {
                        case "wrong":
                            return root.pad.left > 0 ? qsTr("Not right. Tries left: %1.").arg(root.pad.left) : qsTr("Not right.");
                        case "wait":
                            return qsTr("Too many tries: wait %1 s. Switching off makes it longer.").arg(root.pad.waitS);
                        case "not-enough":
                            return qsTr("This needs the manager's PIN.");
                        case "failed":
                            return qsTr("It cannot be checked: look at the disk.");
                        default:
                            return "";
                        }
                    }
                }
            }
            Grid {
                columns: 3
                columnSpacing: Theme.gap3
                rowSpacing: root.low ? Theme.gap2 : Theme.gap3

                Repeater {
                    model: ["1", "2", "3", "4", "5", "6", "7", "8", "9", "erase", "0", "enter"]

                    AppButton {
                        required property string modelData
                        readonly property bool digit: modelData.length === 1

                        width: Theme.padKey
                        height: root.key
                        font.pixelSize: digit ? Theme.sizeTitle : Theme.sizeBody
                        leftPadding: Theme.gap1
                        topPadding: 0
                        bottomPadding: 0
                        primary: modelData === "enter"
                        enabled: digit ? !root.pad.busy && root.pad.said !== "wait" : modelData === "enter" ? root.pad.mayEnter : root.pad.digits > 0
                        text: digit ? modelData : modelData === "enter" ? qsTr("OK") : qsTr("Delete")
                        onClicked: digit ? root.pad.touch(modelData) : modelData === "enter" ? root.pad.enter() : root.pad.erase()
                    }
                }
            }
            AppButton {
                width: column.side
                text: qsTr("Back")
                onClicked: root.pad.cancel()
            }
        }
    }
    Item {
        width: Theme.target
        height: Theme.target
        anchors.right: parent.right

        TapHandler {
            longPressThreshold: 3
            onLongPressed: root.pad.ask_manager()
        }
    }
}
