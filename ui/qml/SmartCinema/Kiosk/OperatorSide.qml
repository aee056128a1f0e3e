import QtQuick
import SmartCinema.Components
import SmartCinema.Theme

// What an operator can do; the most urgent is the largest. Each has a key of its own.
Panel {
    id: root

    required property var viewModel
    required property bool low
    readonly property int margin: low ? Theme.gap3 : Theme.gap5

    ScrollPage {
        anchors.left: parent.left
        anchors.right: parent.right
        anchors.top: parent.top
        anchors.bottom: emergency.top
        sidePadding: root.margin
        topPadding: root.margin
        bottomPadding: root.margin
        spacing: Theme.gap3
        follows: true

        AppButton {
            width: parent.width
            height: root.low ? implicitHeight : Theme.gap8
            primary: true
            font.pixelSize: Theme.sizeHeading
            visible: root.viewModel.canGo || root.viewModel.canRelease || !root.viewModel.canHold
            enabled: root.viewModel.canGo || root.viewModel.canRelease
            text: root.viewModel.canRelease ? qsTr("Go on  (F2)") : qsTr("Start  (F2)")
            onClicked: root.viewModel.toggle()
        }
        AppButton {
            width: parent.width
            height: root.low ? implicitHeight : Theme.gap8
            font.pixelSize: Theme.sizeHeading
            visible: root.viewModel.canHold
            text: qsTr("Hold  (F2)")
            onClicked: root.viewModel.toggle()
        }
        AppButton {
            width: parent.width
            enabled: root.viewModel.canHold || (root.viewModel.canRelease && root.viewModel.slide !== "intermission")
            text: qsTr("Intermission  (F3)")
            onClicked: root.viewModel.intermission()
        }
        SureButton {
            id: skip

            width: parent.width
            enabled: root.viewModel.canSkip
            label: qsTr("Skip this item  (F4)")
            question: qsTr("Really skip it?")
            onSure: root.viewModel.skip()
        }
        SureButton {
            id: stop

            width: parent.width
            enabled: root.viewModel.canCancel
            label: qsTr("Cancel the show  (F8)")
            question: qsTr("Really cancel it?")
            onSure: root.viewModel.cancel("operator")
        }
        SureButton {
            id: take

            width: parent.width
            visible: root.viewModel.standby !== ""
            label: qsTr("Take over here  (F6)")
            question: qsTr("Really take over?")
            onSure: root.viewModel.take_over()
        }
        AppButton {
            width: parent.width
            enabled: root.viewModel.report !== "writing"
            text: root.viewModel.report === "writing" ? qsTr("Being written…") : qsTr("Today's report  (F7)")
            onClicked: root.viewModel.write_report()
        }
        Label {
            width: parent.width
            visible: text !== ""
            color: Theme.muted
            wrapMode: Text.WrapAnywhere
            text: root.viewModel.report === "failed" ? qsTr("It could not be written") : root.viewModel.reportFile
        }
        Label {
            width: parent.width
            topPadding: Theme.gap2
            color: Theme.muted
            text: root.viewModel.muted ? qsTr("Sound: off") : qsTr("Sound: %1 %").arg(root.viewModel.volume)
        }
        Row {
            width: parent.width
            spacing: Theme.gap2

            Level {
                width: parent.width - Theme.target - Theme.gap2
                from: 0
                to: 100
                stepSize: 1
                value: root.viewModel.volume
                Accessible.name: qsTr("Loudness")
                onMoved: root.viewModel.set_volume(Math.round(value))
            }
            IconButton {
                iconName: root.viewModel.muted ? "muted" : "volume"
                text: root.viewModel.muted ? qsTr("Sound on") : qsTr("Sound off")
                onClicked: root.viewModel.toggle_muted()
            }
        }
        LevelMeter {
            width: parent.width
            level: root.viewModel.level
        }
        Label {
            width: parent.width
            topPadding: Theme.gap2
            color: Theme.muted
            visible: root.viewModel.phase !== ""
            text: qsTr("What it does by itself")
        }
        Choice {
            id: mode

            width: parent.width
            visible: root.viewModel.phase !== ""
            model: ["automatic", "semi-automatic", "manual"].map(value => ({
                        value: value,
                        text: ShowWords.mode(value)
                    }))
            onActivated: root.viewModel.set_mode(currentValue)
            Component.onCompleted: choose(root.viewModel.mode)

            Connections {
                target: root.viewModel

                function onModeChanged() {
                    mode.choose(root.viewModel.mode);
                }
            }
        }
    }
    EmergencyButton {
        id: emergency

        anchors.left: parent.left
        anchors.right: parent.right
        anchors.bottom: parent.bottom
        anchors.margins: root.margin
        implicitHeight: root.low ? Theme.gap8 : Theme.gap8 + Theme.gap4
        viewModel: root.viewModel
    }
    Shortcut {
        sequence: "F2"
        onActivated: root.viewModel.toggle()
    }
    Shortcut {
        sequence: "F3"
        onActivated: root.viewModel.intermission()
    }
    Shortcut {
        sequence: "F4"
        enabled: skip.enabled
        onActivated: skip.click()
    }
    Shortcut {
        sequence: "F6"
        enabled: take.visible
        onActivated: take.click()
    }
    Shortcut {
        sequence: "F7"
        onActivated: root.viewModel.write_report()
    }
    Shortcut {
        sequence: "F8"
        enabled: stop.enabled
        onActivated: stop.click()
    }
    Shortcut {
        sequence: "F9"
        onActivated: root.viewModel.emergency()
    }
}
