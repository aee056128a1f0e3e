"""Pictures of every screen, with sample data: for looking at, for the documents, and for whoever translates."""

import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from datetime import UTC
from functools import partial
from itertools import chain, product
from pathlib import Path
from typing import cast

from PySide6.QtCore import QObject, QSize, Qt, QUrl
from PySide6.QtGui import QGuiApplication
from PySide6.QtQml import QQmlComponent
from PySide6.QtQuick import QQuickItem, QQuickWindow
from PySide6.QtTest import QTest

import player.video_item  # noqa: F401 - makes the QML type known
from core import Code
from player import Status
from ui.gallery_board import BoardScene
from ui.gallery_door import DoorScene
from ui.gallery_foyer import FoyerScene
from ui.gallery_pages import (
    NOW,
    ImmediateJobs,
    SampleBoxOffice,
    SampleDownloads,
    SampleFilms,
    SampleFlags,
    SamplePreferences,
    Scene,
    Setting,
    StillPlayer,
    arrived,
    sample_play,
    settle,
    visible_items,
)
from ui.gallery_show import ShowScene
from ui.gallery_workbench import WorkbenchScene
from ui.translator import PSEUDO
from ui.viewer import Services, ShellViewModel
from ui.viewer.viewing import Viewing

SETTLE_MS = 40
STILL = b"""
import QtQuick
Image { objectName: "still"; z: -1; anchors.fill: parent; fillMode: Image.PreserveAspectFit }
"""


def take_screens(
    out_dir: Path,
    languages: Sequence[str],
    sizes: Sequence[tuple[int, int]],
    version: str,
    scale: float = 1.0,
    looks: Sequence[str] = ("dark",),
) -> list[Path]:
    """Render every screen in each language, size and look to PNG files and return their paths.

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
        for language, size, look in product(languages, sizes, looks):
            for name, window in walk_screens(films, setting_of(language, size, look), version):
                light = "" if look == "dark" else f".{look}"
                files.append(out_dir / f"{name}.{language}.{size[0]}x{size[1]}{light}.png")
                window.grabWindow().save(str(files[-1]))
    application.processEvents()
    return files


def setting_of(language: str, size: tuple[int, int], look: str = "dark") -> Setting:
    """The setting of a language; the pseudo-language has English dates and films."""
    return Setting("en" if language == PSEUDO else language, size, look, pseudo=language == PSEUDO)


def walk_screens(
    films: SampleFilms, setting: Setting, version: str, *, staff: bool = True, viewer: bool = True
) -> Iterator[tuple[str, QQuickWindow]]:
    """Every screen by name with its window, all of it there; all but the viewer's, or all but staff's."""
    makers: list[Callable[[], Scene]] = [
        lambda: DoorScene(films.folder, setting),
        lambda: FoyerScene(films, setting),
        lambda: ShowScene(setting),
    ]
    if viewer:
        makers.insert(0, lambda: ViewerScene(films, setting, version))
    if staff:
        makers += [
            lambda: BoardScene(setting),
            lambda: WorkbenchScene(films, setting, empty=True),
            lambda: WorkbenchScene(films, setting, empty=False),
        ]
    for make in makers:
        with closing(make()) as scene:
            for name, window in scene.walk():
                settle(SETTLE_MS, partial(arrived, window))
                yield name, window


class ViewerScene:
    """The viewer's window on sample data, walked from screen to screen."""

    def __init__(self, films: SampleFilms, setting: Setting, version: str) -> None:
        self._films = films
        self._box_office = SampleBoxOffice(films)
        self._player = StillPlayer()
        self._downloads = SampleDownloads()
        self._preferences = SamplePreferences(setting.language)
        self._preferences.change(look=setting.look)
        self._interface = setting.interface(films.picture)
        self._shell = ShellViewModel(
            Services(
                box_office=self._box_office,  # type: ignore[arg-type]
                jobs=ImmediateJobs(),
                preferences=self._preferences,
                zone=UTC,
                now=lambda: NOW,
                open_url=lambda _url: True,
                player=lambda: self._player,  # type: ignore[arg-type]
                apply_language=lambda _tag: None,
                version=version,
                downloads=self._downloads,  # type: ignore[arg-type]
                note_flags=SampleFlags(),  # type: ignore[arg-type]
            )
        )
        self._interface.open(self._shell, QSize(*setting.size))
        component = QQmlComponent(self._interface.engine)
        component.setData(STILL, QUrl("file:///still.qml"))
        still = cast("QQuickItem", component.create())
        still.setParent(self._interface.window.contentItem())
        still.setParentItem(self._interface.window.contentItem())

    def walk(self) -> Iterator[tuple[str, QQuickWindow]]:
        """Go from screen to screen."""
        for name in chain(self._walk_pages(), self._walk_player()):
            yield name, self._interface.window

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
        settle(SETTLE_MS, self._hidden)
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
        player.stand(Status.OPENING, 0, gathered_percent=40)
        yield "player-gathering"
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
        settle(SETTLE_MS, self._coming)
        self._player.stand(Status.PLAYING, start_ms + 500)
        yield "player-note-picture"

    def close(self) -> None:
        """Take the window down, then what it showed."""

        self._shell.close()
        self._interface.close()

    def _menu(self, name: str) -> QObject:
        return next(item for item in self._interface.window.findChildren(QObject) if item.objectName() == name + "Menu")

    def _to_the_end(self) -> None:
        page = next(
            item
            for item in visible_items(self._interface.window)
            if item.metaObject().className().startswith("ScrollPage")
        )
        page.setProperty("contentY", page.property("contentHeight") - page.height())

    def _show_still(self, source: str) -> None:
        still = next(item for item in self._interface.window.contentItem().childItems() if item.objectName() == "still")
        still.setProperty("source", source)

    def _hidden(self) -> bool:
        page = next(
            item
            for item in visible_items(self._interface.window)
            if item.metaObject().className().startswith("PlayerPage")
        )
        return not page.property("controlsShown")

    def _coming(self) -> bool:
        """Whether the picture of the card that comes next is there."""
        picture = cast("QObject", self._interface.window.findChild(QObject, "comingPicture"))
        return bool(cast("float", picture.property("implicitWidth")))
