"""Why a screening will fail and what helps, for every trouble of preflight, in any language of the interface."""

from collections.abc import Mapping
from functools import cache

from kiosk import Trouble
from ui.catalogue_words import CatalogueWords


@cache
def trouble_words(language: str) -> Mapping[Trouble, tuple[str, str]]:
    """Why, and what helps, with the names of `Finding.about` in braces. A test holds it complete."""
    words = CatalogueWords(language)
    return {
        Trouble.FILM_MISSING: (
            words.pgettext("Trouble", "the film {package} is not in the library"),
            words.pgettext("Trouble", "take it in: kiosk ingest DIR"),
        ),
        Trouble.FILM_DAMAGED: (
            words.pgettext("Trouble", "the film {package} is not what was signed"),
            words.pgettext("Trouble", "remove it from the library and take it in again"),
        ),
        Trouble.FILM_LENGTH: (
            words.pgettext("Trouble", "the film {package} is not as long as the programme says"),
            words.pgettext("Trouble", "ask for a programme with its length"),
        ),
        Trouble.FILM_UNCHECKED: (
            words.pgettext("Trouble", "the film {package} was not read through"),
            words.pgettext("Trouble", "run preflight without --quick"),
        ),
        Trouble.FILM_UNSIGNED: (
            words.pgettext("Trouble", "the film {package} was not signed by anybody whom this venue trusts"),
            words.pgettext("Trouble", "take it in again, or enrol its operator"),
        ),
        Trouble.FILM_UNPLAYABLE: (
            words.pgettext("Trouble", "the film {package} does not decode with its keys"),
            words.pgettext("Trouble", "take it in again, and ask for a new licence"),
        ),
        Trouble.FILE_MISSING: (
            words.pgettext("Trouble", "{file} is not among the slides"),
            words.pgettext("Trouble", "copy it into the folder slides"),
        ),
        Trouble.FILE_UNREADABLE: (
            words.pgettext("Trouble", "{file} among the slides cannot be shown"),
            words.pgettext("Trouble", "copy it again as PNG, JPEG or MP4"),
        ),
        Trouble.LICENCE_MISSING: (
            words.pgettext("Trouble", "there is no licence for {package}"),
            words.pgettext("Trouble", "ask for one: kiosk licence FILE"),
        ),
        Trouble.LICENCE_DAMAGED: (
            words.pgettext("Trouble", "the licence for {package} is not what was signed"),
            words.pgettext("Trouble", "take it in again: kiosk licence FILE"),
        ),
        Trouble.DEVICE_KEY: (
            words.pgettext("Trouble", "the key that licences are made for cannot be read"),
            words.pgettext("Trouble", "restore it from its copy, or enrol again and ask for new licences"),
        ),
        Trouble.LICENCE_OTHER_DEVICE: (
            words.pgettext("Trouble", "the licence for {package} is for another device"),
            words.pgettext("Trouble", "ask for one with this device's key"),
        ),
        Trouble.LICENCE_OTHER_VERSION: (
            words.pgettext("Trouble", "the licence is for another version of {package}"),
            words.pgettext("Trouble", "take in that version, or ask anew"),
        ),
        Trouble.LICENCE_LOCKED: (
            words.pgettext("Trouble", "the licence for {package} does not open"),
            words.pgettext("Trouble", "ask for a new one with this device's key"),
        ),
        Trouble.LICENCE_NOT_YET: (
            words.pgettext("Trouble", "the licence for {package} begins on {time}"),
            words.pgettext("Trouble", "ask for an earlier one, or move the screening"),
        ),
        Trouble.LICENCE_ENDED: (
            words.pgettext("Trouble", "the licence for {package} ends on {time}"),
            words.pgettext("Trouble", "ask for a longer one, or move the screening"),
        ),
        Trouble.LICENCE_KEYS: (
            words.pgettext("Trouble", "the licence for {package} lacks a key"),
            words.pgettext("Trouble", "ask for a new one"),
        ),
        Trouble.LICENCE_SOON: (
            words.pgettext("Trouble", "the licence for {package} ends on {time}, within two days of it"),
            words.pgettext("Trouble", "ask for a longer one"),
        ),
        Trouble.SOUND_TRACK_MISSING: (
            words.pgettext("Trouble", "the film {package} has no sound"),
            words.pgettext("Trouble", "nothing, if it is a silent one"),
        ),
        Trouble.SUBTITLES_MISSING: (
            words.pgettext("Trouble", "{package} has no subtitles in {language}"),
            words.pgettext("Trouble", "take in a version that has them"),
        ),
        Trouble.NOTES_MISSING: (
            words.pgettext("Trouble", "{package} has no notes in {language}"),
            words.pgettext("Trouble", "take in a version that has them"),
        ),
        Trouble.FONT_MISSING: (
            words.pgettext("Trouble", "there is no font with Chinese letters"),
            words.pgettext("Trouble", "install fonts-noto-cjk or its like"),
        ),
        Trouble.SCREEN_MISSING: (
            words.pgettext("Trouble", "the screen {screen} is not connected"),
            words.pgettext("Trouble", "connect it and switch it on"),
        ),
        Trouble.NOTES_SCREEN_MISSING: (
            words.pgettext("Trouble", "the notes' screen {screen} is not connected, and notes will be on the picture"),
            words.pgettext("Trouble", "connect it and switch it on"),
        ),
        Trouble.SCREEN_UNNAMED: (
            words.pgettext("Trouble", "no screen is named for room {room}, and there is not just one"),
            words.pgettext("Trouble", "name it in the programme"),
        ),
        Trouble.SCREEN_SHARED: (
            words.pgettext("Trouble", "the screen {screen} still shows {other}"),
            words.pgettext("Trouble", "move one of them"),
        ),
        Trouble.SCREEN_SMALL: (
            words.pgettext("Trouble", "the screen {screen} is small"),
            words.pgettext("Trouble", "choose its full resolution"),
        ),
        Trouble.SCREEN_MIRRORED: (
            words.pgettext("Trouble", "the screen {screen} shows what another screen shows"),
            words.pgettext("Trouble", "extend the desktop instead of mirroring it"),
        ),
        Trouble.SOUND_MISSING: (
            words.pgettext("Trouble", "there is no sound output"),
            words.pgettext("Trouble", "connect and choose one"),
        ),
        Trouble.DECODER_MISSING: (
            words.pgettext("Trouble", "libmpv cannot be used"),
            words.pgettext("Trouble", "see: doctor"),
        ),
        Trouble.DECODER_SLOW: (
            words.pgettext("Trouble", "films are decoded barely as fast as they are shown"),
            words.pgettext("Trouble", "switch hardware decoding on, or take a smaller rendition; see: doctor"),
        ),
        Trouble.ROOM_BUSY: (
            words.pgettext("Trouble", "{other} is still on in room {room}"),
            words.pgettext("Trouble", "move one of them"),
        ),
        Trouble.DOORS_DURING_SHOW: (
            words.pgettext("Trouble", "the doors open while {other} is on in room {room}"),
            words.pgettext("Trouble", "let people wait outside"),
        ),
        Trouble.NO_GATE: (
            words.pgettext("Trouble", "no gate leads to room {room}"),
            words.pgettext("Trouble", "ask for a programme with one"),
        ),
        Trouble.GATE_UNKNOWN: (
            words.pgettext("Trouble", "this machine opens door {gate}, which the programme does not have"),
            words.pgettext("Trouble", "change the venue's settings, or ask for a programme with it"),
        ),
        Trouble.NO_DOOR_KEY: (
            words.pgettext("Trouble", "no ticket can be read: there is no key"),
            words.pgettext("Trouble", "ask for a programme with the tickets' keys"),
        ),
        Trouble.PRETIX_WITHOUT_KEY: (
            words.pgettext("Trouble", "tickets of pretix cannot be read: there is no key"),
            words.pgettext("Trouble", "ask for a programme with it"),
        ),
        Trouble.NO_PLACES: (
            words.pgettext("Trouble", "it takes nobody"),
            words.pgettext("Trouble", "ask for a programme with its capacity"),
        ),
        Trouble.CLOCK_AHEAD: (
            words.pgettext("Trouble", "the clock is far ahead of what is known"),
            words.pgettext("Trouble", "set it, or confirm it: kiosk clock --confirm REASON --staff NAME"),
        ),
        Trouble.CLOCK_BEHIND: (
            words.pgettext("Trouble", "the clock is behind what is known"),
            words.pgettext("Trouble", "set it"),
        ),
        Trouble.LEDGER_UNSOUND: (
            words.pgettext("Trouble", "the ledger is not sound"),
            words.pgettext("Trouble", "restart the venue: it is made anew from its copies; see: kiosk audit"),
        ),
        Trouble.LEDGER_RESCUED: (
            words.pgettext("Trouble", "the ledger was damaged and made anew at this start"),
            words.pgettext("Trouble", "see: kiosk audit; look at the disk"),
        ),
        Trouble.RESERVE_GONE: (
            words.pgettext("Trouble", "the reserve for a full disk was given up"),
            words.pgettext("Trouble", "make room"),
        ),
        Trouble.DISK_FULL: (
            words.pgettext("Trouble", "the disk has no room for its admissions"),
            words.pgettext("Trouble", "make room"),
        ),
        Trouble.DISK_SHORT: (
            words.pgettext("Trouble", "the disk is nearly full"),
            words.pgettext("Trouble", "make room"),
        ),
        Trouble.COPIES_MISSING: (
            words.pgettext("Trouble", "the ledger is not copied"),
            words.pgettext("Trouble", "look at the folder of copies"),
        ),
        Trouble.REVOKED_MISSING: (
            words.pgettext("Trouble", "refunded tickets are not known"),
            words.pgettext("Trouble", "import it: kiosk programme import FILE --kind revoked"),
        ),
        Trouble.REVOKED_STALE: (
            words.pgettext("Trouble", "the list of refunded tickets will be old"),
            words.pgettext("Trouble", "import a new one"),
        ),
        Trouble.REVOKED_OTHER_EVENT: (
            words.pgettext("Trouble", "the list of refunded tickets is another festival's"),
            words.pgettext("Trouble", "import the right one"),
        ),
        Trouble.REVOKED_DAMAGED: (
            words.pgettext("Trouble", "the list of refunded tickets is not what was accepted"),
            words.pgettext("Trouble", "import it again: kiosk programme import FILE --kind revoked"),
        ),
        Trouble.SOLD_MISSING: (
            words.pgettext("Trouble", "tickets cannot be looked up"),
            words.pgettext("Trouble", "import it: kiosk programme import FILE --kind sold"),
        ),
        Trouble.SOLD_STALE: (
            words.pgettext("Trouble", "the list of sold tickets will be old, or is another festival's"),
            words.pgettext("Trouble", "import a new one"),
        ),
        Trouble.SOLD_DAMAGED: (
            words.pgettext("Trouble", "the list of sold tickets is not what was accepted"),
            words.pgettext("Trouble", "import it again: kiosk programme import FILE --kind sold"),
        ),
        Trouble.SLEEP: (
            words.pgettext("Trouble", "the machine may fall asleep"),
            words.pgettext("Trouble", "switch that off"),
        ),
        Trouble.PIN_MISSING: (
            words.pgettext("Trouble", "staff have no PIN: anybody can close the windows"),
            words.pgettext("Trouble", "choose one: kiosk pin set"),
        ),
    }
