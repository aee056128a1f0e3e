"""What a booklet holds: notes in one or two languages, their terms and sources, and nothing that spoils the film."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from core import Words
from films.manifest import Commentator
from films.notes.choice import NoteChoice, chosen_notes
from films.notes.horizon import told_in_any
from films.notes.track import GlossaryEntry, Note, NoteTrack

UNSPACED = frozenset({"zh", "yue", "ja"})
"""Languages written without spaces between words."""


@dataclass(frozen=True)
class Entry:
    """One note, in the languages of the booklet that have it."""

    id: str
    at_ms: int
    """The moment that it explains."""
    topic: str
    by: str
    """The commentator's id."""
    faces: tuple[tuple[str, Note], ...]
    """Language and note, in the order of the booklet's languages."""
    sources: tuple[str, ...]
    missed: bool = False
    """The reader of this booklet has not had it on screen."""
    image: str = ""
    """The name of its own picture; empty where the film's moment stands for it."""


@dataclass(frozen=True)
class Term:
    """One term of the glossary, with its meaning by language."""

    hanzi: str
    pinyin: str
    meanings: tuple[tuple[str, GlossaryEntry], ...]


@dataclass(frozen=True)
class Booklet:
    """A booklet's content; how it looks is another matter."""

    names: Words
    languages: tuple[str, ...]
    entries: tuple[Entry, ...]
    terms: tuple[Term, ...]
    people: tuple[Commentator, ...]
    """Who wrote its notes."""
    licences: tuple[str, ...] = ()


def make_booklet(
    tracks: Sequence[NoteTrack], names: Words, *, told_until_ms: int | None = None, missed: Collection[str] = ()
) -> Booklet:
    """A booklet of one or two tracks of the same notes, the reader's own language first.

    ``told_until_ms`` is how much of the film its reader knows: 0 before it, none after it. ``missed`` names the notes
    that its reader has not had on screen.
    """
    told = told_in_any(tracks)
    held = [
        {note.id: note for note in track.notes if told_until_ms is None or told[note.id] <= told_until_ms}
        for track in tracks
    ]
    every = {name: note for notes in reversed(held) for name, note in notes.items()}
    order = sorted(every.values(), key=lambda note: (note.moment_ms, note.id))
    entries = []
    terms: dict[tuple[str, str], dict[str, GlossaryEntry]] = {}
    spelled: dict[tuple[str, str], str] = {}
    for first in order:
        faces = tuple(
            (track.language, notes[first.id]) for track, notes in zip(tracks, held, strict=True) if first.id in notes
        )
        sources = tuple(dict.fromkeys(source for _, note in faces for source in note.sources))
        image = next((note.image for _, note in faces if note.image), "")
        entries.append(
            Entry(first.id, first.moment_ms, first.topic, first.commentator, faces, sources, first.id in missed, image)
        )
        for language, term, beside in _terms(faces):
            key = (beside.pinyin.casefold() or beside.term.casefold(), beside.hanzi)
            terms.setdefault(key, {}).setdefault(language, term)
            spelled.setdefault(key, term.hanzi)
    wrote = {entry.by for entry in entries}
    people = {person.id: person for track in reversed(tracks) for person in track.commentators if person.id in wrote}
    return Booklet(
        names,
        tuple(track.language for track in tracks),
        tuple(entries),
        tuple(
            Term(spelled[key], next(iter(by.values())).pinyin, tuple(by.items()))
            for key, by in sorted(terms.items(), key=lambda item: item[0])
        ),
        tuple(people.values()),
        tuple(dict.fromkeys(track.licence for track in tracks if track.licence)),
    )


def _terms(faces: Sequence[tuple[str, Note]]) -> Iterator[tuple[str, GlossaryEntry, GlossaryEntry]]:
    """Each language's terms, with what the last language calls the same: characters may be of either script."""
    last = faces[-1][1].glossary
    for language, note in faces:
        for place, term in enumerate(note.glossary):
            beside = last[place] if place < len(last) and last[place].pinyin == term.pinyin else term
            yield language, term, beside


def missed_notes(track: NoteTrack, choice: NoteChoice | None, seen: Sequence[tuple[int, int]]) -> frozenset[str]:
    """The ids of the notes that somebody has not had on screen, who saw the film's ``seen`` stretches (milliseconds).

    ``choice`` is what they wanted, none where they had no notes on. A card seen for less than half its time is missed.
    """
    shown = chosen_notes(track.notes, choice) if choice else ()
    return frozenset(note.id for note in track.notes) - {
        note.id
        for note in shown
        if note.place == "card"
        and 2 * sum(max(0, min(end, note.end_ms) - max(begin, note.start_ms)) for begin, end in seen)
        >= note.end_ms - note.start_ms
    }


def flowing(text: str, language: str) -> str:
    """A card's text without the line breaks of the card."""
    return text.replace("\n", "" if language.partition("-")[0] in UNSPACED else " ")
