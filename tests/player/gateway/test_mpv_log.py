"""A real libmpv, with the engine's own options, reads a sealed film over a line that drops; nothing it logs holds a key."""

import logging
import threading
from dataclasses import replace
from typing import Any

import filmstock
import pytest

from core import Cancel, CinemaError, Code
from player.library import known_options, load_libmpv
from player.options import LoadOptions, fitting
from player.presentation import Received

SECONDS = 16


class Headless:
    """libmpv without picture and sound that plays as fast as it can and says everything it has to say."""

    def __init__(self) -> None:
        mpv = load_libmpv()
        self.said: list[str] = []
        self.ended = threading.Event()
        self.reason = -1
        values = {
            **fitting(known_options(), hardware_decoding=False),
            **{"vo": "null", "ao": "null", "ao-null-untimed": "yes", "untimed": "yes", "keep-open": "no"},
        }
        self.handle: Any = mpv.MPV(
            log_handler=lambda level, prefix, text: self.said.append(f"{level} {prefix} {text}"),
            loglevel="debug",
            **{name.replace("-", "_"): value for name, value in values.items()},
        )
        self.handle.event_callback("end-file")(self._end)

    def _end(self, event: Any) -> None:
        self.reason = int(event.data.reason)
        self.ended.set()

    def play(self, url: str) -> None:
        mode = ["-1"] if getattr(self.handle, "mpv_version_tuple", (0, 38, 0)) >= (0, 38, 0) else []
        self.handle.command("loadfile", url, "replace", *mode, LoadOptions().as_text())


@pytest.fixture(scope="module")
def sealed(tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = tmp_path_factory.mktemp("reels")
    return filmstock.encrypted_feature(filmstock.make_hls(folder / "clear", SECONDS), folder / "sealed")


def test_libmpv_plays_through_a_dropped_line_and_logs_no_key(
    projector: Any, sealed: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    down = threading.Event()
    down.set()
    tries = 0

    def fetch(path: str, size: int | None, cancel: Cancel, _received: Received) -> bytes:
        nonlocal tries
        if down.is_set() and path.endswith(("_4.m4s", "_5.m4s", "_6.m4s")):
            tries += 1
            raise CinemaError(Code.OFFLINE, "The line is down.")
        return bytes(sealed.fetch(path, size, cancel, _received))

    player = Headless()
    try:
        play = projector.open(replace_fetch(sealed, fetch), sealed.presentation)
        player.play(play.url)
        assert projector.told.get(timeout=20) == "down"
        assert not player.ended.wait(3), "libmpv saw the outage"
        assert projector.failures == []
        down.clear()
        assert player.ended.wait(30)
    finally:
        player.handle.terminate()
    assert player.reason == 0
    assert projector.told.get(timeout=5) == "up"
    assert projector.failures == []
    assert 2 <= tries <= 40
    logged = "\n".join(player.said) + caplog.text
    assert "Opening" in logged or "hls" in logged
    for word in (filmstock.KEY.hex(), repr(filmstock.KEY), "AES-128", "EXT-X-KEY", "crypto:"):
        assert word not in logged


def test_nothing_prints_the_gateway_s_address_when_another_libmpv_ends_first(
    projector: Any, sealed: Any, capfd: pytest.CaptureFixture[str]
) -> None:
    """The first libmpv of a process answers for FFmpeg's messages; once it has ended, FFmpeg prints them itself."""
    first = load_libmpv().MPV(vo="null", ao="null", config=False)
    player = Headless()
    first.terminate()
    try:
        play = projector.open(replace_fetch(sealed, sealed.fetch), sealed.presentation)
        player.play(play.url)
        assert player.ended.wait(30)
    finally:
        player.handle.terminate()
    assert player.reason == 0
    printed = "".join(capfd.readouterr())
    for word in ("127.0.0.1", projector.gateway._token, ".m3u8", ".m4s"):
        assert word not in printed


def replace_fetch(sealed: Any, fetch: Any) -> Any:
    """The film as the projector opens one: where its bytes and its keys come from."""
    feature = replace(sealed, fetch=fetch)
    return type("Source", (), {"fetch": staticmethod(feature.fetch), "key_source": staticmethod(feature.key)})


def test_libmpv_is_given_no_byte_of_a_spoilt_segment(projector: Any, sealed: Any) -> None:
    given: list[bytes] = []

    def fetch(path: str, size: int | None, cancel: Cancel, _received: Received) -> bytes:
        data = bytes(sealed.fetch(path, size, cancel, _received))
        return data[:64] + bytes([data[64] ^ 1]) + data[65:] if path == "0_3.m4s" else data

    player = Headless()
    try:
        play = projector.open(replace_fetch(sealed, fetch), sealed.presentation)
        store_get = play._store.get

        def get(stream: int, number: int, *more: Any) -> bytes:
            clear = store_get(stream, number, *more)
            given.append(("v", "a")[stream].encode() + str(number).encode())
            return bytes(clear)

        play._store.get = get
        player.play(play.url)
        assert projector.failed.wait(20)
    finally:
        player.handle.terminate()
    assert projector.failures[0].code is Code.SEGMENT_CORRUPT
    assert b"v3" in given
    assert b"v4" not in given
