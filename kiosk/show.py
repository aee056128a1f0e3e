"""A show: one screening as it runs, and the words that it is told in."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from kiosk.crashes import Crash
from kiosk.programme import Screening, ShowItem


class Phase(StrEnum):
    """Where a show is in its life."""

    SCHEDULED = "scheduled"
    READY = "ready"
    DOORS = "doors"
    PLAYING = "playing"
    HELD = "held"
    INTERRUPTED = "interrupted"
    DONE = "done"
    CANCELLED = "cancelled"
    HANDED_OVER = "handed-over"


BEFORE = (Phase.SCHEDULED, Phase.READY, Phase.DOORS)
UNDER_WAY = (Phase.PLAYING, Phase.HELD, Phase.INTERRUPTED)
OVER = (Phase.DONE, Phase.CANCELLED, Phase.HANDED_OVER)


class Mode(StrEnum):
    """What a show does by itself."""

    AUTOMATIC = "automatic"
    SEMI_AUTOMATIC = "semi-automatic"
    """Begins once an operator let it; then runs by itself."""
    MANUAL = "manual"
    """Every item waits for an operator."""


class Slide(StrEnum):
    """What is shown in place of the programme."""

    NONE = ""
    HOLD = "hold"
    INTERMISSION = "intermission"
    EMERGENCY = "emergency"
    TROUBLE = "trouble"


class Alarm(StrEnum):
    """What an operator must know."""

    NOT_READY = "not-ready"
    LATE = "late"
    PLAYBACK = "playback-failed"
    CRASHES = "crashes"
    SCREEN = "screen-gone"
    HOOK = "hook-failed"
    JOURNAL = "cannot-record"


class Turn(StrEnum):
    """Moments that house lights and curtains follow."""

    DOORS = "doors"
    START = "start"
    FEATURE = "feature"
    INTERMISSION = "intermission"
    HOLD = "hold"
    RESUME = "resume"
    CREDITS = "credits"
    END = "end"
    EMERGENCY = "emergency"


@dataclass(frozen=True)
class Show:
    """One screening as it runs."""

    screening: Screening
    mode: Mode = Mode.AUTOMATIC
    phase: Phase = Phase.SCHEDULED
    place: int = 0
    """Which item of the playlist."""
    position_ms: int = 0
    slide: Slide = Slide.NONE
    go: bool = False
    """An operator let it begin at its time."""
    screen: bool = True
    """The audience's screen is there."""
    loaded: bool = False
    """The item is open, paused or playing."""
    kept_ms: int = 0
    """The position that was kept last."""
    started: datetime | None = None
    crashes: tuple[Crash, ...] = ()
    alarms: tuple[Alarm, ...] = ()

    @property
    def item(self) -> ShowItem:
        """The item that it is at."""
        return self.screening.playlist[min(self.place, len(self.screening.playlist) - 1)]

    @property
    def left_ms(self) -> int:
        """What is still to come; before the start all of it."""
        if self.phase in OVER:
            return 0
        rest = sum(item.duration_ms for item in self.screening.playlist[self.place :])
        return max(0, rest - self.position_ms)
