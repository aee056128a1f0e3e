pragma Singleton
import QtQuick

// What a door's verdicts are called, and what helps.
QtObject {
    function title(verdict, people) {
        switch (verdict) {
        case "admitted":
            return people > 1 ? qsTr("Welcome: %1 people").arg(people) : qsTr("Welcome");
        case "used":
            return qsTr("Used already");
        case "full":
            return qsTr("Full");
        case "revoked":
            return qsTr("Refunded");
        case "key-retired":
            return qsTr("Replaced");
        case "other-event":
            return qsTr("Another festival");
        case "not-listed":
            return qsTr("Not in this programme");
        case "other-room":
            return qsTr("Another room");
        case "other-gate":
            return qsTr("Another door");
        case "too-early":
            return qsTr("Too early");
        case "too-late":
            return qsTr("Too late");
        case "clock":
            return qsTr("What time is it?");
        case "alone":
            return qsTr("Ask the other doors");
        case "taken-back":
            return qsTr("Taken back");
        case "cannot-record":
            return qsTr("Cannot record");
        case "damaged":
        case "newer":
            return qsTr("Cannot be read");
        case "forged":
        case "key-unknown":
            return qsTr("Not genuine");
        case "empty":
        case "not-ours":
            return qsTr("Not our ticket");
        default:
            return "";
        }
    }
    function help(verdict) {
        switch (verdict) {
        case "full":
            return qsTr("The room takes no more.");
        case "revoked":
            return qsTr("This ticket was given back. The box office can help.");
        case "key-retired":
            return qsTr("There is a newer code for this ticket: ask for the newest e-mail.");
        case "other-event":
            return qsTr("This ticket is for another festival.");
        case "not-listed":
            return qsTr("Import the newest programme, then scan again.");
        case "clock":
            return qsTr("This machine does not know the time. Set its clock and confirm it.");
        case "alone":
            return qsTr("The leading door does not answer, and another door may have let this ticket in.");
        case "taken-back":
            return qsTr("Their ticket is good again.");
        case "cannot-record":
            return qsTr("The disk cannot be written. Nobody was let in; make room and scan again.");
        case "damaged":
        case "newer":
            return qsTr("Type the number below the code instead.");
        case "forged":
        case "key-unknown":
            return qsTr("Nobody who sells tickets for this festival signed it.");
        case "empty":
        case "not-ours":
            return qsTr("Ask for the code of the ticket, not of anything else.");
        default:
            return "";
        }
    }
}
