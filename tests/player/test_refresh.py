"""The screen at the film's rate: which rate, and on a real X server with several of them."""

import ctypes
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from player.refresh import NEAR, Mode, RefreshMatch, misfit, refresh_control, refresh_for
from player.refresh_windows import CDS_FULLSCREEN, WindowsRefresh

NTSC_FILM = 24000 / 1001


def screen(*rates: float, width: int = 1920, height: int = 1080) -> list[Mode]:
    return [Mode(number, width, height, hz) for number, hz in enumerate(rates, 1)]


@pytest.mark.parametrize(
    ("fps", "rates", "now", "chosen"),
    [
        (24, (60, 50, 24), 60, 24),
        (24, (60, 48, 24), 60, 48),
        (24, (60, 72, 120, 24), 60, 72),
        (24, (60, 120), 60, 120),
        (24, (120, 24), 120, None),
        (24, (60, 50), 60, None),
        (NTSC_FILM, (60, 59.94, 23.976, 24), 60, 23.976),
        (NTSC_FILM, (60, 24), 60, 24),
        (NTSC_FILM, (60, 119.88, 24), 60, 119.88),
        (NTSC_FILM, (24, 23.976), 24, 23.976),
        (25, (60, 50), 60, 50),
        (30, (60, 30), 60, None),
        (59.94, (60, 59.94), 60, 59.94),
        (60, (60, 59.94), 60, None),
        (0, (60, 24), 60, None),
    ],
)
def test_every_frame_is_to_be_shown_equally_long(fps: float, rates: Any, now: float, chosen: float | None) -> None:
    modes = screen(*rates)
    found = refresh_for(fps, modes, next(mode for mode in modes if mode.hz == now))
    assert (found.hz if found else None) == chosen


def test_the_picture_never_gets_fewer_or_other_pixels() -> None:
    now = Mode(1, 3840, 2160, 60)
    assert refresh_for(24, [now, *screen(24), Mode(9, 4096, 2160, 24)], now) is None


@given(some.sampled_from([23.976, 24, 25, 29.97, 30, 48, 50, 60]), some.lists(some.floats(20, 240), min_size=1))
def test_what_is_chosen_always_fits_better_than_what_is(fps: float, rates: list[float]) -> None:
    modes = screen(*rates)
    chosen = refresh_for(fps, modes, modes[0])
    if chosen is not None:
        assert chosen in modes
        assert misfit(fps, chosen.hz) <= NEAR
        assert misfit(fps, chosen.hz) < misfit(fps, modes[0].hz)


LINES = {"60": "74.25", "50": "61.875", "48": "59.4", "24": "29.7"}
TIMES = "1280 1390 1430 1650 720 725 730 750"
DUMMY = Path("/usr/lib/xorg/modules/drivers/dummy_drv.so")
NUMBER = 93


