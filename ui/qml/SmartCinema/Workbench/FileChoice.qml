import QtQuick
import QtQuick.Dialogs

// The system's own way to choose a file; loaded when somebody wants it.
FileDialog {
    id: root

    signal chosen(string place)

    property bool pictures: false

    visible: true
    title: pictures ? qsTr("Choose a picture") : qsTr("Import notes")
    nameFilters: pictures ? [qsTr("Pictures (%1)").arg("*.jpg *.jpeg *.png")] : [qsTr("Notes and subtitles (%1)").arg("*.vtt *.srt *.ass *.ssa *.csv *.tsv")]
    onAccepted: chosen(selectedFile.toString())
}
