import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from player.state import FirstFrame, PauseSet
from ui.viewer import Services, ShellViewModel
from ui.viewer import viewing as viewing_module
from ui.viewer.screens import ScreenFacts, ScreensViewModel, derive_screens
from ui.viewer.viewing import Viewing

ROOT = Path(__file__).parents[2]
LAPTOP = ScreenFacts("laptop", "eDP-1", 1920, 1080)
BEAMER = ScreenFacts("Acme Beamer 7", "HDMI-1", 3840, 2160)


class Desk:
    """Screens that a test plugs in and out."""

    def __init__(self) -> None:
        self.screens = [LAPTOP, BEAMER]
        self.told: list[str] = []
        self.film = True

    def __call__(self) -> list[ScreenFacts]:
        return self.screens

    def went(self) -> bool:
        self.told.append("went")
        return self.film

    def came(self) -> None:
        self.told.append("came")


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def screens(services: Services, desk: Desk) -> Any:
    return ScreensViewModel(services, desk.went, desk.came, desk)


def test_one_screen_is_no_choice_unless_the_chosen_one_is_missed() -> None:
    assert derive_screens([LAPTOP], "", gone=False).screens == ()
    assert [item["text"] for item in derive_screens([LAPTOP, BEAMER], "", gone=False).screens] == [  # type: ignore[index]
        "eDP-1 · 1920×1080",
        "HDMI-1 · 3840×2160",
    ]
    missed = derive_screens([LAPTOP], BEAMER.id, gone=False)
    assert (len(missed.screens), missed.target) == (1, "")


def test_notes_have_a_screen_of_their_own_unless_the_film_is_on_it_or_it_goes(
    screens: Any, desk: Desk, services: Services
) -> None:
    screens.choose_for_notes(BEAMER.id)
    assert (screens.notesChosen, screens.notesTarget) == (BEAMER.id, "HDMI-1")
    assert services.preferences.current.notes_screen == BEAMER.id
    screens.choose(BEAMER.id)
    assert screens.notesTarget == ""
    screens.choose(LAPTOP.id)
    assert screens.notesTarget == "HDMI-1"
    desk.screens = [LAPTOP]
    screens.look()
    assert (screens.notesTarget, screens.notesChosen) == ("", BEAMER.id)


def test_the_choice_is_kept_and_found_at_another_socket(screens: Any, desk: Desk, services: Services) -> None:
    screens.choose(BEAMER.id)
    assert (screens.chosen, screens.target) == (BEAMER.id, "HDMI-1")
    assert services.preferences.current.film_screen == BEAMER.id
    desk.screens = [LAPTOP, ScreenFacts(BEAMER.id, "DP-2", 3840, 2160)]
    screens.look()
    assert (screens.target, desk.told) == ("DP-2", [])


def test_a_film_whose_screen_goes_waits_for_it(screens: Any, desk: Desk) -> None:
    screens.choose(BEAMER.id)
    desk.screens = [LAPTOP]
    screens.look()
    screens.look()
    assert (screens.gone, desk.told) == (True, ["went"])
    desk.screens = [LAPTOP, BEAMER]
    screens.look()
    assert (screens.gone, desk.told) == (False, ["went", "came"])


def test_the_screen_is_known_again_before_the_film_is_sent_there(services: Services, desk: Desk) -> None:
    found: list[tuple[str, bool]] = []
    screens: Any = ScreensViewModel(services, desk.went, lambda: found.append((screens.target, screens.gone)), desk)
    screens.choose(BEAMER.id)
    desk.screens = [LAPTOP]
    screens.look()
    desk.screens = [LAPTOP, BEAMER]
    screens.look()
    assert found == [("HDMI-1", False)]


def test_a_screen_that_showed_no_film_goes_and_comes_unnoticed(screens: Any, desk: Desk) -> None:
    screens.choose(BEAMER.id)
    desk.film, desk.screens = False, [LAPTOP]
    screens.look()
    desk.screens = [LAPTOP, BEAMER]
    screens.look()
    assert (screens.gone, desk.told) == (False, ["went"])


def test_who_plays_on_elsewhere_is_not_moved_back(screens: Any, desk: Desk) -> None:
    screens.choose(BEAMER.id)
    desk.screens = [LAPTOP]
    screens.look()
    screens.forget()
    desk.screens = [LAPTOP, BEAMER]
    screens.look()
    assert desk.told == ["went"]


@pytest.mark.parametrize("playing", [True, False])
def test_the_film_pauses_in_a_window_and_goes_on_in_full_screen_with_the_screen(
    playing: bool, services: Services, jobs: Any, box_office: Any, sample: Any, player: Any, monkeypatch: Any
) -> None:
    box_office.restored = sample.ACCOUNT
    box_office.tickets_answer = (sample.ticket(),)
    monkeypatch.setattr(viewing_module, "open_ticket", lambda *_: Viewing(sample.feature(), sample.play()))
    shell: Any = ShellViewModel(services)
    shell.start()
    jobs.settle_all()
    shell.watch_ticket("t1")
    jobs.settle_all()
    player.tell(FirstFrame())
    player.tell(PauseSet(not playing))
    shell.set_full_screen(True)
    assert shell._screen_went()
    assert (shell.fullScreen, player.state.wants_to_play) == (False, False)
    shell._screen_came()
    assert (shell.fullScreen, player.state.wants_to_play) == (True, playing)
    player.tell(PauseSet(False))
    shell.set_full_screen(False)
    assert not shell._screen_went()
    assert player.state.wants_to_play
    shell.close()


