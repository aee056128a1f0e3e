"""Commentator notes as values."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from core import CinemaError, Code
from films.manifest import Commentator

Depth = Literal["essential", "more", "deep"]
Place = Literal["card", "pause"]
TOPICS = ("history", "language", "custom", "place", "craft", "music", "person")


@dataclass(frozen=True)
class GlossaryEntry:
    """A term that a note leans on. ``hanzi`` and ``pinyin`` may be empty."""

    term: str
    hanzi: str
    pinyin: str
    meaning: str


@dataclass(frozen=True)
class Reveal:
    """What a note gives away, as it would be written, and the moment ``at_ms`` from which the film has told it."""

    what: str
    at_ms: int


@dataclass(frozen=True)
class Note:
    """One note: on screen from ``start_ms`` up to (not including) ``end_ms``."""

    id: str
    """Stable over languages and editions."""
    start_ms: int
    end_ms: int
    commentator: str
    """The commentator's id."""
    topic: str
    """One of `TOPICS`."""
    title: str
    body: str
    """Plain text; line breaks are the author's."""
    anchor_ms: int | None = None
    """The moment of the film that the note explains."""
    depth: Depth = "essential"
    sources: tuple[str, ...] = ()
    glossary: tuple[GlossaryEntry, ...] = ()
    reveals: Reveal | None = None
    place: Place = "card"
    """``pause``: found no room over the picture; read in the notes panel and the booklet, from ``start_ms``."""
    image: str = ""
    """The name of a picture beside the notes file; empty for none."""
    alt: str = ""
    """What the picture shows, for those who do not see it."""

    @property
    def moment_ms(self) -> int:
        """The moment that the note explains: its anchor, or else where its author put it."""
        return self.start_ms if self.anchor_ms is None else self.anchor_ms


@dataclass(frozen=True)
class Margin:
    """What an editor wrote between the notes of a file (a WebVTT ``NOTE``); no viewer ever sees it."""

    text: str
    before: str = ""
    """The id of the note that it stands before; empty at the end."""


@dataclass(frozen=True)
class NoteTrack:
    """All notes of one file, in order of time."""

    language: str
    commentators: tuple[Commentator, ...]
    notes: tuple[Note, ...]
    licence: str = ""
    margin: tuple[Margin, ...] = ()


def together(tracks: Sequence[NoteTrack]) -> NoteTrack:
    """The notes of several commentators in one language as one track.

    Raises `CinemaError` (notes-malformed) where the languages differ or two notes have the same id.
    """
    first = tracks[0]
    other = next((track.language for track in tracks if track.language != first.language), None)
    if other:
        raise CinemaError(Code.NOTES_MALFORMED, f"These notes are in {first.language} and in {other}.")
    notes = sorted((note for track in tracks for note in track.notes), key=lambda note: (note.start_ms, note.end_ms))
    seen: set[str] = set()
    for note in notes:
        if note.id in seen:
            message = f"Two commentators have a note {note.id!r}: call one of them otherwise."
            raise CinemaError(Code.NOTES_MALFORMED, message, {"note": note.id})
        seen.add(note.id)
    people = {person.id: person for track in reversed(tracks) for person in reversed(track.commentators)}
    licences = dict.fromkeys(track.licence for track in tracks if track.licence)
    margin = tuple(item for track in tracks for item in track.margin)
    return NoteTrack(first.language, tuple(reversed(people.values())), tuple(notes), " · ".join(licences), margin)
