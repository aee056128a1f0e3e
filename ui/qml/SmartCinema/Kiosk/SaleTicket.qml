import QtQuick
import SmartCinema.Components
import SmartCinema.Theme

// The ticket that was sold: its code, to be photographed, and what is below it.
Flow {
    id: root

    required property var sale
    readonly property real beside: width - Theme.codeSide - spacing

    spacing: Theme.gap6

    Image {
        width: Theme.codeSide
        height: width
        source: root.sale.picture
        smooth: false
        fillMode: Image.PreserveAspectFit
        Accessible.role: Accessible.Graphic
        Accessible.name: qsTr("The ticket's code")
    }
    Column {
        width: root.beside < Theme.codeSide ? root.width : root.beside // below it where there is little room
        spacing: Theme.gap4

        Display {
            width: parent.width
            room: parent.width
            text: root.sale.reference
        }
        Label {
            width: parent.width
            font.pixelSize: Theme.sizeHeading
            text: qsTr("%n ticket(s)", "", root.sale.people) + "  ·  " + root.sale.total
        }
        Label {
            width: parent.width
            color: root.sale.printed === "failed" ? Theme.danger : Theme.muted
            text: {
                switch (root.sale.printed) {
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
