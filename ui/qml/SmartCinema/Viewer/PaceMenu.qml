import QtQuick
import SmartCinema.Components
import SmartCinema.Theme

MenuPanel {
    id: root

    objectName: "paceMenu"

    required property var pace
    required property var shell
    property bool speedAllowed: true

    Label {
        visible: root.speedAllowed
        text: qsTr("Speed")
        color: Theme.muted
        font.pixelSize: Theme.sizeSmall
    }
    PickRow {
        visible: root.speedAllowed
        width: parent.width
        focus: root.speedAllowed
        name: qsTr("Speed")
        choices: root.pace.speeds.map(speed => ({
                    value: speed,
                    text: qsTr("%1×").arg(Number(speed / 100).toLocaleString(Qt.locale(root.shell.language), "f", speed % 50 ? 2 : speed % 100 ? 1 : 0))
                }))
        current: root.pace.speed
        onChosen: value => root.pace.set_speed(value)
    }
    Label {
        text: root.shell.settings.metered && root.shell.settings.quality !== "best" ? qsTr("Picture quality (this line costs by what is fetched)") : qsTr("Picture quality")
        color: Theme.muted
        font.pixelSize: Theme.sizeSmall
    }
    PickRow {
        width: parent.width
        focus: !root.speedAllowed
        name: qsTr("Picture quality")
        choices: [
            {
                value: "auto",
                text: qsTr("Automatic")
            },
            {
                value: "best",
                text: qsTr("Always the best")
            },
            {
                value: "saver",
                text: qsTr("Save data")
            }
        ]
        current: root.shell.settings.quality
        onChosen: value => root.shell.settings.set_quality(value)
    }
    Label {
        text: root.pace.sleep > 0 ? qsTr("Pauses in %n minute(s)", "", root.pace.sleep) : qsTr("Sleep timer")
        color: Theme.muted
        font.pixelSize: Theme.sizeSmall
    }
    PickRow {
        width: parent.width
        name: qsTr("Sleep timer")
        choices: root.pace.sleeps.map(minutes => ({
                    value: minutes,
                    text: minutes === 0 ? qsTr("Off") : qsTr("%1 min").arg(minutes)
                }))
        current: root.pace.sleep
        onChosen: value => root.pace.set_sleep(value)
    }
    Label {
        visible: root.shell.screens.screens.length > 0
        text: qsTr("Full screen on")
        color: Theme.muted
        font.pixelSize: Theme.sizeSmall
    }
    PickRow {
        visible: root.shell.screens.screens.length > 0
        width: parent.width
        name: qsTr("Full screen on")
        choices: [
            {
                value: "",
                text: qsTr("This screen")
            }
        ].concat(root.shell.screens.screens)
        current: root.shell.screens.chosen
        onChosen: value => root.shell.screens.choose(value)
    }
    Label {
        text: qsTr("Window")
        color: Theme.muted
        font.pixelSize: Theme.sizeSmall
    }
    Flow {
        width: parent.width
        spacing: Theme.gap2

        Pick {
            text: qsTr("Always on top")
            holds: root.shell.onTop
            Accessible.role: Accessible.CheckBox
            onClicked: root.shell.toggle_on_top()
        }
        Pick {
            text: qsTr("Small window")
            onClicked: {
                root.close();
                root.shell.toggle_small();
            }
        }
    }
}
