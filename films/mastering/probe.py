"""What ffmpeg says of a source, and a fingerprint that tells whether it is still the same one."""

import hashlib
import re
import subprocess
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

from core import CinemaError, Code
from films.colours import Colour
from films.mastering.ffmpeg import ffmpeg_path
from films.mastering.options import FrameSource

PROBE_S = 60.0
_SAMPLE_BYTES = 4 << 20
_RATES = tuple(
    Fraction(rate) for rate in ("24000/1001", "24", "25", "30000/1001", "30", "48", "50", "60000/1001", "60")
)
_DURATION = re.compile(r"^ *Duration: (\d+):(\d\d):(\d\d)\.(\d+)", re.MULTILINE)
_VIDEO = re.compile(r"^ *Stream #0:\d+.*?: Video: (?!.*\(attached pic\)).*$", re.MULTILINE)
_AUDIO = re.compile(r"^ *Stream #0:\d+.*?: Audio: .*$", re.MULTILINE)
_SIZE = re.compile(r", (\d{2,5})x(\d{2,5})")
_ASPECT = re.compile(r"\[SAR (\d+):(\d+) ")
_RATE = re.compile(r", ([\d.]+)(k?) (?:fps|tbr)\b")
_PIXELS = re.compile(r", [a-z]+[a-z0-9]*\(([^)]*)\)")
_TURNED = re.compile(r"rotation of -?(?:90|270)\.")


@dataclass(frozen=True)
class SourceFacts:
    """The picture's size in square pixels, its rate and length, and whether there is sound."""

    width: int
    height: int
    fps: Fraction
    duration_ms: int
    channels: int
    """Of its sound; 0 where there is none."""
    fingerprint: str
    colour: Colour = field(default_factory=Colour)


@dataclass(frozen=True)
class SoundFacts:
    """The channels of a sound file, and a fingerprint."""

    channels: int
    fingerprint: str


def look_at(source: Path | FrameSource) -> SourceFacts:
    """The facts of a file or of a drawn film. Raises `CinemaError` (file-missing, source-unreadable)."""
    return _look_at_file(source) if isinstance(source, Path) else _look_at_frames(source)


def _look_at_frames(source: FrameSource) -> SourceFacts:
    fps = Fraction(source.fps_num, source.fps_den)
    if source.width % 2 or source.height % 2 or min(source.width, source.height) < 16 or source.frame_count < 1:
        raise CinemaError(Code.SOURCE_UNREADABLE, "A drawn film needs even sizes and at least one frame.")
    return SourceFacts(
        source.width,
        source.height,
        fps,
        round(source.frame_count * 1000 / fps),
        look_at_sound(source.audio).channels if source.audio is not None else 0,
        f"frames:{source.fingerprint}",
    )


def look_at_sound(path: Path) -> SoundFacts:
    """The facts of a sound file. Raises `CinemaError` (file-missing, source-unreadable)."""
    sound = _AUDIO.search(_said_of(path))
    if sound is None:
        raise CinemaError(Code.SOURCE_UNREADABLE, f"{path.name} holds no sound that ffmpeg can read.")
    return SoundFacts(_channels(sound[0]), _fingerprint(path))


def sound_length_ms(path: Path) -> int:
    """How long a sound file is. Raises `CinemaError` (file-missing, source-unreadable)."""
    duration = _DURATION.search(_said_of(path))
    if duration is None:
        raise CinemaError(Code.SOURCE_UNREADABLE, f"{path.name} does not say how long it is.")
    return _milliseconds(duration)


def _milliseconds(duration: re.Match[str]) -> int:
    hours, minutes, seconds, fraction = (int(part) for part in duration.groups())
    thousandths = round(fraction * 1000 / int("1" + "0" * len(duration[4])))
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + thousandths


def _said_of(path: Path) -> str:
    """What ffmpeg prints of a file."""
    if not path.is_file():
        raise CinemaError(Code.FILE_MISSING, f"There is no file {path}.")
    try:
        answer = subprocess.run(  # noqa: S603 - our own ffmpeg
            [ffmpeg_path(), "-hide_banner", "-nostdin", "-protocol_whitelist", "file", "-i", f"file:{path.resolve()}"],
            capture_output=True,
            timeout=PROBE_S,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise CinemaError(Code.SOURCE_UNREADABLE, "ffmpeg cannot make out what this file is.") from error
    return answer.stderr.decode("utf-8", "replace")


def _channels(line: str) -> int:
    """From ``stereo``, ``5.1(side)``, ``6 channels`` and the like; two where it says nothing we know."""
    named = re.search(r" Hz, (?:(\d)\.(\d)|(\d+) channels|(mono))", line)
    if named is None:
        return 2
    if named[1]:
        return int(named[1]) + int(named[2])
    return int(named[3]) if named[3] else 1


def _look_at_file(path: Path) -> SourceFacts:
    text = _said_of(path)
    sound = _AUDIO.search(text)
    video, duration = _VIDEO.search(text), _DURATION.search(text)
    size = _SIZE.search(video[0]) if video else None
    rate = _RATE.search(video[0]) if video else None
    if not video or not size or not rate or not duration:
        raise CinemaError(Code.SOURCE_UNREADABLE, "This file holds no film that ffmpeg can read.")
    width, height = int(size[1]), int(size[2])
    aspect = _ASPECT.search(video[0])
    if aspect and int(aspect[1]) and int(aspect[2]):
        width = round(width * int(aspect[1]) / int(aspect[2]))
    if _TURNED.search(text):
        width, height = height, width
    duration_ms = _milliseconds(duration)
    if duration_ms <= 0:
        raise CinemaError(Code.SOURCE_UNREADABLE, "This file holds no film of any length.")
    return SourceFacts(
        width,
        height,
        _rate(float(rate[1]) * (1000 if rate[2] else 1)),
        duration_ms,
        _channels(sound[0]) if sound else 0,
        _fingerprint(path),
        _colour(video[0]),
    )


def _colour(line: str) -> Colour:
    """From ``yuv420p10le(tv, bt2020nc/bt2020/smpte2084, progressive)``; one name alone holds for all three."""
    pixels = _PIXELS.search(line)
    for part in pixels[1].split(", ") if pixels else ():
        names = ["" if name == "unknown" else name for name in part.split("/")]
        if len(names) == 3:
            return Colour(matrix=names[0], primaries=names[1], transfer=names[2])
    return Colour()


def _rate(said: float) -> Fraction:
    """The cinema or television rate that ffmpeg, which says two decimals, means."""
    nearest = min(_RATES, key=lambda rate: abs(float(rate) - said))
    if abs(float(nearest) - said) < 0.011:
        return nearest
    return Fraction(said).limit_denominator(1001) if 1 <= said <= 120 else Fraction(25)


def _fingerprint(path: Path) -> str:
    """Length, time of change, and the hash of both ends: a film file is too long to be hashed whole each time."""
    stat = path.stat()
    digest = hashlib.sha256(f"{stat.st_size}:{stat.st_mtime_ns}:".encode())
    with path.open("rb") as file:
        digest.update(file.read(_SAMPLE_BYTES))
        file.seek(max(0, stat.st_size - _SAMPLE_BYTES))
        digest.update(file.read(_SAMPLE_BYTES))
    return f"file:{digest.hexdigest()}"
