import QtQuick
import QtQuick.Templates as T
import SmartCinema.Components
import SmartCinema.Theme

// One press shows the way out; two say that all is clear.
T.AbstractButton {
    id: root

    required property var viewModel
    readonly property bool on: viewModel.canClear
    property bool asked: false

    enabled: on || viewModel.canEmergency
    opacity: enabled ? 1 : 0.4
    text: !on ? qsTr("Emergency slide  (F9)") : asked ? qsTr("Really all clear?") : qsTr("All clear")
    Accessible.role: Accessible.Button
    Accessible.name: text
    Keys.onReturnPressed: click()
    Keys.onEnterPressed: click()
    onClicked: {
        if (!on)
            viewModel.emergency();
        else if (asked)
            viewModel.all_clear();
        asked = on && !asked;
    }
    onOnChanged: asked = false

    contentItem: Text {
        text: root.text
        color: Theme.signInk
        font.family: Theme.sans
        font.pixelSize: Theme.sizeHeading
        font.weight: Font.DemiBold
        horizontalAlignment: Text.AlignHCenter
        verticalAlignment: Text.AlignVCenter
        textFormat: Text.PlainText
        wrapMode: Text.WordWrap
    }
    background: Rectangle {
        radius: Theme.radius
        color: root.on ? Theme.go : Theme.stop
        opacity: root.down ? 0.8 : 1

        FocusRing {
            shown: root.visualFocus
        }
    }

    Timer {
        interval: 5000
        running: root.asked
        onTriggered: root.asked = false
    }
}
