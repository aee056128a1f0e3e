pragma ComponentBehavior: Bound

import QtQuick
import SmartCinema.Components
import SmartCinema.Theme

// Today's programme.
Item {
    id: root

    required property var viewModel
    required property real unit

    SlideLine {
        id: heading

        unit: root.unit
        size: 22
        width: parent.width
        horizontalAlignment: Text.AlignLeft
        color: Theme.muted
        text: [qsTr("Today"), root.viewModel.day].filter(part => part !== "").join("  ·  ")
    }
    ListView {
        id: list

        y: heading.height + Theme.gap3 * root.unit
        width: parent.width
        height: parent.height - y
        clip: true
        spacing: Math.round(Theme.gap3 * root.unit)
        boundsBehavior: Flickable.StopAtBounds
        model: root.viewModel.shows

        delegate: FoyerRow {
            width: ListView.view.width
            unit: root.unit
        }
    }
    Column {
        width: parent.width
        anchors.verticalCenter: parent.verticalCenter
        spacing: Theme.gap3 * root.unit
        visible: root.viewModel.shows.length === 0

        SlideLine {
            unit: root.unit
            size: 30
            heading: true
            text: qsTr("Nothing more is shown today.")
        }
        SlideLine {
            unit: root.unit
            size: 22
            color: Theme.muted
            text: root.viewModel.nextDay === "" ? qsTr("Come back tomorrow, or ask at the box office.") : qsTr("The next films are on %1.").arg(root.viewModel.nextDay)
        }
    }

    // A day that is longer than the screen goes by, and begins again.
    Timer {
        interval: 7000
        repeat: true
        running: list.contentHeight > list.height && !list.moving
        onTriggered: {
            const last = list.contentHeight - list.height;
            going.to = list.contentY >= last - 1 ? 0 : Math.min(last, list.contentY + list.height * 0.5);
            going.restart();
        }
    }
    NumberAnimation {
        id: going

        target: list
        property: "contentY"
        duration: Theme.calm * 5
        easing.type: Easing.InOutQuad
    }
}
