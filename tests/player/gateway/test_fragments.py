"""Fragments whose time does not begin at zero, as bytes."""

import struct

from hypothesis import given
from hypothesis import strategies as st

from player.gateway.fragments import begins_s, moved, read_header, without_pause


def box(kind: bytes, *content: bytes) -> bytes:
    data = b"".join(content)
    return struct.pack(">I4s", 8 + len(data), kind) + data


def fragment(track: int, time: int, *, wide: bool) -> bytes:
    tfdt = struct.pack(">BxxxQ" if wide else ">BxxxI", wide, time)
    return box(b"moof", box(b"traf", box(b"tfhd", struct.pack(">II", 0, track)), box(b"tfdt", tfdt)))


def track(number: int, rate: int, kind: bytes, pause: int) -> bytes:
    head = box(b"tkhd", struct.pack(">4xIII", 0, 0, number))
    edits = box(b"edts", box(b"elst", struct.pack(">4xIIi4x", 1, pause, -1))) if pause else b""
    mdhd = box(b"mdhd", struct.pack(">4xIII", 0, 0, rate))
    return box(b"trak", head, edits, box(b"mdia", mdhd, box(b"hdlr", struct.pack(">8x4s", kind))))


INIT = box(
    b"moov",
    box(b"mvhd", struct.pack(">4xIII", 0, 0, 1000)),
    track(1, 48_000, b"soun", 9_980),
    track(2, 24, b"vide", 10_000),
)


def test_the_picture_says_where_its_film_begins() -> None:
    header = read_header(INIT)
    assert (list(header.ticks), header.pause_s) == ([2, 1], 10.0)
    segment = fragment(1, 479_040, wide=False) + fragment(2, 240, wide=True) + fragment(2, 288, wide=True)
    assert begins_s(segment, header.ticks) == 10.0
    assert begins_s(fragment(7, 240, wide=True), header.ticks) is None


def test_what_is_moved_keeps_its_distances_and_its_length() -> None:
    ticks = read_header(INIT).ticks
    index = box(b"sidx", struct.pack(">4xIII", 2, 24, 288))
    segment = box(b"free") + index + fragment(2, 288, wide=True) + fragment(1, 576_000, wide=False)
    earlier = moved(segment, ticks, 10.0)
    assert earlier == box(b"free") + box(b"sidx", struct.pack(">4xIII", 2, 24, 48)) + fragment(
        2, 48, wide=True
    ) + fragment(1, 96_000, wide=False)
    assert begins_s(moved(segment, ticks, 1e6), ticks) == 0.0


def test_an_empty_edit_is_shortened_for_all_tracks_alike() -> None:
    shorter = without_pause(INIT, 9.0)
    assert read_header(shorter).pause_s == 1.0
    assert (len(shorter), read_header(without_pause(INIT, 99)).pause_s) == (len(INIT), 0.0)


@given(st.lists(st.sampled_from([b"moov", b"trak", b"mdhd", b"elst", b"tfdt", b"\0\0\0\1", b"\0\0\0\x10", b"\xff"])))
def test_what_are_no_boxes_is_left_alone(parts: list[bytes]) -> None:
    data = b"".join(parts)
    assert len(moved(data, {1: 24}, 5.0)) == len(without_pause(data, 5.0)) == len(data)
    read_header(data)
    nested = b""
    for _ in range(200):
        nested = box(b"moov", nested)
    assert read_header(nested).ticks == {}
