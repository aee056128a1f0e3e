import QtQuick
import QtQuick.Dialogs

// The system's own way to choose a file; loaded when somebody wants it.
FileDialog {
    id: root

    signal chosen(string place)

    visible: true
    title: qsTr("Import notes")
    nameFilters: [qsTr("Notes and subtitles (%1)").arg("*.vtt *.srt *.ass *.ssa *.csv *.tsv")]
    onAccepted: chosen(selectedFile.toString())
}
