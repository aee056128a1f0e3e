"""What is drawn has a clock of its own on the stage; films are tested with libmpv, end to end."""

from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QDeadlineTimer, QEventLoop, QObject, Signal

from core import CinemaError, Code
from kiosk import ShowItem, Stage
from kiosk.show_items import OpenItem
from ui.gallery_pages import ImmediateJobs


class NoPlayer(QObject):
    """Stands where no film is played."""

    stateChanged = Signal()  # noqa: N815 - Qt's way

    def stop(self) -> None:
        pass

    def close(self) -> None:
        pass


def opened(item: ShowItem) -> OpenItem:
    if item.file == "gone.png":
        raise CinemaError(Code.FILE_MISSING, "It is not among the slides.")
    return OpenItem(None, "ab" * 32)


@pytest.fixture
def stage() -> Iterator[Stage]:
    application = QCoreApplication.instance() or QCoreApplication([])
    stage = Stage(NoPlayer, ImmediateJobs(), opened)  # type: ignore[arg-type]
    yield stage
    stage.close()
    application.processEvents()


def until(holds: Any) -> None:
    deadline = QDeadlineTimer(10_000)
    while not holds():
        assert not deadline.hasExpired()
        QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents, 20)


def test_a_slide_stays_its_time_and_a_hold_stops_its_clock(stage: Stage) -> None:
    ended: list[int] = []
    stage.ended.connect(ended.append)
    stage.play(0, ShowItem("countdown", 600))
    assert (stage.place, stage.digest(0)) == (0, "ab" * 32)
    until(lambda: stage.position_ms > 100)
    stage.pause()
    stood = stage.position_ms
    for _ in range(20):
        QCoreApplication.processEvents()
    assert (stage.position_ms, ended) == (stood, [])
    stage.resume()
    until(lambda: ended == [0])


def test_a_slide_goes_on_from_where_it_was(stage: Stage) -> None:
    stage.play(3, ShowItem("intermission", 60_000), 58_000)
    assert 58_000 <= stage.position_ms < 60_000


def test_what_has_no_length_waits_to_be_skipped(stage: Stage) -> None:
    ended: list[int] = []
    stage.ended.connect(ended.append)
    stage.play(5, ShowItem("ballot", 0), 599_900)
    until(lambda: ended == [5])


def test_what_cannot_be_opened_is_told_when_it_is_to_be_shown(stage: Stage) -> None:
    failed: list[tuple[int, str]] = []
    stage.failed.connect(lambda place, code: failed.append((place, code)))
    stage.prepare(1, ShowItem("slide", 1000, file="gone.png"))
    assert failed == []
    stage.play(1, ShowItem("slide", 1000, file="gone.png"))
    assert failed == [(1, "file-missing")]


def test_nothing_on_the_stage_is_nothing(stage: Stage) -> None:
    stage.play(0, ShowItem("credits", 1000))
    stage.stop()
    assert (stage.item, stage.place, stage.front, stage.live) == (None, -1, -1, None)
    assert stage.is_well()
