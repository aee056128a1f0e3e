pragma Singleton
import QtQuick
import SmartCinema.Viewer

// The words of the workbench: what stands in a note's way, how safe the work is, what was done.
QtObject {
    function seconds(milliseconds) {
        //: a duration in seconds
        return qsTr("%1 s").arg((milliseconds / 1000).toFixed(1));
    }
    function depth(code) {
        switch (code) {
        case "essential":
            return qsTr("Essential");
        case "more":
            return qsTr("More");
        default:
            return qsTr("Deep");
        }
    }
    function stands(code) {
        switch (code) {
        case "card":
            return qsTr("on screen");
        case "left":
            return qsTr("for the pause");
        default:
            return qsTr("not finished");
        }
    }
    function saved(code) {
        switch (code) {
        case "saved":
            return qsTr("Saved");
        case "saving":
            return qsTr("Saving…");
        case "refused":
            return qsTr("Not saved");
        default:
            return qsTr("Not saved yet");
        }
    }
    function refusal(code) {
        return code === "disk-full" ? qsTr("The disk is full. Make room: everything is written again by itself.") : qsTr("The folder cannot be written. Make it writable: everything is written again by itself.");
    }
    // What it is, and what helps.
    function doubt(item) {
        switch (item.code) {
        case "no-title":
            return qsTr("It has no title yet.");
        case "no-text":
            return qsTr("It has no text yet.");
        case "half-secret":
            return item.amount ? qsTr("It says when the film tells something, and not what: write what it gives away.") : qsTr("It gives something away: say when the film itself has told it.");
        case "half-term":
            return qsTr("%n of its terms lack(s) a meaning: term | hanzi | pinyin | meaning.", "", item.amount);
        case "not-translated":
            return qsTr("Not yet in %1.").arg(item.others);
        case "commented":
            return qsTr("%n comment(s) to settle.", "", item.amount);
        case "past-end":
            return qsTr("The film has ended by then: move it to a moment of the film.");
        case "held-back":
            return item.others === "" ? qsTr("It waits until %1, when the film has told it.").arg(item.time) : qsTr("It waits until %1: it tells what “%2” gives away.").arg(item.time).arg(item.others);
        case "reveal":
            return item.others === "" ? qsTr("The film tells it only at %1, too long after this moment: move it there.").arg(item.time) : qsTr("It tells what “%2” gives away, and the film does so only at %1: leave that out, or move it there.").arg(item.time).arg(item.others);
        case "too-long":
            return qsTr("Too long for a card: leave out %n character(s), or split it.", "", item.amount);
        case "dialogue":
            return qsTr("Too much is said around this moment: shorten it, or move it to a calmer one.");
        case "film-end":
            return qsTr("The film ends before it is read: shorten it, or move it forward.");
        case "crowded":
            return qsTr("“%1” takes the time around here: shorten one, or move one.").arg(item.others);
        case "length":
            return qsTr("The text is %n character(s) longer than two lines.", "", item.amount);
        case "subtitles":
            return qsTr("It can be read alone, but not with the subtitles beside it: shorten it.");
        case "no-alt":
            return qsTr("It has a picture: say what that shows, for those who do not see it.");
        case "missing-source":
            return qsTr("It names no source.");
        case "anchor":
            return qsTr("Its card comes long after this moment: there is no room nearer.");
        case "reading-speed":
            return qsTr("It is on screen too short to be read.");
        case "too-short":
            return qsTr("It is on screen too short for an eye to find it.");
        case "spoiler":
            return qsTr("It tells more than the film has told by then.");
        default:
            return qsTr("Something is doubtful (%1).").arg(item.code);
        }
    }
    function notice(item) {
        switch (item.code) {
        case "recovered":
            return qsTr("The last session ended early. Everything is here again, %n step(s) of it from the journal.", "", item.amount);
        case "aside":
            return qsTr("The edition was changed elsewhere. What the journal held beside it is kept as %1.").arg(item.text);
        case "changed-since":
            return qsTr("The notes file is newer than this edition. Import it (Ctrl+I) if its words should come in.");
        case "imported":
            return qsTr("%n note(s) came in. Ctrl+Z takes them out again.", "", item.amount);
        case "imported-part":
            return qsTr("%n note(s) came in. Ctrl+Z takes them out again. Left out: %1", "", item.amount).arg(item.text);
        case "no-picture":
            return qsTr("The picture was not taken. %1").arg(item.text);
        case "not-imported":
            return item.amount > 0 ? qsTr("Nothing came in. Mend line %1: %2").arg(item.amount).arg(item.text) : qsTr("Nothing came in. %1").arg(item.text);
        case "exported":
            return qsTr("%n file(s) are in %1", "", item.amount).arg(item.text);
        case "exported-without":
            return qsTr("%n file(s) are in %1. Pictures that are missing: %2", "", item.amount).arg(item.text).arg(item.more);
        case "not-exported":
            return qsTr("Nothing was exported. %1").arg(item.text);
        case "removed":
            return qsTr("The note is gone. Ctrl+Z brings it back.");
        case "cannot-split":
            return qsTr("Put the cursor into the text, where the second note should begin.");
        case "cannot-merge":
            return qsTr("Both give something away. Take that out of one of them, then join them.");
        case "no-language":
            return qsTr("“%1” is no language tag such as fr or zh-Hant, or the notes have it already.").arg(item.text);
        case "no-cuts":
            return qsTr("The film's cuts could not be found; cards are not fitted to them. %1").arg(item.text);
        default:
            return item.code;
        }
    }
    function bad(code) {
        return ["not-imported", "imported-part", "no-picture", "exported-without", "not-exported", "aside", "no-cuts", "cannot-merge", "changed-since", "recovered"].includes(code);
    }
    function topic(code) {
        return Words.topic(code);
    }
}
