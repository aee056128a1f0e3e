"""Walks the whole road in a real window and writes down what was on screen: run by test_the_whole_road.py.

usage: road.py HOME OUT LANGUAGE
"""

import itertools
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
sys.path.insert(0, str(Path(__file__).resolve().parent))

from browser import Browser
from PySide6.QtCore import QCoreApplication, QObject, QPointF, Qt, qInstallMessageHandler
from PySide6.QtGui import QColor, QImage
from PySide6.QtQuick import QQuickItem
from PySide6.QtTest import QTest

from app import demo
from app.console import Console
from app.paths import Paths
from app.viewer import Viewer, make_application
from core import LANGUAGES, Cancel
from player import choose_drawing


def wait(milliseconds: int) -> None:
    """Let the cinema run. (QTest.qWait keeps Python's lock, and with it the thread that draws the film.)"""
    deadline = time.monotonic() + milliseconds / 1000
    while time.monotonic() < deadline:
        QCoreApplication.processEvents()
        time.sleep(0.002)


class Road:
    def __init__(self, viewer: Viewer, out: Path) -> None:
        self.viewer = viewer
        self.window = viewer.window
        self.out = out
        self.journal: dict[str, object] = {}

    def until(self, true: Callable[[], object], what: str, seconds: float = 20) -> None:
        deadline = time.monotonic() + seconds
        while not true():
            if time.monotonic() > deadline:
                self.shot("stuck")
                raise AssertionError(f"waited in vain for: {what} (page {self.viewer.shell.props.page})")
            wait(10)

    def page(self, name: str) -> None:
        self.until(lambda: self.viewer.shell.props.page == name, f"the page {name}")
        wait(260)

    def items(self, item: QQuickItem | None = None) -> list[QQuickItem]:
        found: list[QQuickItem] = []
        for child in (item or self.window.contentItem()).childItems():
            if child.isVisible():
                found += [child, *self.items(child)]
        return found

    def texts(self) -> list[str]:
        return [str(item.property("text")) for item in self.items() if item.property("text")]

    def button(self, text: str) -> QQuickItem:
        def found() -> QQuickItem | None:
            return next(
                (
                    item
                    for item in self.items()
                    if str(item.property("text") or "").startswith(text)
                    and item.inherits("QQuickAbstractButton")
                    and item.isEnabled()
                ),
                None,
            )

        self.until(found, f"the button {text!r}; there are {self.texts()}")
        button = found()
        assert button
        return button

    def click(self, item: QQuickItem) -> None:
        centre = item.mapToScene(QPointF(item.width() / 2, min(item.height() / 2, 100)))
        QTest.mouseClick(self.window, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, centre.toPoint())
        wait(30)

    def key(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        QTest.keyClick(self.window, key, modifiers)
        wait(30)

    def picture(self) -> QImage:
        """What the X server shows of our window."""
        screen = self.window.screen()
        return screen.grabWindow(
            0, self.window.x(), self.window.y(), self.window.width(), self.window.height()
        ).toImage()

    def shot(self, name: str) -> None:
        wait(60)
        self.picture().save(str(self.out / f"{name}.png"))

    def named(self, name: str) -> QObject | None:
        return next((item for item in self.items() if item.objectName() == name), None)

    def settled(self) -> None:
        """Wait until every picture in view has arrived."""

        def arriving() -> bool:
            return any(
                item.inherits("QQuickImage") and item.property("progress") < 1 and item.property("source").toString()
                for item in self.items()
            )

        wait(120)
        self.until(lambda: not arriving(), "the pictures")
        wait(260)


def walk(road: Road, browser: Browser, language: str) -> None:
    state = lambda: road.viewer.shell.playerPage.player.state  # noqa: E731
    road.page("language")
    road.shot("01-language")
    road.click(road.button(LANGUAGES[language]))
    road.page("home")
    road.until(lambda: road.viewer.shell.home.props.hero, "the programme")
    road.settled()
    road.shot("02-home")
    road.journal["home"] = road.texts()
    road.click(road.button(said("Hero", "About the film")))
    road.page("film")
    road.settled()
    road.shot("03-film")
    road.journal["film"] = road.texts()
    road.click(road.button(said("FilmPage", "Get a ticket · %1")))
    road.page("signIn")
    road.shot("04-sign-in")
    road.click(road.button(said("SignInPage", "Create an account")))
    road.page("checkout")
    road.until(lambda: road.viewer.shell.checkout.props.step == "done", "the ticket")
    road.settled()
    road.shot("05-checkout")
    road.journal["account"] = road.viewer.shell.props.account_name
    road.until(lambda: road.viewer.shell.film.props.can_watch, "the ticket on the film's page")
    road.click(road.button(said("CheckoutPage", "Watch now")))
    road.page("player")
    road.until(lambda: road.viewer.shell.playerPage.player, "the player")
    road.until(lambda: state().status == "playing" and state().position_ms > 500, "the film playing")
    road.journal["first_frame_ms"] = road.viewer.shell.playerPage.player.first_frame_ms

    pictures, positions = [], []
    for _ in range(6):
        wait(400)
        positions.append(state().position_ms)
        pictures.append(road.picture())
    road.journal["positions"] = positions
    road.journal["frames_differ"] = sum(a != b for a, b in itertools.pairwise(pictures))
    road.journal["brightest"] = max(
        QColor(picture.pixel(x, y)).lightness()
        for picture in pictures
        for x in range(200, picture.width() - 200, 37)
        for y in range(200, picture.height() - 200, 31)
    )

    feature = road.viewer.shell.playerPage.player.feature
    note = feature.notes[language].notes[0]
    cue = next(item for item in feature.subtitles[language] if item.start_ms > positions[-1])

    def showing_note() -> bool:
        card = road.named("noteCard")
        return bool(card and card.property("shown"))

    first = min((note.start_ms, "note"), (cue.start_ms, "cue"))[1]
    for what in (first, "note" if first == "cue" else "cue"):
        if what == "note":
            road.until(showing_note, "the note's card", 40)
            road.journal["note_at_ms"] = state().position_ms
            road.journal["note_start_ms"] = note.start_ms
            road.journal["note_expected"] = note.title
            road.journal["note_title"] = road.named("noteTitle").property("text")  # type: ignore[union-attr]
            road.shot("06-note")
        else:
            road.until(lambda: state().subtitle_lines, "a subtitle", 40)
            road.journal["cue_expected"] = "\n".join(
                line
                for item in feature.subtitles[language]
                if item.start_ms <= state().position_ms < item.end_ms
                for line in item.lines
            )
            road.journal["cue_text"] = road.named("captionText").property("text")  # type: ignore[union-attr]
            road.shot("07-subtitle")

    if road.viewer.shell.playerPage.player.state.note is None:
        road.viewer.shell.playerPage.seek(note.start_ms + 300)
        road.until(showing_note, "the note's card again", 20)
    road.key(Qt.Key.Key_N)
    road.until(lambda: not showing_note(), "N hides the note")
    road.key(Qt.Key.Key_N)
    road.until(showing_note, "N shows the note", 20)
    road.key(Qt.Key.Key_Space)
    road.until(lambda: state().status == "paused", "the pause")
    road.journal["paused_at"] = state().position_ms
    wait(500)
    road.journal["still_paused_at"] = state().position_ms
    road.key(Qt.Key.Key_I)
    road.key(Qt.Key.Key_N, Qt.KeyboardModifier.ShiftModifier)
    road.shot("08-paused")
    road.key(Qt.Key.Key_N, Qt.KeyboardModifier.ShiftModifier)
    road.key(Qt.Key.Key_I)
    road.key(Qt.Key.Key_F)
    road.until(lambda: road.viewer.shell.props.full_screen, "full screen")
    road.key(Qt.Key.Key_Escape)
    road.until(lambda: not road.viewer.shell.props.full_screen, "a window again")
    road.journal["frames_dropped"] = state().diagnostics.frames_dropped
    road.key(Qt.Key.Key_Escape)
    road.page("film")
    road.until(lambda: road.viewer.shell.film.props.card["underWay"], "the position to come back")
    road.shot("09-resume")
    road.journal["resume"] = road.viewer.shell.film.props.card["position"]
    road.click(road.button(said("TopBar", "My tickets")))
    road.page("tickets")
    road.settled()
    road.shot("10-tickets")
    road.journal["tickets"] = road.texts()
    road.click(road.button(said("TopBar", "Settings")))
    road.page("settings")
    road.settled()
    road.shot("11-settings")
    road.journal["problems"] = [repr(problem) for problem in browser.problems]
    road.journal["opened"] = browser.opened


def said(page: str, source: str) -> str:
    """A button's words in the language that holds now, up to its first value."""
    return QCoreApplication.translate(page, source).partition("%1")[0]


def main(home: Path, out: Path, language: str) -> None:
    out.mkdir(parents=True, exist_ok=True)
    warnings: list[str] = []
    qInstallMessageHandler(lambda _kind, _context, text: warnings.append(text))
    paths = Paths.under(home)
    demo.prepare_films(paths, "quick", Console(as_json=True), Cancel())
    choice = choose_drawing("auto")
    application = make_application()
    browser = Browser("mei@example.org", "lantern-festival", language)
    with demo.box_office(paths, "quick") as base_url:
        viewer = Viewer(paths, base_url, choice.kind, profile=f"road-{home.name}", open_url=browser.open)
        road = Road(viewer, out)
        try:
            viewer.start()
            road.journal["drawing"] = choice.kind
            walk(road, browser, language)
        finally:
            browser.join()
            viewer.close()
            road.journal["warnings"] = warnings
            (out / "journal.json").write_text(json.dumps(road.journal, indent=2, ensure_ascii=False), encoding="utf-8")
    del application


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])
