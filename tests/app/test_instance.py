import contextlib
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QGuiApplication

from app import instance as instance_module
from app.instance import LIMIT_BYTES, Instance, Request, instance_of, read_request
from app.paths import Paths

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="looks into Unix sockets")


def until(holds: Callable[[], object], seconds: float = 5) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it never came about"
        QCoreApplication.processEvents()
        time.sleep(0.002)


@pytest.fixture(scope="session", autouse=True)
def application() -> QCoreApplication:
    return QGuiApplication.instance() or QGuiApplication([])


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    return tmp_path


@pytest.fixture
def first(folder: Path) -> Iterator[Instance]:
    place = instance_of(Paths.under(folder / "home"), None)
    assert place.claim(Request())
    place.listen()
    yield place
    place.close()


@pytest.fixture
def heard(first: Instance) -> list[tuple[str, str]]:
    requests: list[tuple[str, str]] = []
    first.answer = lambda link, activation: requests.append((link, activation))
    return requests


def address(folder: Path) -> str:
    return next(str(path) for path in folder.iterdir() if path.is_socket())


LATER = """
import sys
from pathlib import Path
from app.instance import Request, instance_of
from app.paths import Paths
_, home, link, activation, profile, patience = sys.argv
import app.instance
app.instance.PATIENCE_S = float(patience)
place = instance_of(Paths.under(Path(home)), profile or None)
print(place.claim(Request(link, activation)))
"""


def starting(folder: Path, request: Request, profile: str = "", patience: float = 5) -> "subprocess.Popen[str]":
    """A later start of the same home: a process of its own, as it would be."""
    words = [str(folder / "home"), request.link, request.activation, profile, str(patience)]
    return subprocess.Popen([sys.executable, "-c", LATER, *words], cwd=ROOT, stdout=subprocess.PIPE, text=True)


def later(folder: Path, request: Request, profile: str = "", patience: float = 5) -> bool:
    """Whether a later start of the same home is told to go on."""
    with starting(folder, request, profile, patience) as asker:
        until(lambda: asker.poll() is not None, 10)
        assert asker.stdout
        return {"True": True, "False": False}[asker.stdout.read().strip()]


def spoken(folder: Path, data: bytes) -> bytes:
    """What the first answers to these bytes."""
    with socket.socket(socket.AF_UNIX) as caller:
        caller.connect(address(folder))
        caller.setblocking(False)
        said: list[bytes] = []

        def answered() -> bool:
            try:
                said.append(caller.recv(100))
            except BlockingIOError:
                return False
            except ConnectionResetError:
                said.append(b"")
            return True

        with contextlib.suppress(BlockingIOError, BrokenPipeError):
            caller.sendall(data)
        until(answered)
        return said[-1]


def test_a_later_start_hands_its_link_and_the_focus_over(
    folder: Path, first: Instance, heard: list[tuple[str, str]]
) -> None:
    assert later(folder, Request("smartcinema:title/x", "token")) is False
    assert later(folder, Request()) is False
    assert heard == [("smartcinema:title/x", "token"), ("", "")]


def test_another_profile_and_another_folder_are_other_cinemas(
    folder: Path, first: Instance, heard: list[tuple[str, str]]
) -> None:
    assert later(folder, Request(), profile="demo-quick") is True
    elsewhere = instance_of(Paths.under(folder / "elsewhere"), None)
    assert elsewhere.claim(Request())
    elsewhere.close()
    assert heard == []


def test_the_socket_is_for_this_user_alone(folder: Path, first: Instance) -> None:
    assert Path(address(folder)).stat().st_mode & 0o077 == 0


def test_a_socket_left_by_a_cinema_that_was_killed_stops_nobody(folder: Path) -> None:
    code = (
        "import os, signal, sys; from pathlib import Path; from PySide6.QtCore import QCoreApplication;"
        "from app.instance import Request, instance_of; from app.paths import Paths;"
        "app = QCoreApplication([]); place = instance_of(Paths.under(Path(sys.argv[1])), None);"
        "assert place.claim(Request()); place.listen(); os.kill(os.getpid(), signal.SIGKILL)"
    )
    killed = subprocess.run([sys.executable, "-c", code, str(folder / "home")], cwd=ROOT, check=False)
    assert killed.returncode == -9
    assert address(folder)
    place = instance_of(Paths.under(folder / "home"), None)
    started = time.monotonic()
    assert place.claim(Request())
    assert time.monotonic() - started < 0.2
    place.listen()
    heard: list[str] = []
    place.answer = lambda link, _activation: heard.append(link)
    assert later(folder, Request("smartcinema:home")) is False
    assert heard == ["smartcinema:home"]
    place.close()


