"""An edition: the notes of one film while they are written, in all their languages, with what is said about them.

It says nothing of cards: when each is on screen is found by the compiler, from the moments that the notes explain.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from films.manifest import Commentator
from films.notes.reading import note_ms
from films.notes.track import TOPICS, Depth, GlossaryEntry, Margin, Note, NoteTrack, Reveal
from films.safe_paths import is_safe_name
from films.webvtt_text import MAX_CUE_CHARACTERS, MAX_TIME_MS

Field = Literal["title", "body", "sources", "terms", "gives_away", "alt"]
FIELDS: tuple[Field, ...] = ("title", "body", "sources", "terms", "gives_away", "alt")
TERM_SEPARATOR = "|"
ID_PREFIX = "note-"
MAX_TEXT = MAX_CUE_CHARACTERS // 2
"""Characters of one field; title and text of a note together stay below what a cue may hold."""


@dataclass(frozen=True)
class Face:
    """A note in one language, as it was typed; any of it may still be empty."""

    language: str
    title: str = ""
    body: str = ""
    sources: str = ""
    """One a line."""
    terms: str = ""
    """One a line: term | hanzi | pinyin | meaning."""
    gives_away: str = ""
    """What it reveals, as it would be written."""
    alt: str = ""
    """What its picture shows."""

    @property
    def whole(self) -> bool:
        """Whether a viewer could be shown it."""
        return bool(self.title.strip() and self.body.strip())

    @property
    def empty(self) -> bool:
        """Whether nothing was typed."""
        return not any(getattr(self, field) for field in FIELDS)

    def with_text(self, field: Field, text: str) -> "Face":
        """The same with another text."""
        changes: dict[str, str] = {field: clean(text)}
        return replace(self, **changes)


@dataclass(frozen=True)
class Comment:
    """What somebody who reads the notes says of one of them; no viewer ever sees it."""

    id: str
    by: str
    text: str
    at: str
    """UTC, as RFC 3339 has it."""
    settled: bool = False


@dataclass(frozen=True)
class EditionNote:
    """A note in all its languages."""

    id: str
    at_ms: int
    """The moment that it explains."""
    commentator: str
    topic: str = TOPICS[0]
    depth: Depth = "essential"
    told_ms: int | None = None
    """From when on the film has told what the note gives away."""
    image: str = ""
    faces: tuple[Face, ...] = ()
    comments: tuple[Comment, ...] = ()

    def face(self, language: str) -> Face:
        """The note in a language; an empty one where it has none."""
        return next((face for face in self.faces if face.language == language), Face(language))

    def with_face(self, face: Face) -> "EditionNote":
        """The same with another face in that language."""
        others = tuple(other for other in self.faces if other.language != face.language)
        return replace(self, faces=others if face.empty else (*others, face))


@dataclass(frozen=True)
class EditionMargin:
    """What an editor wrote between the notes of a file in that language; as `Margin` has it."""

    language: str
    text: str
    before: str = ""


@dataclass(frozen=True)
class Edition:
    """All notes of a film in order of their moments; its first language is the one that it is written in."""

    languages: tuple[str, ...]
    commentators: tuple[Commentator, ...]
    notes: tuple[EditionNote, ...] = ()
    licence: str = ""
    margin: tuple[EditionMargin, ...] = ()

    def note(self, note_id: str) -> EditionNote | None:
        """A note by its id."""
        return next((note for note in self.notes if note.id == note_id), None)

    def free_id(self) -> str:
        """An id that no note has."""
        numbers = (note.id.removeprefix(ID_PREFIX) for note in self.notes)
        last = max((int(number) for number in numbers if number.isascii() and number.isdecimal()), default=0)
        return free_name(last + 1)

    def written(self, language: str) -> tuple[EditionNote, ...]:
        """The notes that a viewer could be shown in a language."""
        return tuple(note for note in self.notes if note.face(language).whole)

    def track(self, language: str) -> NoteTrack:
        """Those notes as a track; each stands at its moment for as long as it takes to read."""
        notes = tuple(sorted((_note(note, language) for note in self.written(language)), key=_when))
        margin = tuple(Margin(item.text, item.before) for item in self.margin if item.language == language)
        return NoteTrack(language, self.commentators, notes, self.licence, margin)


def free_name(number: int) -> str:
    """The id of the note of that number."""
    return f"{ID_PREFIX}{number:03d}"


def clean(text: str) -> str:
    """A text that every file can hold, no longer than a field may be."""
    return text.replace("\0", "").encode("utf-8", "ignore").decode("utf-8")[:MAX_TEXT]


def terms_of(text: str) -> tuple[tuple[GlossaryEntry, ...], int]:
    """The terms that were typed one a line, and how many lines hold none: each needs a term and a meaning."""
    lines = [[part.strip() for part in line.split(TERM_SEPARATOR)] for line in text.splitlines() if line.strip()]
    good = [parts for parts in lines if 2 <= len(parts) <= 4 and parts[0] and parts[-1]]
    padded = [(parts[0], *[*parts[1:-1], "", ""][:2], parts[-1]) for parts in good]
    return tuple(GlossaryEntry(*parts) for parts in padded), len(lines) - len(good)


def terms_text(entries: tuple[GlossaryEntry, ...]) -> str:
    """The terms as they are typed."""
    return "\n".join(
        f" {TERM_SEPARATOR} ".join(
            part.replace(TERM_SEPARATOR, "/").replace("\n", " ")
            for part in (entry.term, entry.hanzi, entry.pinyin, entry.meaning)
        )
        for entry in entries
    )


def edition_of(tracks: Mapping[str, NoteTrack]) -> Edition:
    """The edition that tracks of the same notes come from; what all languages share is taken from the first."""
    notes: dict[str, EditionNote] = {}
    for language, track in tracks.items():
        for note in track.notes:
            known = notes.get(note.id) or EditionNote(
                note.id, note.moment_ms, note.commentator, note.topic, note.depth, image=note.image
            )
            told = [known.told_ms, note.reveals.at_ms if note.reveals else None]
            notes[note.id] = replace(
                known.with_face(_face(note, language)),
                told_ms=max((at_ms for at_ms in told if at_ms is not None), default=None),
            )
    people = {person.id: person for track in reversed(list(tracks.values())) for person in track.commentators}
    licence = next((track.licence for track in tracks.values() if track.licence), "")
    margin = (EditionMargin(tag, item.text, item.before) for tag, track in tracks.items() for item in track.margin)
    return Edition(tuple(tracks), tuple(people.values()), ordered(notes.values()), licence, tuple(margin))


def ordered(notes: Iterable[EditionNote]) -> tuple[EditionNote, ...]:
    """The notes in order of their moments."""
    return tuple(sorted(notes, key=lambda note: (note.at_ms, note.id)))


def is_note_id(text: str) -> bool:
    """Whether a note may be called so."""
    return is_safe_name(text) and len(text) <= 80


def is_moment(at_ms: int) -> bool:
    """Whether a note may explain that moment."""
    return 0 <= at_ms < MAX_TIME_MS


def _face(note: Note, language: str) -> Face:
    return Face(
        language,
        clean(note.title),
        clean(note.body),
        "\n".join(note.sources),
        terms_text(note.glossary),
        note.reveals.what if note.reveals else "",
        clean(note.alt),
    )


def _note(note: EditionNote, language: str) -> Note:
    face = note.face(language)
    what = " ".join(face.gives_away.split())
    made = Note(
        note.id,
        note.at_ms,
        note.at_ms + 1,
        note.commentator,
        note.topic,
        " ".join(face.title.split()),
        "\n".join(line.strip() for line in face.body.splitlines() if line.strip()),
        note.at_ms,
        note.depth,
        tuple(line.strip() for line in face.sources.splitlines() if line.strip()),
        terms_of(face.terms)[0],
        Reveal(what, note.told_ms) if what and note.told_ms is not None else None,
        "card",
        note.image,
        " ".join(face.alt.split()) if note.image else "",
    )
    return replace(made, end_ms=note.at_ms + note_ms(made, language))


def _when(note: Note) -> tuple[int, int, str]:
    return note.start_ms, note.end_ms, note.id
