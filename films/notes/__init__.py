"""Commentator notes: the file, its checks, and the compiler that finds each note its time."""

from films.notes.check import check_notes, missing_translations
from films.notes.choice import DEPTHS, NoteChoice, chosen_notes
from films.notes.file import dump_notes, parse_notes, read_notes
from films.notes.horizon import Known, holds, kept_back, known
from films.notes.schedule import Left, Schedule, Slot, compile_notes
from films.notes.track import TOPICS, Depth, GlossaryEntry, Note, NoteTrack, Place, Reveal, together

__all__ = [
    "DEPTHS",
    "TOPICS",
    "Depth",
    "GlossaryEntry",
    "Known",
    "Left",
    "Note",
    "NoteChoice",
    "NoteTrack",
    "Place",
    "Reveal",
    "Schedule",
    "Slot",
    "check_notes",
    "chosen_notes",
    "compile_notes",
    "dump_notes",
    "holds",
    "kept_back",
    "known",
    "missing_translations",
    "parse_notes",
    "read_notes",
    "together",
]
