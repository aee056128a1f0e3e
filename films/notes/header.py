"""The JSON header of a notes file: commentators, and for each note what WebVTT has no place for.

`header.schema.json` says the same to other programs.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast, get_args

from core import Words
from core.strict_json import Json
from films.manifest import Commentator
from films.manifest_rules import is_language
from films.notes.track import Depth, GlossaryEntry, Note, NoteTrack, Place, Reveal
from films.safe_paths import is_safe_name
from films.webvtt_text import clock, parse_clock

FORMAT = "smart-cinema-notes/1"
MAX_REVEALS = 500
"""Each is looked for in every note."""
MAX_COMMENTATORS = 16

_HEADER_FIELDS = frozenset({"format", "language", "licence", "commentators", "notes"})
_EXTRA_FIELDS = frozenset({"anchor", "depth", "sources", "glossary", "reveals", "place", "image", "alt"})
_PERSON_FIELDS = ("id", "name", "role", "portrait")
_GLOSSARY_FIELDS = ("term", "hanzi", "pinyin", "meaning")


class Misfit(ValueError):
    """A value that does not fit; ``path`` leads to it from the header's root."""

    def __init__(self, path: tuple[str | int, ...], message: str) -> None:
        super().__init__(message)
        self.message, self.path = message, path


@dataclass(frozen=True)
class Extras:
    """What the header adds to one note."""

    anchor_ms: int | None = None
    depth: Depth = "essential"
    sources: tuple[str, ...] = ()
    glossary: tuple[GlossaryEntry, ...] = ()
    reveals: Reveal | None = None
    place: Place = "card"
    image: str = ""
    alt: str = ""


@dataclass(frozen=True)
class Header:
    """The header as values."""

    language: str
    licence: str
    commentators: tuple[Commentator, ...]
    extras: Mapping[str, Extras] = field(default_factory=dict)
    """By the note's id."""


def read_header(value: Json) -> Header:
    """The header that ``value`` is. Raises `Misfit`."""
    if not isinstance(value, dict) or value.get("format") != FORMAT:
        raise Misfit(("format",), f"The notes' header is not of the format {FORMAT}.")
    for name in ("language", "commentators"):
        if name not in value:
            raise Misfit((), f"The notes' header lacks its {name}.")
    _only(value, _HEADER_FIELDS, "The notes' header")
    language, licence, extras = value["language"], value.get("licence", ""), value.get("notes", {})
    if not isinstance(language, str) or not is_language(language):
        raise Misfit(("language",), "The header's language is not a language tag.")
    if not isinstance(licence, str):
        raise Misfit(("licence",), "The header's licence is not a text.")
    if not isinstance(extras, dict):
        raise Misfit(("notes",), "The header's notes are not an object.")
    read = {name: _extras(item, f"The note {name[:80]!r}", "notes", name) for name, item in extras.items()}
    if sum(item.reveals is not None for item in read.values()) > MAX_REVEALS:
        raise Misfit(("notes",), f"More than {MAX_REVEALS} notes reveal something.")
    return Header(language, licence, _commentators(value["commentators"]), read)


def header_of(track: NoteTrack) -> dict[str, object]:
    """The header of a track, ready for JSON."""
    return {
        "format": FORMAT,
        "language": track.language,
        "licence": track.licence,
        "commentators": [
            {"id": person.id, "name": dict(person.name), "role": dict(person.role)}
            | ({"portrait": person.portrait} if person.portrait else {})
            for person in track.commentators
        ],
        "notes": {note.id: extras for note in track.notes if (extras := _written(note))},
    }


def _written(note: Note) -> dict[str, object]:
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
    if note.alt:
        extras["alt"] = note.alt
    return extras


def _only(value: Mapping[str, Json], known: Sequence[str] | frozenset[str], what: str, *path: str | int) -> None:
    strange = next((name for name in value if name not in known), None)
    if strange is not None:
        raise Misfit((*path, strange), f"{what} has {strange[:60]!r}, which is not among {', '.join(sorted(known))}.")


