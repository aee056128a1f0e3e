import QtQuick
import SmartCinema.Components
import SmartCinema.Player
import SmartCinema.Theme
import SmartCinema.Viewer

// The film with its subtitles and the card, each where viewers have it.
FocusScope {
    id: root

    required property var watch
    property bool alone: false
    signal markWanted
    readonly property int area: Math.min(video.pictureRect.height, picture.height)

    activeFocusOnTab: true
    Accessible.role: Accessible.Pane
    Accessible.name: qsTr("The film at %1").arg(watch.positionText)

    Rectangle {
        id: picture

        width: parent.width
        height: parent.height - controls.height
        color: Theme.black
        clip: true

        VideoItem {
            id: video

            anchors.fill: parent
            player: root.watch.player
        }
        MouseArea {
            anchors.fill: parent
            onClicked: {
                root.forceActiveFocus();
                root.watch.toggle();
            }
        }
        FilmNote {
            id: noteCard

            objectName: "benchCard"
            patient: !root.watch.playing
            picture: video.pictureRect
            area: root.area
            captionScale: root.watch.captionScale
            note: root.watch.card
            shown: Boolean(root.watch.card)
        }
        Captions {
            readonly property bool atTop: root.watch.captions.place === "top"
            readonly property real margin: root.area * 0.05

            x: video.pictureRect.x + video.pictureRect.width * 0.05
            y: atTop ? Math.max(video.pictureRect.y + margin, noteCard.shown ? noteCard.y + noteCard.height + Theme.gap2 : 0) : video.pictureRect.y + video.pictureRect.height - margin - height
            width: video.pictureRect.width * 0.9
            text: root.watch.subtitleText
            pictureHeight: root.area
            scaleFactor: root.watch.captionScale
            look: root.watch.captions
        }
        EmptyState {
            anchors.centerIn: parent
            visible: root.watch.status === "failed"
            title: qsTr("The film does not play")
            text: root.watch.error === "" ? "" : Words.error(root.watch.error)
            action: qsTr("Try again")
            onActed: root.watch.open()
        }
        BusyLine {
            anchors.centerIn: parent
            visible: root.watch.status === "opening" || root.watch.status === "reconnecting"
        }
        Rectangle {
            anchors.fill: parent
            color: Theme.clear
            border.width: Theme.hairline
            border.color: Theme.lantern
            visible: root.activeFocus && !root.alone
        }
    }
    Item {
        id: controls

        anchors.bottom: parent.bottom
        width: parent.width
        height: root.alone ? 0 : Theme.benchBar
        visible: !root.alone

        Row {
            anchors.verticalCenter: parent.verticalCenter
            x: Theme.gap2
            spacing: Theme.gap1

            IconButton {
                iconName: root.watch.playing ? "pause" : "play"
                text: root.watch.playing ? qsTr("Pause") : qsTr("Play")
                onClicked: root.watch.toggle()
            }
            IconButton {
                iconName: root.watch.muted ? "muted" : "volume"
                text: root.watch.muted ? qsTr("Sound on") : qsTr("Silence")
                onClicked: root.watch.toggle_mute()
            }
            Label {
                anchors.verticalCenter: parent.verticalCenter
                leftPadding: Theme.gap2
                text: root.watch.positionText
                font.features: ({
                        tnum: 1
                    })
                wrapMode: Text.NoWrap
            }
            Label {
                anchors.verticalCenter: parent.verticalCenter
                visible: controls.width > 480
                text: qsTr("of %1").arg(root.watch.durationText)
                color: Theme.faint
                font.pixelSize: Theme.sizeSmall
                wrapMode: Text.NoWrap
            }
        }
        Row {
            anchors.verticalCenter: parent.verticalCenter
            anchors.right: parent.right
            anchors.rightMargin: Theme.gap3
            spacing: Theme.gap3

            Choice {
                anchors.verticalCenter: parent.verticalCenter
                width: 168
                visible: root.watch.subtitleChoices.length > 0 && controls.width > 620
                font.pixelSize: Theme.sizeSmall
                model: [
                    {
                        value: "",
                        text: qsTr("No subtitles")
                    }
                ].concat(root.watch.subtitleChoices)
                currentIndex: Math.max(0, indexOfValue(root.watch.subtitleLanguage))
                onActivated: root.watch.choose_subtitles(currentValue)
                Accessible.name: qsTr("Subtitles")
            }
            AppButton {
                primary: true
                text: qsTr("Mark this moment")
                enabled: root.watch.status !== "failed"
                onClicked: root.markWanted()
            }
        }
    }
}
