"""Stage three: the clear segments become the package's: AES-128-CBC over each whole (RFC 8216 4.3.2.4)."""

import hashlib
import os
import uuid
from collections.abc import Callable
from pathlib import Path

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7

from core import Cancel, CinemaError, Code
from films.keybox import KEY_BYTES
from films.manifest import FileRef, Segment
from films.strict_json import Json

BLOCK_BYTES = 16


def encrypt_segment(data: bytes, key: bytes, iv: bytes) -> bytes:
    """``data`` padded (PKCS7) and encrypted."""
    padder, encryptor = PKCS7(128).padder(), Cipher(algorithms.AES128(key), modes.CBC(iv)).encryptor()
    return encryptor.update(padder.update(data) + padder.finalize()) + encryptor.finalize()


def file_ref(package: Path, path: str) -> FileRef:
    """Size and hash of a file of the package as it lies there."""
    data = (package / path).read_bytes()
    return FileRef(path, len(data), hashlib.sha256(data).hexdigest())


def make_keys(durations_ms: list[int], rotation_ms: int) -> list[tuple[str, bytes]]:
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
    folder: str,
    durations_ms: list[int],
    keys: list[tuple[str, bytes]] | None,
    step: Callable[[int], None],
    cancel: Cancel,
) -> tuple[FileRef, tuple[Segment, ...]]:
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
    return file_ref(package, f"{folder}/init.mp4"), tuple(segments)


def durations_of(rendition: Json) -> list[int]:
    """The durations that the encoding stage found."""
    return list(rendition["durations_ms"])  # type: ignore[index,call-overload,arg-type]
