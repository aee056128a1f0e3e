"""The notes file: WebVTT whose cues are the notes, with a JSON ``NOTE`` block for what WebVTT has no place for.

::

    WEBVTT

    NOTE
    {"format": "smart-cinema-notes/1", "language": "en", "licence": "CC BY 4.0",
     "commentators": [{"id": "lin", "name": {"en": "Lin Mei"}, "role": {"en": "Folklorist"}}],
     "notes": {"lantern-riddle": {"anchor": "00:00:12.500", "depth": "more", "sources": ["..."],
               "reveals": {"what": "the riddle's answer", "at": "00:00:11.000"}, "place": "card",
               "image": "lantern.jpg", "alt": "A silk lantern",
               "glossary": [{"term": "riddle", "hanzi": "灯谜", "pinyin": "dēngmí", "meaning": "..."}]}}}

    lantern-riddle
    00:00:12.000 --> 00:00:19.000
    <v lin><c.custom>Riddles on lanterns</c>
    Whoever guesses the riddle keeps the paper strip.
"""

import json
import re

from core import CinemaError, Code
from core.strict_json import Json, json_place, parse_json
from films.findings import Finding
from films.manifest import Commentator
from films.notes.header import Extras, Header, Misfit, header_of, read_header
from films.notes.track import TOPICS, Margin, Note, NoteTrack
from films.safe_paths import is_safe_name
from films.webvtt_text import (
    ARROW,
    LIMIT_BYTES,
    Comment,
    Dropped,
    Place,
    RawCue,
    RawTrack,
    Why,
    clock,
    escape,
    plain_lines,
    plain_text,
    read_track,
)

MAX_ID = 80

_VOICE = re.compile(r"<v(?:\.[^\s>]*)?[ \t]+([^>]*)>")
_TOPIC = re.compile(r"<c\.([A-Za-z0-9_-]+)[^>]*>")
_DROPPED: dict[Why, str] = {
    "no-times": "has no times below it or before it: players leave these lines out",
    "bad-start": "should be a time like 00:01:02.500: players leave this note out",
    "no-arrow": "should be the arrow --> between the times: players leave this note out",
    "bad-end": "should be a time like 00:01:02.500: players leave this note out",
    "backward": "ends the note before it begins: players leave it out",
    "too-late": "is later than any film lasts: players leave this note out",
    "style": "begins a style or region, which notes have no use for: it is left out",
}


def parse_notes(data: bytes) -> NoteTrack:
    """The notes of a file. Cues that the W3C parser drops are dropped.

    Raises `CinemaError` (notes-malformed) whose details name the ``line`` and ``column`` at fault, from 1, where there
    is one, and the ``note``.
    """
    return read_notes(data)[0]


def read_notes(data: bytes) -> tuple[NoteTrack, tuple[Finding, ...]]:
    """The notes of a file, and what in it players will leave out (``dropped``). Raises as `parse_notes` does."""
    raw = read_track(data, Code.NOTES_MALFORMED)
    first = min((cue.line for cue in raw.cues), default=LIMIT_BYTES)
    comment = next(
        (item for item in raw.comments if item.text.lstrip().startswith("{") and item.place.line < first), None
    )
    if comment is None:
        message = "The notes file lacks its header: a NOTE block with JSON before the first note."
        raise CinemaError(Code.NOTES_MALFORMED, message)
    value = _json(comment)
    try:
        header = read_header(value)
    except Misfit as misfit:
        raise _misfit(comment, misfit) from misfit
    notes: dict[str, Note] = {}
    for cue in raw.cues:
        note = _note(cue, header)
        if note.id in notes:
            raise _fault(Place(cue.line - 1), f"The note id {note.id!r} is used twice.", note.id)
        notes[note.id] = note
    orphan = next((name for name in header.extras if name not in notes), None)
    if orphan is not None:
        message = f"The header speaks of the note {orphan[:MAX_ID]!r}, which is not in the file."
        raise _misfit(comment, Misfit(("notes", orphan), message))
    written = (
        Margin(item.text, item.before or "") for item in raw.comments if item is not comment and item.text.strip()
    )
    places = {name: place for place, name in enumerate(notes)}
    margin = sorted(written, key=lambda item: places.get(item.before, len(places)))
    track = NoteTrack(header.language, header.commentators, tuple(notes.values()), header.licence, tuple(margin))
    return track, dropped_findings(raw)


