"""What may be known at a moment of the film: nothing that gives away what the film has not told yet."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace

from films.notes.track import GlossaryEntry, Note, NoteTrack


def told_from_ms(track: NoteTrack) -> dict[str, int]:
    """From which moment each note may be seen, by its id.

    That is when the film has told what the note itself reveals, and what other notes reveal that its words hold.
    """
    reveals = [(_plain(note.reveals.what), note.reveals.at_ms) for note in track.notes if note.reveals]
    told = {}
    for note in track.notes:
        words = _plain(_words(note))
        moments = [at_ms for what, at_ms in reveals if what in words]
        told[note.id] = max([note.reveals.at_ms if note.reveals else 0, *moments])
    return told


def told_in_any(tracks: Sequence[NoteTrack]) -> dict[str, int]:
    """As `told_from_ms`, for the same notes in several languages: what one of them keeps back, all do."""
    told: dict[str, int] = {}
    for track in tracks:
        for name, at_ms in told_from_ms(track).items():
            told[name] = max(at_ms, told.get(name, 0))
    return told


def kept_back(tracks: Sequence[NoteTrack]) -> tuple[NoteTrack, ...]:
    """The same notes, each from when it may be seen on; for the pause where its time on screen is over by then.

    What one language keeps back, the others keep back as well.
    """
    told: dict[str, int] = {}
    for track in tracks:
        for name, at_ms in told_from_ms(track).items():
            told[name] = max(at_ms, told.get(name, 0))
    return tuple(
        replace(
            track,
            notes=tuple(
                sorted(
                    (_late(note, told[note.id]) for note in track.notes), key=lambda note: (note.start_ms, note.end_ms)
                )
            ),
        )
        for track in tracks
    )


def _late(note: Note, told_ms: int) -> Note:
    if told_ms <= note.start_ms:
        return note
    if told_ms < note.end_ms:
        return replace(note, start_ms=told_ms)
    return replace(note, start_ms=told_ms, end_ms=told_ms + note.end_ms - note.start_ms, place="pause")


@dataclass(frozen=True)
class Known:
    """What panel, search and booklet may show up to a moment of the film."""

    notes: tuple[Note, ...]
    glossary: tuple[GlossaryEntry, ...]

    def search(self, text: str) -> tuple[Note, ...]:
        """The notes that hold every word of ``text`` somewhere, in any case; all of them for none."""
        return tuple(note for note in self.notes if holds(note, text))


def holds(note: Note, text: str) -> bool:
    """Whether a note holds every word of ``text`` somewhere, in any case and with or without accents."""
    words = _unaccented(_words(note))
    return all(word in words for word in _unaccented(text).split())


def known(track: NoteTrack, until_ms: int) -> Known:
    """The notes that have begun by ``until_ms`` and give nothing away there, and their terms, each once."""
    told = told_from_ms(track)
    notes = tuple(note for note in track.notes if max(note.start_ms, told[note.id]) <= until_ms)
    return Known(notes, tuple(dict.fromkeys(entry for note in notes for entry in note.glossary)))


def _words(note: Note) -> str:
    terms = (text for entry in note.glossary for text in vars(entry).values())
    return "\n".join((note.title, note.body, *terms, *note.sources, note.alt))


def _plain(text: str) -> str:
    """Without case, width and space, so that a line break hides no secret."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def _unaccented(text: str) -> str:
    return "".join(
        letter for letter in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(letter)
    )
