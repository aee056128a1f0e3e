pragma ComponentBehavior: Bound

import QtQuick
import SmartCinema.Components
import SmartCinema.Theme

// The film's time: cuts, what the subtitles take, cards in their slots, marks that found none, and where the film is.
FocusScope {
    id: root

    required property var workbench
    required property var watch
    required property var timeline
    readonly property real labelWidth: Theme.benchList
    readonly property int ticksHeight: 22
    readonly property int loadTop: ticksHeight + Theme.gap2
    readonly property int loadHeight: 34
    readonly property int cardsTop: loadTop + loadHeight + Theme.gap2
    readonly property int cardHeight: 24
    readonly property int marksTop: cardsTop + cardHeight + Theme.gap2

    implicitHeight: Theme.benchTime
    activeFocusOnTab: true
    Accessible.role: Accessible.Slider
    Accessible.name: qsTr("Time of the film: %1").arg(watch.positionText)
    Keys.onLeftPressed: watch.step(-Math.max(1000, (timeline.end - timeline.begin) / 100))
    Keys.onRightPressed: watch.step(Math.max(1000, (timeline.end - timeline.begin) / 100))
    Keys.onPressed: event => {
        if (event.key === Qt.Key_Home)
            watch.seek(0);
        else if (event.key === Qt.Key_End)
            watch.seek(timeline.duration);
        else
            return;
        event.accepted = true;
    }

    Rectangle {
        width: parent.width
        height: Theme.hairline
        color: Theme.raised
    }
    Repeater {
        model: [
            {
                top: 2,
                text: qsTr("Time and cuts")
            },
            {
                top: root.loadTop + root.loadHeight - 16,
                text: qsTr("Subtitles, in reading time")
            },
            {
                top: root.cardsTop + 3,
                text: qsTr("Cards")
            },
            {
                top: root.marksTop - 2,
                text: qsTr("Moments")
            }
        ]

        Label {
            required property var modelData

            x: Theme.gap4
            y: modelData.top
            text: modelData.text
            color: Theme.muted
            font.pixelSize: Theme.sizeCaption
        }
    }
    Row {
        anchors.right: field.left
        anchors.rightMargin: Theme.gap3
        y: Theme.gap3 - height / 2
        spacing: 0

        AppButton {
            plain: true
            implicitHeight: Theme.targetSmall
            text: "−"
            enabled: !root.timeline.whole
            Accessible.name: qsTr("See more of the film")
            onClicked: root.timeline.zoom(false)
        }
        AppButton {
            plain: true
            implicitHeight: Theme.targetSmall
            text: "+"
            Accessible.name: qsTr("See it closer")
            onClicked: root.timeline.zoom(true)
        }
    }
    Item {
        id: field

        x: root.labelWidth
        width: parent.width - x - Theme.gap4
        height: parent.height

        function place(at) {
            return (at - root.timeline.begin) * width / Math.max(1, root.timeline.end - root.timeline.begin);
        }
        function at(x) {
            return Math.round(root.timeline.begin + Math.max(0, Math.min(1, x / width)) * (root.timeline.end - root.timeline.begin));
        }

        Repeater {
            model: root.timeline.ticks

            Item {
                id: tick

                required property var modelData

                x: Math.round(field.place(modelData.at))
                height: root.ticksHeight

                Rectangle {
                    width: 1
                    height: 6
                    y: root.ticksHeight - height
                    color: Theme.line
                }
                Label {
                    x: Math.min(Theme.gap1, field.width - tick.x - width)
                    y: 2
                    text: tick.modelData.text
                    color: Theme.faint
                    font.pixelSize: Theme.sizeCaption - 1
                    wrapMode: Text.NoWrap
                }
            }
        }
        TimePicture {
            y: root.ticksHeight
            width: parent.width
            height: root.marksTop + 14 - y
            cuts: root.timeline.cuts
            load: root.timeline.load
            begin: root.timeline.begin
            end: root.timeline.end
            loadTop: root.loadTop - y
            loadHeight: root.loadHeight
        }
        Rectangle {
            y: root.loadTop + root.loadHeight
            width: parent.width
            height: Theme.hairline
            color: Theme.line
        }
        MouseArea {
            anchors.fill: parent
            onPressed: mouse => {
                root.forceActiveFocus();
                root.watch.seek(field.at(mouse.x));
            }
            onPositionChanged: mouse => root.watch.seek(field.at(mouse.x))
            onWheel: wheel => root.timeline.zoom(wheel.angleDelta.y > 0)
        }
        Repeater {
            model: root.timeline.cards

            Rectangle {
                id: card

                required property var modelData

                x: Math.max(0, field.place(modelData.from))
                y: root.cardsTop
                width: Math.max(3, Math.min(field.width, field.place(modelData.to)) - x)
                height: root.cardHeight
                radius: Theme.radiusSmall
                color: modelData.selected ? Theme.lantern : Theme.raised
                border.width: Theme.hairline
                border.color: modelData.selected ? Theme.lantern : Theme.faint
                Accessible.role: Accessible.Button
                Accessible.name: [modelData.time, modelData.title].join(", ")

                Label {
                    anchors.fill: parent
                    leftPadding: Theme.gap1 + 2
                    rightPadding: 2
                    verticalAlignment: Text.AlignVCenter
                    visible: card.width > 18
                    text: card.width > 90 ? card.modelData.number + "  " + card.modelData.title : card.modelData.number
                    color: card.modelData.selected ? Theme.lanternInk : Theme.text
                    font.pixelSize: Theme.sizeCaption - 1
                    wrapMode: Text.NoWrap
                    elide: Text.ElideRight
                }
                TapHandler {
                    gesturePolicy: TapHandler.WithinBounds
                    onTapped: root.workbench.select(card.modelData.id)
                }
            }
        }
        Repeater {
            model: root.timeline.marks

            Rectangle {
                id: mark

                required property var modelData

                x: field.place(modelData.at) - width / 2
                y: root.marksTop
                width: 10
                height: 10
                radius: modelData.is === "card" ? 2 : 5
                color: modelData.is === "card" ? Theme.lantern : modelData.is === "left" ? Theme.danger : Theme.background
                border.width: modelData.is === "draft" ? 2 : modelData.selected ? 2 : 0
                border.color: modelData.selected ? Theme.text : Theme.faint
                Accessible.role: Accessible.Button
                Accessible.name: [modelData.time, BenchWords.stands(modelData.is)].join(", ")

                TapHandler {
                    gesturePolicy: TapHandler.WithinBounds
                    margin: 4
                    onTapped: root.workbench.select(mark.modelData.id)
                }
            }
        }
        Rectangle {
            x: Math.round(field.place(root.watch.position)) - 1
            y: root.ticksHeight - 6
            width: 2
            height: root.marksTop + 14 - y
            color: Theme.text
            visible: root.watch.position >= root.timeline.begin && root.watch.position <= root.timeline.end

            Rectangle {
                anchors.horizontalCenter: parent.horizontalCenter
                y: -4
                width: 8
                height: 8
                radius: 4
                color: Theme.text
            }
        }
    }
    FocusRing {
        anchors.margins: 0
        radius: 0
        shown: root.activeFocus
    }
}
