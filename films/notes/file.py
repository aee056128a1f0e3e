"""The notes file: WebVTT whose cues are the notes, with a JSON ``NOTE`` block for what WebVTT has no place for.

::

    WEBVTT

    NOTE
    {"format": "smart-cinema-notes/1", "language": "en", "licence": "CC BY 4.0",
     "commentators": [{"id": "lin", "name": {"en": "Lin Mei"}, "role": {"en": "Folklorist"}}],
     "notes": {"lantern-riddle": {"anchor": "00:00:12.500", "depth": "more", "sources": ["..."],
               "reveals": {"what": "the riddle's answer", "at": "00:00:11.000"}, "place": "card",
               "image": "lantern.jpg",
               "glossary": [{"term": "riddle", "hanzi": "灯谜", "pinyin": "dēngmí", "meaning": "..."}]}}}

    lantern-riddle
    00:00:12.000 --> 00:00:19.000
    <v lin><c.custom>Riddles on lanterns</c>
    Whoever guesses the riddle keeps the paper strip.
"""

import json
import re
from typing import cast, get_args

from core import CinemaError, Code, Words
from core.strict_json import Json, parse_json
from films.manifest import Commentator
from films.manifest_rules import is_language
from films.notes.track import TOPICS, Depth, GlossaryEntry, Note, NoteTrack, Place, Reveal
from films.safe_paths import is_safe_name
from films.webvtt_text import LIMIT_BYTES, RawCue, clock, escape, parse_clock, plain_text, read_track

FORMAT = "smart-cinema-notes/1"
MAX_REVEALS = 500
"""Each is looked for in every note."""

_VOICE = re.compile(r"<v(?:\.[^\s>]*)?[ \t]+([^>]*)>")
_TOPIC = re.compile(r"<c\.([A-Za-z0-9_-]+)[^>]*>")
_HEADER_FIELDS = frozenset({"format", "language", "licence", "commentators", "notes"})
_EXTRA_FIELDS = frozenset({"anchor", "depth", "sources", "glossary", "reveals", "place", "image"})


def parse_notes(data: bytes) -> NoteTrack:
    """The notes of a file. Cues that the W3C parser drops are dropped.

    Raises `CinemaError` (notes-malformed) whose details name the ``line`` or the ``note`` at fault.
    """
    track = read_track(data, Code.NOTES_MALFORMED)
    header = _header(track.comments)
    language = header["language"]
    if not isinstance(language, str) or not is_language(language):
        raise _fault(None, "The header's language is not a language tag.")
    licence = header.get("licence", "")
    if not isinstance(licence, str):
        raise _fault(None, "The header's licence is not a text.")
    commentators = _commentators(header["commentators"])
    extras = header.get("notes", {})
    if not isinstance(extras, dict):
        raise _fault(None, "The header's notes are not an object.")
    notes = tuple(_note(cue, commentators, extras.get(cue.id, {})) for cue in track.cues)
    ids = {note.id for note in notes}
    if len(ids) != len(notes):
        twice = next(note.id for index, note in enumerate(notes) if note.id in {item.id for item in notes[:index]})
        raise _fault(twice, f"The note id {twice!r} is used twice.")
    if sum(note.reveals is not None for note in notes) > MAX_REVEALS:
        raise _fault(None, f"More than {MAX_REVEALS} notes reveal something.")
    orphan = next((name for name in extras if name not in ids), None)
    if orphan is not None:
        raise _fault(orphan[:60], f"The header speaks of the note {orphan[:60]!r}, which is not in the file.")
    return NoteTrack(language, commentators, notes, licence)


def dump_notes(track: NoteTrack) -> bytes:
    """The track as a notes file; `parse_notes` gives the same track back."""
    header = {
        "format": FORMAT,
        "language": track.language,
        "licence": track.licence,
        "commentators": [
            {"id": person.id, "name": dict(person.name), "role": dict(person.role)} for person in track.commentators
        ],
        "notes": {note.id: extras for note in track.notes if (extras := _extras(note))},
    }
    text = json.dumps(header, ensure_ascii=False, indent=1).replace(">", "\\u003e")
    blocks = [
        f"{note.id}\n{clock(note.start_ms)} --> {clock(note.end_ms)}\n"
        f"<v {note.commentator}><c.{note.topic}>{escape(note.title)}</c>\n{escape(note.body)}"
        for note in track.notes
    ]
    return "\n\n".join(["WEBVTT", f"NOTE\n{text}", *blocks, ""]).encode("utf-8")


def _extras(note: Note) -> dict[str, object]:
    extras: dict[str, object] = {}
    if note.anchor_ms is not None:
        extras["anchor"] = clock(note.anchor_ms)
    if note.depth != "essential":
        extras["depth"] = note.depth
    if note.sources:
        extras["sources"] = list(note.sources)
    if note.glossary:
        extras["glossary"] = [vars(entry) for entry in note.glossary]
    if note.reveals:
        extras["reveals"] = {"what": note.reveals.what, "at": clock(note.reveals.at_ms)}
    if note.place != "card":
        extras["place"] = note.place
    if note.image:
        extras["image"] = note.image
    return extras


def _header(comments: tuple[str, ...]) -> dict[str, Json]:
    text = next((comment for comment in comments if comment.startswith("{")), None)
    if text is None:
        raise _fault(None, "The notes file lacks its header: a NOTE block with JSON before the first note.")
    header = parse_json(text.encode("utf-8"), LIMIT_BYTES, Code.NOTES_MALFORMED, "The notes' header")
    if not isinstance(header, dict) or header.get("format") != FORMAT:
        raise _fault(None, f"The notes' header is not of the format {FORMAT}.")
    if not {"language", "commentators"} <= set(header) <= _HEADER_FIELDS:
        raise _fault(None, f"The notes' header must hold language and commentators, and only {sorted(_HEADER_FIELDS)}.")
    return header


