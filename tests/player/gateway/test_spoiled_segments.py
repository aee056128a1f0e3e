"""Faults 11, 12, 15 and 22: what is altered, of a wrong kind, or late never reaches the reader in that state."""

import logging
import sys
import threading
from dataclasses import replace
from typing import Any

import pytest

from core import Cancel, CinemaError, Code

AVI = b"RIFF\x00\x10\x00\x00AVI LIST" + bytes(600)
MKV = b"\x1a\x45\xdf\xa3" + b"\x01matroska" + bytes(600)
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>' + b" " * 600
PLAYLIST = b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n" + b"\n" * 600


def one_bit(data: bytes) -> bytes:
    return data[:500] + bytes([data[500] ^ 4]) + data[501:]


SPOILT = {
    "one bit": one_bit,
    "short": lambda data: data[:-16],
    "long": lambda data: data + bytes(16),
    "empty": lambda _data: b"",
    "swapped": None,
    "another film": None,
}


def spoiler(film: Any, how: str) -> Any:
    stock = sys.modules[type(film).__module__]
    elsewhere = film.parts["6.m4s"] if how == "swapped" else stock.sealed(stock.box(b"moof", 1000, 200))
    return SPOILT[how] or (lambda _data: elsewhere)


@pytest.mark.parametrize("how", SPOILT)
def test_a_spoilt_segment_is_fetched_once_more_and_then_refused(projector: Any, film: Any, how: str) -> None:
    change = spoiler(film, how)
    film.spoil = lambda path, _time, data: change(data) if path == "5.m4s" else data
    play = projector.open(film)
    assert projector.get(play, "/v/5.m4s") == (404, b"")
    assert [error.code for error in projector.failures] == [Code.SEGMENT_CORRUPT]
    assert projector.whole_until_ms == 8_000
    assert film.fetched["5.m4s"] == 2
    assert projector.get(play, "/v/5.m4s") == (404, b"")
    assert film.fetched["5.m4s"] == 2


@pytest.mark.parametrize("how", SPOILT)
def test_a_segment_spoilt_on_its_way_once_is_shown_whole(projector: Any, film: Any, how: str) -> None:
    change = spoiler(film, how)
    film.spoil = lambda path, time, data: change(data) if path == "5.m4s" and time == 1 else data
    play = projector.open(film)
    assert projector.get(play, "/v/5.m4s") == (200, film.clear["5.m4s"])
    assert film.fetched["5.m4s"] == 2
    assert projector.failures == []


def test_a_source_that_finds_the_fault_itself_is_asked_once_more_too(projector: Any, film: Any) -> None:
    def spoil(_path: str, time: int, data: bytes) -> bytes:
        if time == 1:
            raise CinemaError(Code.SEGMENT_CORRUPT, "wrong length")
        return data

    film.spoil = spoil
    assert projector.get(projector.open(film), "/v/1.m4s") == (200, film.clear["1.m4s"])


@pytest.mark.parametrize("data", [AVI, MKV, SVG, PLAYLIST, b"", bytes(8), b"GIF89a" + bytes(600)])
@pytest.mark.parametrize("place", ["init.mp4", "2.m4s"])
def test_another_kind_of_media_never_reaches_the_reader(projector: Any, film: Any, data: bytes, place: str) -> None:
    presentation = film.presentation(hashed=False)
    stream = presentation.video[0]
    pieces = tuple(replace(piece, key_id=None, iv=None) for piece in stream.pieces)
    film.parts = {**film.clear, place: data}
    play = projector.open(film, replace(presentation, video=(replace(stream, pieces=pieces),)))
    name = "0.mp4" if place == "init.mp4" else "2.m4s"
    assert projector.get(play, f"/v/{name}") == (404, b"")
    assert projector.failures[0].code is Code.MEDIA_REFUSED


def test_only_mpeg_ts_is_taken_where_mpeg_ts_is_named(projector: Any, film: Any) -> None:
    presentation = film.presentation(hashed=False)
    stream = presentation.video[0]
    pieces = tuple(replace(piece, key_id=None, iv=None) for piece in stream.pieces)
    film.parts = {**film.clear, "1.m4s": (b"\x47" + bytes(187)) * 9}
    play = projector.open(film, replace(presentation, video=(replace(stream, init=None, pieces=pieces),)))
    assert projector.get(play, "/v/1.ts")[0] == 200
    assert projector.get(play, "/v/2.ts")[0] == 404
    assert projector.failures[0].code is Code.MEDIA_REFUSED


