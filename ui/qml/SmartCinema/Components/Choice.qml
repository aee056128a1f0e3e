pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls.Basic
import SmartCinema.Theme

ComboBox {
    id: root

    readonly property bool folded: !popup.visible

    implicitHeight: Theme.target
    implicitWidth: 260
    textRole: "text"
    valueRole: "value"
    font.family: Theme.sans
    font.pixelSize: Theme.sizeBody
    Accessible.name: displayText

    function choose(value) {
        currentIndex = Math.max(0, indexOfValue(value));
    }

    contentItem: Text {
        leftPadding: Theme.gap4
        rightPadding: Theme.gap6
        text: root.displayText
        font: root.font
        color: Theme.text
        fontSizeMode: Text.Fit
        minimumPixelSize: Theme.sizeCaption
        wrapMode: Text.Wrap
        verticalAlignment: Text.AlignVCenter
        elide: Text.ElideRight
        textFormat: Text.PlainText
    }
    indicator: Icon {
        x: root.width - width - Theme.gap3
        y: (root.height - height) / 2
        drawing: "down"
    }
    background: Rectangle {
        radius: Theme.radius
        color: root.hovered ? Theme.raised : Theme.surface
        border.width: Theme.hairline
        border.color: Theme.edge

        FocusRing {
            shown: root.visualFocus
        }
    }
    delegate: ItemDelegate {
        id: entry

        required property var modelData
        required property int index

        width: root.width
        implicitHeight: Theme.target
        highlighted: root.highlightedIndex === index
        Accessible.name: modelData.text

        contentItem: Text {
            text: entry.modelData.text
            font: root.font
            color: entry.highlighted ? Theme.lanternInk : Theme.text
            verticalAlignment: Text.AlignVCenter
            elide: Text.ElideRight
            textFormat: Text.PlainText
        }
        background: Rectangle {
            color: entry.highlighted ? Theme.lantern : Theme.clear
        }
    }
    popup: Popup {
        y: root.height + Theme.gap1
        width: root.width
        implicitHeight: Math.min(contentItem.implicitHeight + Theme.gap2, 320)
        padding: Theme.gap1

        contentItem: ListView {
            clip: true
            implicitHeight: contentHeight
            model: root.delegateModel
            currentIndex: root.highlightedIndex
        }
        background: Rectangle {
            color: Theme.raised
            radius: Theme.radius
            border.width: Theme.hairline
            border.color: Theme.line
        }
    }
}
