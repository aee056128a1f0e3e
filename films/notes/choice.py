"""What a viewer wants to be told: which notes of a compiled track, and how long a card lingers."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import get_args

from films.notes.schedule import REST_MS
from films.notes.track import Depth, Note

DEPTHS: tuple[Depth, ...] = get_args(Depth)


@dataclass(frozen=True)
class NoteChoice:
    """Topics and commentators are left out by name, so that what a film newly has is seen; other names do nothing."""

    depth: Depth = "deep"
    """The deepest notes that are wanted."""
    without_topics: frozenset[str] = frozenset()
    without_commentators: frozenset[str] = frozenset()
    more_time_percent: int = 0
    """Cards stay so much longer, where no other card needs the time."""

    def wants(self, note: Note) -> bool:
        """Whether the note is one of those."""
        return (
            DEPTHS.index(note.depth) <= DEPTHS.index(self.depth)
            and note.topic not in self.without_topics
            and note.commentator not in self.without_commentators
        )


def chosen_notes(notes: Iterable[Note], choice: NoteChoice) -> tuple[Note, ...]:
    """The wanted notes in order of time; a choice of a track that can be read can be read."""
    wanted = sorted(filter(choice.wants, notes), key=lambda note: (note.start_ms, note.end_ms))
    found: list[Note] = []
    next_card_ms: int | None = None
    for note in reversed(wanted):
        if note.place == "card":
            longer_ms = note.end_ms + (note.end_ms - note.start_ms) * choice.more_time_percent // 100
            free_ms = longer_ms if next_card_ms is None else min(longer_ms, next_card_ms - REST_MS)
            next_card_ms = note.start_ms
            found.append(replace(note, end_ms=max(note.end_ms, free_ms)))
        else:
            found.append(note)
    return tuple(reversed(found))
