pragma Singleton
import QtQuick

// The words for codes: errors, notices, rules, topics.
QtObject {
    // One after the other; Chinese sentences follow without a space.
    function sentences(parts) {
        return parts.filter(part => part !== "").join(" ").replace(/([。！？]) /g, "$1");
    }
    // Why something cannot be, and what would help.
    function reason(told) {
        return sentences([rule(told), fix(told)]);
    }
    function error(code) {
        switch (code) {
        case "offline":
            return qsTr("The box office cannot be reached. Check the connection; nothing is lost.");
        case "server-error":
            return qsTr("The box office has a problem of its own. Try again in a moment.");
        case "server-answer-malformed":
            return qsTr("The box office gave an answer that cannot be understood. Try again, or update Smart Cinema.");
        case "certificate":
            return qsTr("The connection is not safe: the box office could not prove who it is. Try another network.");
        case "sign-in-needed":
            return qsTr("Your session has ended. Sign in again.");
        case "sign-in-mismatch":
            return qsTr("The answer from the browser did not belong to this sign-in, so it was ignored. Start again.");
        case "sign-in-timed-out":
            return qsTr("Nothing came back from the browser in time. Start again.");
        case "sign-in-denied":
            return qsTr("The sign-in was called off in the browser.");
        case "keystore-unavailable":
            return qsTr("You are signed in for this session only: this computer has no key store that answers.");
        case "refused":
            return qsTr("This film cannot be watched with this ticket here and now.");
        case "sold-out":
            return qsTr("All tickets are sold.");
        case "payment-failed":
            return qsTr("The payment did not go through. Nothing was charged; try again.");
        case "voucher-invalid":
            return qsTr("This voucher or pass cannot be used for this film.");
        case "disk-full":
            return qsTr("The disk is full. Make room and try again; what is here is kept.");
        case "licence-refused":
            return qsTr("What lies on this device does not belong to it. Remove it and download it again.");
        case "file-unreadable":
        case "file-missing":
            return qsTr("A part of the film cannot be read from this disk. Download it again.");
        case "libmpv-missing":
            return qsTr("libmpv is missing on this computer, so films cannot be played. Install it (on Debian and Ubuntu: libmpv2), then try again.");
        case "libmpv-unfit":
            return qsTr("The libmpv of this computer is too old or lacks a part. Install mpv 0.35 or later.");
        case "segment-corrupt":
            return qsTr("A part of the film arrived damaged twice and was not shown. Try again.");
        case "key-missing":
        case "key-malformed":
            return qsTr("The key for this film did not arrive. Try again; your ticket stays valid.");
        case "package-unsigned":
        case "package-wrong":
        case "package-malformed":
            return qsTr("The film's package is not the one that was published. It was not opened; please tell the box office.");
        case "media-refused":
        case "playlist-refused":
            return qsTr("The stream holds something that is not played here.");
        case "mark-missing":
            return qsTr("The mark that belongs on this showing could not be drawn, so the film was not shown. Restart Smart Cinema, or update it.");
        case "not-found":
            return qsTr("The box office no longer has this. Go back and try again later.");
        case "redirected":
            return qsTr("The connection was led to another place and was not followed. Try another network.");
        case "playback-failed":
            return qsTr("The player stopped. Try again; you go on where you were.");
        default:
            return qsTr("Something went wrong (%1). Try again.").arg(code);
        }
    }
    function notice(code) {
        switch (code) {
        case "signed-in":
            return qsTr("You are signed in.");
        case "signed-out-everywhere":
            return qsTr("Signed out everywhere.");
        case "account-deleted":
            return qsTr("The account is gone, and with it what was kept of you.");
        case "gift-claimed":
            return qsTr("The ticket is yours.");
        case "signed-out":
            return qsTr("You are signed out. Your tickets stay with your account.");
        case "settings-aside":
            return qsTr("Your settings could not be read, so the usual ones hold. Settings says where the old ones are.");
        case "home-unwritable":
            return qsTr("Nothing can be kept on this computer: the folder of Smart Cinema cannot be written. Settings says which one.");
        case "new-version":
            return qsTr("A new version is ready. It starts with the next launch.");
        case "link-kept":
            return qsTr("The page you asked for opens when you leave this one.");
        case "link-title":
            return qsTr("The film of this link is not on here now.");
        case "link-ticket":
            return qsTr("The ticket of this link is not among yours.");
        case "link-unknown":
            return qsTr("This link leads nowhere in Smart Cinema.");
        default:
            return error(code);
        }
    }
    // A moment as the territory's clock has it, and as the viewer's own does where that is another.
    function when(reason) {
        return reason.at === reason.atHere ? reason.at : qsTr("%1, for you %2").arg(reason.at).arg(reason.atHere);
    }
    function rule(reason) {
        switch (reason.rule) {
        case "territory":
            return qsTr("This film is not offered where you are.");
        case "place-unknown":
            return qsTr("It cannot be told which country you are in, so nothing can be sold here. The box office can help.");
        case "place-hidden":
            return qsTr("A VPN or proxy hides which country you are in. Turn it off for the box office, or ask it for help.");
        case "not-yet":
            return qsTr("It opens on %1.").arg(when(reason));
        case "ended":
            return qsTr("It ended on %1.").arg(when(reason));
        case "unlock-passed":
            return qsTr("The ticket had to be started by %1.").arg(when(reason));
        case "watch-passed":
            return qsTr("The ticket had to be finished by %1.").arg(when(reason));
        case "other-device":
            return qsTr("This ticket is in use on %1.").arg(reason.device);
        case "not-offline":
            return qsTr("This film may not be kept offline.");
        case "sold-out":
            return qsTr("All tickets are sold.");
        case "refunded":
            return qsTr("This ticket was refunded.");
        case "used":
            return qsTr("This ticket has been used.");
        case "replayed":
            return qsTr("More of the film was seen again than its house rules allow: the ticket is used up.");
        default:
            return qsTr("This ticket belongs to another account.");
        }
    }
    function fix(reason) {
        switch (reason.fix) {
        case "wait":
            if (reason.rule !== "sold-out")
                return qsTr("Come back then.");
            return reason.at === "" ? qsTr("One may come free: look again in a while.") : qsTr("One may come free at %1.").arg(when(reason));
        case "other-screening":
            return qsTr("Another screening has places.");
        case "buy-again":
            return qsTr("A new ticket would let you watch it.");
        case "other-device":
            return reason.at === "" ? qsTr("Go on watching there.") : qsTr("Go on watching there, until %1.").arg(when(reason));
        case "contact":
            return qsTr("The box office can help.");
        default:
            return reason.rule === "sold-out" && reason.at !== "" ? qsTr("A ticket that is given back before %1 is sold again.").arg(when(reason)) : "";
        }
    }
    function topic(code) {
        switch (code) {
        case "history":
            return qsTr("History");
        case "language":
            return qsTr("Language");
        case "custom":
            return qsTr("Custom");
        case "place":
            return qsTr("Place");
        case "craft":
            return qsTr("Craft");
        case "music":
            return qsTr("Music");
        case "person":
            return qsTr("Person");
        default:
            return qsTr("Note");
        }
    }
    function measure(code) {
        switch (code) {
        case "picture":
            return qsTr("Picture");
        case "sound":
            return qsTr("Sound");
        case "drawing":
            return qsTr("Drawing");
        case "decoding":
            return qsTr("Decoding");
        case "rendition":
            return qsTr("Rendition");
        case "line":
            return qsTr("Line");
        case "buffer":
            return qsTr("In memory");
        case "frames":
            return qsTr("Frames shown · dropped");
        case "stalls":
            return qsTr("Stalls");
        case "outages":
            return qsTr("Outages of the line");
        default:
            return code;
        }
    }
    function decoding(code) {
        switch (code) {
        case "hardware":
            return qsTr("graphics chip");
        case "failed":
            return qsTr("software: the graphics chip failed");
        case "none":
            return qsTr("software: no graphics chip answered");
        case "off":
            return qsTr("software, as chosen");
        default:
            return "";
        }
    }
}
