pragma ComponentBehavior: Bound

import QtQuick
import SmartCinema.Components
import SmartCinema.Theme

// The languages, each by its own name, large enough for any hand; as many rows as they need.
Flow {
    id: root

    required property var viewModel
    required property real unit

    spacing: Math.round(Theme.gap3 * unit)
    Accessible.role: Accessible.Grouping
    Accessible.name: qsTr("Choose the language")

    Repeater {
        model: root.viewModel.languages

        AppButton {
            required property var modelData

            height: Math.max(Theme.target + Theme.gap1, Math.round(56 * root.unit))
            width: Math.max(implicitWidth, Math.round(180 * root.unit))
            font.pixelSize: Math.max(Theme.sizeSmall, Math.round(20 * root.unit))
            leftPadding: Math.round(Theme.gap5 * root.unit)
            primary: modelData.tag === root.viewModel.language
            text: modelData.name
            onClicked: root.viewModel.choose_language(modelData.tag)
        }
    }
}
