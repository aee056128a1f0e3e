"""What can be played: renditions and their segments, whether from a film package, a foreign playlist or one file."""

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from pathlib import Path

from core import Cancel
from films import Manifest, Rendition, SoundRole

Received = Callable[[int], None]
"""Told, while something is read, how many bytes of it have come; what it raises ends the reading."""

Fetch = Callable[[str, int | None, Cancel, Received], bytes]
"""Reads one path of the source, whole; the size is given where it is known. Raises `CinemaError`."""


def unheard(_size_bytes: int) -> None:
    """A `Received` for a reader who does not want to know."""


KeySource = Callable[[str], bytes]
"""The 16 bytes of a content key by its id. Raises `CinemaError`."""


@dataclass(frozen=True)
class Piece:
    """An initialisation section or a segment: where it is and what it must be."""

    path: str
    duration_ms: int = 0
    size_bytes: int | None = None
    sha256: str | None = None
    key_id: str | None = None
    iv: str | None = None


@dataclass(frozen=True)
class Stream:
    """One rendition of the picture or the sound."""

    id: str
    codecs: str
    bandwidth_bps: int
    pieces: tuple[Piece, ...]
    init: Piece | None = None
    """None for MPEG-TS, which needs none."""
    width: int = 0
    height: int = 0
    frames_per_s: float = 0.0
    language: str | None = None
    role: SoundRole = "main"
    channels: int = 0
    """Of the sound; 0 where nothing says so."""

    @cached_property
    def begins_ms(self) -> tuple[int, ...]:
        """Where each segment begins in the film, and at last where the film ends."""
        return tuple(accumulate((piece.duration_ms for piece in self.pieces), initial=0))

    @property
    def duration_ms(self) -> int:
        """The sum of its segments."""
        return self.begins_ms[-1]

    def size_bytes(self, number: int) -> int:
        """Of a segment, as the manifest says or else as the bandwidth lets expect."""
        piece = self.pieces[number - 1]
        return piece.size_bytes or self.bandwidth_bps * piece.duration_ms // 8000

    def rate_bps(self, number: int, count: int) -> int:
        """Of the next ``count`` segments from ``number`` on together, which may be far below the peak."""
        pieces = self.pieces[number - 1 : number - 1 + count]
        length_ms = self.begins_ms[number - 1 + len(pieces)] - self.begins_ms[number - 1]
        size = sum(self.size_bytes(number + place) for place in range(len(pieces)))
        return size * 8000 // length_ms if length_ms else self.bandwidth_bps

    def piece(self, number: int) -> Piece | None:
        """A segment by its number, from 1; 0 is the initialisation section, none where there is none."""
        return self.pieces[number - 1] if number else self.init

    def number_at(self, time_ms: int) -> int:
        """The number, from 1, of the segment on screen at a film time; the last one beyond the end."""
        return min(max(1, bisect_right(self.begins_ms, time_ms)), max(1, len(self.pieces)))


@dataclass(frozen=True)
class Presentation:
    """Everything the gateway needs to serve one thing; ``file`` is set for a plain local file instead."""

    duration_ms: int
    video: tuple[Stream, ...] = ()
    """Best first."""
    audio: tuple[Stream, ...] = ()
    file: Path | None = None
    from_zero: bool = True
    """Whether the times inside its segments begin at zero, as those of packages do."""

    @classmethod
    def of(cls, manifest: Manifest) -> "Presentation":
        """A film package's own renditions."""
        return cls(
            manifest.running_time_ms,
            tuple(_stream(rendition) for rendition in manifest.video),
            tuple(_stream(rendition) for rendition in manifest.audio),
        )


def _stream(rendition: Rendition) -> Stream:
    facts = rendition.video
    return Stream(
        id=rendition.id,
        codecs=rendition.codecs,
        bandwidth_bps=rendition.bandwidth_bps,
        init=Piece(rendition.init.path, 0, rendition.init.size_bytes, rendition.init.sha256),
        pieces=tuple(
            Piece(
                segment.file.path,
                segment.duration_ms,
                segment.file.size_bytes,
                segment.file.sha256,
                segment.key_id,
                segment.iv,
            )
            for segment in rendition.segments
        ),
        width=facts.width if facts else 0,
        height=facts.height if facts else 0,
        frames_per_s=facts.fps_num / facts.fps_den if facts else 0.0,
        language=rendition.language,
        role=rendition.role,
        channels=rendition.audio.channels if rendition.audio else 0,
    )
