"""Servers that never end, drip, or pack bombs: bounded in time and memory, with a code (faults 13, 14 and 16)."""

import contextlib
import gzip
import socket
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from core import Cancel, CinemaError, Code
from player import HttpOrigin, foreign_feature
from player.addresses import is_public, may_reach
from player.presentation import unheard

OK = b"HTTP/1.1 200 OK\r\n"
MEDIA = b"#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXTINF:4,\na.ts\n#EXT-X-ENDLIST\n"

Say = Callable[[socket.socket], None]


class Rude:
    """Says what a test wants to whoever connects, and counts what was asked and what was taken."""

    def __init__(self) -> None:
        self.say: Say = lambda _line: None
        self.heard: list[bytes] = []
        self.taken = 0
        self.closing = threading.Event()
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    def _accept(self) -> None:
        while True:
            try:
                line, _ = self._socket.accept()
            except OSError:
                return
            if self.closing.is_set():
                line.close()
                return
            thread = threading.Thread(target=self._talk, args=(line,))
            self._threads.append(thread)
            thread.start()

    def _talk(self, line: socket.socket) -> None:
        with line, contextlib.suppress(OSError):
            line.settimeout(10)
            self.heard.append(line.recv(65536))
            self.say(line)

    def give(self, line: socket.socket, data: bytes) -> None:
        line.sendall(data)
        self.taken += len(data)

    def for_ever(self, line: socket.socket, head: bytes, again: bytes, pause_s: float = 0) -> None:
        self.give(line, head)
        while not self.closing.wait(pause_s):
            self.give(line, again)

    def close(self) -> None:
        self.closing.set()
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", self.port), 5).close()
        self._socket.close()
        for thread in self._threads:
            thread.join(10)


@pytest.fixture
def rude() -> Iterator[Rude]:
    made = Rude()
    yield made
    made.close()


def code_of(read: Callable[[], object], limit_s: float = 4.0) -> Code:
    started = time.monotonic()
    with pytest.raises(CinemaError) as caught:
        read()
    assert time.monotonic() - started < limit_s
    return caught.value.code


def test_the_body_of_a_redirect_is_not_read(rude: Rude) -> None:
    def say(line: socket.socket) -> None:
        if b"GET /old" in rude.heard[-1]:
            rude.for_ever(line, b"HTTP/1.1 302 Found\r\nLocation: /new\r\n\r\n", bytes(65536))
        else:
            rude.give(line, OK + b"Content-Length: 4\r\n\r\nfilm")

    rude.say = say
    assert HttpOrigin(timeout_s=1)(rude.url + "/old", None, Cancel()) == b"film"
    assert rude.taken < 16 << 20


@pytest.mark.parametrize("status", [404, 500])
def test_the_body_of_a_refusal_is_not_read(rude: Rude, status: int) -> None:
    rude.say = lambda line: rude.for_ever(line, b"HTTP/1.1 %d No\r\n\r\n" % status, bytes(65536))
    assert code_of(lambda: HttpOrigin(timeout_s=1)(rude.url, None, Cancel())) in {Code.NOT_FOUND, Code.SERVER_ERROR}
    assert rude.taken < 16 << 20


@pytest.mark.parametrize(
    ("head", "again"),
    [
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 500),
        (OK, b"X: " + b"y" * 60_000 + b"\r\n"),
        (OK, b"X: y\r\n" * 1000),
        (OK + b"X: ", b"y" * 60_000),
        (OK + b"Transfer-Encoding: chunked\r\n\r\n0\r\n", b"X: y\r\n" * 1000),
        (OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1;" + b"x" * 60_000 + b"\r\nf\r\n"),
        (b"HTTP/1.1 200 ", b"O" * 60_000),
    ],
    ids=["continue", "long headers", "many headers", "one header", "trailers", "chunk extensions", "first line"],
)
def test_an_answer_that_never_ends_is_given_up(rude: Rude, head: bytes, again: bytes) -> None:
    rude.say = lambda line: rude.for_ever(line, head, again)
    origin = HttpOrigin(limit_bytes=1 << 20, timeout_s=1)
    assert code_of(lambda: origin(rude.url + "/a", None, Cancel())) in {Code.OFFLINE, Code.MEDIA_REFUSED}
    assert rude.taken < 32 << 20


@pytest.mark.parametrize(
    "head",
    [b"", OK, OK + b"X: ", OK + b"\r\n", OK + b"Content-Length: 500000\r\n\r\n", OK + b"Transfer-Encoding: chunked\r\n\r\n"],
    ids=["first line", "headers", "one header", "body", "announced body", "chunks"],
)  # fmt: skip
def test_an_answer_that_drips_is_as_good_as_none(rude: Rude, head: bytes) -> None:
    rude.say = lambda line: rude.for_ever(line, head, b"1", 0.05)
    assert code_of(lambda: HttpOrigin(timeout_s=0.5)(rude.url + "/a", None, Cancel())) is Code.OFFLINE


