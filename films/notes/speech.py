"""When each spoken note is heard: near its moment, never two at once, and never before the film has told it."""

from collections.abc import Mapping
from dataclasses import dataclass

from films.findings import Finding
from films.notes.horizon import told_from_ms
from films.notes.schedule import EARLY_MS, LATE_COST, LATE_MS, STEP_MS, WORTH, Slot, best_slots
from films.notes.track import Note, NoteTrack
from films.webvtt_text import clock


@dataclass(frozen=True)
class SpokenNote:
    """A note's clip in the film, heard from ``start_ms`` up to ``end_ms``."""

    id: str
    start_ms: int
    end_ms: int


def place_clips(
    track: NoteTrack, clips_ms: Mapping[str, int], film_ms: int
) -> tuple[tuple[SpokenNote, ...], tuple[Finding, ...]]:
    """Where the clips stand, by their lengths in milliseconds, and which notes are not heard and why."""
    told = told_from_ms(track)
    notes = sorted(track.notes, key=lambda note: (note.start_ms, note.id))
    found = [_slots(note, told[note.id], clips_ms.get(note.id), film_ms) for note in notes]
    chosen, _ = best_slots(found)
    placed, unheard = [], []
    for note, slot in zip(notes, chosen, strict=True):
        if slot:
            placed.append(SpokenNote(note.id, slot.start_ms, slot.end_ms))
        elif note.id not in clips_ms:
            unheard.append(Finding("no-clip", f"{note.id} has no clip.", note.id))
        else:
            length_s = clips_ms[note.id] / 1000
            unheard.append(
                Finding("no-room", f"There is no room for {length_s:.1f} s around {clock(note.start_ms)}.", note.id)
            )
    return tuple(placed), tuple(unheard)


def _slots(note: Note, told_ms: int, length_ms: int | None, film_ms: int) -> tuple[Slot, ...]:
    if not length_ms:
        return ()
    first_ms, last_ms = max(0, note.start_ms - EARLY_MS, told_ms), min(note.start_ms + LATE_MS, film_ms - length_ms)
    starts = {*range(first_ms, last_ms + 1, STEP_MS), note.start_ms}
    return tuple(
        Slot(at, at + length_ms, 0, WORTH[note.depth] - LATE_COST * abs(at - note.start_ms) // LATE_MS)
        for at in sorted(starts)
        if first_ms <= at <= last_ms
    )
