"""The real workbench on a real screen with a real package: a note is marked, written, split; the process is killed;
everything is there again, is exported, and is there when it is opened once more.
"""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.paths import Paths
from core import Cancel, no_progress
from films import MasterOptions, Rung, SigningKey, dump_subtitles, ffmpeg_path, master, parse_notes
from films.notes.edition_file import parse_edition
from films.subtitles import Cue

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """Eight seconds with a cut, encrypted and signed by the key of the home beside it."""
    source, texts = tmp_path / "film.mp4", tmp_path / "en.vtt"
    parts = ("testsrc2=s=160x90:r=24:d=4", "smptebars=s=160x90:r=24:d=4")
    inputs = [word for part in parts for word in ("-f", "lavfi", "-i", part)]
    sound = ("-f", "lavfi", "-i", "sine=440:r=48000:d=8", "-filter_complex", "[0:v][1:v]concat=n=2[v]")
    streams = ("-map", "[v]", "-map", "2:a", "-preset", "ultrafast", "-pix_fmt", "yuv420p", str(source))
    subprocess.run([ffmpeg_path(), "-v", "error", *inputs, *sound, *streams], check=True, timeout=60)
    texts.write_bytes(dump_subtitles([Cue("1", 500, 2_500, ("Who lit it?",))]))
    key = SigningKey.load_or_create(Paths.under(tmp_path / "home").signing_key)
    options = MasterOptions(
        "lantern-1",
        "lantern",
        {"en": "Lantern"},
        signing_key=key,
        ladder=(Rung("360p", 160, 90, 400, preset="ultrafast"),),
        subtitles={"en": texts},
    )
    master(source, tmp_path / "lantern", options, no_progress, Cancel())
    return tmp_path / "lantern"


class Author:
    """Somebody at the keyboard of the workbench."""

    def __init__(self, screen: dict[str, str], home: Path, package: Path) -> None:
        self._environment = {**screen, "PYTHONPATH": str(ROOT), "XDG_RUNTIME_DIR": str(home.parent)}
        command = [sys.executable, "main.py", "--home", str(home), "--json", "workbench", str(package)]
        self.process = subprocess.Popen(
            command, cwd=ROOT, env=self._environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        self.until(lambda: bool(self._window()))
        self._xdotool("windowfocus", "--sync", self._window())

    def press(self, *keys: str) -> None:
        self._xdotool("key", "--delay", "20", *keys)

    def type(self, text: str) -> None:
        self._xdotool("type", "--delay", "20", text)

    def until(self, holds: Callable[[], bool], timeout_s: float = 30) -> None:
        deadline = time.monotonic() + timeout_s
        while not holds():
            assert self.process.poll() is None, self.process.communicate()
            assert time.monotonic() < deadline, "it never came about"
            time.sleep(0.05)

    def leave(self) -> dict[str, object]:
        self.process.send_signal(signal.SIGTERM)
        said, errors = self.process.communicate(timeout=30)
        assert self.process.returncode == 0, errors
        assert "Traceback" not in errors
        assert ".qml" not in errors
        return dict(json.loads(said))

    def _window(self) -> str:
        return self._xdotool("search", "--onlyvisible", "--name", "Notes on Lantern").partition("\n")[0]

    def _xdotool(self, *words: str) -> str:
        done = subprocess.run(["xdotool", *words], env=self._environment, capture_output=True, text=True, check=False)
        return done.stdout


@pytest.fixture
def begin(screen: dict[str, str], tmp_path: Path, package: Path) -> Iterator[Callable[[], Author]]:
    authors: list[Author] = []

    def one_more() -> Author:
        authors.append(Author(screen, tmp_path / "home", package))
        return authors[-1]

    yield one_more
    for one in authors:
        one.process.kill()
        one.process.communicate()


@pytest.mark.e2e
def test_a_note_outlives_a_kill_and_leaves_as_files(begin: Callable[[], Author], tmp_path: Path, package: Path) -> None:
    home, place = tmp_path / "home", package.with_name("lantern.edition.json")
    journal = place.with_name(place.name + ".journal")
    (home / "config").mkdir(parents=True)
    (home / "config" / "preferences.json").write_text(json.dumps({"language": "en", "muted": True}))

    def journaled(text: str) -> bool:
        return journal.exists() and text in journal.read_text(encoding="utf-8", errors="ignore")

    author = begin()
    author.until(journal.exists)
    author.press("n")
    author.until(lambda: journaled('"Mark"'))
    author.type("Riddles")
    author.press("Tab")
    author.type("Guess it. Keep the strip.")
    author.until(lambda: journaled("Keep the strip."))
    author.press("ctrl+z")
    author.until(lambda: journaled('"undo"'))
    author.press("ctrl+shift+z", "Home", *["Right"] * 9, "ctrl+shift+x")
    author.until(lambda: journaled('"Split"'))
    author.process.kill()
    author.process.communicate()

    author = begin()
    exported = place.with_name("lantern-notes") / "en.report.html"
    author.press("ctrl+e")
    author.until(exported.exists)
    author.press("ctrl+s")
    author.until(lambda: place.exists() and len(parse_edition(place.read_bytes()).notes) >= 2)
    assert author.leave() == {"edition": str(place), "saved": True}
    assert not journal.exists()
    bodies = [note.face("en").body for note in parse_edition(place.read_bytes()).notes if note.face("en").whole]
    assert bodies == ["Guess it.", "Keep the strip."]
    compiled = parse_notes((exported.parent / "en.compiled.vtt").read_bytes())
    assert [note.title for note in compiled.notes] == ["Riddles", "Riddles"]

    exported.unlink()
    author = begin()
    author.press("ctrl+e")
    author.until(exported.exists)
    assert author.leave() == {"edition": str(place), "saved": True}
    assert "Keep the strip." in exported.read_text(encoding="utf-8")