def test_a_slow_line_that_is_no_trick_is_waited_for(rude: Rude) -> None:
    def say(line: socket.socket) -> None:
        rude.give(line, OK + b"Content-Length: 120000\r\n\r\n")
        for _ in range(12):
            time.sleep(0.1)
            rude.give(line, bytes(10_000))

    rude.say = say
    assert len(HttpOrigin(timeout_s=0.5)(rude.url + "/a", None, Cancel())) == 120_000


def test_a_packed_bomb_stays_packed(rude: Rude) -> None:
    bomb = gzip.compress(bytes(64 << 20))
    rude.say = lambda line: rude.give(
        line, OK + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(bomb) + bomb
    )
    assert HttpOrigin()(rude.url + "/a", None, Cancel()) == bomb
    assert code_of(lambda: foreign_feature(rude.url + "/m.m3u8")) is Code.PLAYLIST_REFUSED


@pytest.mark.parametrize(
    "answer",
    [b"", b"\x00" * 1000, b"SSH-2.0-OpenSSH_9\r\n", b"HTTP/1.1 99999 x\r\n\r\n", b"HTTP/9.9\r\n\r\n", b"ICY 200 OK\r\n\r\n",
     OK + b"Content-Length: 9\r\n\r\nshort", OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nfilm", OK + b"Content-Length: 1\r\nContent-Length: 9\r\n\r\n",
     b"HTTP/1.1 302 Found\r\nLocation: http://[::1\r\n\r\n", b"HTTP/1.1 302 Found\r\nLocation: \x80\xff\r\n\r\n"],
)  # fmt: skip
def test_what_is_no_answer_has_a_code(rude: Rude, answer: bytes) -> None:
    rude.say = lambda line: rude.give(line, answer)
    assert code_of(lambda: HttpOrigin(timeout_s=1)(rude.url + "/a", None, Cancel())) in {Code.OFFLINE, Code.REDIRECTED}


def test_a_name_that_moves_into_this_machine_after_the_playlist_is_asked_nothing_more(
    rude: Rude, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DNS rebinding: the address that was typed was public when its playlist was read."""
    rude.say = lambda line: rude.give(line, OK + b"Content-Length: %d\r\n\r\n" % len(MEDIA) + MEDIA)
    peers = iter([("93.184.216.34", 80), ("127.0.0.1", 80), ("192.168.1.1", 80)])
    monkeypatch.setattr(socket.socket, "getpeername", lambda _self: next(peers))
    feature = foreign_feature(rude.url + "/m.m3u8")
    assert len(rude.heard) == 1
    piece = feature.presentation.video[0].pieces[0]
    for _ in range(2):
        assert code_of(lambda: feature.fetch(piece.path, None, Cancel(), unheard)) is Code.PLAYLIST_REFUSED
    assert [asked for asked in rude.heard[1:] if asked] == []


def test_not_even_a_handshake_goes_to_a_host_that_is_not_allowed(rude: Rude) -> None:
    origin = HttpOrigin(home="https://films.example/m.m3u8", timeout_s=1)
    assert code_of(lambda: origin(f"https://127.0.0.1:{rude.port}/a", None, Cancel())) is Code.PLAYLIST_REFUSED
    rude.close()
    assert [asked for asked in rude.heard if asked] == []


PRIVATE = [
    "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:0:127.0.0.1", "64:ff9b::127.0.0.1", "64:ff9b:1::10.0.0.1", "2002:7f00:1::", "2002:c0a8:101::1",
    "2001:0:0:0:0:0:f5ff:fffe", "fec0::1", "fc00::1", "fd12::1", "100::1", "2001:db8::1", "198.18.0.1", "240.0.0.1",
    "::1", "ff0e::1",
]  # fmt: skip


@pytest.mark.parametrize("host", PRIVATE)
def test_no_form_of_a_private_address_counts_as_public(host: str) -> None:
    assert not is_public(host)


@pytest.mark.parametrize(
    "host",
    ["::169.254.169.254", "::ffff:0:169.254.169.254", "64:ff9b::169.254.169.254", "2002:a9fe:a9fe::1", "::ffff:224.0.0.1", "64:ff9b::0.0.0.0", "fe80::1%1"],
)  # fmt: skip
def test_no_form_of_a_link_local_address_is_reached(host: str) -> None:
    assert not may_reach(host)


@pytest.mark.parametrize("host", ["2606:4700::1111", "64:ff9b::1.1.1.1", "2002:101:101::1", "2a00:1450::1"])
def test_what_is_public_stays_public(host: str) -> None:
    assert is_public(host)
    assert may_reach(host)


def test_stopping_is_heard_while_a_server_drips(rude: Rude) -> None:
    rude.say = lambda line: rude.for_ever(line, OK + b"\r\n", bytes(9000), 0.05)
    cancel: Any = Cancel()
    threading.Timer(0.3, cancel.cancel).start()
    assert code_of(lambda: HttpOrigin(timeout_s=5)(rude.url + "/a", None, cancel)) is Code.CANCELLED
