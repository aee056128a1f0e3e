import QtQuick
import SmartCinema.Components
import SmartCinema.Theme

// What was done or could not be; what went well goes by itself.
Panel {
    id: root

    required property var workbench
    readonly property var notice: workbench.notice
    readonly property bool bad: Boolean(notice) && BenchWords.bad(notice.code)

    width: Math.min(parent.width - 2 * Theme.gap5, words.implicitWidth + close.width + 2 * Theme.gap5)
    height: Math.max(Theme.target, words.height + Theme.gap4)
    color: Theme.raised
    border.color: bad ? Theme.danger : Theme.line
    visible: Boolean(notice)
    onNoticeChanged: {
        if (notice && !bad)
            going.restart();
        else
            going.stop();
    }

    Timer {
        id: going

        interval: 6000
        onTriggered: root.workbench.forget_notice()
    }
    Label {
        id: words

        anchors.left: parent.left
        anchors.leftMargin: Theme.gap4
        anchors.right: close.left
        anchors.verticalCenter: parent.verticalCenter
        font.pixelSize: Theme.sizeSmall
        text: root.notice ? BenchWords.notice(root.notice) : ""
        Accessible.role: Accessible.AlertMessage
    }
    IconButton {
        id: close

        anchors.right: parent.right
        anchors.verticalCenter: parent.verticalCenter
        iconName: "cross"
        text: qsTr("Close")
        onClicked: root.workbench.forget_notice()
    }
}
