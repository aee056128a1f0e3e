"""Notes that were written elsewhere: notes files, WebVTT and SubRip subtitles, Advanced SubStation Alpha, tables (CSV).

What is at fault is said with its line. A cue's first line is the title where more lines follow; else the title is left
to be written.
"""

import csv
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import count
from pathlib import PurePath

import pysubs2
from pysubs2.formats.subrip import SubripFormat

from core import CinemaError, Code
from films.notes.edition import (
    ID_PREFIX,
    Edition,
    EditionNote,
    Face,
    clean,
    edition_of,
    free_name,
    is_moment,
    is_note_id,
    ordered,
)
from films.notes.file import parse_notes
from films.notes.track import TOPICS
from films.subtitles import parse_subtitles
from films.webvtt_text import LIMIT_BYTES, MAX_CUE_CHARACTERS, MAX_CUES

KINDS = (".vtt", ".srt", ".ass", ".ssa", ".csv", ".tsv")
COLUMNS = {
    "time": ("time", "start", "anchor", "at", "timecode", "时间"),
    "title": ("title", "heading", "标题"),
    "body": ("body", "text", "note", "正文"),
    "topic": ("topic", "category", "主题"),
    "depth": ("depth", "深度"),
    "sources": ("sources", "source", "来源"),
    "id": ("id", "编号"),
}
"""The columns that are read, by any of these names."""

_SRT_TIMES = re.compile(r"\s*(?:\d+:)?\d{1,2}:\d{1,2}[,.:]\d{1,3}\s*-->\s*(?:\d+:)?\d{1,2}:\d{1,2}[,.:]\d{1,3}")
_ASS_TIME = re.compile(r"\s*\d+:\d{1,2}:\d{1,2}[.:]\d{1,3}\s*$")
_CLOCK = re.compile(r"(?:(\d{1,3}):)?(\d{1,2}):(\d{1,2})(?:[.,](\d{1,3}))?")
_SECONDS = re.compile(r"\d{1,6}(?:[.,]\d{1,3})?")


@dataclass(frozen=True)
class Lines:
    """A note as a foreign file has it."""

    at_ms: int
    title: str
    body: str
    topic: str = ""
    depth: str = ""
    sources: str = ""
    id: str = ""


def import_notes(data: bytes, name: str, edition: Edition, language: str) -> Edition:
    """What a file brings to an edition, as an edition of its own; ``language`` is that of a file that does not say.

    Raises `CinemaError` (import-malformed, notes-malformed) whose details name the ``line`` at fault where it has one.
    """
    kind = PurePath(name).suffix.lower()
    if kind not in KINDS:
        raise _fault(None, f"{name} is of no kind that is read here: {', '.join(KINDS)}.")
    if len(data) > LIMIT_BYTES:
        raise _fault(None, f"{name} is larger than {LIMIT_BYTES >> 20} MiB.")
    text = _text(data)
    if kind == ".vtt":
        if "smart-cinema-notes/" in text:
            track = parse_notes(data)
            return edition_of({track.language: track})
        found: Iterable[Lines] = (_of_lines(cue.start_ms, cue.lines, cue.id) for cue in parse_subtitles(text.encode()))
    elif kind in (".csv", ".tsv"):
        found = _rows(text)
    else:
        found = _subtitles(text, "srt" if kind == ".srt" else "ass")
    return _as_edition(tuple(found), edition, language)


def parse_moment(text: str) -> int | None:
    """Milliseconds of ``1:02:03.500``, ``02:03``, ``123.5`` (seconds), or none."""
    text = text.strip()
    if _SECONDS.fullmatch(text):
        return round(float(text.replace(",", ".")) * 1000)
    found = _CLOCK.fullmatch(text)
    if not found:
        return None
    hours, minutes, seconds, part = found.groups()
    if (int(minutes) > 59 and hours) or int(seconds) > 59:
        return None
    return ((int(hours or 0) * 60 + int(minutes)) * 60 + int(seconds)) * 1000 + int((part or "").ljust(3, "0"))


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
    if len(events) > MAX_CUES:
        raise _fault(None, f"The file has more than {MAX_CUES} cues.")
    return tuple(_of_lines(event.start, tuple(event.plaintext.split("\n"))) for event in events)


