"""The desktop's media controls and the real program: another process pauses the film and closes the cinema."""

import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
NAME, PATH = "org.mpris.MediaPlayer2.smartcinema", "/org/mpris/MediaPlayer2"
CINEMA = """
import sys
from PySide6.QtCore import QTimer
from app.cli import run
from app.viewer import Viewer
first_frame = Viewer._first_frame
def playing_a_trailer(viewer):
    def when_the_programme_is_there():
        hero = viewer.shell.home.props.hero
        if hero:
            timer.stop()
            viewer.shell.play_trailer(hero["id"])
    first_frame(viewer)
    viewer.timer = timer = QTimer(interval=50)
    timer.timeout.connect(when_the_programme_is_there)
    timer.start()
Viewer._first_frame = playing_a_trailer
sys.exit(run(sys.argv[1:]))
"""


@pytest.fixture
def bus(screen: dict[str, str], tmp_path: Path) -> Iterator[dict[str, str]]:
    """The environment of a screen with a session bus."""
    command = ["dbus-daemon", "--session", "--nofork", "--print-address"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as daemon:
        assert daemon.stdout
        address = daemon.stdout.readline().strip()
        yield {
            **screen,
            "DBUS_SESSION_BUS_ADDRESS": address,
            "XDG_RUNTIME_DIR": str(tmp_path),
            "PYTHONPATH": str(ROOT),
        }
        daemon.terminate()


def ask(bus: dict[str, str], interface: str, member: str, signature: str = "", *arguments: object) -> Any:
    from jeepney import DBusAddress, MessageType, new_method_call
    from jeepney.io.blocking import open_dbus_connection

    with open_dbus_connection(bus["DBUS_SESSION_BUS_ADDRESS"]) as connection:
        message = new_method_call(DBusAddress(PATH, NAME, interface), member, signature, arguments)
        reply = connection.send_and_get_reply(message, timeout=5)
    if reply.header.message_type is not MessageType.method_return:
        return None
    return reply.body[0] if reply.body else ()


def known(bus: dict[str, str], name: str) -> Any:
    answer = ask(bus, "org.freedesktop.DBus.Properties", "Get", "ss", "org.mpris.MediaPlayer2.Player", name)
    return answer[1] if answer else None


def until(holds: Callable[[], object], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it never came about"
        time.sleep(0.05)


@pytest.mark.e2e
@pytest.mark.timeout(240)
@pytest.mark.skipif(
    sys.platform != "linux" or not shutil.which("dbus-daemon"), reason="needs a session bus (apt install dbus-daemon)"
)
def test_another_process_pauses_the_film_and_closes_the_cinema(
    bus: dict[str, str], demo_home: Path, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    shutil.copytree(demo_home, home)
    preferences = home / "config" / "preferences.json"
    preferences.parent.mkdir(parents=True, exist_ok=True)
    preferences.write_text('{"language": "en"}')
    command = [sys.executable, "-c", CINEMA, "--home", str(home), "demo", "--quality", "quick"]
    with subprocess.Popen(command, cwd=ROOT, env=bus, stderr=subprocess.PIPE, text=True) as cinema:
        try:
            until(lambda: known(bus, "PlaybackStatus") == "Playing", 60)
            until(lambda: (known(bus, "Position") or 0) > 300_000)
            metadata = known(bus, "Metadata")
            assert metadata["xesam:title"][1]
            ask(bus, "org.mpris.MediaPlayer2.Player", "PlayPause")
            until(lambda: known(bus, "PlaybackStatus") == "Paused")
            held = known(bus, "Position")
            time.sleep(0.5)
            assert known(bus, "Position") - held < 100_000
            ask(bus, "org.mpris.MediaPlayer2.Player", "Seek", "x", 2_000_000)
            until(lambda: known(bus, "Position") > held + 1_000_000)
            ask(bus, "org.mpris.MediaPlayer2.Player", "Stop")
            until(lambda: known(bus, "PlaybackStatus") == "Stopped")
            assert known(bus, "Metadata").keys() == {"mpris:trackid"}
            ask(bus, "org.mpris.MediaPlayer2", "Raise")
            ask(bus, "org.mpris.MediaPlayer2", "Quit")
            _, errors = cinema.communicate(timeout=30)
        finally:
            cinema.kill()
    assert (cinema.returncode, "Traceback" in errors) == (0, False), errors
    log = (home / "logs" / "smart-cinema.log").read_text(encoding="utf-8")
    assert metadata["xesam:title"][1] not in log
