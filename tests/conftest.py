"""What holds for every test: no network but loopback, and no thread left over."""

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from films import ffmpeg_path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QT_QUICK_BACKEND", "software")
os.environ["LC_NUMERIC"] = "C"

LOCAL = {"127.0.0.1", "::1", "localhost", "0.0.0.0", "::"}  # noqa: S104 - names of this machine


APPLICATIONS: list[object] = []
"""Qt takes one application in a process and no second after it: the first that a test makes stays."""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup() -> Generator[None, object, object]:
    done = yield
    qt = sys.modules.get("PySide6.QtCore")
    application = qt.QCoreApplication.instance() if qt else None
    if application is not None and not APPLICATIONS:
        APPLICATIONS.append(application)
    return done


LONGEST = (
    "tests/player/test_faulty_servers.py",
    "tests/gate/test_static_checks.py",
    "tests/e2e/",
    "tests/boxoffice/service/",
    "tests/ui/test_gallery.py",
    "tests/player/",
)
"""What begins first, the longest before the others: a process that gets minutes of work last keeps all others waiting."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    def rank(item: pytest.Item) -> int:
        return next((number for number, start in enumerate(LONGEST) if item.nodeid.startswith(start)), len(LONGEST))

    items.sort(key=rank)


@pytest.fixture(autouse=True)
def only_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: object) -> None:
        if isinstance(address, tuple) and address[0] not in LOCAL and not str(address[0]).startswith("127."):
            message = f"a test reached for {address[0]}"
            raise AssertionError(message)
        connect(self, address)  # type: ignore[arg-type]

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture(autouse=True)
def no_thread_left_over() -> Iterator[None]:
    before = set(threading.enumerate())
    yield
    deadline = time.monotonic() + 5
    left: list[threading.Thread] = []
    while time.monotonic() < deadline:
        left = [
            thread
            for thread in threading.enumerate()
            if thread not in before and thread.is_alive() and not thread.daemon
        ]
        if not left:
            return
        left[0].join(0.05)
    pytest.fail(f"threads left over: {[thread.name for thread in left]}")


Grid = npt.NDArray[np.float64]

BT709_IN_BT2020 = np.array([[0.6274, 0.3293, 0.0433], [0.0691, 0.9195, 0.0114], [0.0164, 0.0880, 0.8956]])
"""ITU-R BT.2087, table 1."""


def pq(nits: Grid) -> Grid:
    """SMPTE ST 2084, 5.2."""
    power = (nits / 10_000) ** 0.1593017578125
    return ((0.8359375 + 18.8515625 * power) / (1 + 18.6875 * power)) ** 78.84375


def hlg(nits: Grid) -> Grid:
    """ITU-R BT.2100, table 5, for greys on a display of 1000 nits."""
    light = (nits / 1000) ** (1 / 1.2)
    high = 0.17883277 * np.log(np.maximum(12 * light - 0.28466892, 1e-9)) + 0.55991073
    return np.where(light <= 1 / 12, np.sqrt(3 * light), high)


CURVES = {"smpte2084": pq, "arib-std-b67": hlg}


@dataclass(frozen=True)
class HdrFilm:
    """Two seconds of bars side by side whose nits are known, in BT.2020, HEVC 10 bit."""

    file: Path
    wanted: tuple[tuple[int, int, int], ...]
    """What a screen for SDR should be given, 8 bit RGB: BT.1886 with 203 nits near white (BT.2408)."""

    def unlike(self, seen: list[tuple[int, int, int]], by: int) -> list[tuple[object, object]]:
        """The bars that are off by more than so much, as wanted and as seen."""
        pairs = zip(self.wanted, seen, strict=True)
        return [(want, have) for want, have in pairs if max(abs(a - b) for a, b in zip(want, have, strict=True)) > by]


BARS = {
    (203, 203, 203): (229, 229, 229),
    (26, 26, 26): (108, 108, 108),
    (0, 0, 0): (0, 0, 0),
    (1000, 1000, 1000): (254, 254, 254),
    (100, 0, 0): (190, 0, 0),
    (0, 100, 0): (0, 190, 0),
    (0, 0, 100): (0, 0, 190),
    (100, 100, 100): (190, 190, 190),
}
"""Nits of BT.709's primaries, and what they are worth: reference white, a grey card, black, a highlight, colours."""


@pytest.fixture(scope="session", params=CURVES)
def hdr_film(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> HdrFilm:
    transfer, width, height = str(request.param), 320, 180
    bars = {nits: want for nits, want in BARS.items() if transfer == "smpte2084" or len(set(nits)) == 1}
    picture = np.zeros((height, width, 3))
    edges = [width * place // len(bars) for place in range(len(bars) + 1)]
    for left, right, nits in zip(edges, edges[1:], bars, strict=False):
        picture[:, left:right] = CURVES[transfer](BT709_IN_BT2020 @ np.array(nits, np.float64))
    file = tmp_path_factory.mktemp("hdr") / f"{transfer}.mp4"
    tags = f"color_primaries=bt2020:color_trc={transfer}:colorspace=bt2020nc"
    command = [
        *(ffmpeg_path(), "-v", "error", "-f", "rawvideo", "-pix_fmt", "rgb48le", "-s", f"{width}x{height}"),
        *(
            "-r",
            "24",
            "-i",
            "-",
            "-vf",
            f"scale=out_color_matrix=bt2020:out_range=tv,format=yuv420p10le,setparams=range=tv:{tags}",
        ),
        *("-c:v", "libx265", "-preset", "ultrafast", "-crf", "8", "-tag:v", "hvc1"),
        *("-x265-params", f"log-level=error:colorprim=bt2020:transfer={transfer}:colormatrix=bt2020nc:range=limited"),
        str(file),
    ]
    frame = (np.clip(picture, 0, 1) * 65535).round().astype("<u2").tobytes()
    subprocess.run(command, input=frame * 48, check=True)
    return HdrFilm(file, tuple(bars.values()))
