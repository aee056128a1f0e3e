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

    Icon {
        anchors.horizontalCenter: parent.horizontalCenter
        drawing: root.iconName
        size: Theme.gap8
        ink: drawing === "lantern" ? Theme.clear : Theme.text // the lantern has colours of its own
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
