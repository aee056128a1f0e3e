import QtQuick
import SmartCinema.Components
import SmartCinema.Theme

// Acts at the second press, so that nothing is ended by a slip of the hand.
AppButton {
    id: root

    required property string label
    required property string question
    property bool asked: false
    signal sure

    text: asked ? question : label
    primary: asked
    onClicked: {
        if (asked)
            sure();
        asked = !asked;
    }
    onVisibleChanged: asked = false
    onActiveFocusChanged: {
        if (!activeFocus)
            asked = false;
    }

    Timer {
        interval: 5000
        running: root.asked
        onTriggered: root.asked = false
    }
}
