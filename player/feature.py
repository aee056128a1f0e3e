"""A feature: everything the player needs to show one film, handed over by whoever opened it."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from core import Cancel, CinemaError, Code
from films import (
    Cue,
    FileRef,
    Manifest,
    NoteTrack,
    Thumbnail,
    kept_back,
    parse_notes,
    parse_subtitles,
    parse_thumbnails,
    together,
)
from player.intervals import Interval
from player.presentation import Fetch, Presentation, unheard

AT_ONCE = 6
"""How many texts of a film are fetched at a time: one after the other each would wait for the line's delay anew."""


def no_key(key_id: str) -> bytes:
    """The key source of a clear film: it is never asked. Raises KeyError."""
    raise KeyError(key_id)


def no_sheet(name: str) -> bytes:
    """The sheet source of a film without thumbnails: it is never asked. Raises KeyError."""
    raise KeyError(name)


@dataclass(frozen=True)
class Feature:
    """One film ready to be shown: what it is made of, where its bytes and keys come from, its texts and rules."""

    presentation: Presentation
    fetch: Fetch
    key: Callable[[str], bytes] = no_key
    """16 bytes of a content key by id; called on worker threads; the answer is kept in memory only."""
    subtitles: Mapping[str, tuple[Cue, ...]] = field(default_factory=dict)
    """By BCP 47 language; for those who do not hear, with the private subtag ``x-sdh``, and after the others."""
    notes: Mapping[str, NoteTrack] = field(default_factory=dict)
    """By BCP 47 language."""
    thumbnails: tuple[Thumbnail, ...] = ()
    sheet: Callable[[str], bytes] = no_sheet
    """Bytes of a thumbnail sheet by its name; called on worker threads."""
    pictures: Mapping[str, str] = field(default_factory=dict)
    """The pictures of notes and commentators that are there, by name: the SHA-256 of each."""
    picture: Callable[[str], bytes] = no_sheet
    """Bytes of one of them by its name; called on worker threads."""
    shots_ms: tuple[int, ...] = ()
    """Times of hard cuts."""
    seek_allowed: bool = True
    """House rules: whether the viewer may move in the film."""
    stills_allowed: bool = True
    """House rules: whether the viewer may keep a picture of it."""
    start_ms: int = 0
    seen: tuple[Interval, ...] = ()
    """What of it was shown at earlier sittings."""
    line_bps: int | None = None
    """What the line to its bytes is known to carry, for example a disk; none where that is to be measured."""
    mark: str = ""
    """A short code that ties the showing to its ticket; drawn over the picture where not empty."""


def feature_of(manifest: Manifest, fetch: Fetch, key: Callable[[str], bytes], cancel: Cancel, **rules: Any) -> Feature:
    """A film package as a feature; its texts are fetched here. ``rules`` are the last fields of `Feature`.

    Raises `CinemaError` where a text cannot be fetched or read, or is not what the manifest says, and `Cancelled`.
    """

    def read(file: FileRef, cancel: Cancel = cancel) -> bytes:
        data = fetch(file.path, file.size_bytes, cancel, unheard)
        if hashlib.sha256(data).hexdigest() != file.sha256:
            message = "A text or picture of the film is not as it was signed; fetch the film again."
            raise CinemaError(Code.SEGMENT_CORRUPT, message)
        return data

    thumbnails = manifest.thumbnails
    tracks = [track.file for track in (*manifest.subtitles, *manifest.notes)]
    files = [*tracks, *([thumbnails.map] if thumbnails else [])]
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="texts") as readers:
        texts = dict(zip((file.path for file in files), readers.map(read, files), strict=True))
    subtitles = sorted(manifest.subtitles, key=lambda track: track.role == "sdh")
    pictures = {file.path.rpartition("/")[2]: file for file in manifest.pictures}
    sheets = {sheet.path.rpartition("/")[2]: sheet for sheet in thumbnails.sheets} if thumbnails else {}
    return Feature(
        presentation=Presentation.of(manifest),
        fetch=fetch,
        key=key,
        subtitles={track.tag: parse_subtitles(texts[track.file.path]) for track in subtitles},
        notes=_notes([parse_notes(texts[track.file.path]) for track in manifest.notes]),
        thumbnails=parse_thumbnails(texts[thumbnails.map.path]) if thumbnails else (),
        shots_ms=manifest.shots_ms,
        sheet=lambda name: read(sheets[name], Cancel()),
        pictures={name: file.sha256 for name, file in pictures.items()},
        picture=lambda name: read(pictures[name], Cancel()),
        **rules,
    )


def _notes(tracks: Sequence[NoteTrack]) -> dict[str, NoteTrack]:
    """By language, those of all its commentators; no note says what the film has not told yet."""
    languages = dict.fromkeys(track.language for track in tracks)
    whole = [together([track for track in tracks if track.language == language]) for language in languages]
    return {track.language: track for track in kept_back(whole)}
