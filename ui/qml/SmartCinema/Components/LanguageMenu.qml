import QtQuick
import SmartCinema.Theme

// The interface's languages, each by its own name.
MenuPanel {
    id: root

    property var languages: []
    property string current: ""
    signal chosen(string tag)

    below: true

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
