pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Templates as T
import SmartCinema.Components
import SmartCinema.Theme

// The look of either line of subtitles, with what it will look like.
T.Popup {
    id: root

    required property var shell
    readonly property var viewModel: shell.settings
    property bool second: false
    readonly property var look: second ? viewModel.secondCaptions : viewModel.captions
    readonly property var colors: [
        {
            value: "white",
            text: qsTr("White")
        },
        {
            value: "yellow",
            text: qsTr("Yellow")
        },
        {
            value: "green",
            text: qsTr("Green")
        },
        {
            value: "cyan",
            text: qsTr("Cyan")
        },
        {
            value: "blue",
            text: qsTr("Blue")
        },
        {
            value: "magenta",
            text: qsTr("Magenta")
        },
        {
            value: "red",
            text: qsTr("Red")
        },
        {
            value: "black",
            text: qsTr("Black")
        }
    ]
    readonly property var shades: [
        {
            value: 1,
            text: qsTr("Solid")
        },
        {
            value: 0.75,
            text: qsTr("%1 %").arg(75)
        },
        {
            value: 0.5,
            text: qsTr("%1 %").arg(50)
        },
        {
            value: 0.25,
            text: qsTr("%1 %").arg(25)
        },
        {
            value: 0,
            text: qsTr("None")
        }
    ]

    readonly property int choiceWidth: 260
    readonly property int columns: Math.max(1, Math.min(3, Math.floor((room - 2 * padding + Theme.gap4) / (choiceWidth + Theme.gap4))))
    readonly property real room: (parent ? parent.width : 0) - 2 * Theme.gap5

    implicitWidth: columns * (choiceWidth + Theme.gap4) - Theme.gap4 + leftPadding + rightPadding
    implicitHeight: Math.min(view.contentHeight + topPadding + bottomPadding, (parent ? parent.height : 0) - 2 * Theme.gap5)
    modal: true
    focus: true
    padding: Theme.gap5
    closePolicy: T.Popup.CloseOnEscape | T.Popup.CloseOnPressOutside

    T.Overlay.modal: Rectangle {
        color: Theme.clear
    }
    background: Rectangle {
        color: Theme.surface
        radius: Theme.radius
        border.width: Theme.hairline
        border.color: Theme.line
    }
    contentItem: ScrollPage {
        id: view

        spacing: Theme.gap4
        sidePadding: 0
        bottomPadding: 0

        Title {
            width: parent.width
            text: qsTr("Look of the subtitles")
        }
        Rectangle {
            width: parent.width
            height: Math.max(Theme.captionPreview, sample.implicitHeight + 2 * Theme.gap3)
            radius: Theme.radius
            clip: true
            gradient: Gradient {
                GradientStop {
                    position: 0
                    color: Theme.lanternPressed
                }
                GradientStop {
                    position: 1
                    color: Theme.background
                }
            }

            Column {
                id: sample

                anchors.horizontalCenter: parent.horizontalCenter
                anchors.bottom: parent.bottom
                anchors.bottomMargin: Theme.gap3
                width: parent.width - Theme.gap6

                Captions {
                    width: parent.width
                    name: "secondPreview"
                    text: qsTr("(The second line, in another language)")
                    pictureHeight: Theme.captionSample
                    scaleFactor: root.viewModel.captionScale
                    look: root.viewModel.secondCaptions
                }
                Captions {
                    width: parent.width
                    name: "firstPreview"
                    text: qsTr("The lanterns are lit, and the street begins to hum.")
                    pictureHeight: Theme.captionSample
                    scaleFactor: root.viewModel.captionScale
                    look: root.viewModel.captions
                }
            }
        }
        Flow {
            width: parent.width
            spacing: Theme.gap3

            AppButton {
                text: qsTr("First line")
                primary: !root.second
                focus: true
                Accessible.checked: !root.second
                onClicked: root.second = false
            }
            AppButton {
                text: qsTr("Second line")
                primary: root.second
                Accessible.checked: root.second
                onClicked: root.second = true
            }
            AppButton {
                plain: true
                text: qsTr("As it was made")
                onClicked: root.viewModel.reset_captions(root.second)
            }
        }
        Grid {
            columns: root.columns
            columnSpacing: Theme.gap4
            rowSpacing: Theme.gap3

            Repeater {
                model: [
                    {
                        name: "font",
                        title: qsTr("Letters"),
                        choices: [
                            {
                                value: "sans",
                                text: qsTr("Sans serif")
                            },
                            {
                                value: "serif",
                                text: qsTr("Serif")
                            },
                            {
                                value: "mono-sans",
                                text: qsTr("Sans serif, even widths")
                            },
                            {
                                value: "mono-serif",
                                text: qsTr("Serif, even widths")
                            },
                            {
                                value: "casual",
                                text: qsTr("Casual")
                            },
                            {
                                value: "cursive",
                                text: qsTr("Cursive")
                            },
                            {
                                value: "small-caps",
                                text: qsTr("Small capitals")
                            }
                        ]
                    },
                    {
                        name: "size",
                        title: qsTr("Size"),
                        choices: [0.5, 0.75, 0.85, 1, 1.25, 1.5, 2].map(size => ({
                                    value: size,
                                    text: qsTr("%1 %").arg(Math.round(size * 100))
                                }))
                    },
                    {
                        name: "edge",
                        title: qsTr("Edge"),
                        choices: [
                            {
                                value: "outline",
                                text: qsTr("Outline")
                            },
                            {
                                value: "shadow",
                                text: qsTr("Shadow")
                            },
                            {
                                value: "raised",
                                text: qsTr("Raised")
                            },
                            {
                                value: "depressed",
                                text: qsTr("Depressed")
                            },
                            {
                                value: "none",
                                text: qsTr("No edge")
                            }
                        ]
                    },
                    {
                        name: "color",
                        title: qsTr("Colour of the letters"),
                        choices: root.colors
                    },
                    {
                        name: "ground",
                        title: qsTr("Colour of the ground"),
                        choices: root.colors
                    },
                    {
                        name: "window",
                        title: qsTr("Colour of the window"),
                        choices: root.colors
                    },
                    {
                        name: "opacity",
                        title: qsTr("Opacity of the letters"),
                        choices: root.shades.slice(0, -1)
                    },
                    {
                        name: "ground_opacity",
                        title: qsTr("Opacity of the ground"),
                        choices: root.shades
                    },
                    {
                        name: "window_opacity",
                        title: qsTr("Opacity of the window"),
                        choices: root.shades
                    },
                    {
                        name: "place",
                        title: qsTr("Place"),
                        choices: [
                            {
                                value: "bottom",
                                text: qsTr("Bottom")
                            },
                            {
                                value: "top",
                                text: qsTr("Top")
                            }
                        ]
                    }
                ]

                delegate: Column {
                    id: cell

                    required property var modelData
                    readonly property var chosen: root.look[modelData.name]

                    spacing: Theme.gap1

                    onChosenChanged: choice.choose(chosen)

                    Label {
                        text: cell.modelData.title
                        color: Theme.muted
                        font.pixelSize: Theme.sizeSmall
                    }
                    Choice {
                        id: choice

                        implicitWidth: root.choiceWidth
                        objectName: "caption-" + cell.modelData.name
                        model: cell.modelData.choices
                        Accessible.name: cell.modelData.title
                        Component.onCompleted: choose(cell.chosen)
                        onActivated: root.viewModel.set_caption(root.second, cell.modelData.name, currentValue)
                    }
                }
            }
        }
    }
}
