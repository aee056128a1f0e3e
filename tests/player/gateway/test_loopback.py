"""Who may ask what of the gateway: the owner of the address, and nothing but what the play is made of."""

import contextlib
import re
import socket
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core import Cancel, CinemaError, Code
from player.gateway.server import STRANGERS
from player.presentation import Presentation

QUIET = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


def raw(port: int, request: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", port), 10) as line:
        line.sendall(request)
        line.shutdown(socket.SHUT_WR)
        answer = b""
        while chunk := line.recv(65536):
            answer += chunk
    return answer


def test_the_owner_reads_playlists_and_clear_segments(projector: Any, film: Any) -> None:
    play = projector.open(film)
    status, master = projector.get(play, "/master.m3u8")
    assert status == 200
    assert b"v.m3u8" in master
    assert projector.get(play, "/v.m3u8")[1].count(b"#EXTINF") == 8
    assert projector.get(play, "/v/0.mp4") == (200, film.clear["init.mp4"])
    assert projector.get(play, "/v/3.m4s") == (200, film.clear["3.m4s"])
    assert projector.get(play, "/v/3.m4s", method="HEAD") == (200, b"")
    assert projector.get(play, "/from-5000/v.m3u8")[1].count(b"#EXTINF") == 6


def test_playlists_name_nothing_but_the_gateway_and_no_key(projector: Any, film: Any) -> None:
    play = projector.open(film)
    text = projector.get(play, "/master.m3u8")[1] + projector.get(play, "/v.m3u8")[1]
    assert b"KEY" not in text
    assert b"://" not in text
    named = [line for line in text.decode().splitlines() if not line.startswith("#")]
    assert all(re.fullmatch(r"v\.m3u8|v/\d+\.m4s", line) for line in named)


@pytest.mark.parametrize(
    "path",
    [
        "/../x", "/v/../v/1.m4s", "/v/%2e%2e/1.m4s", "/v/1.m4s?x", "/v/1.m4s/", "/v//1.m4s", "/v/9.m4s", "/v/01.m4s",
        "/v/00.m4s", "/v/00.ts", "/v/1.ts", "/v/1.mp4", "/v/-1.m4s", "/v/١.m4s".encode().decode("latin-1"), "/v/", "/v",
        "/", "", "/film", "/a0.m3u8", "/from-x/v.m3u8", "/from-9999999999/v.m3u8", "/from-1/from-1/v.m3u8", "/manifest.json",
    ],
)  # fmt: skip
def test_what_the_play_does_not_hold_is_not_found(projector: Any, film: Any, path: str) -> None:
    play = projector.open(film)
    if any(ord(letter) > 126 for letter in path):
        base = play.url.partition(f":{projector.gateway.port}")[2].rpartition("/")[0]
        request = f"GET {base}{path} HTTP/1.1\r\nHost: 127.0.0.1:{projector.gateway.port}\r\n\r\n"
        assert raw(projector.gateway.port, request.encode("latin-1")).startswith(b"HTTP/1.1 404 ")
    else:
        assert projector.get(play, path)[0] == 404


@pytest.mark.parametrize(
    "host", ["localhost:{}", "127.0.0.1", "evil.example:{}", "127.0.0.1:{}.", "[::1]:{}", " ", "127.0.0.1:1"]
)
def test_another_host_name_is_not_found(projector: Any, film: Any, host: str) -> None:
    play = projector.open(film)
    assert projector.get(play, "/master.m3u8", host=host.format(projector.gateway.port))[0] == 404


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "CONNECT", "TRACE", "PATCH", "get"])
def test_another_method_is_not_found(projector: Any, film: Any, method: str) -> None:
    assert projector.get(projector.open(film), "/master.m3u8", method=method)[0] == 404


def test_a_wrong_token_is_not_found(projector: Any, film: Any) -> None:
    path = projector.open(film).url.partition(f":{projector.gateway.port}")[2]
    token = path.split("/")[1]
    assert len(token) >= 43
    for wrong in ("", "x" * len(token), token[:-1], token + "x", token.swapcase(), token[:-1] + "é"):
        target = path.replace(token, wrong).encode().decode("latin-1")
        request = f"GET {target} HTTP/1.1\r\nHost: 127.0.0.1:{projector.gateway.port}\r\n\r\n"
        assert raw(projector.gateway.port, request.encode("latin-1")).startswith(b"HTTP/1.1 404 ")


@pytest.mark.parametrize(
    "more",
    [
        "Host: evil.example\r\n", "Content-Length: 5\r\n", "Transfer-Encoding: chunked\r\n",
        "X: " + "y" * 70_000 + "\r\n", "".join(f"X{number}: y\r\n" for number in range(200)),
    ],
)  # fmt: skip
def test_a_request_with_more_than_it_needs_is_not_found(projector: Any, film: Any, more: str) -> None:
    target = projector.open(film).url.partition(f":{projector.gateway.port}")[2]
    request = f"GET {target} HTTP/1.1\r\nHost: 127.0.0.1:{projector.gateway.port}\r\n{more}\r\n"
    assert b" 404 " in raw(projector.gateway.port, request.encode())[:20]


def test_a_closed_play_is_not_found(projector: Any, film: Any) -> None:
    play = projector.open(film)
    projector.gateway.close_play(play)
    assert projector.get(play, "/master.m3u8")[0] == 404


