pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Templates as T
import SmartCinema.Components
import SmartCinema.Theme

// What concerns all notes: who writes them, in which languages, what readers may do with them.
Sheet {
    id: root

    required property var workbench

    title: qsTr("The edition")

    Label {
        text: qsTr("Commentators, as readers are told")
        color: Theme.muted
        font.pixelSize: Theme.sizeSmall
    }
    Repeater {
        model: root.workbench.people.concat([
            {
                value: "",
                text: "",
                role: ""
            }
        ])

        Row {
            id: person

            required property var modelData

            function tell() {
                if (name.text.trim() !== "" && role.text.trim() !== "" && (name.text !== modelData.text || role.text !== modelData.role))
                    root.workbench.introduce(modelData.value, name.text, role.text);
            }

            width: parent ? parent.width : 0
            spacing: Theme.gap3

            T.AbstractButton {
                id: portrait

                width: Theme.target
                height: Theme.target
                enabled: person.modelData.value !== ""
                opacity: enabled ? 1 : 0.4
                text: person.modelData.portrait ? qsTr("Another portrait of %1").arg(person.modelData.text) : qsTr("Choose a portrait of %1").arg(person.modelData.text)
                Accessible.name: text
                onClicked: ask.ask()
                Keys.onDeletePressed: root.workbench.take_portrait(person.modelData.value, "")
                contentItem: Portrait {
                    side: Theme.target
                    path: person.modelData.portrait ?? ""
                    initials: person.modelData.initials ?? "+"
                }
                background: FocusRing {
                    anchors.margins: -2
                    radius: width / 2
                    shown: portrait.visualFocus || portrait.hovered
                }

                FileAsk {
                    id: ask

                    pictures: true
                    onChosen: place => root.workbench.take_portrait(person.modelData.value, place)
                }
            }
            Field {
                id: name

                width: (parent.width - 3 * parent.spacing - keep.width - portrait.width - without.room) / 2
                leftPadding: Theme.gap3
                rightPadding: Theme.gap2
                font.pixelSize: Theme.sizeSmall
                text: person.modelData.text
                placeholderText: person.modelData.value === "" ? qsTr("Another name") : qsTr("Name")
                onAccepted: person.tell()
            }
            Field {
                id: role

                width: name.width
                leftPadding: Theme.gap3
                rightPadding: Theme.gap2
                font.pixelSize: Theme.sizeSmall
                text: person.modelData.role
                placeholderText: qsTr("Role, such as historian")
                onAccepted: person.tell()
            }
            AppButton {
                id: keep

                plain: true
                text: person.modelData.value === "" ? qsTr("Add") : qsTr("Keep")
                enabled: name.text.trim() !== "" && role.text.trim() !== "" && (name.text !== person.modelData.text || role.text !== person.modelData.role)
                onClicked: person.tell()
            }
            IconButton {
                id: without

                readonly property real room: visible ? width + parent.spacing : 0

                visible: Boolean(person.modelData.portrait)
                iconName: "cross"
                text: qsTr("No portrait")
                onClicked: root.workbench.take_portrait(person.modelData.value, "")
            }
        }
    }
    Label {
        text: qsTr("Language that is written")
        color: Theme.muted
        font.pixelSize: Theme.sizeSmall
    }
    PickRow {
        width: parent.width
        name: qsTr("Language that is written")
        choices: root.workbench.languages
        current: root.workbench.language
        onChosen: value => root.workbench.write_in(value)
    }
    Label {
        text: qsTr("Translated beside it (Ctrl+T)")
        color: Theme.muted
        font.pixelSize: Theme.sizeSmall
    }
    PickRow {
        width: parent.width
        name: qsTr("Translated beside it")
        choices: [
            {
                value: "",
                text: qsTr("None")
            }
        ].concat(root.workbench.languages.filter(item => item.value !== root.workbench.language))
        current: root.workbench.beside
        onChosen: value => root.workbench.show_beside(value)
    }
    Row {
        width: parent.width
        spacing: Theme.gap3

        Field {
            id: further

            width: 288
            leftPadding: Theme.gap3
            font.pixelSize: Theme.sizeSmall
            placeholderText: qsTr("Language tag, such as fr")
            onAccepted: add.click()
        }
        AppButton {
            id: add

            plain: true
            text: qsTr("Add")
            enabled: further.text.trim() !== ""
            onClicked: {
                root.workbench.add_language(further.text);
                further.clear();
            }
        }
        AppButton {
            plain: true
            visible: root.workbench.beside !== ""
            text: qsTr("Drop the one beside")
            onClicked: root.workbench.drop_language(root.workbench.beside)
        }
    }
    Label {
        text: qsTr("Licence")
        color: Theme.muted
        font.pixelSize: Theme.sizeSmall
    }
    TextLine {
        width: parent.width
        name: qsTr("Licence")
        placeholderText: qsTr("For example CC BY 4.0")
        value: root.workbench.licence
        onEdited: text => root.workbench.license(text)
        onLeaveWanted: root.close()
    }
    Item {
        width: parent.width
        height: Theme.target

        Label {
            anchors.verticalCenter: parent.verticalCenter
            width: parent.width - pauses.width - Theme.gap4
            text: qsTr("A mark holds the film")
        }
        Toggle {
            id: pauses

            anchors.right: parent.right
            text: qsTr("A mark holds the film")
            checked: root.workbench.pauses
            onToggled: root.workbench.set_pauses(checked)
        }
    }
}
