"""When nothing may change: a festival's days, and the hours around a venue's screenings."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from core import CinemaError, Code
from core.records import from_plain, to_plain
from core.strict_json import parse_json
from core.whole_file import write_whole

LIMIT_BYTES = 64 << 10
BEFORE_DOORS = timedelta(hours=24)
"""A machine that was changed is watched for a day before an audience sits in front of it."""


@dataclass(frozen=True)
class QuietTime:
    """From one moment until another (RFC 3339, with an offset); no update is put in place in between."""

    begins: str
    ends: str

    @property
    def begins_at(self) -> datetime:
        """The first moment. Raises `ValueError`."""
        return _moment(self.begins)

    @property
    def ends_at(self) -> datetime:
        """The moment after the last. Raises `ValueError`."""
        return _moment(self.ends)


def kept_back(now: datetime, times: Iterable[QuietTime]) -> datetime | None:
    """Until when an update has to wait; nothing where it need not. Times that meet are one."""
    until = None
    for time in sorted(times, key=lambda time: time.begins_at):
        if time.begins_at <= (until or now) and time.ends_at > (until or now):
            until = time.ends_at
    return until


def around(screenings: Iterable[tuple[datetime, datetime]]) -> tuple[QuietTime, ...]:
    """The quiet times of screenings, each given by its opening of doors and its end."""
    return tuple(QuietTime((doors - BEFORE_DOORS).isoformat(), ends.isoformat()) for doors, ends in screenings)


def read_quiet_times(path: Path) -> tuple[QuietTime, ...]:
    """The times that were set here; none where nothing was. Raises `CinemaError` (file-unreadable)."""
    try:
        stored = parse_json(path.read_bytes(), LIMIT_BYTES, Code.FILE_UNREADABLE, "The list of quiet times")
    except FileNotFoundError:
        return ()
    if not isinstance(stored, list):
        raise CinemaError(Code.FILE_UNREADABLE, f"{path} is no list of quiet times; set them again.")
    times = tuple(from_plain(item, QuietTime, "a quiet time", Code.FILE_UNREADABLE) for item in stored)
    for time in times:
        check(time)
    return times


def write_quiet_times(path: Path, times: Iterable[QuietTime]) -> None:
    """Set the times. Raises `OSError`, and `CinemaError` (wrong-use) for one that is none."""
    kept = [to_plain(check(time)) for time in times]
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, json.dumps(kept, indent=2).encode())


def check(time: QuietTime) -> QuietTime:
    """The same time. Raises `CinemaError` (wrong-use) unless it has a beginning and a later end."""
    try:
        fine = time.begins_at < time.ends_at
    except ValueError:
        fine = False
    if not fine:
        raise CinemaError(
            Code.WRONG_USE,
            "A quiet time is two moments with their zone, as 2026-09-01T00:00+02:00, the later one last.",
        )
    return time


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        msg = "no zone"
        raise ValueError(msg)
    return moment
