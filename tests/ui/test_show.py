"""A show's windows on the real QML: what stands on them, and what the keys do."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, timedelta
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QDeadlineTimer, QEventLoop, QObject, QSize, Qt, QThread, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtQuick import QQuickWindow
from PySide6.QtTest import QTest

import player.video_item  # noqa: F401 - makes the QML type known
from kiosk import Alarm, Mode, Phase, Show, ShowItem, Slide, step
from kiosk import show_events as events
from tests.kiosk.venue import NOW, PROGRAMME
from ui.formats import Formats
from ui.kiosk import ShowViewModel
from ui.kiosk.show import ShowInputs, derive_show
from ui.window import SHOW, Interface

PLAN = PROGRAMME.screenings[0]
ENGLISH = Formats("en", UTC)
ROOT = Path(__file__).resolve().parents[2]


class StillStage(QObject):
    """Stands where no picture is drawn."""

    changed = Signal()
    moved = Signal(int)
    players: tuple[Any, ...] = ()
    live = None
    item: ShowItem | None = None
    position_ms, front, place = 0, -1, -1


class StillRunning(QObject):
    """The pure core alone, without a stage."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.stage = StillStage()
        self.programme, self.names, self.now = PROGRAMME, {}, NOW
        self.show: Show | None = Show(PLAN, phase=Phase.DOORS, loaded=True)

    def tell(self, event: events.Event) -> None:
        assert self.show is not None
        self.show = step(self.show, event).show
        self.stage.item = self.show.item
        self.changed.emit()


class StillModel(ShowViewModel):
    """Without players."""


class Scene:
    def __init__(self, notes_screen: str = "", *, shown: bool = True) -> None:
        self.running: Any = StillRunning()
        self.running.stage.players = (StillPlayer(), StillPlayer())
        self.model = StillModel(self.running, ENGLISH, notes_screen=notes_screen)
        self.interface = Interface(lambda _path: b"", main=SHOW)
        self.interface.language.apply("en")
        self.interface.open_with({"viewModel": self.model, "startSize": QSize(1280, 720)})
        self.operator = self.interface.window
        audience = self.operator.findChild(QQuickWindow, "audience")
        assert audience is not None
        self.audience = audience
        if shown:
            self.operator.setVisible(True)
            self.settle(self.operator.isActive)

    @property
    def show(self) -> Show:
        return self.running.show

    def press(self, key: Qt.Key) -> None:
        QTest.keyClick(self.operator, key)
        QCoreApplication.processEvents()

    def settle(self, holds: Any) -> None:
        deadline = QDeadlineTimer(5000)
        while not holds() and not deadline.hasExpired():
            QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 10)
            QThread.msleep(1)
        assert holds()

    def close(self) -> None:
        self.interface.close()
        self.model.deleteLater()


class StillPlayer(QObject):
    """No libmpv behind it."""

    cuesChanged = Signal()  # noqa: N815 - Qt's way
    stateChanged = Signal()  # noqa: N815 - Qt's way
    aboutToClose = Signal()  # noqa: N815 - Qt's way
    drawing = "none"
    picture_size = (0, 0)

    def set_volume(self, percent: int) -> None:
        self.volume = percent

    def set_muted(self, muted: bool) -> None:
        self.muted = muted

    def renderer_gone(self) -> None:
        pass


@pytest.fixture
def scene(application: QGuiApplication, monkeypatch: pytest.MonkeyPatch) -> Iterator[Scene]:
    monkeypatch.setattr(ShowViewModel, "first", None, raising=False)
    scene = Scene()
    yield scene
    scene.close()
    application.processEvents()