def _commentators(value: Json) -> tuple[Commentator, ...]:
    if not isinstance(value, list) or not 1 <= len(value) <= 16:
        raise _fault(None, "The header must name 1 to 16 commentators.")
    people = []
    for item in value:
        if not isinstance(item, dict) or set(item) != {"id", "name", "role"}:
            raise _fault(None, "A commentator must have an id, a name and a role.")
        name = item["id"]
        if not isinstance(name, str) or not is_safe_name(name):
            raise _fault(None, "A commentator's id is not a plain name.")
        people.append(Commentator(name, _words(item["name"]), _words(item["role"])))
    if len({person.id for person in people}) != len(people):
        raise _fault(None, "A commentator is named twice.")
    return tuple(people)


def _words(value: Json) -> Words:
    if (
        not isinstance(value, dict)
        or not value
        or not all(is_language(tag) and isinstance(text, str) and text for tag, text in value.items())
    ):
        raise _fault(None, "A commentator's name or role does not map language tags to texts.")
    return cast("dict[str, str]", value)


def _note(cue: RawCue, commentators: tuple[Commentator, ...], extras: Json) -> Note:
    at = f"The note at {clock(cue.start_ms)}"
    if not is_safe_name(cue.id) or len(cue.id) > 80:
        raise _fault(cue.id[:80], f"{at} needs an id of letters, digits and hyphens on the line above its times.")
    at = f"The note {cue.id!r}"
    payload = "\n".join(cue.lines)
    voice, topic = _VOICE.search(payload), _TOPIC.search(payload)
    if not voice:
        raise _fault(cue.id, f"{at} does not say who wrote it: it must start with <v commentator>.")
    spoken_by = plain_text(voice[1])
    person = next((item.id for item in commentators if spoken_by in (item.id, *item.name.values())), None)
    if person is None:
        raise _fault(cue.id, f"{at} is by {spoken_by[:60]!r}, whom the header does not name.")
    if not topic or topic[1] not in TOPICS:
        raise _fault(cue.id, f"{at} needs a topic, one of <c.{'>, <c.'.join(TOPICS)}>.")
    title, *body = (plain_text(line) for line in cue.lines)
    text = "\n".join(filter(None, body))
    if not title or not text:
        raise _fault(cue.id, f"{at} needs a title on its first line and a text below.")
    return _with_extras(Note(cue.id, cue.start_ms, cue.end_ms, person, topic[1], title, text), extras, at)


def _with_extras(note: Note, extras: Json, at: str) -> Note:
    if not isinstance(extras, dict) or not set(extras) <= _EXTRA_FIELDS:
        raise _fault(note.id, f"{at} has extras in the header that are not among {sorted(_EXTRA_FIELDS)}.")
    anchor_ms = _time(extras["anchor"], note.id, at, "an anchor") if "anchor" in extras else None
    depth = extras.get("depth", "essential")
    if depth not in get_args(Depth):
        raise _fault(note.id, f"{at} has a depth that is not one of {', '.join(get_args(Depth))}.")
    place = extras.get("place", "card")
    if place not in get_args(Place):
        raise _fault(note.id, f"{at} has a place that is not one of {', '.join(get_args(Place))}.")
    image = extras.get("image", "")
    if not isinstance(image, str) or (image and not is_safe_name(image)):
        raise _fault(note.id, f"{at} has an image that is not the plain name of a file beside it.")
    sources = extras.get("sources", [])
    if not isinstance(sources, list) or not all(isinstance(item, str) and item for item in sources):
        raise _fault(note.id, f"{at} has sources that are not a list of texts.")
    return Note(
        note.id,
        note.start_ms,
        note.end_ms,
        note.commentator,
        note.topic,
        note.title,
        note.body,
        anchor_ms,
        cast("Depth", depth),
        tuple(cast("list[str]", sources)),
        _glossary(extras.get("glossary", []), note.id, at),
        _reveal(extras["reveals"], note.id, at) if "reveals" in extras else None,
        cast("Place", place),
        image,
    )


def _time(value: Json, note_id: str, at: str, what: str) -> int:
    time_ms = parse_clock(value) if isinstance(value, str) else None
    if time_ms is None:
        raise _fault(note_id, f"{at} has {what} that is not a time like 00:01:02.500.")
    return time_ms


def _reveal(value: Json, note_id: str, at: str) -> Reveal:
    if not isinstance(value, dict) or set(value) != {"what", "at"}:
        raise _fault(note_id, f"{at} must say what it reveals and at what time the film does.")
    what = value["what"]
    if not isinstance(what, str) or not what.strip():
        raise _fault(note_id, f"{at} reveals something that is not a text.")
    return Reveal(what, _time(value["at"], note_id, at, "a reveal"))


def _glossary(value: Json, note_id: str, at: str) -> tuple[GlossaryEntry, ...]:
    fields = ("term", "hanzi", "pinyin", "meaning")
    if not isinstance(value, list):
        raise _fault(note_id, f"{at} has a glossary that is not a list.")
    entries = []
    for item in value:
        if (
            not isinstance(item, dict)
            or not {"term", "meaning"} <= set(item) <= set(fields)
            or not all(isinstance(text, str) for text in item.values())
        ):
            raise _fault(note_id, f"{at} has a glossary entry without a term and a meaning.")
        entries.append(GlossaryEntry(*(str(item.get(name, "")) for name in fields)))
    return tuple(entries)


def _fault(note: str | None, message: str) -> CinemaError:
    return CinemaError(Code.NOTES_MALFORMED, message, {} if note is None else {"note": note})