def _commentators(value: Json) -> tuple[Commentator, ...]:
    if not isinstance(value, list) or not 1 <= len(value) <= MAX_COMMENTATORS:
        raise Misfit(("commentators",), f"The header must name 1 to {MAX_COMMENTATORS} commentators.")
    people: list[Commentator] = []
    for index, item in enumerate(value):
        path = ("commentators", index)
        if not isinstance(item, dict) or not {"id", "name", "role"} <= set(item):
            raise Misfit(path, "A commentator must have an id, a name and a role.")
        _only(item, _PERSON_FIELDS, "A commentator", *path)
        name, portrait = item["id"], item.get("portrait", "")
        if not isinstance(name, str) or not is_safe_name(name):
            raise Misfit((*path, "id"), "A commentator's id is not a plain name.")
        if any(person.id == name for person in people):
            raise Misfit((*path, "id"), "A commentator is named twice.")
        if not isinstance(portrait, str) or (portrait and not is_safe_name(portrait)):
            raise Misfit((*path, "portrait"), "A commentator's portrait is not the plain name of a file beside it.")
        words = _words(item["name"], *path, "name"), _words(item["role"], *path, "role")
        people.append(Commentator(name, *words, portrait))
    return tuple(people)


def _words(value: Json, *path: str | int) -> Words:
    if not isinstance(value, dict) or not value:
        raise Misfit(path, "A commentator's name or role does not map language tags to texts.")
    for tag, text in value.items():
        if not is_language(tag) or not isinstance(text, str) or not text:
            raise Misfit((*path, tag), "A commentator's name or role does not map language tags to texts.")
    return cast("dict[str, str]", value)


def _extras(value: Json, at: str, *path: str | int) -> Extras:
    if not isinstance(value, dict):
        raise Misfit(path, f"{at} has extras that are not an object.")
    _only(value, _EXTRA_FIELDS, at, *path)
    depth, place, image = value.get("depth", "essential"), value.get("place", "card"), value.get("image", "")
    alt = value.get("alt", "")
    if depth not in get_args(Depth):
        raise Misfit((*path, "depth"), f"{at} has a depth that is not one of {', '.join(get_args(Depth))}.")
    if place not in get_args(Place):
        raise Misfit((*path, "place"), f"{at} has a place that is not one of {', '.join(get_args(Place))}.")
    if not isinstance(image, str) or (image and not is_safe_name(image)):
        raise Misfit((*path, "image"), f"{at} has an image that is not the plain name of a file beside it.")
    if not isinstance(alt, str):
        raise Misfit((*path, "alt"), f"{at} describes its image by something that is not a text.")
    sources = value.get("sources", [])
    if not isinstance(sources, list) or not all(isinstance(item, str) and item for item in sources):
        raise Misfit((*path, "sources"), f"{at} has sources that are not a list of texts.")
    return Extras(
        _time(value["anchor"], f"{at} has an anchor", *path, "anchor") if "anchor" in value else None,
        cast("Depth", depth),
        tuple(cast("list[str]", sources)),
        _glossary(value.get("glossary", []), at, *path, "glossary"),
        _reveal(value["reveals"], at, *path, "reveals") if "reveals" in value else None,
        cast("Place", place),
        image,
        alt,
    )


def _time(value: Json, what: str, *path: str | int) -> int:
    time_ms = parse_clock(value) if isinstance(value, str) else None
    if time_ms is None:
        raise Misfit(path, f"{what} that is not a time like 00:01:02.500.")
    return time_ms


def _reveal(value: Json, at: str, *path: str | int) -> Reveal:
    if not isinstance(value, dict) or set(value) != {"what", "at"}:
        raise Misfit(path, f"{at} must say what it reveals and at what time the film does.")
    what = value["what"]
    if not isinstance(what, str) or not what.strip():
        raise Misfit((*path, "what"), f"{at} reveals something that is not a text.")
    return Reveal(what, _time(value["at"], f"{at} has a reveal", *path, "at"))


def _glossary(value: Json, at: str, *path: str | int) -> tuple[GlossaryEntry, ...]:
    if not isinstance(value, list):
        raise Misfit(path, f"{at} has a glossary that is not a list.")
    entries = []
    for index, item in enumerate(value):
        if not isinstance(item, dict) or not {"term", "meaning"} <= set(item):
            raise Misfit((*path, index), f"{at} has a glossary entry without a term and a meaning.")
        _only(item, _GLOSSARY_FIELDS, f"A glossary entry of {at[0].lower()}{at[1:]}", *path, index)
        if not all(isinstance(text, str) for text in item.values()):
            raise Misfit((*path, index), f"{at} has a glossary entry that is not made of texts.")
        entries.append(GlossaryEntry(*(str(item.get(name, "")) for name in _GLOSSARY_FIELDS)))
    return tuple(entries)
