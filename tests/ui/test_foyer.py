"""The foyer's window on the real QML."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from PySide6.QtCore import QCoreApplication, QPointF, QSize, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtQuick import QQuickItem
from PySide6.QtTest import QTest

import player.video_item  # noqa: F401 - makes the QML type known
from kiosk.foyer import FoyerDay, day_of
from tests.kiosk.venue import NOW, PROGRAMME
from ui.gallery_pages import ImmediateJobs
from ui.kiosk import FoyerServices, FoyerViewModel
from ui.window import FOYER, Interface


class Foyer:
    def __init__(self) -> None:
        self.now: datetime = NOW
        self.interface = Interface(lambda _path: b"", main=FOYER)
        self.interface.language.apply("en")
        services = FoyerServices(self.day, None, lambda: self.now, ImmediateJobs(), self.interface.language.apply)
        self.model = FoyerViewModel(services, "en")
        self.interface.open_with({"viewModel": self.model, "startSize": QSize(1280, 720)})
        for _ in range(20):
            QCoreApplication.processEvents()

    def day(self) -> FoyerDay:
        return day_of(PROGRAMME, self.now, {"friday": 95, "small": 2}, frozenset())

    def items(self, kind: str) -> list[QQuickItem]:
        waiting, found = [self.interface.window.contentItem()], []
        while waiting:
            item = waiting.pop()
            found.append(item)
            waiting.extend(child for child in item.childItems() if child.isVisible())
        return [item for item in found if item.metaObject().className().startswith(kind)]

    def texts(self) -> list[str]:
        return [str(item.property("text")) for item in self.items("SlideLine")]

    def close(self) -> None:
        self.model.close()
        self.interface.close()
        self.model.deleteLater()


@pytest.fixture
def foyer(application: QGuiApplication) -> Iterator[Foyer]:
    foyer = Foyer()
    yield foyer
    foyer.close()
    application.processEvents()


def test_today_is_there_with_the_seats_that_are_left(foyer: Foyer) -> None:
    texts = foyer.texts()
    assert {"Festival of Light", "20:00", "20:20", "5 seats left", "Full"} <= set(texts)
    assert foyer.model.props.shows[0]["few"] is True


def test_a_touch_changes_the_language_and_the_house_s_own_comes_back(foyer: Foyer) -> None:
    buttons = {str(item.property("text")): item for item in foyer.items("AppButton")}
    chinese = buttons["简体中文"]
    centre = chinese.mapToScene(QPointF(chinese.width() / 2, chinese.height() / 2)).toPoint()
    QTest.mouseClick(foyer.interface.window, Qt.MouseButton.LeftButton, pos=centre)
    QCoreApplication.processEvents()
    assert {"光影节", "满座", "余 5 座"} <= set(foyer.texts())
    foyer.model._back.timeout.emit()
    QCoreApplication.processEvents()
    assert "Festival of Light" in foyer.texts()


@pytest.mark.parametrize("size", [(1280, 720), (720, 1280), (1920, 1080)])
def test_what_is_touched_is_large_and_low_and_nothing_is_cut_off(foyer: Foyer, size: tuple[int, int]) -> None:
    window = foyer.interface.window
    window.resize(QSize(*size))
    for _ in range(20):
        QCoreApplication.processEvents()
    for button in foyer.items("AppButton"):
        place = button.mapToScene(QPointF(0, 0))
        assert min(button.width(), button.height()) >= 48
        assert place.y() > window.height() * 0.7
        assert place.y() + button.height() <= window.height()
    for line in foyer.items("SlideLine"):
        assert line.property("font").pixelSize() >= 18


def test_a_day_without_films_says_when_the_next_are(foyer: Foyer) -> None:
    foyer.now = PROGRAMME.screenings[0].end_at
    foyer.model.look()
    QCoreApplication.processEvents()
    assert any("The next films are on" in text for text in foyer.texts())
    assert foyer.now.tzinfo is UTC
