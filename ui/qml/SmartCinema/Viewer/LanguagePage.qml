pragma ComponentBehavior: Bound

import QtQuick
import SmartCinema.Components
import SmartCinema.Theme

FocusScope {
    id: root

    required property var shell

    ScrollPage {
        anchors.fill: parent
        centred: true
        maximumWidth: Theme.columnWidth
        sidePadding: Theme.gap5
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
                text: "Choose your language · 请选择语言 · 選擇語言 · Elige tu idioma\nScegli la lingua · 언어를 선택하세요 · Choisissez votre langue"
                color: Theme.muted
                horizontalAlignment: Text.AlignHCenter
            }
        }
        Grid {
            anchors.horizontalCenter: parent.horizontalCenter
            columns: 2
            spacing: Theme.gap3

            Repeater {
                model: root.shell.languages

                AppButton {
                    required property var modelData
                    required property int index

                    width: Theme.languageWidth
                    implicitHeight: Theme.navHeight
                    text: modelData.text
                    font.pixelSize: Theme.sizeHeading
                    focus: modelData.value === root.shell.suggestedLanguage
                    primary: modelData.value === root.shell.suggestedLanguage
                    Accessible.name: modelData.text
                    KeyNavigation.right: nextItemInFocusChain(true)
                    KeyNavigation.left: nextItemInFocusChain(false)
                    onClicked: root.shell.choose_language(modelData.value)
                }
            }
        }
    }
}
