pragma ComponentBehavior: Bound

import QtQuick
import SmartCinema.Components
import SmartCinema.Theme

// What is drawn for the audience where no film is: in the language of the interface, and in another.
Rectangle {
    id: root

    required property var viewModel
    readonly property string scene: viewModel.scene
    readonly property bool counts: scene === "countdown" || (scene === "intermission" && viewModel.item === "intermission" && viewModel.slide === "")
    readonly property real unit: Math.min(height / 720, width / 1280)

    color: scene === "emergency" ? Theme.stop : scene === "black" ? Theme.black : Theme.background

    function also(text) {
        return viewModel.also("AudienceSlide", text);
    }
    function clock(seconds) {
        return Math.floor(seconds / 60) + ":" + String(seconds % 60).padStart(2, "0");
    }

    Picture {
        anchors.fill: parent
        tint: Theme.black
        fillMode: Image.PreserveAspectFit
        path: root.viewModel.picture
        visible: path !== ""
    }
    Glow {
        anchors.fill: parent
        visible: words.visible && root.scene !== "emergency"
    }
    Column {
        id: words

        anchors.centerIn: parent
        width: parent.width * 0.84
        spacing: Math.round(20 * root.unit)
        visible: root.scene !== "black" && root.scene !== "slide" && root.viewModel.picture === ""

        Image {
            anchors.horizontalCenter: parent.horizontalCenter
            width: Math.round(150 * root.unit)
            height: width
            sourceSize: Qt.size(width, height)
            visible: root.scene === "emergency"
            source: Qt.resolvedUrl("../Components/icons/hand.svg")
            Accessible.ignored: true
        }
        SlideLine {
            unit: root.unit
            size: 26
            color: Theme.lantern
            visible: text !== ""
            text: root.scene === "countdown" || root.scene === "credits" || root.scene === "ballot" ? root.viewModel.festival : ""
        }
        SlideLine {
            unit: root.unit
            size: root.scene === "emergency" ? 52 : 64
            heading: true
            color: root.scene === "emergency" ? Theme.signInk : Theme.text
            text: {
                switch (root.scene) {
                case "countdown":
                    return root.viewModel.films[0] ?? "";
                case "intermission":
                    return qsTr("Intermission");
                case "credits":
                    return qsTr("Thank you for coming");
                case "ballot":
                    return qsTr("How did you like the film?");
                case "emergency":
                    return qsTr("Please leave the room calmly by the nearest exit.");
                default:
                    return qsTr("One moment, please");
                }
            }
        }
        SlideLine {
            unit: root.unit
            size: root.scene === "emergency" ? 44 : 36
            color: root.scene === "emergency" ? Theme.signInk : Theme.muted
            visible: text !== ""
            text: {
                switch (root.scene) {
                case "countdown":
                    return root.viewModel.films[1] ?? "";
                case "intermission":
                    return root.also("Intermission");
                case "credits":
                    return root.also("Thank you for coming");
                case "ballot":
                    return root.also("How did you like the film?");
                case "emergency":
                    return root.also("Please leave the room calmly by the nearest exit.");
                default:
                    return root.also("One moment, please");
                }
            }
        }
        SlideLine {
            unit: root.unit
            size: 150
            heading: true
            visible: root.counts
            color: Theme.lantern
            text: root.clock(root.viewModel.count)
        }
        Row {
            anchors.horizontalCenter: parent.horizontalCenter
            spacing: Math.round(28 * root.unit)
            visible: root.scene === "ballot"

            Repeater {
                model: 5

                SlideLine {
                    required property int index

                    unit: root.unit
                    size: 72
                    heading: true
                    width: Math.round(96 * root.unit)
                    color: Theme.lantern
                    text: index + 1
                }
            }
        }
        SlideLine {
            unit: root.unit
            size: 26
            color: Theme.muted
            visible: text !== ""
            text: root.scene === "ballot" ? qsTr("Mark your ballot from 1 to 5 and put it into the box at the door.") : root.scene === "emergency" ? "" : ""
        }
        SlideLine {
            unit: root.unit
            size: 24
            color: Theme.faint
            visible: text !== ""
            text: root.scene === "ballot" ? root.also("Mark your ballot from 1 to 5 and put it into the box at the door.") : ""
        }
        SlideLine {
            unit: root.unit
            size: 32
            color: Theme.muted
            visible: text !== ""
            text: root.scene === "credits" || root.scene === "ballot" ? root.viewModel.films.join("  ·  ") : ""
        }
    }
}
