import QtQuick
import SmartCinema.Components
import SmartCinema.Theme

MenuPanel {
    id: root

    objectName: "soundMenu"

    required property var sound

    function nameOf(sound) {
        const language = sound.language === "" ? qsTr("Sound %1").arg(sound.value + 1) : sound.language;
        if (sound.role === "commentary")
            return qsTr("%1: spoken commentary").arg(language);
        if (sound.role === "description")
            return qsTr("%1: audio description").arg(language);
        return sound.surround ? qsTr("%1, 5.1").arg(language) : language;
    }

    Label {
        visible: root.sound.sounds.length > 1
        text: qsTr("Sound")
        color: Theme.muted
        font.pixelSize: Theme.sizeSmall
    }
    PickRow {
        visible: root.sound.sounds.length > 1
        width: parent.width
        name: qsTr("Sound")
        focus: root.sound.sounds.length > 1
        choices: root.sound.sounds.map(sound => ({
                    value: sound.value,
                    text: root.nameOf(sound)
                }))
        current: root.sound.sound
        onChosen: value => root.sound.choose(value)
    }
    Item {
        width: parent.width
        height: Math.max(words.height, night.height)

        Column {
            id: words

            anchors.verticalCenter: parent.verticalCenter
            width: parent.width - night.width - Theme.gap3

            Label {
                width: parent.width
                text: qsTr("Night mode")
            }
            Label {
                width: parent.width
                text: qsTr("Voices louder, thunder softer.")
                color: Theme.muted
                font.pixelSize: Theme.sizeSmall
            }
        }
        Toggle {
            id: night

            anchors.right: parent.right
            anchors.verticalCenter: parent.verticalCenter
            focus: root.sound.sounds.length < 2
            text: qsTr("Night mode")
            checked: root.sound.night
            onToggled: root.sound.set_night(checked)
        }
    }
    Label {
        text: root.sound.delay === 0 ? qsTr("Sound and picture together") : root.sound.delay > 0 ? qsTr("Sound %1 ms later").arg(root.sound.delay) : qsTr("Sound %1 ms earlier").arg(-root.sound.delay)
        color: Theme.muted
        font.pixelSize: Theme.sizeSmall
    }
    PickRow {
        width: parent.width
        name: qsTr("Delay of the sound")
        choices: [
            {
                value: -50,
                text: qsTr("Earlier")
            },
            {
                value: 50,
                text: qsTr("Later")
            },
            {
                value: 0,
                text: qsTr("Together")
            }
        ]
        current: root.sound.delay === 0 ? 0 : null
        onChosen: value => root.sound.shift(value)
    }
    Label {
        text: qsTr("Sent to")
        color: Theme.muted
        font.pixelSize: Theme.sizeSmall
    }
    PickRow {
        width: parent.width
        name: qsTr("Sent to")
        choices: [
            {
                value: "auto",
                text: qsTr("What is connected")
            },
            {
                value: "stereo",
                text: qsTr("Stereo")
            },
            {
                value: "receiver",
                text: qsTr("Dolby receiver")
            }
        ]
        current: root.sound.speakers
        onChosen: value => root.sound.set_speakers(value)
    }
}
