"""Pictures of every screen, with sample data: for looking at, for the documents, and for whoever translates."""

import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC
from pathlib import Path
from typing import cast

from PySide6.QtCore import QCoreApplication, QDeadlineTimer, QEventLoop, QObject, QSize, Qt, QThread, QUrl
from PySide6.QtGui import QGuiApplication
from PySide6.QtQml import QQmlComponent
from PySide6.QtQuick import QQuickItem
from PySide6.QtTest import QTest

import player.video_item  # noqa: F401 - makes the QML type known
from core import Code
from player import Status
from ui.gallery_board import take_board
from ui.gallery_door import take_door
from ui.gallery_foyer import take_foyer
from ui.gallery_pages import (
    ImmediateJobs,
    SampleBoxOffice,
    SampleDownloads,
    SampleFilms,
    SampleFlags,
    SamplePreferences,
    StillPlayer,
    sample_play,
)
from ui.gallery_show import take_show
from ui.gallery_workbench import take_workbench
from ui.viewer import Services, ShellViewModel
from ui.viewer.viewing import Viewing
from ui.window import Interface

QML = Path(__file__).parent / "qml"
STILL = b"""
import QtQuick
Image { objectName: "still"; z: -1; anchors.fill: parent; fillMode: Image.PreserveAspectFit }
"""


def take_screens(
    out_dir: Path, languages: Sequence[str], sizes: Sequence[tuple[int, int]], version: str, scale: float = 1.0
) -> list[Path]:
    """Render every screen in each language and size to PNG files and return their paths.

    ``scale`` is the device pixel ratio; it holds only where no Qt application exists yet in this process.
    """
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ.setdefault("QT_QUICK_BACKEND", "software")
    if scale != 1.0:
        os.environ["QT_SCALE_FACTOR"] = str(scale)

    application = QGuiApplication.instance() or QGuiApplication(["gallery"])
    out_dir.mkdir(parents=True, exist_ok=True)
    files: list[Path] = []
    with tempfile.TemporaryDirectory() as folder:
        films = SampleFilms(Path(folder))
        for language in languages:
            for size in sizes:
                hall = _Hall(films, language, size, version)
                for name in hall.walk():
                    path = out_dir / f"{name}.{language}.{size[0]}x{size[1]}.png"
                    hall.picture(path)
                    files.append(path)
                hall.close()
                files += take_door(out_dir, language, size, Path(folder))
                files += take_board(out_dir, language, size)
                files += take_workbench(out_dir, language, size, films)
                files += take_show(out_dir, language, size)
                files += take_foyer(out_dir, language, size, films)
    application.processEvents()
    return files