def test_a_first_that_is_still_starting_is_waited_for(folder: Path) -> None:
    place = instance_of(Paths.under(folder / "home"), None)
    assert place.claim(Request())
    with starting(folder, Request()) as asker:
        with pytest.raises(subprocess.TimeoutExpired):
            asker.wait(0.8)
        place.listen()
        until(lambda: asker.poll() is not None)
        assert asker.stdout
        assert asker.stdout.read() == "False\n"
    place.close()


def test_a_first_that_says_nothing_keeps_nobody_out(folder: Path) -> None:
    silent = instance_of(Paths.under(folder / "home"), None)
    assert silent.claim(Request())
    assert later(folder, Request(), patience=0.3) is True
    silent.close()


def test_one_that_started_while_the_first_was_leaving_takes_its_place(folder: Path, first: Instance) -> None:
    first.hush()
    with starting(folder, Request()) as asker:
        with pytest.raises(subprocess.TimeoutExpired):
            asker.wait(0.8)
        first.close()
        assert asker.wait(5) == 0
        assert asker.stdout
        assert asker.stdout.read() == "True\n"


def test_the_place_is_free_once_the_first_has_left(folder: Path, first: Instance) -> None:
    first.close()
    assert later(folder, Request()) is True


@pytest.mark.parametrize(
    "data",
    [b"rubbish\n", b"[]\n", b"null\n", b'{"link": 5}\n', b'{"link": "x", "more": "y"}\n', b"\xff\xfe\n", b"[" * 5000 + b"\n",
     b"x" * (LIMIT_BYTES + 1), b"x" * (1 << 20), json.dumps({"link": "x" * 301}).encode() + b"\n"],
    ids=lambda data: repr(data[:12]),
)  # fmt: skip
def test_rubbish_from_another_program_is_not_answered(
    folder: Path, first: Instance, heard: list[tuple[str, str]], data: bytes
) -> None:
    assert spoken(folder, data) == b""
    assert heard == []
    assert later(folder, Request("smartcinema:home")) is False


def test_callers_who_say_nothing_are_sent_away(
    folder: Path, first: Instance, heard: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(instance_module, "CALLER_MS", 200)
    callers = [socket.socket(socket.AF_UNIX) for _ in range(instance_module.CALLERS + 2)]
    for caller in callers:
        caller.connect(address(folder))
    until(lambda: len(first._callers) == instance_module.CALLERS)
    until(lambda: not first._callers)
    for caller in callers:
        caller.close()
    assert later(folder, Request("smartcinema:home")) is False


def test_where_no_lock_can_be_made_the_cinema_opens_all_the_same(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "missing"))
    place = instance_of(Paths.under(tmp_path), None)
    assert place.claim(Request())
    place.listen()
    place.close()


@given(st.text(max_size=5000), st.text(max_size=5000))
def test_what_is_asked_fits_the_limit_and_is_read_as_it_was_meant(link: str, activation: str) -> None:
    line = Request(link, activation).write()
    assert len(line) <= LIMIT_BYTES
    assert line.endswith(b"\n")
    assert line.count(b"\n") == 1
    assert read_request(line) == Request(link[:300], activation[:300])


@given(st.binary(max_size=300))
def test_bytes_of_any_kind_are_a_request_or_nothing(line: bytes) -> None:
    assert read_request(line) is None or isinstance(read_request(line), Request)


def test_a_link_that_macos_opens_reaches_the_application_object_and_is_kept() -> None:
    code = """
from PySide6.QtCore import QUrl
from PySide6.QtGui import QFileOpenEvent
from app.viewer import make_application
application = make_application(hears_links=True)
heard = []
application.link_opened.connect(heard.append)
assert application.link == ""
assert application.sendEvent(application, QFileOpenEvent(QUrl("smartcinema:title/lantern-street")))
assert heard == [application.link] == ["smartcinema:title/lantern-street"]
"""
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, check=True, timeout=60)