def _check_srt(lines: list[str]) -> None:
    size = 0
    for number, line in enumerate(lines, 1):
        size = 0 if len(SubripFormat.TIMESTAMP.findall(line)) == 2 else size + len(line) + 1
        if size > MAX_CUE_CHARACTERS:
            raise _too_long(number)
        if "-->" in line and not _SRT_TIMES.match(line):
            raise _fault(number, f"Line {number} has times that are not like 00:01:02,500 --> 00:01:06,000.")
    if not any("-->" in line for line in lines):
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
    if not cues:
        raise _fault(1, "There is no cue: an ASS file has lines that begin with Dialogue:")


def _too_long(line: int) -> CinemaError:
    return _fault(line, f"Line {line} is in a cue of more than {MAX_CUE_CHARACTERS} characters.")


def _rows(text: str) -> tuple[Lines, ...]:
    first = text.splitlines()[0] if text.strip() else ""
    delimiter = max("\t;,", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        heads = [head.strip().casefold() for head in next(reader, [])]
        places = {
            column: next((index for index, head in enumerate(heads) if head in names), None)
            for column, names in COLUMNS.items()
        }
        time, body = places["time"], places["body"]
        if time is None or body is None:
            raise _fault(1, "Line 1 must name the columns, among them time and text (and title, topic, sources, id).")
        found = []
        for row in reader:
            if any(part.strip() for part in row):
                found.append(_row(row, places, reader.line_num))
            if len(found) > MAX_CUES:
                raise _fault(None, f"The table has more than {MAX_CUES} rows.")
    except csv.Error as error:
        raise _fault(reader.line_num, f"Line {reader.line_num} is no row of a table: {error}.") from error
    return tuple(found)


def _row(row: list[str], places: dict[str, int | None], line: int) -> Lines:
    def cell(column: str) -> str:
        place = places[column]
        return row[place].strip() if place is not None and place < len(row) else ""

    at_ms = parse_moment(cell("time"))
    if at_ms is None or not is_moment(at_ms):
        raise _fault(line, f"Line {line}, column time: {cell('time')[:40]!r} is no time like 0:01:02.5 or 62.5.")
    topic, depth, name = cell("topic").casefold(), cell("depth").casefold(), cell("id")
    if topic and topic not in TOPICS:
        raise _fault(line, f"Line {line}, column topic: {topic[:40]!r} is not one of {', '.join(TOPICS)}.")
    if depth not in ("", "essential", "more", "deep"):
        raise _fault(line, f"Line {line}, column depth: {depth[:40]!r} is not one of essential, more, deep.")
    if name and not is_note_id(name):
        raise _fault(line, f"Line {line}, column id: {name[:40]!r} is not of letters, digits and hyphens.")
    sources = "\n".join(part.strip() for part in cell("sources").split(";") if part.strip())
    return Lines(at_ms, cell("title"), cell("body"), topic, depth, sources, name)


def _of_lines(at_ms: int, lines: tuple[str, ...], name: str = "") -> Lines:
    kept = [line.strip() for line in lines if line.strip()]
    title, body = (kept[0], kept[1:]) if len(kept) > 1 else ("", kept)
    return Lines(at_ms, title, "\n".join(body), id=name if is_note_id(name) and not name.isdecimal() else "")


def _as_edition(found: tuple[Lines, ...], edition: Edition, language: str) -> Edition:
    by = edition.commentators[0].id
    taken: set[str] = {lines.id for lines in found}
    numbers = count(int(edition.free_id().removeprefix(ID_PREFIX)))
    used: set[str] = set()
    notes = []
    for lines in found:
        name = lines.id
        while not name or name in used or (name != lines.id and name in taken):
            name = free_name(next(numbers))
        used.add(name)
        face = Face(language, clean(lines.title), clean(lines.body), clean(lines.sources))
        note = EditionNote(
            name,
            max(0, lines.at_ms),
            by,
            lines.topic or TOPICS[0],
            lines.depth or "essential",  # type: ignore[arg-type]
            faces=() if face.empty else (face,),
        )
        notes.append(note)
    return Edition((language,), edition.commentators, ordered(notes))


def _fault(line: int | None, message: str) -> CinemaError:
    return CinemaError(Code.IMPORT_MALFORMED, message, {} if line is None else {"line": line})
