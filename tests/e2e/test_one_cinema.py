"""Two starts of the real program on one screen: one window, and the second one's link in it."""

import json
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FIRST = """
import json, os, sys
from pathlib import Path
from app.cli import run
from app.viewer import Viewer
journal = Path(sys.argv.pop(1))
first_frame = Viewer._first_frame
def watched(viewer):
    def write():
        seen.append([viewer.shell.props.page, viewer.shell.props.notice, viewer.window.isActive()])
        journal.with_suffix('.new').write_text(json.dumps(seen))
        os.replace(journal.with_suffix('.new'), journal)
    seen = []
    first_frame(viewer)
    for signal in (viewer.shell.pageChanged, viewer.shell.noticeChanged, viewer.window.activeChanged):
        signal.connect(write)
    write()
Viewer._first_frame = watched
sys.exit(run(sys.argv[1:]))
"""
OPTIONS = ("--drawing", "software", "--box-office", "http://127.0.0.1:9")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    preferences = tmp_path / "home" / "config" / "preferences.json"
    preferences.parent.mkdir(parents=True)
    preferences.write_text('{"language": "en"}')
    return tmp_path / "home"


class Starts:
    """Starts of the program, each its own process."""

    def __init__(self, screen: dict[str, str], runtime: Path) -> None:
        self.environment = {**screen, "XDG_RUNTIME_DIR": str(runtime), "PYTHONPATH": str(ROOT)}
        self.journal = runtime / "journal.json"
        self.processes: list[subprocess.Popen[str]] = []

    def first(self, home: Path) -> "subprocess.Popen[str]":
        """A start that writes down where it is, once its window is there."""
        self.journal.unlink(missing_ok=True)
        process = self._start("-c", FIRST, str(self.journal), "--home", str(home), *OPTIONS)
        self.until(self.seen)
        return process

    def another(self, home: Path, *words: str) -> "subprocess.Popen[str]":
        return self._start(str(ROOT / "main.py"), "--home", str(home), *OPTIONS, *words)

    def seen(self) -> list[list[object]]:
        try:
            return list(json.loads(self.journal.read_text()))
        except (OSError, ValueError):
            return []

    def windows(self) -> int:
        found = subprocess.run(
            ["xdotool", "search", "--onlyvisible", "--name", "Smart Cinema"],
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        return len(found.stdout.split())

    def until(self, holds: Callable[[], object], seconds: float = 30) -> None:
        deadline = time.monotonic() + seconds
        while not holds():
            assert time.monotonic() < deadline, f"it never came about; seen: {self.seen()}"
            time.sleep(0.05)

    def end(self) -> None:
        for process in self.processes:
            process.kill()
            process.communicate()

    def _start(self, *words: str) -> "subprocess.Popen[str]":
        command = [sys.executable, *words]
        self.processes.append(
            subprocess.Popen(command, cwd=ROOT, env=self.environment, stderr=subprocess.PIPE, text=True)
        )
        return self.processes[-1]


@pytest.fixture
def starts(screen: dict[str, str]) -> Iterator[Starts]:
    with tempfile.TemporaryDirectory(prefix="sc-") as runtime:  # short: a socket's path has room for 107 characters
        starts = Starts(screen, Path(runtime))
        yield starts
        starts.end()


@pytest.mark.e2e
@pytest.mark.skipif(sys.platform != "linux", reason="looks at an X server")
def test_a_second_start_hands_its_link_over_and_opens_no_window(starts: Starts, home: Path) -> None:
    first = starts.first(home)
    started = time.monotonic()
    second = starts.another(home, "smartcinema:ticket/t1")
    _, errors = second.communicate(timeout=10)
    assert (second.returncode, errors) == (0, "")
    assert time.monotonic() - started < 3
    starts.until(lambda: starts.seen()[-1][0] == "tickets")
    third = starts.another(home, "smartcinema:/etc/passwd")
    assert third.wait(10) == 0
    starts.until(lambda: starts.seen()[-1][:2] == ["home", "link-unknown"])
    assert starts.windows() == 1
    first.send_signal(signal.SIGTERM)
    _, errors = first.communicate(timeout=20)
    assert first.returncode == 0, errors
    assert "Traceback" not in errors


@pytest.mark.e2e
@pytest.mark.skipif(sys.platform != "linux", reason="looks at an X server")
def test_a_cinema_that_was_killed_does_not_stop_the_next_and_another_home_is_another_cinema(
    starts: Starts, home: Path, tmp_path: Path
) -> None:
    starts.first(home).kill()
    starts.until(lambda: starts.windows() == 0)
    starts.first(home)
    assert starts.windows() == 1
    other = starts.another(tmp_path / "other home")
    starts.until(lambda: starts.windows() == 2)
    assert other.poll() is None


@pytest.mark.e2e
@pytest.mark.skipif(sys.platform != "linux", reason="looks at an X server")
def test_two_impatient_clicks_open_one_window(starts: Starts, home: Path) -> None:
    clicks = [starts.another(home), starts.another(home)]
    starts.until(lambda: any(click.poll() is not None for click in clicks))
    starts.until(lambda: starts.windows() == 1)
    assert sorted(str(click.poll()) for click in clicks) == ["0", "None"]
