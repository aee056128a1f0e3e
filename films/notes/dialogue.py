"""The subtitles beside the notes, as a load on the reader."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, pairwise
from math import ceil

from films.notes.reading import lines_ms
from films.subtitles import Cue

LONGEST_MS = 15_000
"""A card that would have to stay longer is for the pause."""


class Dialogue:
    """The subtitles as a load on the reader: how much of each moment they take."""

    def __init__(self, subtitles: Sequence[Cue], language: str) -> None:
        self._times = sorted({time for cue in subtitles for time in (cue.start_ms, cue.end_ms)})
        change = dict.fromkeys(self._times, 0.0)
        for cue in subtitles:
            load = lines_ms(cue.lines, language) / (cue.end_ms - cue.start_ms)
            change[cue.start_ms] += load
            change[cue.end_ms] -= load
        self._loads = [round(load, 9) for load in accumulate(change.values())]
        """Of the stretch that begins with the time of the same place; none before the first, none from the last on."""
        stretches = zip(pairwise(self._times), self._loads, strict=False)
        self.peaks = _joined(stretch for stretch, load in stretches if load > 1)
        """Stretches where the subtitles alone ask for more than can be read."""

    def changes(self, from_ms: int, to_ms: int) -> list[int]:
        """The moments within the stretch at which what is on screen changes."""
        return self._times[bisect_left(self._times, from_ms) : bisect_right(self._times, to_ms)]

    def read_ms(self, from_ms: int, to_ms: int) -> int:
        """How long what is said within the stretch takes to read."""
        return round(sum((end - begin) * load for begin, end, load in self.stretches(from_ms, to_ms)))

    def next_peak_ms(self, at_ms: int) -> int | None:
        """When the next stretch begins over which no card may lie; ``at_ms`` itself where it lies in one."""
        index = bisect_right(self.peaks, at_ms, key=lambda peak: peak[1])
        return max(at_ms, self.peaks[index][0]) if index < len(self.peaks) else None

    def enough_ms(self, from_ms: int, needed_ms: int) -> int | None:
        """The first moment by which ``needed_ms`` are left over beside what is said since ``from_ms``.

        None where a card would have to stay longer than it may.
        """
        spare = 0.0
        for begin, end, load in self.stretches(from_ms, from_ms + LONGEST_MS):
            free = (end - begin) * (1 - load)
            if load < 1 and spare + free >= needed_ms:
                return begin + ceil((needed_ms - spare) / (1 - load))
            spare += free
        return None

    def stretches(self, from_ms: int, to_ms: int) -> Iterator[tuple[int, int, float]]:
        """The stretch in parts of one load each: begin, end, load."""
        inner = self._times[bisect_right(self._times, from_ms) : bisect_left(self._times, to_ms)]
        for begin, end in pairwise([from_ms, *inner, to_ms]):
            index = bisect_right(self._times, begin) - 1
            yield begin, end, self._loads[index] if index >= 0 else 0.0


def _joined(stretches: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for begin, end in stretches:
        if joined and joined[-1][1] == begin:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((begin, end))
    return joined
