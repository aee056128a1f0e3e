import QtQuick
import SmartCinema.Theme

// The interface's languages, each by its own name, below the button that opened it.
MenuPanel {
    id: root

    property var languages: []
    property string current: ""
    signal chosen(string tag)

    y: parent ? parent.height : 0

    PickRow {
        width: parent.width
        focus: true
        name: qsTr("Language")
        choices: root.languages
        current: root.current
        onChosen: tag => {
            root.close();
            root.chosen(tag);
        }
    }
}
