"""House lights and curtain, told for real: over HTTP, over UDP, by a program."""

import http.server
import socket
import struct
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from core import CinemaError
from kiosk.house import Hook, House, osc_message, read_hooks
from kiosk.show import Turn


def hooks_of(tmp_path: Path, text: str) -> tuple[Hook, ...]:
    file = tmp_path / "house.toml"
    file.write_text(text, encoding="utf-8")
    return read_hooks(file)


class Failures:
    """What was told to have failed."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self.came = threading.Event()

    def __call__(self, name: str, reason: str) -> None:
        self.told.append(f"{name}: {reason}")
        self.came.set()


@pytest.fixture
def lights() -> Iterator[tuple[str, list[str]]]:
    """A lighting desk that hears HTTP."""
    heard: list[str] = []

    class Desk(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            heard.append(self.path)
            self.send_response(500 if self.path == "/broken" else 204)
            self.end_headers()

        def log_message(self, *_said: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Desk)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}", heard
    server.shutdown()
    thread.join()
    server.server_close()


def until(holds: object) -> None:
    deadline = time.monotonic() + 10
    while not holds():  # type: ignore[operator]
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_each_way_hears_its_turns_and_no_others(tmp_path: Path, lights: tuple[str, list[str]]) -> None:
    address, heard = lights
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as curtain:
        curtain.bind(("127.0.0.1", 0))
        curtain.settimeout(10)
        hooks = hooks_of(
            tmp_path,
            f"""
[[hook]]
at = ["start"]
http = "{address}/down"

[[hook]]
at = ["start", "end"]
osc = "127.0.0.1:{curtain.getsockname()[1]}/cue/5"
args = [1, 0.5, "go"]

[[hook]]
at = ["end"]
run = "note"

[programs]
note = ["{sys.executable}", "-c", "import sys; open(r'{tmp_path}/ran', 'w').write(sys.argv[1])"]
""",
        )
        failed = Failures()
        house = House(hooks, failed)
        house.signal(Turn.START)
        message = curtain.recv(100)
        assert message == b"/cue/5\0\0,ifs\0\0\0\0" + struct.pack(">if", 1, 0.5) + b"go\0\0"
        until(lambda: heard == ["/down"])
        house.signal(Turn.END)
        until((tmp_path / "ran").exists)
        until(lambda: (tmp_path / "ran").read_text() == "end")
        assert curtain.recv(100) == message
        house.signal(Turn.HOLD)
        assert (heard, failed.told) == (["/down"], [])


def test_what_fails_or_says_nothing_is_told_and_nobody_waits(tmp_path: Path, lights: tuple[str, list[str]]) -> None:
    address, _ = lights
    with socket.socket() as mute:
        mute.bind(("127.0.0.1", 0))
        mute.listen()
        text = f"""
[[hook]]
name = "desk"
at = ["start"]
http = "{address}/broken"

[[hook]]
name = "mute"
at = ["start"]
http = "http://127.0.0.1:{mute.getsockname()[1]}/"
timeout_s = 0.2

[[hook]]
name = "stuck"
at = ["start"]
run = "sleep"
timeout_s = 0.2

[programs]
sleep = ["{sys.executable}", "-c", "import time; time.sleep(60)"]
"""
        failed = Failures()
        began = time.monotonic()
        House(hooks_of(tmp_path, text), failed).signal(Turn.START)
        assert time.monotonic() - began < 0.2
        until(lambda: len(failed.told) == 3)
        assert sorted(said.partition(":")[0] for said in failed.told) == ["desk", "mute", "stuck"]


def test_an_answer_that_is_no_http_is_told(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as desk:

        def babble() -> None:
            line = desk.accept()[0]
            line.recv(4096)
            line.sendall(b"lights are down\r\n\r\n")
            line.close()

        threading.Thread(target=babble, daemon=True).start()
        failed = Failures()
        text = f'[[hook]]\nname = "desk"\nat = ["start"]\nhttp = "http://127.0.0.1:{desk.getsockname()[1]}/"\n'
        House(hooks_of(tmp_path, text), failed).signal(Turn.START)
        assert failed.came.wait(10)
        assert failed.told[0].startswith("desk: ")


@pytest.mark.parametrize("number", ["2147483648", "-2147483649", "1e300"])
def test_a_number_that_osc_cannot_hold_is_refused_when_it_is_read(tmp_path: Path, number: str) -> None:
    text = f'[[hook]]\nname = "cue"\nat = ["start"]\nosc = "127.0.0.1:8000/cue/5"\nargs = [{number}]\n'
    with pytest.raises(CinemaError, match="cue: numbers in args have 32 bits"):
        hooks_of(tmp_path, text)


@pytest.mark.parametrize(
    "text",
    [
        "[[hook]]\nat = ['start']",
        "[[hook]]\nat = ['start']\nhttp = 'http://a'\nosc = 'a:1/b'",
        "[[hook]]\nat = ['begin']\nhttp = 'http://a'",
        "[[hook]]\nat = ['start']\nhttp = 'file:///etc/passwd'",
        "[[hook]]\nat = ['start']\nosc = 'a/b'",
        "[[hook]]\nat = ['start']\nrun = 'rm'",
        "[[hook]]\nat = ['start']\nrun = 'rm'\n[programs]\nrm = 'rm -rf /'",
        "[[hook]]\nat = ['start']\nhttp = 'http://a'\ntimeout_s = 300",
        "[[hook]]\nat = ['start']\nhttp = 'http://a'\nshell = 'x'",
        "[hook",
    ],
)
def test_a_file_that_is_wrong_says_so_before_the_show(tmp_path: Path, text: str) -> None:
    with pytest.raises(CinemaError) as caught:
        hooks_of(tmp_path, text)
    assert caught.value.code == "wrong-use"


def test_no_file_is_no_hook(tmp_path: Path) -> None:
    assert read_hooks(tmp_path / "house.toml") == ()


def test_texts_are_padded_to_four_bytes() -> None:
    assert osc_message("/abc", ()) == b"/abc\0\0\0\0,\0\0\0"
