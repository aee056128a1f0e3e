"""What an author is told of each note while it is written: the time it takes, its card, and what stands in its way."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from core import Cancel
from films.notes.check import NARROW_BODY, WIDE_BODY, check_notes
from films.notes.dialogue import LONGEST_MS, Dialogue
from films.notes.edition import Edition, EditionNote, terms_of
from films.notes.horizon import told_from_ms
from films.notes.proof import Proof
from films.notes.reading import MIN_MS, PACE, characters, is_wide, speed_cps
from films.notes.schedule import EARLY_MS, LATE_MS, Schedule, compile_notes
from films.notes.track import Note
from films.subtitles import Cue

Weight = Literal["wrong", "doubtful", "hint"]
ERRORS = ("reading-speed", "too-short", "overlap", "spoiler")


@dataclass(frozen=True)
class FilmFacts:
    """What of a film decides when a note can be on screen."""

    duration_ms: int = 0
    shots_ms: tuple[int, ...] = ()
    subtitles: Mapping[str, tuple[Cue, ...]] = field(default_factory=dict)
    """By language."""


@dataclass(frozen=True)
class Budget:
    """How much a note asks of its reader in one language; known while it is typed."""

    body_characters: int
    body_limit: int
    """What two lines of a card hold."""
    needed_ms: int
    longest_ms: int
    """No card stays longer."""
    characters: int
    most_characters: int
    """What can be read in that time, title and text together."""


def budget_of(note: EditionNote, language: str) -> Budget:
    """The budget of what is written so far."""
    face = note.face(language)
    typed = " ".join(face.body.split("\n")).strip()
    count = len(" ".join(face.title.split())) + len(typed)
    pace = speed_cps(language) * PACE[note.depth]
    return Budget(
        len(typed),
        WIDE_BODY if is_wide(language) else NARROW_BODY,
        max(MIN_MS, round(count * 1000 / pace)) if count else 0,
        LONGEST_MS,
        count,
        int(LONGEST_MS / 1000 * pace),
    )


@dataclass(frozen=True)
class Doubt:
    """Something that stands in a note's way, by a code; how much of what, in the code's own unit, and which others."""

    note: str
    weight: Weight
    code: str
    amount: int = 0
    """Milliseconds or characters, as the code says."""
    others: tuple[str, ...] = ()
    """Ids of notes, or languages."""


@dataclass(frozen=True)
class Proofread:
    """An edition in one language as its viewers would have it."""

    language: str
    schedule: Schedule
    proof: Proof
    doubts: tuple[Doubt, ...]
    load: tuple[tuple[int, int, float], ...]
    """Stretches of the film, in milliseconds, and how much of each the subtitles take; 1 is all of it."""

    @property
    def cards(self) -> tuple[Note, ...]:
        """The notes that found a slot, in order of time."""
        return tuple(note for note in self.schedule.track.notes if note.place == "card")

    def of(self, note_id: str) -> tuple[Doubt, ...]:
        """What stands in the way of one note."""
        return tuple(doubt for doubt in self.doubts if doubt.note == note_id)


def proofread(edition: Edition, language: str, film: FilmFacts, cancel: Cancel) -> Proofread:
    """Compile the notes of a language and say what stands in the way of each. Raises `Cancelled`."""
    cancel.check()
    track, subtitles = edition.track(language), film.subtitles.get(language, ())
    schedule = compile_notes(track, subtitles, film.shots_ms, film.duration_ms)
    cancel.check()
    report = check_notes(schedule.track, subtitles)
    missing = tuple(note.id for note in edition.notes if not note.face(language).whole)
    doubts = [doubt for note in edition.notes for doubt in _unfinished(edition, note, language)]
    told = told_from_ms(track)
    for note in edition.written(language):
        if film.duration_ms and note.at_ms >= film.duration_ms:
            doubts.append(Doubt(note.id, "wrong", "past-end", film.duration_ms))
        if told[note.id] > note.at_ms:
            doubts.append(Doubt(note.id, "hint", "held-back", told[note.id], _secrets(track.notes, note.id)))
    doubts += [_why_left(left.note, left.why, schedule, language, told) for left in schedule.left]
    for finding in (*report.errors, *report.warnings):
        weight: Weight = "wrong" if finding in report.errors else "doubtful"
        doubts.append(_found(finding.code, finding.path, weight, edition, language))
    cancel.check()
    dialogue = Dialogue(subtitles, language)
    load = tuple(stretch for stretch in dialogue.stretches(0, film.duration_ms) if stretch[2] > 0)
    proof = Proof(schedule, report, subtitles, film.shots_ms, film.duration_ms, missing)
    return Proofread(language, schedule, proof, tuple(doubts), load)


def _unfinished(edition: Edition, note: EditionNote, language: str) -> list[Doubt]:
    face, found = note.face(language), []
    if not face.title.strip():
        found.append(Doubt(note.id, "doubtful", "no-title"))
    if not face.body.strip():
        found.append(Doubt(note.id, "doubtful", "no-text"))
    if bool(face.gives_away.strip()) != (note.told_ms is not None):
        found.append(Doubt(note.id, "wrong", "half-secret", 0 if note.told_ms is None else 1))
    wrong_terms = terms_of(face.terms)[1]
    if wrong_terms:
        found.append(Doubt(note.id, "doubtful", "half-term", wrong_terms))
    missing = tuple(tag for tag in edition.languages if tag != language and not note.face(tag).whole)
    if missing and face.whole:
        found.append(Doubt(note.id, "hint", "not-translated", len(missing), missing))
    remarks = sum(not comment.settled for comment in note.comments)
    if remarks:
        found.append(Doubt(note.id, "hint", "commented", remarks))
    return found


def _why_left(note: Note, why: str, schedule: Schedule, language: str, told: Mapping[str, int]) -> Doubt:
    match why:
        case "too-long":
            most = int(LONGEST_MS / 1000 * speed_cps(language) * PACE[note.depth])
            return Doubt(note.id, "wrong", "too-long", max(1, characters(note) - most))
        case "reveal":
            return Doubt(note.id, "wrong", "reveal", told[note.id], _secrets(schedule.track.notes, note.id))
        case "crowded":
            near = tuple(
                other.id
                for other in schedule.track.notes
                if other.id in schedule.slots
                and other.end_ms > note.moment_ms - EARLY_MS
                and other.start_ms < note.moment_ms + LATE_MS
            )
            return Doubt(note.id, "wrong", "crowded", 0, near)
        case _:
            return Doubt(note.id, "wrong", why)


def _found(code: str, note_id: str, weight: Weight, edition: Edition, language: str) -> Doubt:
    note = edition.note(note_id)
    if code == "length" and note is not None:
        budget = budget_of(note, language)
        return Doubt(note_id, weight, code, budget.body_characters - budget.body_limit)
    return Doubt(note_id, weight, code)


def _secrets(notes: Sequence[Note], note_id: str) -> tuple[str, ...]:
    """The other notes whose secrets this one's words hold."""
    own = next(note for note in notes if note.id == note_id)
    terms = (text for entry in own.glossary for text in (entry.term, entry.hanzi, entry.meaning))
    words = "\n".join((own.title, own.body, *terms)).casefold()
    return tuple(
        note.id for note in notes if note.reveals and note.id != note_id and note.reveals.what.casefold() in words
    )
