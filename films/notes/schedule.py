"""When each note is on screen: the best slots beside the dialogue, the cuts and each other.

A note may start from `EARLY_MS` before to `LATE_MS` after the moment it explains, never before the film itself has
told what it gives away. It stays for as long as it and the subtitles beside it take to read and until its moment has
come, over no stretch where the subtitles alone are too much, and neither comes nor goes within `SNAP_MS` of a cut, save
on the cut itself: a change that nearly meets a cut is seen as a flicker. Notes keep the order of their
moments, which is the order of reading.

Among all such schedules the one of the highest worth is found exactly, by dynamic programming over the notes in order.
Then each card lingers where nothing else needs the time: those who look up late read it too.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from films.notes.dialogue import LONGEST_MS, Dialogue
from films.notes.horizon import told_from_ms
from films.notes.reading import note_ms
from films.notes.track import Depth, Note, NoteTrack
from films.subtitles import Cue

EARLY_MS = 2_000
LATE_MS = 20_000
STEP_MS = 500
"""Starts are tried at least so densely."""
SNAP_MS = 500
"""12 pictures at 24 a second."""
LINGER_PERCENT, LINGER_MS = 40, 3_000
"""A card stays so much longer, and so long at least, where it may; up to the next cut."""
LAST_MS = 1 << 40
REST_MS = 1_000
"""Between two cards the eye is left to the film."""

WORTH: dict[Depth, int] = {"essential": 100_000, "more": 30_000, "deep": 10_000}
"""Of a note that is shown; what its slot may cost stays below the least of them."""
LATE_COST, BESIDE_COST, OFF_CUT_COST = 5_000, 3_000, 500
"""For a start as far from its moment as may be, a slot of which half is for the subtitles, a start off a cut."""

Why = Literal["too-long", "dialogue", "reveal", "film-end", "crowded"]


@dataclass(frozen=True)
class Slot:
    """Where one note could stand: on screen from ``start_ms`` up to ``end_ms``."""

    start_ms: int
    end_ms: int
    beside_ms: int
    """How much of it the subtitles take."""
    worth: int


@dataclass(frozen=True)
class Left:
    """A note that found no slot, and why."""

    note: Note
    why: Why


@dataclass(frozen=True)
class Schedule:
    """``track`` holds every note: cards in their slots, and those ``left`` at their moments, for the pause."""

    track: NoteTrack
    slots: dict[str, Slot]
    """By the note's id, of those that are shown."""
    left: tuple[Left, ...]
    worth: int


def compile_notes(
    track: NoteTrack,
    subtitles: Sequence[Cue],
    shots_ms: Sequence[int],
    duration_ms: int,
    subtitles_language: str | None = None,
) -> Schedule:
    """The best schedule of the track's notes; the same for the same input.

    ``subtitles`` are those on screen with the notes, in the notes' language unless another is named; ``shots_ms`` are
    the film's hard cuts.
    """
    dialogue = Dialogue(subtitles, subtitles_language or track.language)
    cuts = tuple(sorted(set(shots_ms)))
    notes = sorted(track.notes, key=lambda note: (note.moment_ms, note.id))
    told = told_from_ms(track)
    found = [slots_of(note, track.language, told[note.id], dialogue, cuts, duration_ms) for note in notes]
    tight, worth = best_slots(found)
    chosen = _lingering(tight, dialogue, cuts, duration_ms)
    made, left = [], []
    for note, slots, slot in zip(notes, found, chosen, strict=True):
        if slot:
            made.append(replace(note, start_ms=slot.start_ms, end_ms=slot.end_ms, place="card"))
        else:
            why = "crowded" if slots else _why_not(note, track.language, told[note.id], duration_ms)
            left.append(Left(note, why))
            made.append(_paused(note, track.language, told[note.id], duration_ms))
    made.sort(key=lambda note: (note.start_ms, note.end_ms, note.id))
    return Schedule(
        replace(track, notes=tuple(made)),
        {note.id: slot for note, slot in zip(notes, chosen, strict=True) if slot},
        tuple(left),
        worth,
    )


def slots_of(
    note: Note, language: str, told_ms: int, dialogue: Dialogue, cuts: Sequence[int], duration_ms: int
) -> tuple[Slot, ...]:
    """Every slot that the note may have from ``told_ms`` on, each as short as it can be read, in order of time."""
    needed_ms = note_ms(note, language)
    first_ms, last_ms = _window(note, told_ms)
    moments = {
        first_ms,
        note.moment_ms,
        *range(first_ms, last_ms + 1, STEP_MS),
        *cuts[bisect_left(cuts, first_ms) : bisect_right(cuts, last_ms)],
        *dialogue.changes(first_ms, last_ms),
    }
    slots = []
    for start_ms in sorted(moments):
        if not first_ms <= start_ms <= last_ms or not _calm(start_ms, cuts):
            continue
        enough_ms = dialogue.enough_ms(start_ms, needed_ms)
        if enough_ms is None:
            continue
        end_ms = _calm_from(max(enough_ms, note.moment_ms), cuts)
        peak_ms = dialogue.next_peak_ms(start_ms)
        if end_ms - start_ms <= LONGEST_MS and end_ms <= duration_ms and (peak_ms is None or end_ms <= peak_ms):
            beside_ms = dialogue.read_ms(start_ms, end_ms)
            worth = WORTH[note.depth] - _cost(note, start_ms, end_ms, beside_ms, cuts)
            slots.append(Slot(start_ms, end_ms, beside_ms, worth))
    return tuple(slots)


def _window(note: Note, told_ms: int) -> tuple[int, int]:
    return max(0, note.moment_ms - EARLY_MS, told_ms), note.moment_ms + LATE_MS


