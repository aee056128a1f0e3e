"""Notes as a table (CSV), a note a row: read from whatever spreadsheet wrote it, and written for any."""

import csv
import io
import re
from dataclasses import dataclass

from core import CinemaError, Code
from films.notes.edition import Edition, is_moment, is_note_id
from films.notes.track import TOPICS
from films.picture_files import is_picture_name
from films.webvtt_text import MAX_CUES, clock

COLUMNS = {
    "id": ("id", "编号"),
    "time": ("time", "start", "anchor", "at", "timecode", "时间"),
    "title": ("title", "heading", "标题"),
    "body": ("text", "body", "note", "正文"),
    "topic": ("topic", "category", "主题"),
    "depth": ("depth", "深度"),
    "commentator": ("commentator", "author", "by", "解说人"),
    "sources": ("sources", "source", "来源"),
    "terms": ("terms", "glossary", "词汇"),
    "gives_away": ("gives away", "reveals", "剧透"),
    "told": ("told at", "told", "揭晓时间"),
    "image": ("image", "picture", "图片"),
    "alt": ("image description", "alt", "图片说明"),
}
"""The columns that are read, by any of these names; written by the first."""

_CLOCK = re.compile(r"(?:(\d{1,3}):)?(\d{1,2}):(\d{1,2})(?:[.,](\d{1,3}))?")
_SECONDS = re.compile(r"\d{1,6}(?:[.,]\d{1,3})?")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet would compute rather than show."""


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
    commentator: str = ""
    """Their id or their name."""
    terms: str = ""
    gives_away: str = ""
    told_ms: int | None = None
    image: str = ""
    alt: str = ""


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


def read_table(text: str) -> tuple[Lines, ...]:
    """The rows of a table with a line of heads. Raises `CinemaError` (import-malformed) with the ``line`` at fault."""
    first = text.splitlines()[0] if text.strip() else ""
    delimiter = max("\t;,", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        heads = [head.strip().casefold() for head in next(reader, [])]
        places = {
            column: next((index for index, head in enumerate(heads) if head in names), None)
            for column, names in COLUMNS.items()
        }
        if places["time"] is None or places["body"] is None:
            raise table_fault(
                1, "Line 1 must name the columns, among them time and text (and title, topic, sources, id)."
            )
        found = []
        for row in reader:
            if any(part.strip() for part in row):
                found.append(_row(row, places, reader.line_num))
            if len(found) > MAX_CUES:
                raise table_fault(None, f"The table has more than {MAX_CUES} rows.")
    except csv.Error as error:
        raise table_fault(reader.line_num, f"Line {reader.line_num} is no row of a table: {error}.") from error
    return tuple(found)


def dump_table(edition: Edition, language: str) -> bytes:
    """The notes of a language as a table, drafts too; `read_table` gives all that an author typed back."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([names[0] for names in COLUMNS.values()])
    for note in edition.notes:
        face = note.face(language)
        sources = [line.strip() for line in face.sources.splitlines() if line.strip()]
        alone = len(sources) == 1 and ";" in sources[0]
        cells = {
            "id": note.id,
            "time": clock(note.at_ms),
            "title": face.title,
            "body": face.body,
            "topic": note.topic,
            "depth": note.depth,
            "commentator": note.commentator,
            "sources": "\n".join(sources) + "\n" * alone,
            "terms": face.terms,
            "gives_away": face.gives_away,
            "told": "" if note.told_ms is None else clock(note.told_ms),
            "image": note.image,
            "alt": face.alt,
        }
        writer.writerow([_shown(cells[column]) for column in COLUMNS])
    return out.getvalue().encode("utf-8-sig")


def table_fault(line: int | None, message: str) -> CinemaError:
    """What is wrong with a file that comes from elsewhere."""
    return CinemaError(Code.IMPORT_MALFORMED, message, {} if line is None else {"line": line})


def _shown(cell: str) -> str:
    return "'" + cell if cell.lstrip("'").startswith(_FORMULA) else cell


def _meant(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and cell.lstrip("'").startswith(_FORMULA) else cell


def _row(row: list[str], places: dict[str, int | None], line: int) -> Lines:
    def cell(column: str) -> str:
        place = places[column]
        return _meant(row[place]) if place is not None and place < len(row) else ""

    def moment(column: str) -> int:
        at_ms = parse_moment(cell(column))
        if at_ms is None or not is_moment(at_ms):
            message = f"Line {line}, column {column}: {cell(column)[:40]!r} is no time like 0:01:02.5 or 62.5."
            raise table_fault(line, message)
        return at_ms

    at_ms = moment("time")
    topic, depth = cell("topic").strip().casefold(), cell("depth").strip().casefold()
    name, image = cell("id").strip(), cell("image").strip()
    if topic and topic not in TOPICS:
        raise table_fault(line, f"Line {line}, column topic: {topic[:40]!r} is not one of {', '.join(TOPICS)}.")
    if depth not in ("", "essential", "more", "deep"):
        raise table_fault(line, f"Line {line}, column depth: {depth[:40]!r} is not one of essential, more, deep.")
    if name and not is_note_id(name):
        raise table_fault(line, f"Line {line}, column id: {name[:40]!r} is not of letters, digits and hyphens.")
    if image and not is_picture_name(image):
        raise table_fault(line, f"Line {line}, column image: {image[:40]!r} is no name that ends in .jpg or .png.")
    sources = cell("sources")
    parts = sources.splitlines() if "\n" in sources else sources.split(";")
    return Lines(
        at_ms,
        cell("title").strip(),
        cell("body").strip(),
        topic,
        depth,
        "\n".join(part.strip() for part in parts if part.strip()),
        name,
        cell("commentator").strip(),
        cell("terms").strip(),
        cell("gives_away").strip(),
        moment("told") if cell("told").strip() else None,
        image,
        cell("alt").strip(),
    )
