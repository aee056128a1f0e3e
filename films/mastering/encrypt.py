"""Stage three: the clear segments become the package's: AES-128-CBC over each whole (RFC 8216 4.3.2.4)."""

import hashlib
import os
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from core import Cancel, CinemaError, Code
from films.keybox import KEY_BYTES
from films.manifest import FileRef, Segment
from films.segment_cipher import BLOCK_BYTES, encrypt_segment


@dataclass(frozen=True)
class SealedRendition:
    """One rendition as it lies in the package."""

    init: FileRef
    segments: tuple[Segment, ...]


@dataclass(frozen=True)
class Sealed:
    """What the stage leaves, in the order of the encoded renditions."""

    renditions: tuple[SealedRendition, ...]
    keys: Mapping[str, str]
    """Base64 by key id; kept in the staging until the keys are handed over."""


def file_ref(package: Path, path: str) -> FileRef:
    """Size and hash of a file of the package as it lies there."""
    data = (package / path).read_bytes()
    return FileRef(path, len(data), hashlib.sha256(data).hexdigest())


def make_keys(durations_ms: Sequence[int], rotation_ms: int) -> list[tuple[str, bytes]]:
    """For each segment the key that covers its start: a new one every ``rotation_ms`` of film."""
    if rotation_ms <= 0:
        raise CinemaError(Code.WRONG_USE, "Keys must rotate after more than no time.")
    keys: list[tuple[str, bytes]] = []
    start = period = 0
    for duration in durations_ms:
        if not keys or start // rotation_ms != period:
            period = start // rotation_ms
            keys.append((uuid.uuid4().hex, os.urandom(KEY_BYTES)))
        else:
            keys.append(keys[-1])
        start += duration
    return keys


def seal_rendition(
    clear: Path,
    package: Path,
    *,
    folder: str,
    durations_ms: Sequence[int],
    keys: Sequence[tuple[str, bytes]] | None,
    step: Callable[[int], None],
    cancel: Cancel,
) -> SealedRendition:
    """Copy one rendition into the package, encrypted where there are ``keys``; ``step`` hears of bytes done."""
    (package / folder).mkdir(parents=True, exist_ok=True)
    (package / folder / "init.mp4").write_bytes((clear / folder / "init.mp4").read_bytes())
    segments = []
    for index, duration_ms in enumerate(durations_ms):
        cancel.check()
        path = f"{folder}/{index + 1:05d}.m4s"
        data = (clear / path).read_bytes()
        key_id = iv = None
        written = data
        if keys is not None:
            key_id, key = keys[index]
            vector = os.urandom(BLOCK_BYTES)
            iv, written = vector.hex(), encrypt_segment(data, key, vector)
        (package / path).write_bytes(written)
        file = FileRef(path, len(written), hashlib.sha256(written).hexdigest())
        segments.append(Segment(file, duration_ms, key_id, iv, len(data)))
        step(len(data))
    return SealedRendition(file_ref(package, f"{folder}/init.mp4"), tuple(segments))
