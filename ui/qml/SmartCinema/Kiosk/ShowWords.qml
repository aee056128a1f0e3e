pragma Singleton
import QtQuick

// What a show's parts, states and alarms are called.
QtObject {
    function item(kind) {
        switch (kind) {
        case "countdown":
            return qsTr("Countdown");
        case "slide":
            return qsTr("Slide");
        case "video":
            return qsTr("Sponsor's film");
        case "trailer":
            return qsTr("Trailer");
        case "feature":
            return qsTr("Feature");
        case "intermission":
            return qsTr("Intermission");
        case "credits":
            return qsTr("Thanks");
        case "ballot":
            return qsTr("Audience ballot");
        default:
            return "";
        }
    }
    function phase(phase) {
        switch (phase) {
        case "scheduled":
            return qsTr("Comes next");
        case "ready":
            return qsTr("Ready");
        case "doors":
            return qsTr("Doors are open");
        case "playing":
            return qsTr("Playing");
        case "held":
            return qsTr("Held");
        case "interrupted":
            return qsTr("Interrupted");
        case "done":
            return qsTr("Over");
        case "cancelled":
            return qsTr("Cancelled");
        case "handed-over":
            return qsTr("Goes on at another machine");
        default:
            return qsTr("Nothing to come");
        }
    }
    function alarm(code) {
        switch (code) {
        case "not-ready":
            return qsTr("Something that is to be played cannot be opened: run the preflight.");
        case "late":
            return qsTr("It could not begin in time. Start it, or cancel it.");
        case "playback-failed":
            return qsTr("A film could not be played, or not further.");
        case "crashes":
            return qsTr("The film stopped three times at the same place. Go on past it, or skip it.");
        case "screen-gone":
            return qsTr("The audience's screen is gone. The show waits and goes on there by itself.");
        case "hook-failed":
            return qsTr("House lights or curtain do not answer: work them by hand.");
        case "cannot-record":
            return qsTr("The disk cannot be written: the show goes on, but it is not recorded.");
        default:
            return code;
        }
    }
    function mode(mode) {
        switch (mode) {
        case "automatic":
            return qsTr("By itself");
        case "semi-automatic":
            return qsTr("Begins when you say so");
        default:
            return qsTr("Every item when you say so");
        }
    }
    function standby(how) {
        switch (how) {
        case "following":
            return qsTr("Another machine shows this. Here it can go on at the same frame.");
        case "silent":
            return qsTr("The other machine says nothing any more.");
        default:
            return "";
        }
    }
}
