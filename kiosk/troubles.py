"""What preflight can find: the troubles by name, and what was found of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from kiosk.door_rules import Light


class Trouble(StrEnum):
    """What will go wrong, or may."""

    FILM_MISSING = "film-missing"
    FILM_DAMAGED = "film-damaged"
    FILM_LENGTH = "film-length"
    FILM_UNCHECKED = "film-unchecked"
    FILM_UNSIGNED = "film-unsigned"
    FILM_UNPLAYABLE = "film-unplayable"
    FILE_MISSING = "file-missing"
    FILE_UNREADABLE = "file-unreadable"
    LICENCE_MISSING = "licence-missing"
    LICENCE_DAMAGED = "licence-damaged"
    DEVICE_KEY = "device-key"
    LICENCE_OTHER_DEVICE = "licence-other-device"
    LICENCE_OTHER_VERSION = "licence-other-version"
    LICENCE_LOCKED = "licence-locked"
    LICENCE_NOT_YET = "licence-not-yet"
    LICENCE_ENDED = "licence-ended"
    LICENCE_KEYS = "licence-keys"
    LICENCE_SOON = "licence-soon"
    SOUND_TRACK_MISSING = "sound-track-missing"
    SUBTITLES_MISSING = "subtitles-missing"
    NOTES_MISSING = "notes-missing"
    FONT_MISSING = "font-missing"
    SCREEN_MISSING = "screen-missing"
    NOTES_SCREEN_MISSING = "notes-screen-missing"
    SCREEN_UNNAMED = "screen-unnamed"
    SCREEN_SHARED = "screen-shared"
    SCREEN_SMALL = "screen-small"
    SCREEN_MIRRORED = "screen-mirrored"
    SOUND_MISSING = "sound-missing"
    DECODER_MISSING = "decoder-missing"
    DECODER_SLOW = "decoder-slow"
    ROOM_BUSY = "room-busy"
    DOORS_DURING_SHOW = "doors-during-show"
    NO_GATE = "no-gate"
    GATE_UNKNOWN = "gate-unknown"
    NO_DOOR_KEY = "no-door-key"
    PRETIX_WITHOUT_KEY = "pretix-without-key"
    NO_PLACES = "no-places"
    CLOCK_AHEAD = "clock-ahead"
    CLOCK_BEHIND = "clock-behind"
    LEDGER_UNSOUND = "ledger-unsound"
    LEDGER_RESCUED = "ledger-rescued"
    RESERVE_GONE = "reserve-gone"
    DISK_FULL = "disk-full"
    DISK_SHORT = "disk-short"
    COPIES_MISSING = "copies-missing"
    REVOKED_MISSING = "revoked-missing"
    REVOKED_STALE = "revoked-stale"
    REVOKED_OTHER_EVENT = "revoked-other-event"
    REVOKED_DAMAGED = "revoked-damaged"
    SOLD_MISSING = "sold-missing"
    SOLD_STALE = "sold-stale"
    SOLD_DAMAGED = "sold-damaged"
    SLEEP = "sleep"
    PIN_MISSING = "pin-missing"


@dataclass(frozen=True)
class Finding:
    """One trouble of one screening, at the moment when it would be noticed."""

    trouble: Trouble
    light: Light
    at: datetime
    screening: str
    about: Mapping[str, str] = field(default_factory=dict)
    """The package, file, screen, language or time that it is about."""


@dataclass(frozen=True)
class Preflight:
    """What was found, earliest first."""

    findings: tuple[Finding, ...]
    screenings: int
    """How many are still to come."""

    @property
    def light(self) -> Light:
        """Red where a screening will fail, amber where something is worth a look."""
        lights = {finding.light for finding in self.findings}
        return next((light for light in (Light.RED, Light.AMBER) if light in lights), Light.GREEN)

    @property
    def first_failure(self) -> Finding | None:
        """The first screening that will fail."""
        return next((finding for finding in self.findings if finding.light is Light.RED), None)
