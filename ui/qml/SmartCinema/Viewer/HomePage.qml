pragma ComponentBehavior: Bound

import QtQuick
import SmartCinema.Components
import SmartCinema.Theme

FocusScope {
    id: root

    required property var shell
    readonly property var viewModel: shell.home
    readonly property int heroHeight: Math.max(360, Math.min(640, height * 0.58))

    Loader {
        anchors.fill: parent
        focus: true
        active: Boolean(root.viewModel.hero)
        sourceComponent: ScrollPage {
            id: scroll

            property real shelfHeight: Math.round(Theme.posterWidth * 1.5) + 2 * Theme.gap8

            focus: true
            sidePadding: 0
            maximumWidth: width
            spacing: Theme.gap6

            Hero {
                width: scroll.innerWidth
                height: Math.max(root.heroHeight, wordsHeight)
                shell: root.shell
                film: root.viewModel.hero
            }
            Repeater {
                model: root.viewModel.shelves

                // A shelf far away is an empty place of its height.
                Loader {
                    id: place

                    required property var row
                    required property int index
                    readonly property Item shelf: item as Item
                    property real keptHeight: scroll.shelfHeight
                    property bool near

                    width: scroll.innerWidth
                    height: shelf ? shelf.implicitHeight : keptHeight
                    active: index < 2 || near || focus || root.viewModel.leftBy.startsWith(row.id + "/")
                    onHeightChanged: {
                        if (shelf)
                            keptHeight = height;
                    }
                    onLoaded: {
                        if (index === 0)
                            scroll.shelfHeight = height;
                    }

                    // Later, since a shelf that comes moves the ones below it.
                    Binding on near {
                        delayed: true
                        value: place.y > 0 && place.y < scroll.contentY + 2 * scroll.height && place.y + scroll.shelfHeight > scroll.contentY - scroll.height
                    }

                    sourceComponent: Shelf {
                        shell: root.shell
                        row: place.row
                        page: scroll
                    }
                }
            }
        }
    }
    Item {
        anchors.fill: parent
        clip: true
        visible: root.viewModel.loading

        Column {
            x: Theme.gap7
            y: root.heroHeight - height - Theme.gap6
            spacing: Theme.gap4

            Label {
                text: qsTr("Opening the programme…")
                color: Theme.muted
            }
            BusyLine {}
        }
        Row {
            x: Theme.gap7
            y: root.heroHeight + Theme.gap8 + Theme.gap5
            spacing: Theme.gap5

            Repeater {
                model: Math.ceil(root.width / Theme.posterWidth)

                Rectangle {
                    width: Theme.posterWidth - Theme.gap5 / 2
                    height: width * 1.5
                    color: Theme.surface
                }
            }
        }
    }
    Loader {
        anchors.fill: parent
        active: root.viewModel.error !== "" || root.viewModel.empty
        sourceComponent: ScrollPage {
            centred: true

            EmptyState {
                anchors.horizontalCenter: parent.horizontalCenter
                visible: root.viewModel.error !== ""
                iconName: root.viewModel.offline ? "offline" : "lantern"
                title: root.viewModel.offline ? qsTr("No connection") : qsTr("The programme could not be opened")
                text: root.viewModel.error === "" ? "" : Words.error(root.viewModel.error)
                action: qsTr("Try again")
                onActed: root.shell.refresh()
            }
            EmptyState {
                anchors.horizontalCenter: parent.horizontalCenter
                visible: root.viewModel.empty
                title: qsTr("Nothing is on here yet")
                text: qsTr("No film is offered where you are at the moment. New films open every week.")
                action: qsTr("Look again")
                onActed: root.shell.refresh()
            }
        }
    }
}
