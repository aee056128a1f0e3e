"""Which cues are on screen at a moment: pure look-up in sorted tracks.

A cue is on screen for the frames whose time ``t`` satisfies ``start <= t < end``.
"""

from bisect import bisect_right
from collections.abc import Sequence
from typing import Generic, Protocol, TypeVar


class Timed(Protocol):
    """Anything with times in milliseconds."""

    @property
    def start_ms(self) -> int: ...  # noqa: D102
    @property
    def end_ms(self) -> int: ...  # noqa: D102


C = TypeVar("C", bound=Timed)

ROUNDING_MS = 0.5
"""Frame times are rounded to a millisecond on their way; a cue must not slip a frame by that."""


class Track(Generic[C]):
    """Cues in order of their start, searchable by time."""

    def __init__(self, cues: Sequence[C] = ()) -> None:
        self.cues: tuple[C, ...] = tuple(sorted(cues, key=lambda cue: (cue.start_ms, cue.end_ms)))
        self._starts = [cue.start_ms for cue in self.cues]
        self._longest = max((cue.end_ms - cue.start_ms for cue in self.cues), default=0)

    def at(self, time_ms: float) -> tuple[C, ...]:
        """The cues on screen at a moment, earliest first."""
        moment = time_ms + ROUNDING_MS
        last = bisect_right(self._starts, moment)
        first = bisect_right(self._starts, moment - self._longest - 1)
        return tuple(cue for cue in self.cues[first:last] if moment < cue.end_ms)

    def begun(self, time_ms: float) -> int:
        """How many of the cues have begun by a moment."""
        return bisect_right(self._starts, time_ms + ROUNDING_MS)
