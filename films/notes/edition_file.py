"""An edition on the disk: the file, and the journal of what was done since it was written.

Both are texts. The file is one JSON object. The journal has a line for each command, each with a checksum: a line that
a crash tore counts for nothing, and what stands before it is whole. Which file the journal goes on from is told by that
file's SHA-256, in its first line and again just before the file is written anew.
"""

import hashlib
import json
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from core import CinemaError, Code
from core.records import from_plain, to_plain
from core.strict_json import Json, parse_object
from films.notes import editing
from films.notes.editing import Command
from films.notes.edition import Edition, is_moment, is_note_id, ordered
from films.notes.history import History

FORMAT = "smart-cinema-edition/1"
LIMIT_BYTES = 64 << 20
KINDS: dict[str, type[Command]] = {
    kind.__name__: kind
    for kind in (
        *(editing.Mark, editing.Write, editing.Choose, editing.Move, editing.Tell, editing.Split, editing.Merge),
        *(editing.Remove, editing.Say, editing.Settle, editing.AddLanguage, editing.DropLanguage),
        *(editing.Introduce, editing.License, editing.Bring),
    )
}
UNDO, REDO = "undo", "redo"
Step = Command | str
"""A command, `UNDO` or `REDO`."""


def dump_edition(edition: Edition) -> bytes:
    """The edition as a file; the same edition gives the same bytes."""
    plain = to_plain(edition)
    assert isinstance(plain, dict)  # noqa: S101 - a dataclass
    return json.dumps({"format": FORMAT, **plain}, ensure_ascii=False, indent=1).encode() + b"\n"


def parse_edition(data: bytes) -> Edition:
    """The edition that `dump_edition` wrote. Raises `CinemaError` (notes-malformed) that names the place at fault."""
    plain = parse_object(data, LIMIT_BYTES, Code.NOTES_MALFORMED, "The edition")
    if plain.pop("format", None) != FORMAT:
        raise CinemaError(Code.NOTES_MALFORMED, f"The edition is not of the format {FORMAT}; a newer version wrote it?")
    edition = from_plain(plain, Edition, "edition", Code.NOTES_MALFORMED)
    fault = _fault(edition)
    if fault:
        raise CinemaError(Code.NOTES_MALFORMED, f"The edition cannot be used: {fault}.")
    return edition


def _fault(edition: Edition) -> str:
    people, ids = {person.id for person in edition.commentators}, [note.id for note in edition.notes]
    if not edition.languages or len(set(edition.languages)) != len(edition.languages):
        return "its languages are missing or named twice"
    if len(set(ids)) != len(ids):
        return "a note's id is used twice"
    for note in edition.notes:
        if not is_note_id(note.id) or not is_moment(note.at_ms) or note.commentator not in people:
            return f"the note {note.id[:60]!r} has an id, a moment or a commentator that cannot be"
    if edition.notes != ordered(edition.notes):
        return "its notes are not in order of their moments"
    return ""


def digest(data: bytes) -> str:
    """What the journal calls a file by."""
    return hashlib.sha256(data).hexdigest()


def base_line(data: bytes) -> bytes:
    """The journal's first line, and the one written before the file becomes ``data``."""
    return _line({"base": digest(data)})


def step_line(step: Step) -> bytes:
    """What was done, as a line of the journal."""
    if isinstance(step, str):
        return _line({"do": step})
    return _line({"do": type(step).__name__, "with": to_plain(step)})


@dataclass(frozen=True)
class Recovered:
    """What a journal brings back."""

    history: History
    steps: int
    """How many steps the file did not hold."""
    stray: bool = False
    """The journal belongs to another file: somebody else wrote this one since."""
    whole_bytes: int = 0
    """How much of the journal is as it was written."""


def replay(data: bytes, journal: bytes, edition: Edition) -> Recovered:
    """The edition of the file ``data`` with every step that its journal holds beyond it, to undo and to redo."""
    history, steps, known, whole = History(edition), 0, False, 0
    own = digest(data)
    for record, end in _records(journal):
        whole = end
        base = record.get("base")
        if base is not None:
            known = known or base == own
            if base == own:
                history, steps = History(edition), 0
            continue
        if not known:
            continue
        before, history = history, _stepped(history, record)
        steps += history is not before
    return Recovered(history, steps, stray=bool(journal) and not known, whole_bytes=whole)


def _stepped(history: History, record: dict[str, Json]) -> History:
    do = record.get("do")
    if do == UNDO:
        return history.undone()
    if do == REDO:
        return history.redone()
    kind = KINDS.get(str(do))
    if kind is None:
        return history
    try:
        return history.done(from_plain(record.get("with"), kind, "command", Code.NOTES_MALFORMED))
    except CinemaError:
        return history


def _line(record: dict[str, Json]) -> bytes:
    text = json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "ignore")
    return b"%08x %s\n" % (zlib.crc32(text), text)


def _records(journal: bytes) -> Iterator[tuple[dict[str, Json], int]]:
    """Each record that is as it was written, with where its line ends."""
    end = 0
    for line in re.findall(rb"[^\n]*\n", journal):
        end += len(line)
        check, _, text = line.removesuffix(b"\n").partition(b" ")
        if check != b"%08x" % zlib.crc32(text):
            return
        try:
            yield parse_object(text, LIMIT_BYTES, Code.NOTES_MALFORMED, "A line of the journal"), end
        except CinemaError:
            return