def test_any_junk_is_answered_with_404_and_nothing_else(projector: Any, film: Any) -> None:
    projector.open(film)

    @QUIET
    @given(
        st.one_of(st.binary(min_size=1, max_size=200), st.text(max_size=80).map(lambda text: f"GET /{text}".encode()))
    )
    def check(junk: bytes) -> None:
        answer = raw(projector.gateway.port, junk + b"\r\n\r\n")
        assert answer == b"" or answer.startswith(b"HTTP/1.1 404 ")
        assert b"Location" not in answer

    check()
    assert film.fetched.total() <= 6


def test_any_path_below_the_token_is_found_only_if_it_is_ours(projector: Any, film: Any) -> None:
    play = projector.open(film)
    base = play.url.partition(f":{projector.gateway.port}")[2].rpartition("/")[0]
    ours = re.compile(r"/(from-\d{1,9}/)?(master\.m3u8|v\.m3u8|v/0\.mp4|v/[1-8]\.m4s)", re.ASCII)

    @QUIET
    @given(
        st.lists(
            st.sampled_from(["v", "v.m3u8", "master.m3u8", "..", ".", "", "1.m4s", "0.mp4", "from-5", "9.m4s", "%2e"]),
            max_size=4,
        )
    )
    def check(parts: list[str]) -> None:
        path = "/" + "/".join(parts)
        assert (projector.ask(base + path)[0] == 200) == bool(ours.fullmatch(path))

    check()


def test_a_local_file_is_served_in_ranges(projector: Any, film: Any, tmp_path: Path) -> None:
    file = tmp_path / "film.mp4"
    file.write_bytes(bytes(range(200)))
    play = projector.open(film, Presentation(0, file=file))
    target = play.url.partition(f":{projector.gateway.port}")[2]

    def part(header: str) -> bytes:
        request = f"GET {target} HTTP/1.1\r\nHost: 127.0.0.1:{projector.gateway.port}\r\nRange: {header}\r\n\r\n"
        return raw(projector.gateway.port, request.encode())

    assert projector.ask(target) == (200, bytes(range(200)))
    assert part("bytes=10-19").endswith(b"\r\n\r\n" + bytes(range(10, 20)))
    assert b"Content-Range: bytes 150-199/200" in part("bytes=150-")
    for bad in ("bytes=200-", "bytes=900-901", "bytes=9-3"):
        assert part(bad).startswith(b"HTTP/1.1 416 ")
    for odd in ("bytes=-5", "bytes=1-2,3-4", "lines=1-2", "bytes=a-b"):
        assert part(odd).startswith(b"HTTP/1.1 200 ")


def test_closing_ends_every_thread_while_requests_wait(film: Any, projector: Any) -> None:
    inside = threading.Event()

    def hold(_path: str, cancel: Cancel) -> None:
        inside.set()
        cancel.wait(30)
        raise CinemaError(Code.OFFLINE, "down")

    film.before = hold
    before = {thread for thread in threading.enumerate() if not thread.name.startswith("gateway")}
    play = projector.open(film)
    with (
        socket.create_connection(("127.0.0.1", projector.gateway.port), 10) as idle,
        socket.create_connection(("127.0.0.1", projector.gateway.port), 10) as waiting,
    ):
        target = play.url.partition(f":{projector.gateway.port}")[2].rpartition("/")[0] + "/v/1.m4s"
        waiting.sendall(f"GET {target} HTTP/1.1\r\nHost: 127.0.0.1:{projector.gateway.port}\r\n\r\n".encode())
        assert inside.wait(10)
        projector.gateway.close()
        idle.settimeout(10)
        with contextlib.suppress(ConnectionResetError):
            assert idle.recv(1) == b""
    left = [
        thread
        for thread in threading.enumerate()
        if thread not in before and thread.name.startswith(("gateway", "Thread"))
    ]
    assert left == []


def silent(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), 10)


def is_open(line: socket.socket) -> bool:
    line.setblocking(False)
    try:
        return bool(line.recv(1, socket.MSG_PEEK))
    except BlockingIOError:
        return True
    except ConnectionError:
        return False


def open_of(lines: list[socket.socket]) -> int:
    return sum(map(is_open, lines))


def until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_strangers_hold_only_so_many_connections_and_the_film_plays(projector: Any, film: Any) -> None:
    play = projector.open(film)
    with contextlib.ExitStack() as stack:
        lines = [stack.enter_context(silent(projector.gateway.port)) for _ in range(STRANGERS + 40)]
        until(lambda: open_of(lines) == STRANGERS)
        assert is_open(lines[-1])
        assert projector.get(play, "/v/3.m4s")[0] == 200


def test_a_stranger_who_says_nothing_is_not_waited_for(
    projector: Any, film: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("player.gateway.server._Handler.timeout", 0.2)
    play = projector.open(film)
    host = f"127.0.0.1:{projector.gateway.port}"
    request = f"GET {play.url.partition(host)[2]} HTTP/1.1\r\nHost: {host}\r\n\r\n"
    with silent(projector.gateway.port) as stranger, silent(projector.gateway.port) as owner:
        owner.sendall(request.encode())
        assert owner.recv(65536).startswith(b"HTTP/1.1 200 ")
        until(lambda: not is_open(stranger))
        time.sleep(0.5)
        assert is_open(owner)