class _Hall:
    """The viewer's window on sample data, walked from screen to screen."""

    def __init__(self, films: SampleFilms, language: str, size: tuple[int, int], version: str) -> None:
        self._films = films
        self._box_office = SampleBoxOffice(films)
        self._player = StillPlayer()
        self._downloads = SampleDownloads()
        self._preferences = SamplePreferences(language)
        self._interface = Interface(films.picture)
        self._interface.language.apply(language)
        self._shell = ShellViewModel(
            Services(
                box_office=self._box_office,  # type: ignore[arg-type]
                jobs=ImmediateJobs(),
                preferences=self._preferences,
                zone=UTC,
                open_url=lambda _url: True,
                player=lambda: self._player,  # type: ignore[arg-type]
                apply_language=lambda _tag: None,
                version=version,
                downloads=self._downloads,  # type: ignore[arg-type]
                note_flags=SampleFlags(),  # type: ignore[arg-type]
            )
        )
        self._interface.open(self._shell, QSize(*size))
        component = QQmlComponent(self._interface.engine)
        component.setData(STILL, QUrl("file:///still.qml"))
        still = cast("QQuickItem", component.create())
        still.setParent(self._interface.window.contentItem())
        still.setParentItem(self._interface.window.contentItem())

    def walk(self) -> Iterator[str]:
        """Go from screen to screen; each is on show while its name is yielded."""
        yield from self._walk_pages()
        yield from self._walk_player()

    def _walk_pages(self) -> Iterator[str]:
        shell, office = self._shell, self._box_office
        office.signed_in = False
        language = self._preferences.current.language
        shell._trail = ["language"]  # noqa: SLF001 - the one screen that only a first start shows
        shell._show()  # noqa: SLF001
        yield "language"
        shell.choose_language(str(language))
        office.reachable = False
        shell.start()
        yield "home-offline"
        office.reachable = True
        shell.refresh()
        yield "home"
        shell.open_film(self._films.films[0].id)
        yield "film"
        shell.open_page("tickets")
        yield "tickets-signed-out"
        shell.open_sign_in()
        yield "sign-in"
        shell.property("signIn").sign_in()
        yield "sign-in-waiting"
        shell.property("signIn").sign_in_elsewhere()
        yield "sign-in-phone"
        shell.property("signIn").cancel()
        yield from self._walk_tickets()
        shell.open_page("settings")
        yield "settings"
        self._to_the_end()
        yield "settings-help"
        shell.open_guide()
        yield "guide"
        shell.open_guide("news")
        yield "guide-news"
        shell.back()
        shell.open_account()
        yield "account"
        shell.open_page("home")
        yield "home-with-tickets"

    def _walk_tickets(self) -> Iterator[str]:
        shell, office = self._shell, self._box_office
        office.signed_in, office.has_tickets = True, False
        shell.start()
        shell.open_page("tickets")
        yield "tickets-empty"
        shell.buy(self._films.films[0].id)
        yield "checkout-waiting"
        shell.back()
        office.paid = office.has_tickets = True
        shell.buy(self._films.films[0].id)
        yield "checkout-done"
        office.gift = True
        shell.back()
        shell.buy(self._films.films[0].id)
        yield "checkout-gift"
        office.gift = False
        shell.open_page("tickets")
        yield "tickets"
        self._downloads.ticket_id = "t9"
        office.has_tickets, office.reachable = False, False
        shell.start()
        yield "tickets-offline"
        self._downloads.ticket_id = "t2"
        office.has_tickets = office.reachable = True
        shell.start()

    def _walk_player(self) -> Iterator[str]:

        shell, player = self._shell, self._player
        film = self._films.films[0]
        page = shell.property("playerPage")
        page.prepare(film.names.get(shell.props.language, film.original_name), trailer=False, again=lambda: None)
        shell._go("player")  # noqa: SLF001 - admission is no part of a picture
        yield "player-opening"
        page.begin(Viewing(self._films.features[film.id], sample_play()))
        self._show_still(self._films.file(film).as_uri())
        together = (
            max(line.start_ms, remark.start_ms)
            for remark in film.remarks
            for line in film.lines
            if line.start_ms < remark.end_ms and remark.start_ms < line.end_ms
        )
        moment = next(together, film.remarks[0].start_ms) + 100
        player.stand(Status.PLAYING, moment)
        yield "player-controls"
        self._until(self._hidden)
        yield "player"
        yield from self._walk_picture(next(remark.start_ms for remark in film.remarks if remark.picture))
        player.stand(Status.PLAYING, moment)
        for menu in ("sound", "notes", "pace"):
            self._menu(menu).setProperty("visible", True)
            yield f"player-menu-{menu}"
            self._menu(menu).setProperty("visible", False)
        shell.toggle_small()
        yield "player-small"
        shell.toggle_small()
        page.choose_second_subtitles("en" if shell.props.language != "en" else "zh-Hans")
        player.stand(Status.PLAYING, moment)
        yield "player-two-lines"
        QTest.keyClick(self._interface.window, Qt.Key.Key_T)
        yield "player-captions"
        QTest.keyClick(self._interface.window, Qt.Key.Key_Escape)
        page.choose_second_subtitles("")
        QTest.keyClick(self._interface.window, Qt.Key.Key_I)
        yield "player-figures"
        QTest.keyClick(self._interface.window, Qt.Key.Key_I)
        player.stand(Status.RECONNECTING, moment)
        yield "player-reconnecting"
        player.stand(Status.PAUSED, moment)
        yield "player-paused"
        player.stand(Status.PAUSED, film.remarks[1].end_ms)
        QTest.keyClick(self._interface.window, Qt.Key.Key_N, Qt.KeyboardModifier.ShiftModifier)
        yield "player-notes"
        QTest.keyClick(self._interface.window, Qt.Key.Key_Question)
        yield "player-keys"
        QTest.keyClick(self._interface.window, Qt.Key.Key_Escape)
        player.stand(Status.ENDED, player.state.duration_ms)
        yield "player-ended"
        self._show_still("")
        player.stand(Status.FAILED, moment, Code.SEGMENT_CORRUPT)
        yield "player-failed"

    def _walk_picture(self, start_ms: int) -> Iterator[str]:
        """A card with its picture, which is fetched before it comes."""
        self._player.stand(Status.PLAYING, start_ms - 500)
        self._until(self._coming)
        self._player.stand(Status.PLAYING, start_ms + 500)
        yield "player-note-picture"

    def picture(self, path: Path) -> None:
        """Let everything arrive, then save what the window shows."""
        self._until(self._arrived)
        self._interface.window.grabWindow().save(str(path))

    def close(self) -> None:
        """Take the window down, then what it showed."""

        self._shell.close()
        self._interface.close()

    def _menu(self, name: str) -> QObject:
        return next(item for item in self._interface.window.findChildren(QObject) if item.objectName() == name + "Menu")

    def _to_the_end(self) -> None:
        page = next(item for item in self._items() if item.metaObject().className().startswith("ScrollPage"))
        page.setProperty("contentY", page.property("contentHeight") - page.height())

    def _show_still(self, source: str) -> None:
        still = next(item for item in self._interface.window.contentItem().childItems() if item.objectName() == "still")
        still.setProperty("source", source)

    def _hidden(self) -> bool:
        page = next(item for item in self._items() if item.metaObject().className().startswith("PlayerPage"))
        return not page.property("controlsShown")

    def _coming(self) -> bool:
        """Whether the picture of the card that comes next is there."""
        picture = cast("QObject", self._interface.window.findChild(QObject, "comingPicture"))
        return bool(cast("float", picture.property("implicitWidth")))

    def _arrived(self) -> bool:
        there = (
            item.property("ready") or not item.property("path")
            for item in self._items()
            if item.metaObject().className().startswith("Picture_")
        )
        return self._interface.window.isExposed() and all(there)

    def _items(self) -> Iterator[QQuickItem]:
        waiting = [self._interface.window.contentItem()]
        while waiting:
            item = waiting.pop()
            yield item
            waiting.extend(child for child in item.childItems() if child.isVisible())

    def _until(self, holds: Callable[[], bool]) -> None:

        deadline, least = QDeadlineTimer(10_000), QDeadlineTimer(60)
        while not deadline.hasExpired() and not (least.hasExpired() and holds()):
            QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 10)
            QThread.msleep(2)
