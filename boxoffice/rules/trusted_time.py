"""What time it is on a machine whose clock may be wrong: never before what is known to have passed.

The latest time that is known (the mark) is kept with the clock that counts from the machine's start, so that a wall
clock put back, put forward, or lost with its battery, neither makes a window longer nor uses it up.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

BACK = timedelta(minutes=5)
"""A clock that is further behind than this is wrong."""
AHEAD = timedelta(hours=24)
"""A clock that is further ahead than this is believed only with evidence."""
EARLIEST = datetime(2026, 1, 1, tzinfo=UTC)
"""Before the first release: no machine that runs this is that early."""


class ClockState(StrEnum):
    """What is wrong with the wall clock."""

    GOOD = "good"
    BEHIND = "behind"
    AHEAD = "ahead"


@dataclass(frozen=True)
class ClockReading:
    """What the machine's clocks say at one moment."""

    wall: datetime
    """Aware."""
    boot: str
    """Which start of the machine this is."""
    since_boot_ms: int
    """Since then, time asleep included."""


@dataclass(frozen=True)
class Mark:
    """A time that is known to have been reached, and what the clock of that start said then."""

    time: datetime
    boot: str
    since_boot_ms: int

    def at(self, reading: ClockReading) -> datetime:
        """What is known to have been reached by now: within one start of the machine, time runs on by itself."""
        if reading.boot != self.boot:
            return self.time
        return self.time + timedelta(milliseconds=max(0, reading.since_boot_ms - self.since_boot_ms))


@dataclass(frozen=True)
class TrustedTime:
    """The time that rules are judged by, what the wall clock is worth, and the mark to be kept from now on."""

    now: datetime
    state: ClockState
    mark: Mark


def trusted_time(reading: ClockReading, mark: Mark | None) -> TrustedTime:
    """The later of the wall clock and the mark; a clock far ahead counts for nothing until it is confirmed."""
    known = mark.at(reading) if mark else EARLIEST
    wall = reading.wall.astimezone(UTC)
    if mark and wall - known > AHEAD:
        return _at(known, ClockState.AHEAD, reading)
    if known - wall > BACK:
        return _at(known, ClockState.BEHIND, reading)
    return _at(max(known, wall), ClockState.GOOD, reading)


def with_evidence(reading: ClockReading, mark: Mark | None, issued: datetime) -> Mark:
    """The mark once something was seen that a trusted key signed at ``issued``: it cannot be earlier than that."""
    known = mark.at(reading) if mark else EARLIEST
    return Mark(max(known, issued.astimezone(UTC)), reading.boot, reading.since_boot_ms)


def confirmed(reading: ClockReading, mark: Mark | None) -> Mark:
    """The mark once staff has confirmed that the wall clock, which is ahead, is right. It never goes back."""
    return with_evidence(reading, mark, reading.wall)


def _at(now: datetime, state: ClockState, reading: ClockReading) -> TrustedTime:
    return TrustedTime(now, state, Mark(now, reading.boot, reading.since_boot_ms))
