"""Where a show goes on after it was cut off: a little before, and past a spot that cuts it off again and again."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

BACK_MS = 5000
SKIP_MS = 10_000
SPOT_MS = 15_000
"""So near to one another, cuts are at the same spot."""
SOON = timedelta(seconds=60)


@dataclass(frozen=True)
class Crash:
    """When and where a show was cut off."""

    place: int
    position_ms: int
    at: datetime


class Way(StrEnum):
    """How it goes on."""

    BACK = "back"
    SKIP = "skip"
    HOLD = "hold"


@dataclass(frozen=True)
class WayOn:
    """How and from where."""

    kind: Way
    position_ms: int


def way_on(before: tuple[Crash, ...], crash: Crash, now: datetime) -> tuple[tuple[Crash, ...], WayOn]:
    """The cuts at this spot that still count, and how to go on. ``now`` is when it could go on.

    The first time 5 s before; the second time within 60 s of the first 10 s past the spot; the third time not at all.
    """
    run: tuple[Crash, ...] = (crash,)
    for earlier in reversed(before):
        later = run[0]
        near = earlier.place == later.place and abs(earlier.position_ms - later.position_ms) <= SPOT_MS
        if not near or later.at - earlier.at > SOON:
            break
        run = (earlier, *run)
    furthest_ms = max(cut.position_ms for cut in run)
    kept = (*run[:-1], Crash(crash.place, crash.position_ms, now))
    if len(run) == 1:
        return kept, WayOn(Way.BACK, max(0, crash.position_ms - BACK_MS))
    return kept, WayOn(Way.SKIP if len(run) == 2 else Way.HOLD, furthest_ms + SKIP_MS)
