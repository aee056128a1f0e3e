"""Pictures for the seek bar: sprite sheets, and a WebVTT file that says which rectangle shows which time."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from core import CinemaError, Code
from films.safe_paths import is_safe_name
from films.webvtt_text import clock, read_track

_TARGET = re.compile(r"([A-Za-z0-9._-]{1,80})#xywh=(\d{1,5}),(\d{1,5}),(\d{1,5}),(\d{1,5})")


@dataclass(frozen=True)
class Thumbnail:
    """The rectangle of ``sheet`` (a file name beside the map; pixels) that shows ``start_ms`` up to ``end_ms``."""

    start_ms: int
    end_ms: int
    sheet: str
    x: int
    y: int
    width: int
    height: int


def parse_thumbnails(data: bytes) -> tuple[Thumbnail, ...]:
    """The rectangles in order of time (media fragments, ``NN.jpg#xywh=x,y,w,h``).

    Raises `CinemaError` (package-malformed).
    """
    found = []
    for cue in read_track(data, Code.PACKAGE_MALFORMED).cues:
        match = _TARGET.fullmatch("".join(cue.lines).strip())
        if not match or not is_safe_name(match[1]) or not int(match[4]) or not int(match[5]):
            raise CinemaError(
                Code.PACKAGE_MALFORMED, f"The thumbnail at {clock(cue.start_ms)} does not name a part of a sheet."
            )
        x, y, width, height = (int(match[group]) for group in range(2, 6))
        found.append(Thumbnail(cue.start_ms, cue.end_ms, match[1], x, y, width, height))
    return tuple(found)


def dump_thumbnails(thumbnails: Iterable[Thumbnail]) -> bytes:
    """The map as a WebVTT file."""
    blocks = [
        f"{clock(item.start_ms)} --> {clock(item.end_ms)}\n"
        f"{item.sheet}#xywh={item.x},{item.y},{item.width},{item.height}"
        for item in thumbnails
    ]
    return "\n\n".join(["WEBVTT", *blocks, ""]).encode("utf-8")