WINDOW = """
import json, sys
sys.path.insert(0, "tests/ui")
from datetime import UTC
from PySide6.QtCore import QSize, QCoreApplication
from PySide6.QtGui import QGuiApplication
application = QGuiApplication([])
from ui.gallery_pages import ImmediateJobs, SamplePreferences
from ui.viewer import Services, ShellViewModel
from ui.window import Interface
preferences = SamplePreferences("en")
interface = Interface(lambda path: b"")
interface.language.apply("en")
none = lambda *_: None
shell = ShellViewModel(Services(None, ImmediateJobs(), preferences, UTC, none, none, none, "0"))
interface.open(shell, QSize(1000, 600))
def turn():
    for _ in range(20):
        application.processEvents()
def place():
    turn()
    window = interface.window
    return [window.screen().name(), window.x(), window.y(), window.width(), window.height()]
told = [place()]
shell.property("screens").choose("right")
shell.set_full_screen(True)
told.append(place())
shell.set_full_screen(False)
told.append(place())
shell.property("screens").choose("")
shell.set_full_screen(True)
told.append(place())
print(json.dumps(told))
shell.close()
interface.close()
"""


def test_full_screen_goes_to_the_chosen_screen_and_the_window_comes_back(tmp_path: Path) -> None:
    screen = {"width": 1280, "height": 720, "logicalDpi": 96, "logicalBaseDpi": 96, "dpr": 1}
    config = {"screens": [{"name": "left", "x": 0, "y": 0, **screen}, {"name": "right", "x": 1280, "y": 0, **screen}]}
    (tmp_path / "screens.json").write_text(json.dumps(config), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", WINDOW],
        cwd=ROOT,
        env={
            **os.environ,
            "QT_QPA_PLATFORM": f"offscreen:configfile={tmp_path / 'screens.json'}",
            "QT_QUICK_BACKEND": "software",
        },
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    start, full, back, here = json.loads(done.stdout.splitlines()[-1])
    assert start[0] == "left"
    assert full == ["right", 1280, 0, 1280, 720]
    assert back == start
    assert here == ["left", 0, 0, 1280, 720]


NOTES_WINDOW = """
import json, sys
from datetime import UTC
from PySide6.QtCore import QCoreApplication, QEvent, QSize
from PySide6.QtGui import QGuiApplication
application = QGuiApplication([])
from player.state import FirstFrame, Moved
from tests.ui.conftest import RehearsedPlayer, feature, play
from ui.gallery_pages import ImmediateJobs, SamplePreferences
from ui.viewer import Services, ShellViewModel
from ui.viewer.viewing import Viewing
from ui.window import Interface
preferences, player, none = SamplePreferences("en"), RehearsedPlayer(), lambda *_: None
interface = Interface(lambda path: b"")
interface.language.apply("en")
shell = ShellViewModel(Services(None, ImmediateJobs(), preferences, UTC, none, lambda: player, none, "0"))
interface.open(shell, QSize(1000, 600))
page = shell.property("playerPage")
page.prepare("Lantern", trailer=False, again=none)
shell._go("player")
page.begin(Viewing(feature(), play()))
player.tell(FirstFrame())
player.tell(Moved(2_500))
def turn():
    for _ in range(40):
        application.processEvents()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
def cards():
    turn()
    own = [window for window in application.allWindows() if window.objectName() == "notesScreen"]
    found = [(window.objectName(), window.screen().name(), [window.x(), window.width(), window.height()]) for window in own]
    def item(window, name):
        todo = [window.contentItem()]
        while todo:
            one = todo.pop()
            if one.objectName() == name:
                return one
            todo += one.childItems()
    large = [item(window, "notesScreenCard").property("shown") for window in own]
    return [found, large, item(interface.window, "noteCard").property("shown")]
told = [cards()]
shell.property("screens").choose_for_notes("right")
told.append(cards())
player.tell(Moved(7_000))
told.append(cards())
shell.property("screens").choose_for_notes("")
player.tell(Moved(2_500))
told.append(cards())
print(json.dumps(told))
shell.close()
interface.close()
"""


def test_notes_on_a_screen_of_their_own_leave_the_picture_alone(tmp_path: Path) -> None:
    screen = {"width": 1280, "height": 720, "logicalDpi": 96, "logicalBaseDpi": 96, "dpr": 1}
    config = {"screens": [{"name": "left", "x": 0, "y": 0, **screen}, {"name": "right", "x": 1280, "y": 0, **screen}]}
    (tmp_path / "screens.json").write_text(json.dumps(config), encoding="utf-8")
    platform = {"QT_QPA_PLATFORM": f"offscreen:configfile={tmp_path / 'screens.json'}", "QT_QUICK_BACKEND": "software"}
    done = subprocess.run(
        [sys.executable, "-c", NOTES_WINDOW],
        cwd=ROOT,
        env={**os.environ, **platform},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    over, beside, between, back = json.loads(done.stdout.splitlines()[-1])
    place = [["notesScreen", "right", [1280, 1280, 720]]]
    assert over == [[], [], True]
    assert beside == [place, [True], False]
    assert between == [place, [False], False]
    assert back == [[], [], True]
