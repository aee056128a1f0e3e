"""What the command line says about a venue's troubles: why, and what helps."""

from kiosk import Trouble

WORDS: dict[Trouble, tuple[str, str]] = {
    Trouble.FILM_MISSING: ("the film {package} is not in the library", "take it in: kiosk ingest DIR"),
    Trouble.FILM_DAMAGED: (
        "the film {package} is not what was signed",
        "remove it from the library and take it in again",
    ),
    Trouble.FILM_LENGTH: (
        "the film {package} is not as long as the programme says",
        "ask for a programme with its length",
    ),
    Trouble.FILM_UNCHECKED: ("the film {package} was not read through", "run preflight without --quick"),
    Trouble.FILE_MISSING: ("{file} is not among the slides", "copy it into the folder slides"),
    Trouble.LICENCE_MISSING: ("there is no licence for {package}", "ask for one: kiosk licence FILE"),
    Trouble.LICENCE_OTHER_DEVICE: (
        "the licence for {package} is for another device",
        "ask for one with this device's key",
    ),
    Trouble.LICENCE_OTHER_VERSION: (
        "the licence is for another version of {package}",
        "take in that version, or ask anew",
    ),
    Trouble.LICENCE_LOCKED: ("the licence for {package} does not open", "ask for a new one with this device's key"),
    Trouble.LICENCE_NOT_YET: (
        "the licence for {package} begins on {time}",
        "ask for an earlier one, or move the screening",
    ),
    Trouble.LICENCE_ENDED: ("the licence for {package} ends on {time}", "ask for a longer one, or move the screening"),
    Trouble.LICENCE_KEYS: ("the licence for {package} lacks a key", "ask for a new one"),
    Trouble.LICENCE_SOON: ("the licence for {package} ends on {time}, within two days of it", "ask for a longer one"),
    Trouble.SOUND_TRACK_MISSING: ("the film {package} has no sound", "nothing, if it is a silent one"),
    Trouble.SUBTITLES_MISSING: ("{package} has no subtitles in {language}", "take in a version that has them"),
    Trouble.NOTES_MISSING: ("{package} has no notes in {language}", "take in a version that has them"),
    Trouble.FONT_MISSING: ("there is no font with Chinese letters", "install fonts-noto-cjk or its like"),
    Trouble.SCREEN_MISSING: ("the screen {screen} is not connected", "connect it and switch it on"),
    Trouble.SCREEN_UNNAMED: (
        "no screen is named for room {room}, and there is not just one",
        "name it in the programme",
    ),
    Trouble.SCREEN_SHARED: ("the screen {screen} still shows {other}", "move one of them"),
    Trouble.SCREEN_SMALL: ("the screen {screen} is small", "choose its full resolution"),
    Trouble.SOUND_MISSING: ("there is no sound output", "connect and choose one"),
    Trouble.DECODER_MISSING: ("libmpv cannot be used", "see: doctor"),
    Trouble.DECODER_SLOW: ("films are decoded by the processor", "see: doctor"),
    Trouble.ROOM_BUSY: ("{other} is still on in room {room}", "move one of them"),
    Trouble.DOORS_DURING_SHOW: ("the doors open while {other} is on in room {room}", "let people wait outside"),
    Trouble.NO_GATE: ("no gate leads to room {room}", "ask for a programme with one"),
    Trouble.NO_DOOR_KEY: ("no ticket can be read: there is no key", "ask for a programme with the tickets' keys"),
    Trouble.PRETIX_WITHOUT_KEY: ("tickets of pretix cannot be read: there is no key", "ask for a programme with it"),
    Trouble.NO_PLACES: ("it takes nobody", "ask for a programme with its capacity"),
    Trouble.CLOCK_AHEAD: (
        "the clock is far ahead of what is known",
        "set it, or confirm it: kiosk clock --confirm REASON",
    ),
    Trouble.CLOCK_BEHIND: ("the clock is behind what is known", "set it"),
    Trouble.LEDGER_UNSOUND: ("the ledger is not sound", "see: kiosk audit"),
    Trouble.LEDGER_RESCUED: (
        "the ledger was damaged and made anew at this start",
        "see: kiosk audit; look at the disk",
    ),
    Trouble.RESERVE_GONE: ("the reserve for a full disk was given up", "make room"),
    Trouble.DISK_FULL: ("the disk has no room for its admissions", "make room"),
    Trouble.DISK_SHORT: ("the disk is nearly full", "make room"),
    Trouble.COPIES_MISSING: ("the ledger is not copied", "look at the folder of copies"),
    Trouble.REVOKED_MISSING: ("refunded tickets are not known", "kiosk programme import FILE --kind revoked"),
    Trouble.REVOKED_STALE: ("the list of refunded tickets will be old", "import a new one"),
    Trouble.REVOKED_OTHER_EVENT: ("the list of refunded tickets is another festival's", "import the right one"),
    Trouble.SOLD_MISSING: ("tickets cannot be looked up", "kiosk programme import FILE --kind sold"),
    Trouble.SOLD_STALE: ("the list of sold tickets will be old, or is another festival's", "import a new one"),
    Trouble.SLEEP: ("the machine may fall asleep", "switch that off"),
}
"""By trouble. A test holds it complete."""
