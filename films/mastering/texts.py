"""Subtitles and notes on their way into a package: read strictly, then copied as they are."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from core import CinemaError, Code
from films.manifest import Commentator, TextRole
from films.manifest_rules import NOTES, is_language
from films.notes import parse_notes
from films.notes.pictures import pictures_beside
from films.picture_files import MAX_PICTURES
from films.subtitles import dump_subtitles, parse_subrip, parse_subtitles
from films.webvtt_text import LIMIT_BYTES, read_track

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class TextFile:
    """A file to be: where in the package, its bytes, language and, for notes, the commentators."""

    path: str
    data: bytes
    language: str
    commentators: tuple[Commentator, ...] = ()
    role: TextRole = "main"
    pictures: Mapping[str, bytes] = field(default_factory=dict)
    """Of notes and commentators, by name."""


def read_subtitle_files(files: Mapping[str, Path], role: TextRole = "main") -> tuple[TextFile, ...]:
    """Each language's subtitles as WebVTT. Raises `CinemaError` naming the file at fault."""
    return tuple(_subtitles(language, path, role) for language, path in files.items())


def read_note_files(files: Mapping[str, Path]) -> tuple[TextFile, ...]:
    """Each language's notes, with the pictures beside them. Raises `CinemaError` naming the file at fault."""
    read = tuple(_notes(language, path) for language, path in files.items())
    known: dict[str, bytes] = {}
    for name, data in (item for text in read for item in text.pictures.items()):
        if known.setdefault(name.lower(), data) != data:
            raise CinemaError(Code.NOTES_MALFORMED, f"Two pictures of the notes are called {name}; rename one.")
    if len(known) > MAX_PICTURES:
        raise CinemaError(Code.NOTES_MALFORMED, f"The notes have more than {MAX_PICTURES} pictures.")
    return read


def _subtitles(language: str, path: Path, role: TextRole) -> TextFile:
    data = _read(language, path)
    try:
        if data.removeprefix(b"\xef\xbb\xbf").startswith(b"WEBVTT"):
            cues = parse_subtitles(data)
            stamp = read_track(data, Code.SUBTITLES_MALFORMED).stamp
            if stamp is not None:  # of the stream that they were taken from: a package begins at zero
                local_ms, ticks = stamp
                data = dump_subtitles(cues if local_ms else parse_subtitles(data, ticks))
        else:
            data = dump_subtitles(parse_subrip(data))
    except CinemaError as error:
        raise CinemaError(error.code, f"{path}: {error.message}", error.details) from error
    name = language if role == "main" else f"{language}.{role}"
    return TextFile(f"subtitles/{name}.vtt", data, language, role=role)


def _notes(language: str, path: Path) -> TextFile:
    data = _read(language, path)
    try:
        track = parse_notes(data)
    except CinemaError as error:
        raise CinemaError(error.code, f"{path}: {error.message}", error.details) from error
    if track.language.lower() != language.lower():
        raise CinemaError(Code.NOTES_MALFORMED, f"{path} says it is in {track.language}, not in {language}.")
    pictures, left_out = pictures_beside(path.parent, track)
    for finding in left_out:
        log.warning("%s", finding.message)
    name = f"{NOTES}/{language}.{track.commentators[0].id}.vtt"
    return TextFile(name, data, language, track.commentators, pictures=pictures)


def _read(language: str, path: Path) -> bytes:
    if not is_language(language):
        raise CinemaError(Code.WRONG_USE, f"{language!r} is not a language tag.")
    try:
        with path.open("rb") as file:
            return file.read(LIMIT_BYTES + 1)
    except FileNotFoundError as error:
        raise CinemaError(Code.FILE_MISSING, f"There is no file {path}.") from error
    except OSError as error:
        raise CinemaError(Code.FILE_UNREADABLE, f"{path} cannot be read.") from error
