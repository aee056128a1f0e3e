"""When a venue's processes are started, left alone, or killed. Pure: `app.venue_supervisor` does it.

A process that ends by itself with status 0 was closed by staff and stays closed. Everything else comes back, soon at
first and then more slowly. One that was heard and then falls silent is killed: it is frozen, or its player is.
"""

from dataclasses import dataclass, replace
from enum import StrEnum

SILENT_S = 15.0
"""A process that was heard and then says nothing for so long is frozen."""
STARTING_S = 120.0
"""So long a process that beats may take to its first beat, on a slow and busy machine."""
FIRST_WAIT_S = 0.5
LONGEST_WAIT_S = 10.0
STEADY_S = 60.0
"""Who has run for so long is started at once the next time."""


class Act(StrEnum):
    """What to do with a process now."""

    START = "start"
    KILL = "kill"
    NOTHING = "nothing"


@dataclass(frozen=True)
class Watched:
    """One process, as it is known. Times are seconds of a clock that never goes back."""

    name: str
    beats: bool = True
    """Whether it must say that it is alive from its start on; others are watched from their first word."""
    running: bool = False
    left: bool = False
    """Whether staff closed it."""
    since_s: float = 0.0
    """When it was started or ended last."""
    heard_s: float | None = None
    wait_s: float = 0.0
    """How long it is left alone before the next start."""
    starts: int = 0
    kills: int = 0

    @property
    def restarts(self) -> int:
        """How often it had to come back."""
        return max(0, self.starts - 1)

    def silent(self, now_s: float) -> bool:
        """Whether it should have been heard by now."""
        if not self.running:
            return False
        if self.heard_s is None:
            return self.beats and now_s - self.since_s > STARTING_S
        return now_s - self.heard_s > SILENT_S


def act(watched: Watched, now_s: float) -> Act:
    """What to do with it now."""
    if watched.left:
        return Act.NOTHING
    if not watched.running:
        return Act.START if now_s - watched.since_s >= watched.wait_s else Act.NOTHING
    return Act.KILL if watched.silent(now_s) else Act.NOTHING


def started(watched: Watched, now_s: float) -> Watched:
    """It runs."""
    return replace(watched, running=True, since_s=now_s, heard_s=None, starts=watched.starts + 1)


def heard(watched: Watched, now_s: float) -> Watched:
    """It said that it is alive."""
    return replace(watched, heard_s=now_s)


def ended(watched: Watched, status: int, now_s: float) -> Watched:
    """It ended, with an exit status, or minus the number of a signal."""
    if status == 0:
        return replace(watched, running=False, left=True, since_s=now_s)
    steady = watched.running and now_s - watched.since_s >= STEADY_S
    wait_s = FIRST_WAIT_S if steady or not watched.wait_s else min(2 * watched.wait_s, LONGEST_WAIT_S)
    return replace(watched, running=False, since_s=now_s, wait_s=wait_s)


def killed(watched: Watched) -> Watched:
    """It was frozen, and its end is on its way; it is not left alone for long, however young it is."""
    return replace(watched, kills=watched.kills + 1, wait_s=0.0)


def well(watched: tuple[Watched, ...], now_s: float) -> bool:
    """Whether nobody is silent: only then does the system's own watchdog hear of us."""
    return not any(item.silent(now_s) for item in watched)
