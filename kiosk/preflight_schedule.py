"""When preflight is due: at every start of the machine, after every change, at night, and before the doors. Pure."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo
from enum import StrEnum
from pathlib import Path

from kiosk.programme import Programme

BEFORE_DOORS = timedelta(minutes=60)
NIGHT = time(4, 0)
"""By the venue's own time."""
_CHANGING = ("programme.jws", "revoked.jws", "sold.jws", "operators.json", "venue.json", "licences", "slides", "films")


class Reason(StrEnum):
    """Why it is due."""

    BOOT = "boot"
    CHANGE = "change"
    NIGHT = "night"
    DOORS = "doors"


@dataclass(frozen=True)
class Flown:
    """The last preflight: when, at which start of the machine, of what, and whether films were decoded."""

    at: datetime
    boot: str
    fingerprint: str
    decoded: bool


def due(
    programme: Programme, flown: Flown | None, now: datetime, boot: str, fingerprint: str, zone: tzinfo
) -> Reason | None:
    """Why it is due now; none where it is not. Before doors it decodes too, so that reason comes first.

    Everything else waits while a show is on: the film has the disk to itself.
    """
    if any(_doors_wait(show.doors_at, flown, now) for show in programme.screenings):
        return Reason.DOORS
    if any(show.start_at <= now < show.end_at for show in programme.screenings):
        return None
    if flown is None or flown.boot != boot:
        return Reason.BOOT
    if flown.fingerprint != fingerprint:
        return Reason.CHANGE
    return Reason.NIGHT if flown.at < _last_night(now, zone) else None


def fingerprint_of(venue: Path) -> str:
    """Changes with everything that preflight looks at; names, sizes and times alone are read."""
    found = hashlib.sha256()
    for name in _CHANGING:
        for file in (venue / name, *sorted(_inside(venue / name))):
            try:
                facts = file.stat()
            except OSError:
                continue
            # A folder's own time changes with what is not looked at, as with a package that is still coming in.
            told = (0, 0) if file.is_dir() else (facts.st_size, facts.st_mtime_ns)
            found.update(f"{file.relative_to(venue)}\0{told[0]}\0{told[1]}\n".encode())
    return found.hexdigest()


def _inside(folder: Path) -> list[Path]:
    try:
        return [item for item in folder.iterdir() if not item.name.startswith(".")] if folder.is_dir() else []
    except OSError:
        return []


def _doors_wait(doors: datetime, flown: Flown | None, now: datetime) -> bool:
    """Whether these doors open within the hour, and nobody has decoded the films since that hour began."""
    begins = doors - BEFORE_DOORS
    return begins <= now < doors and (flown is None or flown.at < begins or not flown.decoded)


def _last_night(now: datetime, zone: tzinfo) -> datetime:
    here = now.astimezone(zone)
    night = here.replace(hour=NIGHT.hour, minute=NIGHT.minute, second=0, microsecond=0)
    return night if night <= here else night - timedelta(days=1)