def dump_notes(track: NoteTrack) -> bytes:
    """The track as a notes file; `parse_notes` gives the same track back.

    Lines of a title or text that are empty, or begin or end with space, come back without.
    """
    text = json.dumps(header_of(track), ensure_ascii=False, indent=1).replace(">", "\\u003e")
    beside: dict[str, list[str]] = {note.id: [] for note in track.notes}
    last: list[str] = []
    for item in track.margin:
        beside.get(item.before, last).extend(_comment(item.text))
    blocks: list[str] = []
    for note in track.notes:
        blocks += beside[note.id]
        blocks.append(
            f"{note.id}\n{clock(note.start_ms)} --> {clock(note.end_ms)}\n"
            f"<v {note.commentator}><c.{note.topic}>{escape(note.title)}</c>\n{escape(note.body)}"
        )
    return "\n\n".join(["WEBVTT", f"NOTE\n{text}", *blocks, *last, ""]).encode("utf-8")


def _comment(text: str) -> list[str]:
    """A comment's block, without what would end it; none for an empty one."""
    lines = [line for line in re.split(r"[\r\n]+", text.replace(ARROW, "-- >").replace("\0", "")) if line]
    return ["\n".join(["NOTE", *lines])] if any(map(str.strip, lines)) else []


def _json(comment: Comment) -> Json:
    try:
        return parse_json(comment.text.encode("utf-8"), LIMIT_BYTES, Code.NOTES_MALFORMED, "The notes' header")
    except CinemaError as error:
        at = error.details.get("line"), error.details.get("column")
        place = _within(comment, (at[0], at[1]) if isinstance(at[0], int) and isinstance(at[1], int) else (1, 1))
        reason = re.sub(r" \(line [0-9]+\)", "", error.message)
        raise _fault(place, reason) from error


def _within(comment: Comment, place: tuple[int, int]) -> Place:
    """The place in the file of a place in a comment."""
    line, column = place
    first = comment.place
    return Place(first.line + line - 1, column + first.column - 1 if line == 1 else column)


def _misfit(comment: Comment, misfit: Misfit) -> CinemaError:
    place = _within(comment, json_place(comment.text, misfit.path))
    return _fault(place, misfit.message, misfit.path[1] if misfit.path[:1] == ("notes",) and misfit.path[1:] else None)


def _note(cue: RawCue, header: Header) -> Note:
    payload, at = "\n".join(cue.lines), f"The note {cue.id!r}"
    if not is_safe_name(cue.id) or len(cue.id) > MAX_ID:
        message = (
            f"The note at {clock(cue.start_ms)} needs an id of letters, digits and hyphens on the line above its times."
        )
        raise _fault(Place(cue.line - 1 if cue.id else cue.line), message, cue.id[:MAX_ID])
    voice, topic = _VOICE.search(payload), _TOPIC.search(payload)
    if not voice:
        message = f"{at} does not say who wrote it: it must start with <v commentator>."
        raise _fault(Place(cue.line + 1), message, cue.id)
    person = _person(voice[1], header.commentators)
    if person is None:
        message = f"{at} is by {plain_text(voice[1])[:60]!r}, whom the header does not name."
        raise _fault(_in_payload(cue, payload, voice.start(1)), message, cue.id)
    if not topic or topic[1] not in TOPICS:
        place = _in_payload(cue, payload, topic.start(1) if topic else voice.end())
        raise _fault(place, f"{at} needs a topic, one of <c.{'>, <c.'.join(TOPICS)}>.", cue.id)
    title, *body = plain_lines(payload)
    text = "\n".join(filter(None, body))
    if not title or not text:
        place = Place(cue.line + 1 + len(cue.lines) * bool(title))
        raise _fault(place, f"{at} needs a title on its first line and a text below.", cue.id)
    extras = header.extras.get(cue.id, Extras())
    return Note(cue.id, cue.start_ms, cue.end_ms, person, topic[1], title, text, **vars(extras))


def _person(voice: str, commentators: tuple[Commentator, ...]) -> str | None:
    spoken_by = plain_text(voice)
    return next((item.id for item in commentators if spoken_by in (item.id, *item.name.values())), None)


def _in_payload(cue: RawCue, payload: str, offset: int) -> Place:
    before = payload[:offset].split("\n")
    return Place(cue.line + len(before), len(before[-1]) + 1)


def dropped_findings(raw: RawTrack, *, styles: bool = True) -> tuple[Finding, ...]:
    """What is left out of a file, each with its place."""
    return tuple(_finding(dropped) for dropped in raw.dropped if styles or dropped.why != "style")


def _finding(dropped: Dropped) -> Finding:
    place = dropped.place
    return Finding("dropped", f"Line {place.line}, column {place.column} {_DROPPED[dropped.why]}.")


def _fault(place: Place, message: str, note: object = None) -> CinemaError:
    return CinemaError(
        Code.NOTES_MALFORMED,
        f"Line {place.line}, column {place.column}: {message}",
        {"line": place.line, "column": place.column} | ({} if note is None else {"note": str(note)[:MAX_ID]}),
    )
