"""What may be known at a moment of the film: nothing that gives away what the film has not told yet."""

from dataclasses import dataclass

from films.notes.track import GlossaryEntry, Note, NoteTrack


def told_from_ms(track: NoteTrack) -> dict[str, int]:
    """From which moment each note may be seen, by its id.

    That is when the film has told what the note itself reveals, and what other notes reveal that its words hold.
    """
    reveals = [(note.reveals.what.casefold(), note.reveals.at_ms) for note in track.notes if note.reveals]
    told = {}
    for note in track.notes:
        words = _words(note)
        moments = [at_ms for what, at_ms in reveals if what in words]
        told[note.id] = max([note.reveals.at_ms if note.reveals else 0, *moments])
    return told


@dataclass(frozen=True)
class Known:
    """What panel, search and booklet may show up to a moment of the film."""

    notes: tuple[Note, ...]
    glossary: tuple[GlossaryEntry, ...]

    def search(self, text: str) -> tuple[Note, ...]:
        """The notes that hold every word of ``text`` somewhere, in any case; all of them for none."""
        wanted = text.casefold().split()
        return tuple(note for note in self.notes if all(word in _words(note) for word in wanted))


def known(track: NoteTrack, until_ms: int) -> Known:
    """The notes that have begun by ``until_ms`` and give nothing away there, and their terms, each once."""
    told = told_from_ms(track)
    notes = tuple(note for note in track.notes if max(note.start_ms, told[note.id]) <= until_ms)
    return Known(notes, tuple(dict.fromkeys(entry for note in notes for entry in note.glossary)))


def _words(note: Note) -> str:
    terms = (text for entry in note.glossary for text in (entry.term, entry.hanzi, entry.meaning))
    return "\n".join((note.title, note.body, *terms)).casefold()