def test_every_key_of_the_operator_does_what_it_says(scene: Scene) -> None:
    scene.running.tell(events.ModeSet(Mode.MANUAL))
    scene.press(Qt.Key.Key_F2)
    assert scene.show.phase is Phase.PLAYING
    scene.press(Qt.Key.Key_F2)
    assert (scene.show.phase, scene.show.slide) == (Phase.HELD, Slide.HOLD)
    scene.press(Qt.Key.Key_F2)
    scene.press(Qt.Key.Key_F3)
    assert scene.show.slide is Slide.INTERMISSION
    scene.press(Qt.Key.Key_F2)
    scene.press(Qt.Key.Key_F4)
    assert scene.show.place == 0, "once asks"
    scene.press(Qt.Key.Key_F4)
    assert scene.show.place == 1, "twice skips"
    scene.press(Qt.Key.Key_F9)
    assert (scene.show.slide, scene.model.props.scene) == (Slide.EMERGENCY, "emergency")
    scene.press(Qt.Key.Key_F8)
    assert scene.show.phase is Phase.HELD
    scene.press(Qt.Key.Key_F8)
    assert scene.show.phase is Phase.CANCELLED


def test_the_day_s_report_is_written_at_a_key_and_its_place_is_told(scene: Scene) -> None:
    asked: list[str] = []
    scene.model._write = lambda: asked.append("report")
    scene.press(Qt.Key.Key_F7)
    scene.press(Qt.Key.Key_F7)
    assert (asked, scene.model.props.report) == (["report"], "writing")
    scene.model.reported("written", "/venue/reports/2026-10-09.pdf")
    assert scene.model.props.report_file == "/venue/reports/2026-10-09.pdf"
    scene.press(Qt.Key.Key_F7)
    scene.model.reported("failed")
    assert (len(asked), scene.model.props.report, scene.model.props.report_file) == (2, "failed", "")


def test_everything_is_reached_with_the_tab_key(scene: Scene) -> None:
    reached = set()
    for _ in range(14):
        scene.press(Qt.Key.Key_Tab)
        item = scene.operator.activeFocusItem()
        reached.add(item.property("text") if item is not None else None)
    assert {"Start  (F2)", "Cancel the show  (F8)", "Emergency slide  (F9)"} <= reached


def test_the_audience_s_window_is_no_part_of_the_operator_s(scene: Scene) -> None:
    assert not scene.audience.isVisible()
    assert scene.audience.transientParent() is None


def inputs(show: Show, **more: Any) -> ShowInputs:
    return ShowInputs(ENGLISH, PROGRAMME, show, NOW, show.item, show.position_ms, **more)


def playing(place: int = 2, position_ms: int = 60_000) -> Show:
    return Show(PLAN, phase=Phase.PLAYING, place=place, position_ms=position_ms, started=NOW)


def test_the_operator_sees_now_next_and_what_is_left() -> None:
    props = derive_show(inputs(playing(1, 15_000), front=0))
    assert (props.item, props.item_left, props.next_item, props.left) == ("trailer", "0:45", "feature", "1:35:45")
    waiting = derive_show(inputs(Show(PLAN, phase=Phase.DOORS)))
    assert (waiting.until_start, waiting.next_item, waiting.can_go) == ("20:00", "countdown", True)
    assert [item["state"] for item in props.playlist] == ["past", "now", "coming"]  # type: ignore[index]


def test_the_audience_sees_the_film_a_slide_or_nothing() -> None:
    film = playing()
    assert derive_show(inputs(film, front=1)).scene == "film"
    assert derive_show(inputs(film)).scene == "black", "a film that is not open yet"
    assert derive_show(inputs(replace(film, phase=Phase.INTERRUPTED), front=1)).scene == "black"
    assert derive_show(inputs(replace(film, phase=Phase.HELD, slide=Slide.TROUBLE), front=1)).scene == "trouble"
    counting = derive_show(inputs(playing(0, 3400)))
    assert (counting.scene, counting.count) == ("countdown", 7)
    assert derive_show(inputs(film, front=1, standby="following")).scene == "black"
    assert derive_show(inputs(replace(film, phase=Phase.DOORS), front=0)).scene == "black"


def test_on_a_machine_that_follows_nothing_can_be_done_but_to_take_over() -> None:
    props = derive_show(inputs(playing(), standby="following"))
    assert not any((props.can_go, props.can_hold, props.can_skip, props.can_cancel, props.can_emergency))