def _cost(note: Note, start_ms: int, end_ms: int, beside_ms: int, cuts: Sequence[int]) -> int:
    away_ms = abs(start_ms - note.moment_ms)
    on_cut = _distance(start_ms, cuts) == 0
    return (
        LATE_COST * away_ms // LATE_MS
        + min(BESIDE_COST, 2 * BESIDE_COST * beside_ms // (end_ms - start_ms))
        + (0 if on_cut else OFF_CUT_COST)
    )


def best_slots(found: Sequence[Sequence[Slot]]) -> tuple[list[Slot | None], int]:
    """The choice of at most one slot for each note, in order and apart, of the highest worth; earlier on a tie."""
    ends: list[int] = []
    worths: list[int] = []
    roads: list[_Road] = []
    first_starts = _first_starts(found)
    for index, slots in enumerate(found):
        past = max(0, bisect_right(ends, first_starts[index] - REST_MS) - 1)
        ends, worths, roads = ends[past:], worths[past:], roads[past:]
        steps = []
        for slot in slots:
            before = bisect_right(ends, slot.start_ms - REST_MS) - 1
            worth = slot.worth + (worths[before] if before >= 0 else 0)
            steps.append((slot.end_ms, worth, _Road(index, slot, roads[before] if before >= 0 else None)))
        merged = sorted(
            [*zip(ends, worths, roads, strict=True), *steps], key=lambda step: (step[0], -step[1], step[2].index)
        )
        ends, worths, roads = [], [], []
        for end_ms, worth, last in merged:
            if not worths or worth > worths[-1]:
                ends.append(end_ms)
                worths.append(worth)
                roads.append(last)
    chosen: list[Slot | None] = [None] * len(found)
    road: _Road | None = roads[-1] if roads else None
    while road is not None:
        chosen[road.index] = road.slot
        road = road.before
    return chosen, worths[-1] if worths else 0


def _first_starts(found: Sequence[Sequence[Slot]]) -> list[int]:
    """The earliest start of each note's slots and of all that come after."""
    starts: list[int] = []
    earliest = LAST_MS
    for slots in reversed(found):
        earliest = min(earliest, slots[0].start_ms if slots else LAST_MS)
        starts.append(earliest)
    return starts[::-1]


def _lingering(
    chosen: Sequence[Slot | None], dialogue: Dialogue, cuts: Sequence[int], duration_ms: int
) -> list[Slot | None]:
    later: list[Slot | None] = []
    limit_ms = duration_ms
    for slot in reversed(chosen):
        if slot is None:
            later.append(None)
            continue
        tight_ms = slot.end_ms - slot.start_ms
        wanted_ms = min(LONGEST_MS, max(LINGER_MS, tight_ms * (100 + LINGER_PERCENT) // 100))
        peak_ms = dialogue.next_peak_ms(slot.start_ms)
        end_ms = min(slot.start_ms + wanted_ms, limit_ms, limit_ms if peak_ms is None else peak_ms)
        next_cut = bisect_left(cuts, slot.end_ms)
        end_ms = min(end_ms, cuts[next_cut]) if next_cut < len(cuts) else end_ms
        end_ms = max(slot.end_ms, _calm_until(end_ms, cuts))
        later.append(replace(slot, end_ms=end_ms, beside_ms=dialogue.read_ms(slot.start_ms, end_ms)))
        limit_ms = slot.start_ms - REST_MS
    return later[::-1]


@dataclass(frozen=True, eq=False)
class _Road:
    index: int
    slot: Slot
    before: "_Road | None"


def _why_not(note: Note, language: str, told_ms: int, duration_ms: int) -> Why:
    first_ms, last_ms = _window(note, told_ms)
    needed_ms = note_ms(note, language)
    if first_ms > last_ms:
        return "reveal"
    if needed_ms > LONGEST_MS:
        return "too-long"
    return "film-end" if first_ms + needed_ms > duration_ms else "dialogue"


def _paused(note: Note, language: str, told_ms: int, duration_ms: int) -> Note:
    start_ms = max(min(note.moment_ms, max(0, duration_ms - 1)), told_ms)
    return replace(note, start_ms=start_ms, end_ms=start_ms + note_ms(note, language), place="pause")


def _distance(at_ms: int, cuts: Sequence[int]) -> int | None:
    index = bisect_left(cuts, at_ms)
    near = cuts[max(0, index - 1) : index + 1]
    return min((abs(at_ms - cut) for cut in near), default=None)


def _calm(at_ms: int, cuts: Sequence[int]) -> bool:
    distance = _distance(at_ms, cuts)
    return distance is None or distance == 0 or distance >= SNAP_MS


def _calm_from(at_ms: int, cuts: Sequence[int]) -> int:
    """The first moment from ``at_ms`` at which something may come or go."""
    while not _calm(at_ms, cuts):
        after = bisect_left(cuts, at_ms)
        next_cut = cuts[after] if after < len(cuts) else None
        away = cuts[after - 1] + SNAP_MS if after and at_ms - cuts[after - 1] < SNAP_MS else None
        at_ms = min(time for time in (next_cut, away) if time is not None and time > at_ms)
    return at_ms


def _calm_until(at_ms: int, cuts: Sequence[int]) -> int:
    """The last moment up to ``at_ms`` at which something may come or go."""
    while not _calm(at_ms, cuts):
        after = bisect_right(cuts, at_ms)
        before = cuts[after - 1] if after else None
        away = cuts[after] - SNAP_MS if after < len(cuts) and cuts[after] - at_ms < SNAP_MS else None
        at_ms = max(time for time in (before, away) if time is not None and time < at_ms)
    return at_ms
