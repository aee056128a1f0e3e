"""What is drawn has a clock of its own on the stage; films are tested with libmpv, end to end."""

import dataclasses
from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QDeadlineTimer, QObject, QThread, Signal
from PySide6.QtGui import QGuiApplication

from core import CinemaError, Code
from films import Commentator, NoteChoice, NoteTrack
from kiosk import ShowItem, Stage
from kiosk.show_items import OpenItem
from kiosk.stage import Languages
from player import PlayerState
from ui.gallery_pages import ImmediateJobs


class NoPlayer(QObject):
    """Stands where no film is played."""

    stateChanged = Signal()  # noqa: N815 - Qt's way

    def stop(self) -> None:
        pass

    def close(self) -> None:
        pass


@dataclasses.dataclass(frozen=True)
class NotedFilm:
    """What the stage asks of a film."""

    notes: dict[str, NoteTrack]
    subtitles: tuple[str, ...] = ()
    start_ms: int = 0


class ListeningPlayer(NoPlayer):
    """Hears which notes it is to show."""

    state, first_frame_ms = PlayerState(), None

    def set_subtitles(self, _language: str | None) -> None:
        pass

    set_second_subtitles = set_subtitles

    def set_notes(self, language: str | None, choice: NoteChoice) -> None:
        self.notes = language, choice

    def open(self, _feature: object, *, paused: bool) -> None:
        pass


def opened(item: ShowItem) -> OpenItem:
    if item.file == "gone.png":
        raise CinemaError(Code.FILE_MISSING, "It is not among the slides.")
    return OpenItem(None, "ab" * 32)


@pytest.fixture
def application() -> QGuiApplication:
    return QGuiApplication.instance() or QGuiApplication([])  # type: ignore[return-value]


@pytest.fixture
def stage(application: QGuiApplication) -> Iterator[Stage]:
    stage = Stage(NoPlayer, ImmediateJobs(), opened)  # type: ignore[arg-type]
    yield stage
    stage.close()
    application.processEvents()


def until(holds: Any) -> None:
    deadline = QDeadlineTimer(10_000)
    while not holds():
        assert not deadline.hasExpired()
        QCoreApplication.processEvents()
        QThread.msleep(1)


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


@pytest.mark.parametrize(
    ("wanted", "heard", "left_out"),
    [
        (Languages(notes="en"), "en", set()),
        (Languages(notes="en", commentators=("wu",)), "en", {"lin"}),
        (Languages(notes="fr", commentators=("wu",)), None, set()),
    ],
)
def test_notes_are_in_the_screening_s_language_and_by_its_commentators(
    application: QGuiApplication, wanted: Languages, heard: str | None, left_out: set[str]
) -> None:
    people = tuple(Commentator(name, {"en": name}, {}) for name in ("lin", "wu"))
    film: Any = NotedFilm({"en": NoteTrack("en", people, ())})
    make_player: Any = ListeningPlayer
    stage = Stage(make_player, ImmediateJobs(), lambda _item: OpenItem(film, "ab" * 32))
    stage.languages = wanted
    stage.play(0, ShowItem("feature", 60_000, package="film"))
    player: Any = stage.players[0]
    language, choice = player.notes
    assert (language, set(choice.without_commentators)) == (heard, left_out)
    stage.close()