@pytest.mark.parametrize("size", [0, 7, 15, 17, 1_000_000])
def test_a_key_of_a_wrong_length_is_refused_after_one_question(projector: Any, film: Any, size: int) -> None:
    film.key = lambda _key_id: bytes(size)
    play = projector.open(film)
    for number in (1, 2, 3, 4):
        assert projector.get(play, f"/v/{number}.m4s") == (404, b"")
    assert [error.code for error in projector.failures] == [Code.KEY_MALFORMED]
    assert film.asked_keys == {"k1": 1}


def test_a_wrong_key_opens_nothing(projector: Any, film: Any) -> None:
    film.key = lambda _key_id: bytes(16)
    assert projector.get(projector.open(film), "/v/1.m4s") == (404, b"")
    assert projector.failures[0].code in {Code.SEGMENT_CORRUPT, Code.MEDIA_REFUSED}


def test_a_refused_key_is_asked_for_once_and_the_reason_is_told(projector: Any, film: Any) -> None:
    def refuse(_key_id: str) -> bytes:
        raise CinemaError(Code.REFUSED, "the ticket has ended")

    film.key = refuse
    play = projector.open(film)
    assert projector.get(play, "/v/1.m4s") == (404, b"")
    assert projector.failures[0].code is Code.REFUSED
    assert film.asked_keys == {"k1": 1}


def test_a_source_that_breaks_ends_the_play_with_a_code(projector: Any, film: Any) -> None:
    def fault(_path: str, _time: int, _data: bytes) -> bytes:
        message = "secret detail"
        raise ZeroDivisionError(message)

    film.spoil = fault
    assert projector.get(projector.open(film), "/v/1.m4s") == (404, b"")
    assert projector.failures[0].code is Code.INTERNAL


def test_a_dropped_line_holds_the_request_and_goes_on_by_itself(projector: Any, film: Any) -> None:
    down = threading.Event()
    down.set()
    tries = 0

    def line(path: str, cancel: Cancel) -> None:
        nonlocal tries
        cancel.check()
        if path == "6.m4s" and down.is_set():
            tries += 1
            raise CinemaError(Code.OFFLINE if tries % 2 else Code.SERVER_ERROR, "down")

    film.before = line
    play = projector.open(film)
    answers: list[tuple[int, bytes]] = []
    reader = threading.Thread(target=lambda: answers.append(projector.get(play, "/v/6.m4s")))
    reader.start()
    assert projector.told.get(timeout=10) == "down"
    reader.join(1.5)
    assert reader.is_alive()
    assert projector.get(play, "/v/1.m4s")[0] == 200
    down.clear()
    reader.join(15)
    assert answers == [(200, film.clear["6.m4s"])]
    assert projector.told.get(timeout=5) == "up"
    assert projector.told.empty()
    assert projector.failures == []
    assert 2 <= tries <= 8


def test_a_key_that_is_late_because_the_line_is_down_is_waited_for(projector: Any, film: Any) -> None:
    tries = iter([CinemaError(Code.OFFLINE, "down"), CinemaError(Code.SERVER_ERROR, "fault"), None])
    good = film.key

    def late(key_id: str) -> bytes:
        error = next(tries)
        if error:
            raise error
        return bytes(good(key_id))

    film.key = late
    assert projector.get(projector.open(film), "/v/1.m4s") == (200, film.clear["1.m4s"])
    assert projector.told.get(timeout=5) == "down"
    assert projector.told.get(timeout=5) == "up"


def test_logs_hold_neither_keys_nor_addresses(projector: Any, film: Any, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    film.spoil = lambda path, _time, data: one_bit(data) if path == "3.m4s" else data
    play = projector.open(film)
    for path in ("/master.m3u8", "/v.m3u8", "/v/1.m4s", "/v/3.m4s", "/../x"):
        projector.get(play, path)
    projector.gateway.close()
    secret = film.key("k1")
    for word in (play.url.split("/")[3], play.name, secret.hex(), repr(secret), "k1", "127.0.0.1"):
        assert word not in caplog.text
