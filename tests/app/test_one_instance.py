"""One cinema for a person and a folder: between real processes, and against what is not one of ours."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QElapsedTimer
from PySide6.QtGui import QGuiApplication

from app.one_instance import ANSWER_MS, LIMIT_BYTES, Door, door_of, hand_over
from app.paths import Paths

ROOT = Path(__file__).parents[2]
ASK = "import sys; from app.one_instance import hand_over; print(hand_over(sys.argv[1], sys.argv[2]))"


@pytest.fixture(scope="module")
def application() -> QCoreApplication:
    return QGuiApplication.instance() or QGuiApplication([])


@pytest.fixture
def turn(application: QCoreApplication) -> Callable[..., None]:
    def until(holds: Callable[[], object], limit_ms: int = 10_000) -> None:
        timer = QElapsedTimer()
        timer.start()
        while not holds():
            assert timer.elapsed() < limit_ms, "it never came true"
            application.processEvents()
            time.sleep(0.005)

    return until


@pytest.fixture
def name(tmp_path: Path) -> str:
    return door_of(Paths.under(tmp_path), None)


@pytest.fixture
def heard() -> list[str]:
    return []


@pytest.fixture
def door(application: QCoreApplication, name: str, heard: list[str]) -> Iterator[Door]:
    door = Door(name)
    door.asked.connect(heard.append)
    yield door
    door.close()
    application.processEvents()


def ask(name: str, link: str) -> "subprocess.Popen[str]":
    """A second start."""
    return subprocess.Popen([sys.executable, "-c", ASK, name, link], cwd=ROOT, stdout=subprocess.PIPE, text=True)


@pytest.mark.usefixtures("door")
@pytest.mark.parametrize("link", ["", "smartcinema:title/paper-moon", "smartcinema:title/灯"])
def test_a_second_start_hands_over_and_is_told_so(
    name: str, heard: list[str], turn: Callable[..., None], link: str
) -> None:
    second = ask(name, link)
    turn(lambda: second.poll() is not None)
    assert second.communicate()[0].strip() == "True"
    assert heard == [link]


def test_with_no_cinema_open_nothing_is_handed_over(application: QCoreApplication, name: str) -> None:
    assert not hand_over(name, "")


def test_another_folder_or_profile_is_another_cinema(tmp_path: Path) -> None:
    doors = {door_of(Paths.under(tmp_path / place), profile) for place in "ab" for profile in (None, "demo-quick")}
    assert len(doors) == 4


@pytest.mark.skipif(os.name != "posix", reason="sockets as files")
def test_what_a_killed_cinema_left_is_in_nobody_s_way(name: str, heard: list[str], turn: Callable[..., None]) -> None:
    code = (
        "import sys, time; from PySide6.QtCore import QCoreApplication; a = QCoreApplication([]);"
        "from app.one_instance import Door; d = Door(sys.argv[1]); print('open', flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", code, name], cwd=ROOT, stdout=subprocess.PIPE, text=True) as first:
        assert first.stdout
        assert first.stdout.readline() == "open\n"
        first.send_signal(signal.SIGKILL)
    assert not hand_over(name, "")
    door = Door(name)
    door.asked.connect(heard.append)
    second = ask(name, "smartcinema:home")
    turn(lambda: second.poll() is not None)
    assert second.communicate()[0].strip() == "True"
    assert heard == ["smartcinema:home"]
    door.close()


@pytest.mark.skipif(os.name != "posix", reason="sockets as files")
@pytest.mark.parametrize("rubbish", [b"x" * (LIMIT_BYTES + 10), b"\xff\xfe\n", b"never an end"])
def test_rubbish_and_silence_are_no_burden(
    door: Door, heard: list[str], turn: Callable[..., None], rubbish: bytes
) -> None:
    with socket.socket(socket.AF_UNIX) as line:
        line.connect(door._server.fullServerName())
        line.sendall(rubbish)
        turn(lambda: line_is_shut(line), ANSWER_MS + 5_000)
    assert heard in ([], ["\ufffd\ufffd"])


def line_is_shut(line: socket.socket) -> bool:
    line.setblocking(False)
    try:
        return line.recv(64) == b""
    except BlockingIOError:
        return False
    except ConnectionError:
        return True


@pytest.mark.skipif(os.name != "posix", reason="owner's rights as on POSIX")
def test_only_this_user_may_knock(door: Door) -> None:
    assert Path(door._server.fullServerName()).stat().st_mode & 0o077 == 0


def start(home: Path, *more: str) -> "subprocess.Popen[bytes]":
    """The real program on a box office that is out of reach."""
    command = [sys.executable, "main.py", "--home", str(home), "--box-office", "http://127.0.0.1:9", *more]
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "QT_QUICK_BACKEND": "software"}
    return subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE)


@pytest.mark.skipif(os.name != "posix", reason="signals as on POSIX")
def test_the_real_program_opens_once(tmp_path: Path) -> None:
    first = start(tmp_path)
    try:
        deadline = time.monotonic() + 30
        door = door_of(Paths.under(tmp_path), None)
        while not hand_over(door, ""):
            assert time.monotonic() < deadline
            assert first.poll() is None
            time.sleep(0.1)
        second = start(tmp_path, "smartcinema:title/paper-moon")
        assert second.wait(10) == 0
        assert second.stderr
        assert second.stderr.read() == b""
        second.stderr.close()
        other = start(tmp_path / "other")
        time.sleep(2)
        assert other.poll() is None
        other.terminate()
        other.communicate(timeout=30)
        assert first.poll() is None
    finally:
        first.terminate()
        first.communicate(timeout=30)