@pytest.mark.parametrize("alarm", list(Alarm))
def test_every_alarm_has_words(scene: Scene, alarm: Alarm) -> None:
    scene.running.tell(events.Trouble(alarm))
    QCoreApplication.processEvents()
    said = [item.property("text") for item in scene.operator.findChildren(QObject) if item.property("text")]
    assert str(alarm) not in said
    assert scene.model.props.alarms == (str(alarm),)


def test_a_show_without_more_says_so() -> None:
    props = derive_show(ShowInputs(ENGLISH, PROGRAMME))
    assert (props.phase, props.scene, props.festival) == ("", "black", "Festival of Light")


def test_the_end_of_the_wait_is_never_negative() -> None:
    late = replace(inputs(Show(PLAN, phase=Phase.DOORS)), now=NOW + timedelta(hours=1))
    assert derive_show(late).until_start == "0:00"


NOTES_BESIDE = """
import json, sys
from types import SimpleNamespace
from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QGuiApplication
application = QGuiApplication([])
from PySide6.QtQuick import QQuickItem
from app.venue_screens import VenueScreens
from films import Note
from kiosk import Phase, Show
from tests.ui.test_show import PLAN, Scene, ShowViewModel, StillPlayer
ShowViewModel.first = ShowViewModel.second = None
notes = sys.argv[1]
scene = Scene(notes, shown=False)
screens = VenueScreens(application, scene.audience, scene.operator, "", full=True, notes=notes)
screens.open()
stage = scene.running.stage
def put(note):
    state = SimpleNamespace(subtitle_lines=(), second_lines=(), note=note)
    stage.live, stage.front, stage.item = SimpleNamespace(state=state, feature=None), 0, PLAN.playlist[2]
    scene.running.show = Show(PLAN, phase=Phase.PLAYING, place=2, position_ms=60_000)
    scene.model.look()
    for _ in range(40):
        application.processEvents()
def cards(window):
    todo, found = [window.contentItem()], []
    while todo:
        one = todo.pop()
        if one.metaObject().indexOfProperty("scaleFactor") >= 0 and one.metaObject().indexOfProperty("kept") >= 0:
            found.append(one.property("shown"))
        todo += one.childItems()
    return found
def told():
    windows = {"audience": scene.audience, "operator": scene.operator}
    windows |= {one.objectName(): one for one in application.allWindows() if one.objectName() == "notesScreen"}
    places = {name: one.screen().name() for name, one in windows.items() if one.isVisible()}
    return [places, {name: cards(windows[name]) for name in places if name != "operator"}]
lines = []
put(Note("n", 0, 9000, "lin", "custom", "Riddles", "On lanterns."))
lines.append(told())
put(None)
lines.append(told())
print(json.dumps(lines))
scene.close()
"""


@pytest.mark.parametrize(
    ("notes", "places", "with_note", "without"),
    [
        ("right", {"audience": "left", "notesScreen": "right"}, ([False], [True]), ([False], [False])),
        ("gone", {"audience": "right", "operator": "left"}, ([True], None), ([False], None)),
    ],
)
def test_notes_are_on_their_own_screen_and_without_it_on_the_picture(
    notes: str, places: dict[str, str], with_note: Any, without: Any, tmp_path: Path
) -> None:
    screen = {"width": 1280, "height": 720, "logicalDpi": 96, "logicalBaseDpi": 96, "dpr": 1}
    config = {"screens": [{"name": "left", "x": 0, "y": 0, **screen}, {"name": "right", "x": 1280, "y": 0, **screen}]}
    (tmp_path / "screens.json").write_text(json.dumps(config), encoding="utf-8")
    platform = {"QT_QPA_PLATFORM": f"offscreen:configfile={tmp_path / 'screens.json'}", "QT_QUICK_BACKEND": "software"}
    done = subprocess.run(
        [sys.executable, "-c", NOTES_BESIDE, notes],
        cwd=ROOT,
        env={**os.environ, **platform},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    for (where, cards), expected in zip(json.loads(done.stdout.splitlines()[-1]), (with_note, without), strict=True):
        assert where == places
        assert (cards["audience"], cards.get("notesScreen")) == expected
