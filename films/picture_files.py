"""What may be a picture of a note or a portrait, told by its own bytes."""

import re
from dataclasses import dataclass
from typing import Literal

from films.safe_paths import is_safe_name

LIMIT_BYTES = 4 << 20
MAX_SIDE = 8_192
MAX_PIXELS = 24_000_000
"""Such a picture takes less than 100 MB while it is drawn."""
MAX_PICTURES = 1_000
SUFFIXES = (".jpg", ".jpeg", ".png")

_PNG = b"\x89PNG\r\n\x1a\n"
_FRAMES = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
"""JPEG's markers before which width and height stand."""


@dataclass(frozen=True)
class PictureFacts:
    """What a picture's own bytes say of it; pixels."""

    kind: Literal["jpeg", "png"]
    width: int
    height: int


def picture_facts(data: bytes) -> PictureFacts | None:
    """The facts of a whole JPEG or PNG; none for anything else, whatever it is called."""
    if data.startswith(_PNG):
        whole = data[12:16] == b"IHDR" and len(data) >= 33 and b"IEND" in data[-16:]
        size = int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big")
        return PictureFacts("png", *size) if whole and all(size) else None
    if not data.startswith(b"\xff\xd8\xff") or b"\xff\xd9" not in data[-64:]:
        return None
    at = 2
    while at + 9 <= len(data) and data[at] == 0xFF:
        marker, length = data[at + 1], int.from_bytes(data[at + 2 : at + 4], "big")
        if marker == 0xFF:
            at += 1
        elif marker in _FRAMES:
            height, width = int.from_bytes(data[at + 5 : at + 7], "big"), int.from_bytes(data[at + 7 : at + 9], "big")
            return PictureFacts("jpeg", width, height) if width and height else None
        elif marker in (0x01, *range(0xD0, 0xD8)):
            at += 2
        else:
            at += 2 + max(2, length)
    return None


def picture_fault(data: bytes) -> str:
    """Why these bytes are no picture that is shown, to end a sentence; empty where they are one."""
    if len(data) > LIMIT_BYTES:
        return f"is larger than {LIMIT_BYTES >> 20} MiB"
    facts = picture_facts(data)
    if facts is None:
        return "is no whole JPEG or PNG picture"
    if max(facts.width, facts.height) > MAX_SIDE or facts.width * facts.height > MAX_PIXELS:
        return f"has {facts.width} x {facts.height} pixels, more than can be shown"
    return ""


def is_picture_name(name: str) -> bool:
    """Whether a picture of a package may be called so."""
    return is_safe_name(name) and name.lower().endswith(SUFFIXES)


def picture_name(name: str) -> str:
    """A name for a picture that comes from elsewhere, near to what it is called there."""
    stem, dot, suffix = name.rpartition(".")
    plain = re.sub(r"[^A-Za-z0-9]+", "-", stem if dot else name).strip("-").lower()[:60] or "picture"
    kept = f"{plain}.{suffix.lower() if dot else 'jpg'}"
    return kept if is_picture_name(kept) else f"picture-{plain}.jpg"
