import QtQuick
import SmartCinema.Theme

Column {
    id: root

    property string title: ""
    property string text: ""
    property string action: ""
    property string iconName: "lantern"
    signal acted

    width: Math.min(Theme.columnWidth * 0.8, parent ? parent.width - Theme.gap6 : Theme.columnWidth)
    spacing: Theme.gap4

    Image {
        anchors.horizontalCenter: parent.horizontalCenter
        source: Qt.resolvedUrl("icons/" + root.iconName + ".svg")
        sourceSize: Qt.size(Theme.gap8, Theme.gap8)
        opacity: 0.8
    }
    Title {
        width: parent.width
        text: root.title
        horizontalAlignment: Text.AlignHCenter
    }
    Label {
        width: parent.width
        text: root.text
        color: Theme.muted
        horizontalAlignment: Text.AlignHCenter
        visible: text !== ""
    }
    AppButton {
        anchors.horizontalCenter: parent.horizontalCenter
        text: root.action
        visible: text !== ""
        primary: true
        onClicked: root.acted()
    }
}
