"""An edition on the disk: what was typed outlives the process, the disk and another author."""

import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from core import CinemaError, Code
from films.manifest import Commentator
from films.notes.editing import Mark, Write
from films.notes.edition import Edition
from films.notes.edition_file import dump_edition, parse_edition
from films.notes.keeping import Keeper

START = Edition(("en",), (Commentator("lin", {"en": "Lin"}, {"en": "Critic"}),))
AUTHOR = Path(__file__).with_name("typing_author.py")
ROOT = Path(__file__).parents[2]


def begin() -> Edition:
    return START


@pytest.mark.parametrize("steps_before_the_end", [3, 71, 140])
def test_nothing_typed_more_than_a_second_ago_is_lost_when_the_process_is_killed(
    tmp_path: Path, steps_before_the_end: int
) -> None:
    path = tmp_path / "lantern.edition.json"
    command = [sys.executable, str(AUTHOR), str(path)]
    author = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT, env={"PYTHONPATH": str(ROOT)})
    assert author.stdout is not None
    typed = []
    for line in author.stdout:
        typed.append((float(line.split()[0]), int(line.split()[1])))
        if len(typed) == steps_before_the_end:
            author.kill()
            killed = time.monotonic()
    author.wait()
    author.stdout.close()
    keeper = Keeper(path, begin)
    opened = keeper.opened
    kept = len(opened.history.edition.notes[0].face("en").body) if opened.history.edition.notes else 0
    assert kept >= max((count for at, count in typed if at <= killed - 1), default=0)
    assert kept >= typed[0][1]
    history = opened.history
    while history.past:
        history = history.undone()
    assert history.edition == parse_edition(path.read_bytes()) if path.exists() else history.edition == START
    assert keeper.close(opened.history.edition)
    assert parse_edition(path.read_bytes()) == opened.history.edition
    assert not path.with_name(path.name + ".journal").exists()


def test_an_edition_is_saved_whole_and_the_journal_goes(tmp_path: Path) -> None:
    path = tmp_path / "lantern.edition.json"
    told = threading.Event()
    keeper = Keeper(path, begin, lambda error: told.set() if error is None else None)
    assert keeper.opened.new
    history = keeper.opened.history.done(Mark("one", 5, "lin"))
    keeper.note_down(Mark("one", 5, "lin"))
    keeper.save(history.edition)
    assert told.wait(5)
    assert keeper.close(history.edition)
    assert parse_edition(path.read_bytes()) == history.edition
    assert sorted(item.name for item in tmp_path.iterdir() if not item.name.startswith(".")) == [path.name]


def test_an_edition_that_was_only_looked_at_leaves_nothing_behind(tmp_path: Path) -> None:
    path = tmp_path / "lantern.edition.json"
    assert Keeper(path, begin).close(START)
    assert [item.name for item in tmp_path.iterdir() if not item.name.startswith(".")] == []


def test_a_second_workbench_on_the_same_notes_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "lantern.edition.json"
    keeper = Keeper(path, begin)
    with pytest.raises(CinemaError) as refused:
        Keeper(path, begin)
    assert refused.value.code is Code.EDITION_IN_USE
    keeper.close(START)
    Keeper(path, begin).close(START)


def test_a_journal_of_another_file_is_kept_aside_and_told(tmp_path: Path) -> None:
    path = tmp_path / "lantern.edition.json"
    keeper = Keeper(path, begin)
    keeper.close(START)
    journal = path.with_name(path.name + ".journal")
    left = Keeper(path, begin)
    left.note_down(Mark("one", 5, "lin"))
    left._journal_path = tmp_path / "not-removed"
    left.close(START)
    assert journal.exists()
    path.write_bytes(dump_edition(Edition(("fr",), START.commentators)))
    again = Keeper(path, begin)
    assert again.opened.aside is not None
    assert again.opened.aside.read_bytes().count(b"\n") >= 2
    assert again.opened.history.edition.languages == ("fr",)
    again.close(again.opened.history.edition)


def test_a_disk_that_refuses_is_told_and_tried_again_until_it_takes_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, good = tmp_path / "lantern.edition.json", threading.Event()
    answers: list[CinemaError] = []

    def told(error: CinemaError | None) -> None:
        if error is None:
            good.set()
        else:
            answers.append(error)

    monkeypatch.setattr("films.notes.keeping.AGAIN_S", 0.05)
    keeper = Keeper(path, begin, told)
    full = threading.Event()
    full.set()
    real = __import__("os").fsync

    def fsync(file: int) -> None:
        if full.is_set():
            raise OSError(28, "No space left on device")
        real(file)

    monkeypatch.setattr("films.notes.keeping.os.fsync", fsync)
    history = keeper.opened.history
    for step in (Mark("one", 5, "lin"), Write("one", "en", "title", "Riddles")):
        history = history.done(step)
        keeper.note_down(step)
    deadline = time.monotonic() + 5
    while not answers and time.monotonic() < deadline:
        time.sleep(0.01)
    assert answers[0].code is Code.DISK_FULL
    good.clear()
    full.clear()
    assert good.wait(5)
    assert keeper.close(history.edition)
    assert parse_edition(path.read_bytes()) == history.edition
