"""What happens to a show, and what is to be done then."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from core.strict_json import Json
from kiosk.show import Alarm, Mode, Slide, Turn

# What happens


@dataclass(frozen=True)
class Tick:
    """Time went on."""

    now: datetime


@dataclass(frozen=True)
class Checked:
    """All that it plays was opened once; ``troubles`` are codes of what could not be."""

    troubles: tuple[str, ...] = ()


@dataclass(frozen=True)
class Go:
    """An operator says: begin, or go on with the next."""

    now: datetime
    staff: str = ""


@dataclass(frozen=True)
class Hold:
    """An operator stops it for a while, with this slide."""

    slide: Slide = Slide.HOLD
    staff: str = ""


@dataclass(frozen=True)
class Release:
    """An operator lets it go on."""

    staff: str = ""


@dataclass(frozen=True)
class AllClear:
    """The emergency is over; an operator still lets the show go on."""

    staff: str = ""


@dataclass(frozen=True)
class Skip:
    """An operator goes on to the next item."""

    staff: str = ""


@dataclass(frozen=True)
class Cancel:
    """It does not take place, or not to its end."""

    reason: str
    staff: str = ""


@dataclass(frozen=True)
class ModeSet:
    """An operator chose what it does by itself."""

    mode: Mode
    staff: str = ""


@dataclass(frozen=True)
class Moved:
    """The item is at this position."""

    position_ms: int


@dataclass(frozen=True)
class Ended:
    """The item came to its end."""

    place: int


@dataclass(frozen=True)
class Failed:
    """The item cannot be played, or not further."""

    now: datetime
    code: str


@dataclass(frozen=True)
class Screen:
    """The audience's screen went, or is back."""

    there: bool


@dataclass(frozen=True)
class Trouble:
    """Something beside the show does not work; the show goes on."""

    alarm: Alarm
    about: str = ""


@dataclass(frozen=True)
class Seen:
    """An operator has seen the alarms."""


@dataclass(frozen=True)
class Recovered:
    """The process that showed it ended, and this one takes its place. ``last`` is when its position was kept."""

    now: datetime
    last: datetime


@dataclass(frozen=True)
class TakenOver:
    """Another machine showed it up to here, and this one goes on at the same frame."""

    device: str
    place: int
    position_ms: int
    exact: bool
    """Whether the other machine stopped there by itself; else it fell silent."""


@dataclass(frozen=True)
class HandedOver:
    """Another machine goes on from here."""

    device: str


Operated = Go | Hold | Release | AllClear | Skip | Cancel | ModeSet
Event = (
    Tick | Checked | Operated | Moved | Ended | Failed | Screen | Trouble | Seen | Recovered | TakenOver | HandedOver
)


# What is to be done


@dataclass(frozen=True)
class Check:
    """Open once all that is played."""


@dataclass(frozen=True)
class Prepare:
    """Open this item, so that it can begin without a gap."""

    place: int


@dataclass(frozen=True)
class Play:
    """Show this item from here."""

    place: int
    position_ms: int = 0


@dataclass(frozen=True)
class Pause:
    """Stand still."""


@dataclass(frozen=True)
class Resume:
    """Go on where it stands."""


@dataclass(frozen=True)
class Stop:
    """Show nothing more of it."""


@dataclass(frozen=True)
class Keep:
    """Write down where it is, so that another process can go on there."""


@dataclass(frozen=True)
class Signal:
    """Tell house lights and curtain."""

    turn: Turn


@dataclass(frozen=True)
class Alert:
    """Call an operator."""

    alarm: Alarm


@dataclass(frozen=True)
class Write:
    """Record a change."""

    what: str
    facts: Mapping[str, Json] = field(default_factory=dict)


Effect = Check | Prepare | Play | Pause | Resume | Stop | Keep | Signal | Alert | Write