@pytest.fixture
def x_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A real Xorg with a card that is none and a screen of four rates; the name of its output."""
    if not (shutil.which("Xorg") and DUMMY.exists()):
        pytest.skip("Xvfb has one rate only: install xserver-xorg-core and xserver-xorg-video-dummy to change rates")
    modes = "\n".join(f'Modeline "{name}" {clock} {TIMES}' for name, clock in LINES.items())
    names = " ".join(f'"{name}"' for name in LINES)
    (tmp_path / "xorg.conf").write_text(
        f'Section "Device"\nIdentifier "d"\nDriver "dummy"\nEndSection\n'
        f'Section "Monitor"\nIdentifier "m"\nHorizSync 5-200\nVertRefresh 5-200\n{modes}\nEndSection\n'
        f'Section "Screen"\nIdentifier "s"\nDevice "d"\nMonitor "m"\nDefaultDepth 24\n'
        f'SubSection "Display"\nDepth 24\nModes {names}\nEndSubSection\nEndSection\n'
    )
    display, ready = f":{NUMBER}", Path(f"/tmp/.X11-unix/X{NUMBER}")  # noqa: S108 - where X servers listen
    command = [
        "Xorg",
        display,
        "-config",
        str(tmp_path / "xorg.conf"),
        "-noreset",
        "-nolisten",
        "tcp",
        "-logfile",
        str(tmp_path / "log"),
    ]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 15
        while not ready.exists() and server.poll() is None and time.monotonic() < deadline:
            time.sleep(0.05)
        if server.poll() is not None:
            pytest.skip("Xorg does not start here; its log says why")
        monkeypatch.setenv("DISPLAY", display)
        monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
        yield "DUMMY0"
    finally:
        server.terminate()
        server.wait(10)


def rate_of(server: str) -> float:
    said = subprocess.run(["xrandr"], capture_output=True, text=True, check=True, timeout=10).stdout
    assert server in said
    return next(float(word.rstrip("*+")) for line in said.splitlines() for word in line.split() if "*" in word)


def test_a_real_screen_goes_to_the_film_s_rate_and_back(x_server: str) -> None:
    match = RefreshMatch()
    before = rate_of(x_server)
    assert before == 60
    rates = []
    for fps in (24.0, 25.0, 30.0):
        match.want(0, x_server, fps)
        match._worker.submit(lambda: None).result(10)  # type: ignore[union-attr]
        rates.append(rate_of(x_server))
    assert rates == [48, 50, 60]
    match.want(0, x_server, 24.0)
    match.close()
    assert rate_of(x_server) == 60


def test_a_screen_that_is_not_there_and_a_mode_that_is_none_do_no_harm(x_server: str) -> None:
    control = refresh_control()
    assert control is not None
    assert control.modes("HDMI-9") is None
    assert not control.go_to("HDMI-9", Mode(1, 1, 1, 60))
    assert not control.go_to(x_server, Mode(0xFFFF, 1280, 720, 24))
    assert rate_of(x_server) == 60


def test_without_an_x_server_nothing_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":4093")
    match = RefreshMatch()
    match.want(0, "HDMI-1", 24.0)
    match.close()
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    assert refresh_control() is None


class FakeUser32:
    """Windows' side of the calls, as its documentation describes them; no Windows runs these tests."""

    def __init__(self) -> None:
        self.rates = (59, 60, 24, 23)
        self.now = 60
        self.told: list[tuple[str, int, int]] = []
        self.MonitorFromWindow = lambda *_: 0
        self.MonitorFromWindow.restype = None  # type: ignore[attr-defined]

    def EnumDisplaySettingsW(self, device: str, number: int, answer: Any) -> int:  # noqa: N802
        if device != r"\\.\DISPLAY1" or 4 <= number < 0xFFFFFFFF:
            return 0
        mode = answer._obj
        mode.width, mode.height = 1920, 1080
        mode.frequency = self.now if number == 0xFFFFFFFF else self.rates[number]
        return 1

    def ChangeDisplaySettingsExW(self, device: str, wanted: Any, _window: None, flags: int, _video: None) -> int:  # noqa: N802
        self.told.append((device, wanted._obj.frequency, flags))
        return 0


def test_windows_is_asked_for_a_full_screen_mode_of_the_same_size() -> None:
    windows = FakeUser32()
    control = WindowsRefresh(windows)
    assert control.modes("nothing") is None
    now, modes = control.modes(r"\\.\DISPLAY1") or pytest.fail("no modes")
    chosen = refresh_for(NTSC_FILM, modes, now)
    assert chosen is not None
    assert chosen.id == 23
    assert control.go_to(r"\\.\DISPLAY1", chosen)
    assert windows.told == [(r"\\.\DISPLAY1", 23, CDS_FULLSCREEN)]


def test_windows_structures_are_as_large_as_windows_expects() -> None:
    from player.refresh_windows import _DevMode, _MonitorInfo

    assert (ctypes.sizeof(_DevMode), ctypes.sizeof(_MonitorInfo)) == (220, 104)
