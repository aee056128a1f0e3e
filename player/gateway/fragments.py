"""Fragmented MP4 (ISO/IEC 14496-12) whose time does not begin at zero, put on the film's own time."""

import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

LEAST_S = 1.0
"""What begins earlier than this begins at zero: the rest is how an encoder orders its first frames."""

_INSIDE = frozenset({b"moov", b"trak", b"edts", b"mdia", b"moof", b"traf"})
_WIDE = 1
"""The version of a box whose times have 64 bits."""
_DEEPEST = 4
_NOTHING = -1
"""The media time of an edit in which nothing is shown."""


@dataclass(frozen=True)
class Header:
    """What an initialisation section says of time; empty where it is not understood."""

    ticks: Mapping[int, int] = field(default_factory=dict)
    """A second, by track; the picture first."""
    pause_s: float = 0.0
    """How long nothing is shown before the first frame (an empty edit), whatever its own time is."""


def read_header(init: bytes) -> Header:
    """What an initialisation section says of time."""
    ticks: dict[int, int] = {}
    pictures = set()
    track = 0
    for kind, at, end in _boxes(init):
        if kind == b"tkhd":
            track = _number(init, at + (20 if init[at] == _WIDE else 12), 4, end)
        elif kind == b"mdhd" and (rate := _number(init, at + (20 if init[at] == _WIDE else 12), 4, end)):
            ticks[track] = rate
        elif kind == b"hdlr" and init[at + 8 : at + 12] == b"vide":
            pictures.add(track)
    pauses = {track: pause / rate for track, _, _, pause, rate in _pauses(init)}
    order = sorted(ticks, key=lambda track: track not in pictures)
    return Header({track: ticks[track] for track in order}, pauses.get(order[0], 0.0) if order else 0.0)


def without_pause(init: bytes, pause_s: float) -> bytes:
    """The initialisation section with so much less of empty time before its frames."""
    changed = bytearray(init)
    for _, at, size, pause, rate in _pauses(init):
        changed[at : at + size] = max(0, pause - round(pause_s * rate)).to_bytes(size)
    return bytes(changed)


def begins_s(segment: bytes, ticks: Mapping[int, int]) -> float | None:
    """When the first of a segment's fragments is decoded, in its stream's time; none where it does not say."""
    first: dict[int, float] = {}
    for track, at, size, rate in _times(segment, ticks):
        first.setdefault(track, _number(segment, at, size, len(segment)) / rate)
    return next((first[track] for track in ticks if track in first), None)


def moved(segment: bytes, ticks: Mapping[int, int], earlier_s: float) -> bytes:
    """The segment so much earlier, but not before zero."""
    changed = bytearray(segment)
    for _, at, size, rate in _times(segment, ticks, index=True):
        time = _number(segment, at, size, len(segment)) - round(earlier_s * rate)
        changed[at : at + size] = max(0, time).to_bytes(size)
    return bytes(changed)


def _pauses(init: bytes) -> Iterator[tuple[int, int, int, int, int]]:
    """Of each track that begins with an empty edit: where its length stands, how wide, the length, ticks a second."""
    track = rate = 0
    for kind, at, end in _boxes(init):
        wide = init[at] == _WIDE
        size = 8 if wide else 4
        if kind == b"mvhd":
            rate = _number(init, at + (20 if wide else 12), 4, end)
        elif kind == b"tkhd":
            track = _number(init, at + (20 if wide else 12), 4, end)
        elif kind == b"elst" and rate and at + 8 + 2 * size <= end and _number(init, at + 4, 4, end):
            shown = int.from_bytes(init[at + 8 + size : at + 8 + 2 * size], signed=True)
            if shown == _NOTHING:
                yield track, at + 8, size, _number(init, at + 8, size, end), rate


def _times(segment: bytes, ticks: Mapping[int, int], *, index: bool = False) -> Iterator[tuple[int, int, int, int]]:
    """Of each fragment: its track, where its decode time stands, how wide, ticks a second; of ``index`` boxes, too."""
    track = 0
    for kind, at, end in _boxes(segment):
        size = 8 if segment[at] == _WIDE else 4
        if kind == b"tfhd":
            track = _number(segment, at + 4, 4, end)
        elif kind == b"tfdt" and at + 4 + size <= end and track in ticks:
            yield track, at + 4, size, ticks[track]
        elif kind == b"sidx" and index and at + 12 + size <= end and (rate := _number(segment, at + 8, 4, end)):
            yield 0, at + 12, size, rate


def _boxes(data: bytes, start: int = 0, end: int | None = None, depth: int = 0) -> Iterator[tuple[bytes, int, int]]:
    """Kind, first byte of the content and end of each box and of those inside it; ends where they stop being boxes."""
    end = len(data) if end is None else end
    while start + 8 <= end:
        size, kind = struct.unpack_from(">I4s", data, start)
        head = 8
        if size == 1 and start + 16 <= end:
            (size,), head = struct.unpack_from(">Q", data, start + 8), 16
        if size < head or start + size > end:
            return
        if size > head:
            yield kind, start + head, start + size
        if kind in _INSIDE and depth < _DEEPEST:
            yield from _boxes(data, start + head, start + size, depth + 1)
        start += size


def _number(data: bytes, at: int, size: int, end: int) -> int:
    return int.from_bytes(data[at : at + size]) if at + size <= end else 0
