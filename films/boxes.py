"""The few ISO BMFF boxes (ISO/IEC 14496-12) that say what a CMAF file holds. Never reads beyond its bytes."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

_CONTAINERS = frozenset({b"moov", b"trak", b"mdia", b"minf", b"stbl", b"moof", b"traf"})
_INIT_BOXES = frozenset({b"ftyp", b"moov", b"free", b"skip", b"uuid", b"sidx"})
_SEGMENT_BOXES = frozenset({b"styp", b"sidx", b"emsg", b"prft", b"moof", b"mdat", b"free", b"skip", b"uuid"})
_MAX_BOXES = 10_000


class BoxError(ValueError):
    """The bytes are not the boxes they should be."""


@dataclass(frozen=True)
class TrackFacts:
    """What an initialisation section says of its one track."""

    kind: Literal["video", "audio"]
    codecs: str
    """RFC 6381."""
    timescale: int
    width: int
    height: int
    channels: int
    sample_rate_hz: int


@dataclass(frozen=True)
class FragmentFacts:
    """Where a segment stands on its track's time line, in units of the track's timescale."""

    start: int
    duration: int


def read_init(data: bytes) -> TrackFacts:
    """The facts of an initialisation section with one H.264 or AAC track. Raises `BoxError`."""
    found = _find(data, _INIT_BOXES)
    if b"moov" not in found or len(found.get(b"trak", ())) != 1:
        msg = "no movie box with one track"
        raise BoxError(msg)
    try:
        return _track(found)
    except (KeyError, IndexError, struct.error) as error:
        msg = "the track's boxes are cut off"
        raise BoxError(msg) from error


def read_segment(data: bytes) -> FragmentFacts:
    """The time line of a media segment, whose samples must all lie inside it. Raises `BoxError`."""
    found = _find(data, _SEGMENT_BOXES)
    if not found.get(b"moof") or len(found.get(b"mdat", ())) != len(found[b"moof"]):
        msg = "no pair of movie fragment and media data"
        raise BoxError(msg)
    try:
        return _fragment(found)
    except (KeyError, IndexError, struct.error) as error:
        msg = "the fragment's boxes are cut off"
        raise BoxError(msg) from error


def _walk(data: bytes, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Type, first byte of the content and end, of each box."""
    while start < end:
        if start + 8 > end:
            msg = "a box is cut off"
            raise BoxError(msg)
        size, kind = struct.unpack_from(">I4s", data, start)
        header = 8
        if size == 1 and start + 16 <= end:
            (size,) = struct.unpack_from(">Q", data, start + 8)
            header = 16
        if size < header or start + size > end:
            msg = "a box is longer than its file"
            raise BoxError(msg)
        yield kind, start + header, start + size
        start += size


def _find(data: bytes, allowed: frozenset[bytes]) -> dict[bytes, list[bytes]]:
    found: dict[bytes, list[bytes]] = {}
    pending = [(0, len(data), 0)]
    count = 0
    while pending:
        start, end, depth = pending.pop(0)
        for kind, content, stop in _walk(data, start, end):
            count += 1
            if (depth == 0 and kind not in allowed) or count > _MAX_BOXES:
                msg = "there are boxes that do not belong there"
                raise BoxError(msg)
            if kind in _CONTAINERS:
                pending.append((content, stop, depth + 1))
            found.setdefault(kind, []).append(data[content:stop] if kind != b"mdat" else b"")
    return found


def _track(found: dict[bytes, list[bytes]]) -> TrackFacts:
    mdhd, stsd = found[b"mdhd"][0], found[b"stsd"][0]
    (timescale,) = struct.unpack_from(">I", mdhd, 20 if mdhd[0] == 1 else 12)
    if not timescale:
        msg = "the track has no timescale"
        raise BoxError(msg)
    entry_kind, entry = next((kind, stsd[start:stop]) for kind, start, stop in _walk(stsd, 8, len(stsd)))
    if entry_kind in (b"avc1", b"avc3"):
        width, height = struct.unpack_from(">HH", entry, 24)
        config = {kind: entry[start:stop] for kind, start, stop in _walk(entry, 78, len(entry))}[b"avcC"]
        return TrackFacts("video", f"{entry_kind.decode()}.{config[1:4].hex()}", timescale, width, height, 0, 0)
    if entry_kind == b"mp4a":
        channels = struct.unpack_from(">H", entry, 16)[0]
        return TrackFacts("audio", "mp4a.40.2", timescale, 0, 0, channels, struct.unpack_from(">I", entry, 24)[0] >> 16)
    msg = "the track is neither H.264 nor AAC"
    raise BoxError(msg)


def _fragment(found: dict[bytes, list[bytes]]) -> FragmentFacts:
    tfdt = found[b"tfdt"][0]
    start: int = struct.unpack_from(">Q" if tfdt[0] == 1 else ">I", tfdt, 4)[0]
    duration = sum(_run(tfhd, trun) for tfhd, trun in zip(found[b"tfhd"], found[b"trun"], strict=True))
    return FragmentFacts(start, duration)


def _run(tfhd: bytes, trun: bytes) -> int:
    flags = int.from_bytes(tfhd[1:4])
    offset = 8 + (8 if flags & 0x01 else 0) + (4 if flags & 0x02 else 0)
    default = struct.unpack_from(">I", tfhd, offset)[0] if flags & 0x08 else 0
    flags = int.from_bytes(trun[1:4])
    (count,) = struct.unpack_from(">I", trun, 4)
    if not flags & 0x100:
        return int(count * default)
    offset = 8 + (4 if flags & 0x01 else 0) + (4 if flags & 0x04 else 0)
    stride = 4 * (flags >> 8 & 0xF).bit_count()
    if offset + stride * count > len(trun):
        msg = "a run of samples is cut off"
        raise BoxError(msg)
    return sum(struct.unpack_from(">I", trun, offset + stride * index)[0] for index in range(count))
