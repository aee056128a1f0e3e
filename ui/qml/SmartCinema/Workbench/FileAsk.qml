import QtQuick

// Asks for a file in the system's own way, each time anew.
Item {
    id: root

    property bool pictures: false
    signal chosen(string place)

    function ask() {
        choice.active = false;
        choice.active = true;
        choice.item.pictures = pictures;
    }

    Loader {
        id: choice

        active: false
        source: "FileChoice.qml"
    }
    Connections {
        target: choice.item
        ignoreUnknownSignals: true

        function onChosen(place) {
            root.chosen(place);
        }
    }
}
