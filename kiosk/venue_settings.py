"""What one machine of a venue runs by itself, ``venue.json``: its door, its rooms' shows, its foyer, its hours."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time
from pathlib import Path

from core import CinemaError, Code
from core.records import from_plain, to_plain
from core.strict_json import dump_json, parse_json
from core.whole_file import write_whole

TYPE = "smart-cinema venue 1"
LIMIT_BYTES = 64 << 10
LOOKS = ("dark", "light", "system")
_TIME = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d")
_NAME = re.compile(r"[A-Za-z0-9._-]{1,100}")


@dataclass(frozen=True)
class VenueSettings:
    """Times are of the venue's own clock, HH:MM; empty ones never come."""

    type: str = TYPE
    door: str = ""
    """The gate whose door this machine opens; empty for none."""
    rooms: tuple[str, ...] = ()
    """Rooms whose shows run here."""
    foyer: bool = False
    foyer_look: str = "dark"
    """``dark``, ``light`` for a foyer by day, or ``system``."""
    board: bool = False
    """Whether the preflight's page is on a screen of its own."""
    arguments: Mapping[str, str] = field(default_factory=dict)
    """More arguments by process (``door``, ``show``, ``foyer``, ``board``), as on the command line."""
    copies: str = ""
    """Where the ledger is copied."""
    screens_on: str = ""
    screens_off: str = ""
    power_off: str = ""
    """When the machine shuts down, unless a show is on."""
    status_host: str = "0.0.0.0"  # noqa: S104 - the LAN is who it is for; a token guards it
    status_port: int = 0
    """0: no status page."""

    def clock(self, name: str) -> time | None:
        """One of the times."""
        text = str(getattr(self, name))
        return time.fromisoformat(text) if text else None


def read_settings(venue: Path) -> VenueSettings:
    """The venue's settings, or those of a machine that runs nothing. Raises `CinemaError` (file-unreadable)."""
    try:
        data = (venue / "venue.json").read_bytes()
    except FileNotFoundError:
        return VenueSettings()
    plain = parse_json(data, LIMIT_BYTES, Code.FILE_UNREADABLE, "The file venue.json")
    settings = from_plain(plain, VenueSettings, "venue.json", Code.FILE_UNREADABLE)
    check(settings)
    return settings


def write_settings(venue: Path, settings: VenueSettings) -> None:
    """Keep them. Raises `CinemaError` (file-unreadable) for what could not be read, and ``OSError``."""
    check(settings)
    venue.mkdir(parents=True, exist_ok=True)
    write_whole(venue / "venue.json", dump_json(to_plain(settings)))


def check(settings: VenueSettings) -> None:
    """Refuse what cannot be meant. Raises `CinemaError` (file-unreadable)."""
    if settings.type != TYPE:
        _refuse("type", "is of a version that this program does not know")
    for name in ("screens_on", "screens_off", "power_off"):
        if getattr(settings, name) and not _TIME.fullmatch(getattr(settings, name)):
            _refuse(name, "is no time as in 08:30")
    if bool(settings.screens_on) != bool(settings.screens_off):
        _refuse("screens_on", "and screens_off go together")
    if not 0 <= settings.status_port < 1 << 16:
        _refuse("status_port", "is no port")
    if settings.foyer_look not in LOOKS:
        _refuse("foyer_look", f"is none of {', '.join(LOOKS)}")
    for name in (settings.door, *settings.rooms):
        if name and not _NAME.fullmatch(name):
            _refuse("door or rooms", "has a malformed name")


def _refuse(where: str, what: str) -> None:
    raise CinemaError(Code.FILE_UNREADABLE, f"venue.json: {where} {what}; mend it.", {"where": where})
