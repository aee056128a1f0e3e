"""Notes that were written elsewhere: notes files, WebVTT and SubRip subtitles, Advanced SubStation Alpha, tables (CSV).

What is at fault is said with its line. A cue's first line is the title where more lines follow; else the title is left
to be written.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import count
from pathlib import PurePath

import pysubs2
from pysubs2.formats.subrip import SubripFormat

from core import CinemaError, Code
from films.findings import Finding
from films.manifest import Commentator
from films.notes.edition import (
    ID_PREFIX,
    Edition,
    EditionNote,
    Face,
    clean,
    edition_of,
    free_name,
    is_note_id,
    ordered,
)
from films.notes.file import dropped_findings, read_notes
from films.notes.header import MAX_COMMENTATORS
from films.notes.tables import Lines, read_table
from films.notes.tables import table_fault as _fault
from films.notes.track import TOPICS
from films.subtitles import parse_subtitles
from films.webvtt_text import LIMIT_BYTES, MAX_CUE_CHARACTERS, MAX_CUES, MAX_TIME_MS, read_track

KINDS = (".vtt", ".srt", ".ass", ".ssa", ".csv", ".tsv")
ROLE = "Commentator"
"""Of a commentator whom a table only names."""
_TIME = r"(?:(\d+):)?(\d{1,2}):(\d{1,2})[,.:]\d{1,3}"
_SRT_TIMES = re.compile(rf"\s*{_TIME}\s*-->\s*{_TIME}")
_ASS_TIME = re.compile(r"\s*(\d+):(\d{1,2}):(\d{1,2})[.:]\d{1,3}\s*$")


@dataclass(frozen=True)
class Imported:
    """What a file brings, as an edition of its own, and what of it players would leave out and so did we."""

    edition: Edition
    left_out: tuple[Finding, ...] = ()


def import_notes(data: bytes, name: str, edition: Edition, language: str) -> Imported:
    """What a file brings to an edition; ``language`` is that of a file that does not say.

    Raises `CinemaError` (import-malformed, notes-malformed) whose details name the ``line`` at fault where it has one.
    """
    kind = PurePath(name).suffix.lower()
    if kind not in KINDS:
        raise _fault(None, f"{name} is of no kind that is read here: {', '.join(KINDS)}.")
    if len(data) > LIMIT_BYTES:
        raise _fault(None, f"{name} is larger than {LIMIT_BYTES >> 20} MiB.")
    text = _text(data)
    left_out: tuple[Finding, ...] = ()
    if kind == ".vtt":
        if "smart-cinema-notes/" in text:
            track, left_out = read_notes(data)
            return Imported(edition_of({track.language: track}), left_out)
        utf8 = text.encode()
        found: Iterable[Lines] = (_of_lines(cue.start_ms, cue.lines, cue.id) for cue in parse_subtitles(utf8))
        left_out = dropped_findings(read_track(utf8, Code.IMPORT_MALFORMED), styles=False)
    elif kind in (".csv", ".tsv"):
        found = read_table(text)
    else:
        found = _subtitles(text, "srt" if kind == ".srt" else "ass")
    return Imported(_as_edition(tuple(found), edition, language), left_out)


def _text(data: bytes) -> str:
    encoding = "utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise _fault(line, f"Line {line} is not UTF-8; save the file as UTF-8.") from error


def _subtitles(text: str, kind: str) -> tuple[Lines, ...]:
    # Split as pysubs2 does, whose patterns take the square of a cue's length: nothing longer may reach them.
    (_check_srt if kind == "srt" else _check_ass)(text.split("\n"))
    try:
        read = pysubs2.SSAFile.from_string(text, format_=kind)
    except (ValueError, KeyError, IndexError, pysubs2.Pysubs2Error) as error:
        raise _fault(None, f"The file cannot be read: {error}.") from error
    events = [event for event in read if not event.is_comment and event.plaintext.strip()]
    return tuple(_of_lines(event.start, tuple(event.plaintext.split("\n"))) for event in events)


def _check_srt(lines: list[str]) -> None:
    size = cues = 0
    for number, line in enumerate(lines, 1):
        size = 0 if len(SubripFormat.TIMESTAMP.findall(line)) == 2 else size + len(line) + 1
        if size > MAX_CUE_CHARACTERS:
            raise _too_long(number)
        if "-->" in line and not _SRT_TIMES.match(line):
            raise _fault(number, f"Line {number} has times that are not like 00:01:02,500 --> 00:01:06,000.")
        times = _SRT_TIMES.match(line)
        if times:
            cues += 1
            _check_late(number, times.groups()[:3])
            _check_late(number, times.groups()[3:])
    _check_many(cues)
    if not cues:
        raise _fault(1, "There is no cue: a SubRip file has lines like 00:01:02,500 --> 00:01:06,000.")


def _check_ass(lines: list[str]) -> None:
    cues = 0
    for number, line in enumerate(map(str.strip, lines), 1):
        if not line.startswith("Dialogue:"):
            continue
        if len(line) > MAX_CUE_CHARACTERS:
            raise _too_long(number)
        fields = line.removeprefix("Dialogue:").split(",", 9)
        cues += 1
        if len(fields) < 10:
            raise _fault(number, f"Line {number} has {len(fields)} fields; a Dialogue has 10.")
        if not (_ASS_TIME.match(fields[1]) and _ASS_TIME.match(fields[2])):
            raise _fault(number, f"Line {number} has times that are not like 0:01:02.50.")
        for field in fields[1:3]:
            time = _ASS_TIME.match(field)
            _check_late(number, time.groups() if time else ())
    _check_many(cues)
    if not cues:
        raise _fault(1, "There is no cue: an ASS file has lines that begin with Dialogue:")


def _check_many(cues: int) -> None:
    if cues > MAX_CUES:
        raise _fault(None, f"The file has more than {MAX_CUES} cues.")


def _check_late(line: int, time: Iterable[str | None]) -> None:
    seconds = 0
    for part in time:
        seconds = seconds * 60 + int((part or "0")[-9:])
    if seconds * 1000 >= MAX_TIME_MS:
        hours = MAX_TIME_MS // 3_600_000
        raise _fault(
            line, f"Line {line} has a time of {hours} hours or more, later than any film lasts: mend its times."
        )


def _too_long(line: int) -> CinemaError:
    return _fault(line, f"Line {line} is in a cue of more than {MAX_CUE_CHARACTERS} characters.")


def _of_lines(at_ms: int, lines: tuple[str, ...], name: str = "") -> Lines:
    kept = [line.strip() for line in lines if line.strip()]
    title, body = (kept[0], kept[1:]) if len(kept) > 1 else ("", kept)
    return Lines(at_ms, title, "\n".join(body), id=name if is_note_id(name) and not name.isdecimal() else "")


def _as_edition(found: tuple[Lines, ...], edition: Edition, language: str) -> Edition:
    people = _people(found, edition, language)
    taken: set[str] = {lines.id for lines in found}
    numbers = count(int(edition.free_id().removeprefix(ID_PREFIX)))
    used: set[str] = set()
    notes = []
    for lines in found:
        name = lines.id
        while not name or name in used or (name != lines.id and name in taken):
            name = free_name(next(numbers))
        used.add(name)
        texts = (lines.title, lines.body, lines.sources, lines.terms, lines.gives_away, lines.alt)
        face = Face(language, *map(clean, texts))
        note = EditionNote(
            name,
            max(0, lines.at_ms),
            people[lines.commentator].id,
            lines.topic or TOPICS[0],
            lines.depth or "essential",  # type: ignore[arg-type]
            lines.told_ms,
            lines.image,
            faces=() if face.empty else (face,),
        )
        notes.append(note)
    everybody = {person.id: person for person in (*edition.commentators, *people.values())}
    return Edition((language,), tuple(everybody.values()), ordered(notes))


def _people(found: Iterable[Lines], edition: Edition, language: str) -> dict[str, Commentator]:
    """Who is meant by what a table says, by id or by name; whom the edition does not know is new to it."""
    people = {"": edition.commentators[0]}
    ids = {person.id for person in edition.commentators}
    for said in dict.fromkeys(lines.commentator for lines in found if lines.commentator):
        known = (one for one in edition.commentators if said in (one.id, *one.name.values()))
        free = next(name for number in count(1) if (name := f"author-{number}") not in ids)
        people[said] = next(known, None) or Commentator(free, {language: clean(said)}, {language: ROLE})
        ids.add(people[said].id)
    if len(ids) > MAX_COMMENTATORS:
        raise _fault(None, f"With this file the notes would have more than {MAX_COMMENTATORS} commentators.")
    return people
