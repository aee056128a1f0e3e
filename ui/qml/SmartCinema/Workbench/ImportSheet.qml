import QtQuick
import SmartCinema.Components
import SmartCinema.Theme

// Notes from elsewhere: named, chosen, or dropped on the window.
Sheet {
    id: root

    required property var workbench

    function take(place) {
        workbench.bring(place);
        close();
    }

    title: qsTr("Import notes")
    onOpened: place.forceActiveFocus()

    Label {
        width: parent.width
        text: qsTr("WebVTT, SubRip (.srt), Advanced SubStation Alpha (.ass) or a table (.csv) with the columns time, title and text; topic, depth, commentator, sources and id may be there too, and what else an export writes. Notes of the same id meet: only the language that comes in is replaced.")
        color: Theme.muted
        font.pixelSize: Theme.sizeSmall
    }
    Field {
        id: place

        width: parent.width
        placeholderText: qsTr("Path of the file")
        onAccepted: {
            if (text.trim() !== "")
                root.take(text.trim());
        }
    }
    Row {
        spacing: Theme.gap3

        AppButton {
            primary: true
            text: qsTr("Import")
            enabled: place.text.trim() !== ""
            onClicked: root.take(place.text.trim())
        }
        AppButton {
            text: qsTr("Choose a file…")
            onClicked: choice.ask()
        }
    }
    FileAsk {
        id: choice

        onChosen: place => root.take(place)
    }
}
