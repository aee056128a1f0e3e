"""A rehearsal: 30 s from three places of a film, read from the library, opened with its real keys and decoded whole."""

import subprocess
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from core import Cancel
from films import CipherError, Manifest, Rendition, Segment, decrypt_segment, ffmpeg_path

LENGTH_MS = 30_000
PLACES = (0.0, 0.5, 1.0)
"""As shares of the running time: the last one is the end."""
SAMPLES_HZ = 8000
_TRIES_S = 120.0
_PICTURE = ("-progress", "pipe:1", "-map", "0:v:0", "-f", "null", "-")
_SOUND = ("-map", "0:a:0", "-ac", "1", "-ar", str(SAMPLES_HZ), "-f", "s16le", "pipe:1")


@dataclass(frozen=True)
class Rehearsal:
    """What came of it."""

    plays: bool
    speed: float
    """How many times faster than it is shown; of the slowest place."""


def rehearse(package: Path, manifest: Manifest, keys: Mapping[str, bytes], cancel: Cancel) -> Rehearsal:
    """Decode picture and sound of the best rendition in three places. Raises `CinemaError` (cancelled)."""
    speed = float("inf")
    for rendition in (*manifest.video[:1], *manifest.audio):
        for start in dict.fromkeys(int(share * max(0, manifest.running_time_ms - LENGTH_MS)) for share in PLACES):
            cancel.check()
            decoded = _decode(package, rendition, start, keys)
            if decoded is None:
                return Rehearsal(plays=False, speed=0.0)
            speed = min(speed, decoded)
    return Rehearsal(plays=True, speed=speed)


def _decode(package: Path, rendition: Rendition, start_ms: int, keys: Mapping[str, bytes]) -> float | None:
    """How many times faster than life it went; none where it does not open or does not decode to its length."""
    segments = tuple(_stretch(rendition, start_ms))
    try:
        clear = [(package / rendition.init.path).read_bytes()]
        clear += [_open((package / segment.file.path).read_bytes(), segment, keys) for segment in segments]
    except (OSError, KeyError, CipherError):
        return None
    wanted_ms = sum(segment.duration_ms for segment in segments)
    out = _PICTURE if rendition.video else _SOUND
    command = [ffmpeg_path(), "-v", "error", "-xerror", "-nostats", "-err_detect", "explode", "-i", "pipe:0", *out]
    began = time.monotonic()
    try:
        done = subprocess.run(command, input=b"".join(clear), capture_output=True, timeout=_TRIES_S, check=False)  # noqa: S603 - our own ffmpeg
    except (OSError, subprocess.TimeoutExpired):
        return None
    took_s = max(time.monotonic() - began, 1e-3)
    if done.returncode or done.stderr or not _whole(done.stdout, rendition, wanted_ms):
        return None
    return wanted_ms / 1000 / took_s


def _whole(said: bytes, rendition: Rendition, wanted_ms: int) -> bool:
    """Whether as many frames or samples came out as the stretch is long."""
    wanted, came = wanted_ms * SAMPLES_HZ / 1000, len(said) / 2
    if rendition.video:
        told = dict(line.split("=", 1) for line in said.decode("ascii", "replace").splitlines() if "=" in line)
        wanted = wanted_ms * rendition.video.fps_num / rendition.video.fps_den / 1000
        came = int(told.get("frame", "0"))
    return abs(came - wanted) <= wanted * 0.02 + (2 if rendition.video else SAMPLES_HZ / 5)


def _stretch(rendition: Rendition, start_ms: int) -> Iterator[Segment]:
    at = 0
    for segment in rendition.segments:
        if at + segment.duration_ms > start_ms and at < start_ms + LENGTH_MS:
            yield segment
        at += segment.duration_ms


def _open(data: bytes, segment: Segment, keys: Mapping[str, bytes]) -> bytes:
    if segment.key_id is None or segment.iv is None:
        return data
    return decrypt_segment(data, keys[segment.key_id], bytes.fromhex(segment.iv))
