"""Commentator notes: the file and its checks."""

from films.notes.check import check_notes
from films.notes.file import dump_notes, parse_notes
from films.notes.track import TOPICS, Depth, GlossaryEntry, Note, NoteTrack

__all__ = ["TOPICS", "Depth", "GlossaryEntry", "Note", "NoteTrack", "check_notes", "dump_notes", "parse_notes"]
