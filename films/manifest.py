"""What a film package says about itself: every file with size and hash, segment by segment.

The manifest is JSON (``manifest.json``), signed detached over its exact bytes (``manifest.jws``).
Paths are relative, with ``/``, inside the package. Durations are integer milliseconds.
"""

from dataclasses import dataclass, field
from typing import Literal

from core import Words

FORMAT = "smart-cinema-package/1"

SDH_SUBTAG = "-x-sdh"

Kind = Literal["feature", "trailer"]
SoundRole = Literal["main", "commentary", "description"]
"""The film's own sound, somebody speaking about it, or the picture described for those who do not see it."""

TextRole = Literal["main", "sdh"]
"""What is said, or also who says it and what else is heard, for those who do not hear it."""


@dataclass(frozen=True)
class FileRef:
    """One file of the package as it lies on disk (encrypted if it is encrypted)."""

    path: str
    size_bytes: int
    sha256: str
    """Lower-case hexadecimal."""


@dataclass(frozen=True)
class Segment:
    """One CMAF segment: about 4 s of one rendition."""

    file: FileRef
    duration_ms: int
    key_id: str | None
    """Which content key; none for clear segments."""
    iv: str | None
    """32 hexadecimal digits (RFC 8216 4.3.2.4); none for clear segments."""
    clear_bytes: int
    """Length after decryption and removal of the PKCS7 padding."""


@dataclass(frozen=True)
class VideoFacts:
    """What a player needs to know of the picture before opening it."""

    width: int
    height: int
    fps_num: int
    fps_den: int
    colour: str
    """For example ``"bt709"``."""


@dataclass(frozen=True)
class AudioFacts:
    """What a player needs to know of the sound."""

    channels: int
    sample_rate_hz: int
    loudness_lufs: float | None
    """EBU R128 integrated loudness, where measured."""


@dataclass(frozen=True)
class Rendition:
    """One encoding of the picture or the sound: an initialisation section (always clear) and its segments."""

    id: str
    """For example ``"2k"``, ``"1080p"``, ``"en"``; the folder under ``video/`` or ``audio/``."""
    codecs: str
    """RFC 6381, for example ``"avc1.640028"``."""
    bandwidth_bps: int
    """Peak of any segment (RFC 8216 4.3.4.2)."""
    average_bps: int
    init: FileRef
    segments: tuple[Segment, ...]
    video: VideoFacts | None = None
    audio: AudioFacts | None = None
    language: str | None = None
    """BCP 47, for sound."""
    role: SoundRole = "main"


@dataclass(frozen=True)
class TextTrack:
    """A WebVTT file of the package: subtitles or commentator notes."""

    file: FileRef
    language: str
    commentator: str | None = None
    """For notes: the commentator's id."""
    role: TextRole = "main"

    @property
    def tag(self) -> str:
        """What tells the track from the others of its kind: its language, with the private subtag ``x-sdh`` for SDH."""
        return f"{self.language}{SDH_SUBTAG}" if self.role == "sdh" else self.language


@dataclass(frozen=True)
class Commentator:
    """Who wrote the notes."""

    id: str
    name: Words
    role: Words
    portrait: str = ""
    """The name of a picture beside the notes file; empty for none."""


@dataclass(frozen=True)
class Thumbnails:
    """Sprite sheets and the WebVTT file that maps times to them (``sheet.jpg#xywh=...``)."""

    map: FileRef
    sheets: tuple[FileRef, ...]


@dataclass(frozen=True)
class Manifest:
    """A film package, whole."""

    package_id: str
    title_id: str
    kind: Kind
    created: str
    """RFC 3339, UTC."""
    running_time_ms: int
    names: Words
    video: tuple[Rendition, ...]
    """Best first."""
    audio: tuple[Rendition, ...]
    subtitles: tuple[TextTrack, ...] = ()
    notes: tuple[TextTrack, ...] = ()
    commentators: tuple[Commentator, ...] = ()
    thumbnails: Thumbnails | None = None
    pictures: tuple[FileRef, ...] = ()
    """``notes/NAME``: what notes show, and portraits of their commentators."""
    posters: tuple[FileRef, ...] = ()
    """``poster/poster.jpg`` (2:3) and ``poster/backdrop.jpg`` (16:9)."""
    playlists: tuple[FileRef, ...] = ()
    """``hls.m3u8`` and the media playlists, for plain HLS players."""
    shots_ms: tuple[int, ...] = ()
    """Times of hard cuts."""
    eidr: str | None = None
    extra: Words = field(default_factory=dict)

    @property
    def key_ids(self) -> frozenset[str]:
        """Every content key that the package needs; empty for a clear package."""
        return frozenset(
            segment.key_id
            for rendition in (*self.video, *self.audio)
            for segment in rendition.segments
            if segment.key_id is not None
        )
