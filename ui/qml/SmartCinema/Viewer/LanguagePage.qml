pragma ComponentBehavior: Bound

import QtQuick
import SmartCinema.Components
import SmartCinema.Theme

FocusScope {
    id: root

    required property var shell

    Column {
        anchors.centerIn: parent
        width: Math.min(Theme.columnWidth, root.width - 2 * Theme.gap5)
        spacing: Theme.gap6

        Lantern {
            anchors.horizontalCenter: parent.horizontalCenter
            size: Theme.gap8 * 1.6
        }
        Column {
            width: parent.width
            spacing: Theme.gap2

            Display {
                width: parent.width
                text: "Smart Cinema"
                horizontalAlignment: Text.AlignHCenter
            }
            Label {
                width: parent.width
                // Shown before a language is chosen, so in both at once.
                text: "Choose your language · 请选择语言"
                color: Theme.muted
                horizontalAlignment: Text.AlignHCenter
            }
        }
        Row {
            anchors.horizontalCenter: parent.horizontalCenter
            spacing: Theme.gap4

            Repeater {
                model: root.shell.languages

                AppButton {
                    required property var modelData
                    required property int index

                    width: 220
                    implicitHeight: 64
                    text: modelData.text
                    font.pixelSize: Theme.sizeHeading
                    focus: index === 0
                    Accessible.name: modelData.text
                    KeyNavigation.right: nextItemInFocusChain(true)
                    KeyNavigation.left: nextItemInFocusChain(false)
                    onClicked: root.shell.choose_language(modelData.value)
                }
            }
        }
    }
}
