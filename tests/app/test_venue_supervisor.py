"""The supervisor with real processes: killed, frozen and closed ones; what systemd hears of it."""

import os
import signal
import socket
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from app import venue_supervisor
from app.venue_supervisor import Supervisor, commands_of
from core import CinemaError
from core.file_lock import FileLock
from kiosk import VenueSettings, supervision

BEATS = """
import os, sys, time
from pathlib import Path
beat = Path(os.environ["SMART_CINEMA_HEARTBEAT"])
with open(sys.argv[1], "a") as out:
    out.write(f"{os.getpid()}\\n")
while not Path(sys.argv[1] + ".leave").exists():
    beat.write_bytes(b"")
    os.utime(beat)
    time.sleep(0.05)
"""


class Place:
    """A supervisor of one small process, in a thread; time is pressed together."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.pids = folder / "pids"
        script = folder / "child.py"
        script.write_text(textwrap.dedent(BEATS))
        for name, value in {"TICK_S": 0.02, "STOP_S": 3.0}.items():
            monkeypatch.setattr(venue_supervisor, name, value)
        monkeypatch.setattr(supervision, "SILENT_S", 1.5)
        monkeypatch.setattr(supervision, "FIRST_WAIT_S", 0.05)
        monkeypatch.setattr(
            venue_supervisor, "own_command", lambda *_step: [sys.executable, str(script), str(self.pids)]
        )
        monkeypatch.setattr(signal, "signal", lambda *_: signal.SIG_DFL)
        self.supervisor = Supervisor(folder / "venue", None, VenueSettings(door="A"))
        self.status: list[int] = []
        self.thread = threading.Thread(target=lambda: self.status.append(self.supervisor.run()))

    def starts(self) -> list[int]:
        try:
            return [int(line) for line in self.pids.read_text().split()]
        except OSError:
            return []

    def watched(self) -> supervision.Watched:
        return self.supervisor.children[0].watched

    def until(self, holds: Callable[[], Any], within_s: float = 30) -> None:
        deadline = time.monotonic() + within_s
        while not holds() and time.monotonic() < deadline:
            time.sleep(0.01)
        assert holds()

    def close(self) -> None:
        self.supervisor._stopping = True
        if self.thread.ident:
            self.thread.join(10)


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    made = Place(tmp_path, monkeypatch)
    yield made
    made.close()


def test_a_process_that_is_killed_or_frozen_comes_back(place: Place) -> None:
    place.thread.start()
    place.until(lambda: len(place.starts()) == 1 and place.watched().heard_s)
    os.kill(place.starts()[0], signal.SIGKILL)
    place.until(lambda: len(place.starts()) == 2 and place.watched().heard_s)
    frozen = place.starts()[1]
    os.kill(frozen, signal.SIGSTOP)
    place.until(lambda: len(place.starts()) == 3 and place.watched().heard_s)
    assert place.watched().kills == 1
    with pytest.raises(ProcessLookupError):
        os.kill(frozen, 0)
    last = place.starts()[2]
    place.close()
    with pytest.raises(ProcessLookupError):
        os.kill(last, 0)


def test_when_staff_closed_everything_it_is_over(place: Place) -> None:
    place.thread.start()
    place.until(lambda: place.watched().heard_s)
    Path(f"{place.pids}.leave").touch()
    place.until(lambda: place.status == [0])
    assert len(place.starts()) == 1


def test_systemd_hears_of_it_only_while_everybody_is_well(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as heard:
        heard.bind(str(tmp_path / "notify"))
        heard.settimeout(20)
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        monkeypatch.setenv("WATCHDOG_USEC", "400000")
        place = Place(tmp_path, monkeypatch)
        assert "NOTIFY_SOCKET" not in os.environ
        place.thread.start()
        try:
            assert heard.recv(999).decode().splitlines() == ["READY=1", "STATUS=door runs"]
            assert heard.recv(999).startswith(b"WATCHDOG=1")
            place.until(lambda: place.watched().heard_s)
            monkeypatch.setattr(supervision, "act", lambda *_: supervision.Act.NOTHING)  # a kill that comes to nothing
            os.kill(place.starts()[0], signal.SIGSTOP)
            place.until(lambda: place.watched().silent(time.monotonic()))
            heard.settimeout(0.01)
            while said_more(heard):
                pass
            heard.settimeout(1)
            with pytest.raises(TimeoutError):
                heard.recv(999)
            os.kill(place.starts()[0], signal.SIGCONT)
            heard.settimeout(20)
            assert heard.recv(999).startswith(b"WATCHDOG=1")
        finally:
            place.close()
        assert heard.recv(999).startswith((b"STOPPING=1", b"WATCHDOG=1"))


def said_more(heard: socket.socket) -> bytes:
    try:
        return heard.recv(999)
    except TimeoutError:
        return b""


def test_a_venue_runs_once(place: Place) -> None:
    (place.supervisor._venue).mkdir()
    lock = FileLock(place.supervisor._venue / "supervisor.lock")
    assert lock.take()
    with pytest.raises(CinemaError, match="running already"):
        place.supervisor.run()
    lock.release()


def test_the_ledger_s_process_and_each_player_s_are_apart() -> None:
    settings = VenueSettings(
        door="A", rooms=("one", "two"), foyer=True, board=True, arguments={"show": "--mode manual"}
    )
    assert commands_of(settings) == {
        "door": ("door", "--gate", "A"),
        "show-one": ("show", "--room", "one", "--mode", "manual"),
        "show-two": ("show", "--room", "two", "--mode", "manual"),
        "foyer": ("foyer",),
        "board": ("preflight", "--window"),
    }


def test_a_venue_that_names_nothing_says_how_to_name_it(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "main.py", "kiosk", "--data", str(tmp_path)],
        cwd=Path(__file__).parents[2], capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 2
    assert "kiosk settings --door" in done.stderr
