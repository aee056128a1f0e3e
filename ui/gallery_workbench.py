"""Pictures of the workbench: a demo film, an edition of its notes under work, a film that stands still."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import cast

from PySide6.QtCore import QObject, QSize, Qt, QUrl
from PySide6.QtQml import QQmlComponent
from PySide6.QtQuick import QQuickItem, QQuickWindow
from PySide6.QtTest import QTest

from core import pick, pick_language
from films import Comment, Edition, Keeper, edition_of
from films.demo import FILMS
from films.demo.film import cuts_ms
from films.notes.editing import Move, Say, Write
from player import Feature, Status
from ui.gallery_pages import ImmediateJobs, SampleFilms, SamplePreferences, Setting, StillPlayer, settle
from ui.note_pictures import read_own_picture
from ui.window import WORKBENCH
from ui.workbench import BenchServices, WorkbenchViewModel

STILL = b"""
import QtQuick
Image { anchors.fill: parent; fillMode: Image.PreserveAspectFit }
"""


class BenchPlayer(StillPlayer):
    """A film that stands where it is told to."""

    def open(self, feature: Feature, sound: int = 0) -> None:
        """Its first frame is there."""
        super().open(feature, sound)
        self.stand(Status.PAUSED, 0)

    def seek(self, position_ms: int) -> None:
        """Stand somewhere else."""
        self.stand(Status.PAUSED, position_ms)

    def step(self, delta_ms: int) -> None:
        """Stand so much later."""
        self.seek(self.state.position_ms + delta_ms)

    def play(self) -> None:
        """Only its button changes."""
        self.stand(Status.PLAYING, self.state.position_ms)

    def pause(self) -> None:
        """Hold."""
        self.stand(Status.PAUSED, self.state.position_ms)


class WorkbenchScene:
    """The workbench before anything is written, or with an edition under work."""

    def __init__(self, films: SampleFilms, setting: Setting, *, empty: bool) -> None:
        language, size = setting.language, setting.size
        self._empty = empty
        self._folder = TemporaryDirectory()
        place = Path(self._folder.name) / "film.edition.json"
        film = FILMS[0]
        feature = replace(films.features[film.id], shots_ms=cuts_ms(film.frames().shots))
        own = pick_language(list(feature.notes), language) or "en"
        other = next(tag for tag in feature.notes if tag != own)
        tracks = {tag: feature.notes[tag] for tag in (own, other)}
        edition = edition_of(tracks)
        preferences = SamplePreferences(language)
        preferences.change(commentator=pick(edition.commentators[0].name, language))
        self._own, self._other, self._film = own, other, film
        self.player = BenchPlayer()
        self.model = WorkbenchViewModel(
            BenchServices(
                name=pick(film.names, language),
                feature=feature,
                open_edition=lambda told: Keeper(place, lambda: edition if not empty else _bare(edition), told),
                player=lambda: self.player,  # type: ignore[arg-type]
                jobs=ImmediateJobs(),
                preferences=preferences,
                language=language,
                read=lambda path: path.read_bytes(),
                now=lambda: "2026-10-09T18:40:00Z",
            )
        )
        self._interface = setting.interface(lambda path: read_own_picture(path, feature.picture), WORKBENCH)
        self._interface.open_with({"workbench": self.model, "startSize": QSize(*size)})
        self.model.start()
        self._hang(films.file(film))

    def walk(self) -> Iterator[tuple[str, QQuickWindow]]:
        """Go from state to state."""
        for name in self._walk_empty() if self._empty else self._walk():
            yield name, self._interface.window

    def _walk_empty(self) -> Iterator[str]:
        self.player.stand(Status.PAUSED, 2_000)
        yield "workbench-empty"

    def _walk(self) -> Iterator[str]:
        notes = self.model._desk.edition.notes  # noqa: SLF001 - the gallery writes as an author would
        language = self._own
        self.model.select(notes[2].id)
        self._settle()
        yield "workbench"
        desk = self.model._desk  # noqa: SLF001
        first = notes[1]
        body = first.face(language).body
        desk.do(Write(first.id, language, "body", body + body + body))
        desk.do(Move(notes[4].id, notes[3].at_ms + 400))
        desk.do(Say(first.id, Comment("c1", "Wu Jing", pick(_COMMENTS, language), "2026-10-08T10:00:00Z")))
        self.model.select(first.id)
        self._settle()
        yield "workbench-too-long"
        QTest.keyClick(self._interface.window, Qt.Key.Key_3, Qt.KeyboardModifier.ControlModifier)
        yield "workbench-comments"
        QTest.keyClick(self._interface.window, Qt.Key.Key_2, Qt.KeyboardModifier.ControlModifier)
        self.model.show_beside(self._other)
        self._settle()
        yield "workbench-background"
        QTest.keyClick(self._interface.window, Qt.Key.Key_1, Qt.KeyboardModifier.ControlModifier)
        QTest.keyClick(self._interface.window, Qt.Key.Key_Escape)
        for _ in range(2):
            QTest.keyClick(self._interface.window, Qt.Key.Key_Plus)
        self.model.select(notes[3].id)
        self._settle()
        yield "workbench-translating"
        self._interface.window.setProperty("alone", True)
        yield "workbench-picture"
        self._interface.window.setProperty("alone", False)
        QTest.keyClick(self._interface.window, Qt.Key.Key_F1)
        yield "workbench-keys"
        QTest.keyClick(self._interface.window, Qt.Key.Key_Escape)
        for name in ("edition", "bringing"):
            sheet = cast("QObject", self._interface.window.findChild(QObject, name + "Sheet"))
            sheet.setProperty("visible", True)
            yield f"workbench-{'edition' if name == 'edition' else 'import'}"
            sheet.setProperty("visible", False)

    def close(self) -> None:
        """Take the window down, then what it showed."""
        self.model.close()
        self._interface.close()
        self.model.deleteLater()
        self._folder.cleanup()

    def _settle(self) -> None:
        settle(700)

    def _hang(self, file: Path) -> None:
        component = QQmlComponent(self._interface.engine)
        component.setData(STILL, QUrl("file:///still.qml"))
        still = cast("QQuickItem", component.create())
        waiting = [self._interface.window.contentItem()]
        while not waiting[-1].metaObject().className().startswith("VideoItem"):
            waiting = [*waiting[:-1], *waiting[-1].childItems()]
        video = waiting[-1]
        still.setParent(video)
        still.setParentItem(video)
        still.setProperty("source", file.as_uri())


_COMMENTS = {
    "en": "The last sentence could wait for the next scene.",
    "zh-Hans": "最后一句可以留到下一场戏。",
}


def _bare(edition: Edition) -> Edition:
    return Edition(edition.languages[:1], edition.commentators)
