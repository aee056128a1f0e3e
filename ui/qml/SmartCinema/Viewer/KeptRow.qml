import QtQuick
import SmartCinema.Components
import SmartCinema.Theme

// What lies on this device of one ticket's film, and what can be done about it.
Flow {
    id: root

    required property var downloads
    required property string ticketId
    property var kept: null
    readonly property string stage: kept ? kept.state : ""

    spacing: Theme.gap3

    Label {
        width: Math.min(implicitWidth, root.width)
        height: Math.max(implicitHeight, Theme.target)
        verticalAlignment: Text.AlignVCenter
        visible: text !== ""
        font.pixelSize: Theme.sizeSmall
        color: root.stage === "failed" ? Theme.danger : Theme.muted
        text: {
            switch (root.stage) {
            case "running":
                return root.kept.share > 0 ? qsTr("Downloading, %1 % of %2 MB").arg(Math.floor(root.kept.share * 100)).arg(root.kept.megabytes) : qsTr("Downloading…");
            case "paused":
                return qsTr("Download paused at %1 %").arg(Math.floor(root.kept.share * 100));
            case "whole":
                return qsTr("On this device, plays without a network until %1").arg(root.kept.ends);
            case "failed":
                return root.kept.reasons.length > 0 ? Words.sentences(root.kept.reasons.map(reason => Words.rule(reason))) : root.kept.error === "keystore-unavailable" ? qsTr("This computer has no key store that answers; films can be kept only with one.") : Words.error(root.kept.error);
            default:
                return root.downloads.metered ? qsTr("Your line costs by what is fetched.") : "";
            }
        }
    }
    Row {
        spacing: Theme.gap2

        Pick {
            visible: root.stage !== "running" && root.stage !== "whole"
            text: root.stage === "" ? qsTr("Download") : root.stage === "failed" ? qsTr("Try again") : qsTr("Go on")
            Accessible.role: Accessible.Button
            onClicked: root.downloads.keep(root.ticketId)
        }
        Pick {
            visible: root.stage === "running"
            text: qsTr("Pause download")
            Accessible.role: Accessible.Button
            onClicked: root.downloads.pause(root.ticketId)
        }
        Pick {
            visible: root.stage === "whole" || root.stage === "paused" || root.stage === "failed"
            text: qsTr("Remove from this device")
            Accessible.role: Accessible.Button
            onClicked: root.downloads.remove(root.ticketId)
        }
    }
}
