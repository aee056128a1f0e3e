import QtQuick
import SmartCinema.Components
import SmartCinema.Theme

// The ticket that was sold: its code, to be photographed, and what is below it.
Row {
    id: root

    required property var viewModel

    spacing: Theme.gap6

    Image {
        width: Theme.codeSide
        height: width
        source: root.viewModel.picture
        smooth: false
        fillMode: Image.PreserveAspectFit
        Accessible.role: Accessible.Graphic
        Accessible.name: qsTr("The ticket's code")
    }
    Column {
        width: parent.width - Theme.codeSide - parent.spacing
        spacing: Theme.gap4

        Display {
            width: parent.width
            room: parent.width
            text: root.viewModel.reference
        }
        Label {
            width: parent.width
            font.pixelSize: Theme.sizeHeading
            text: qsTr("%n ticket(s)", "", root.viewModel.people) + "  ·  " + root.viewModel.total
        }
        Label {
            width: parent.width
            color: root.viewModel.printed === "failed" ? Theme.danger : Theme.muted
            text: {
                switch (root.viewModel.printed) {
                case "printing":
                    return qsTr("Printing…");
                case "printed":
                    return qsTr("Printed.");
                case "failed":
                    return qsTr("The printer does not answer: let them photograph the code.");
                default:
                    return qsTr("Let them photograph the code.");
                }
            }
        }
    }
}
