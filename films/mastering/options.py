"""What mastering is asked for, and what it is made from."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Protocol

from core import Words
from films.manifest import Kind, SoundRole
from films.signing import SigningKey

PixelFormat = Literal["bgra", "rgba", "rgb24", "yuv420p"]


class FrameSource(Protocol):
    """A film that is drawn rather than read: raw frames one after another, and a sound file.

    ``yuv420p`` is BT.709 limited range (planar, Y then U then V); the others are packed, full range.
    """

    @property
    def width(self) -> int:
        """Pixels; even."""
        ...

    @property
    def height(self) -> int:
        """Pixels; even."""
        ...

    @property
    def fps_num(self) -> int:
        """Frames in ``fps_den`` seconds."""
        ...

    @property
    def fps_den(self) -> int:
        """1, or 1001 for the NTSC rates."""
        ...

    @property
    def pixel_format(self) -> PixelFormat:
        """How a frame's bytes are laid out."""
        ...

    @property
    def frame_count(self) -> int:
        """How many frames `frames` will yield."""
        ...

    @property
    def audio(self) -> Path | None:
        """A sound file that ffmpeg reads, for example WAV; none for a silent film."""
        ...

    @property
    def fingerprint(self) -> str:
        """Changes whenever the film would look or sound different; decides whether finished work is kept."""
        ...

    def frames(self) -> Iterator[bytes | bytearray | memoryview]:
        """The frames from the first; each exactly one picture. Called on the thread that called `master`."""
        ...


@dataclass(frozen=True)
class Rung:
    """One step of the ladder: a box (pixels) that the picture is fitted into, and what its encoding may cost."""

    id: str
    width: int
    height: int
    max_kbps: int
    crf: int = 22
    preset: str = "veryfast"
    """x264's, from ``ultrafast`` to ``veryslow``."""


RUNG_2K = Rung("2k", 2048, 1080, 12_000, 21, "superfast")
RUNG_1080P = Rung("1080p", 1920, 1080, 9_000, 21, "superfast")
RUNG_720P = Rung("720p", 1280, 720, 4_000, 22, "superfast")
RUNG_540P = Rung("540p", 960, 540, 2_200, 22)
RUNG_360P = Rung("360p", 640, 360, 1_000, 23)
FULL_LADDER = (RUNG_2K, RUNG_1080P, RUNG_720P, RUNG_540P, RUNG_360P)
FAST_LADDER = (RUNG_2K, RUNG_720P, RUNG_360P)


@dataclass(frozen=True)
class ExtraSound:
    """A sound that lies in a file of its own, as long as the film: another language, a commentary, a description."""

    language: str
    role: SoundRole
    file: Path


@dataclass(frozen=True)
class MasterOptions:
    """What to make of a film. Texts and pictures are files; content keys are made here."""

    package_id: str
    title_id: str
    names: Words
    signing_key: SigningKey
    kind: Kind = "feature"
    clear: bool = False
    """Without encryption, for trailers."""
    language: str = "zh"
    """What is spoken (BCP 47)."""
    sounds: tuple[ExtraSound, ...] = ()
    ladder: tuple[Rung, ...] = FAST_LADDER
    segment_ms: int = 4000
    key_rotation_ms: int = 600_000
    subtitles: Mapping[str, Path] = field(default_factory=dict)
    """WebVTT or SubRip files by language."""
    sdh: Mapping[str, Path] = field(default_factory=dict)
    """The same for those who do not hear: who speaks and what else is heard is written, too."""
    notes: Mapping[str, Path] = field(default_factory=dict)
    """Commentator notes by language."""
    poster: Path | None = None
    """2:3."""
    backdrop: Path | None = None
    """16:9."""
    shots_ms: tuple[int, ...] | None = None
    """Times of the hard cuts; looked for in the picture if not given."""
    thumbnail_every_ms: int | None = None
    """By default 1 s for shorts, up to 10 s for features."""
    audio_kbps: int = 160
    """Of a stereo sound; 5.1 gets two and a half times as much."""
    eidr: str | None = None
    extra: Words = field(default_factory=dict)
    created: str | None = None
    """RFC 3339, UTC; by default now."""
