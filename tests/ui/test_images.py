import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QDeadlineTimer, QEventLoop, QUrl
from PySide6.QtQml import QQmlApplicationEngine

from core import CinemaError, Code
from ui.images import Pictures

PAGE = b"""
import QtQml
import SmartCinema.Pictures
QtObject {
    property string path: "poster"
    property string address: PictureDesk.address(path, PictureDesk.revision)
    property string twin: PictureDesk.address(path, PictureDesk.revision)
}
"""


class Desk:
    """A page that asks for a picture, and what its reader was asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.error: CinemaError | None = None
        self.engine = QQmlApplicationEngine()
        self.pictures = Pictures(self.engine, self.read)
        self.engine.loadData(PAGE)
        self.page: Any = self.engine.rootObjects()[0]

    def read(self, path: str) -> bytes:
        self.asked.append(path)
        if self.error:
            raise self.error
        return path.encode()

    def until(self, holds: Callable[[], object]) -> None:
        deadline = QDeadlineTimer(5000)
        while not holds():
            assert not deadline.hasExpired()
            QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 5)

    def file(self) -> Path:
        self.until(lambda: self.page.property("address"))
        return Path(QUrl(self.page.property("address")).toLocalFile())


@pytest.fixture
def desk(application: Any) -> Iterator[Desk]:
    desk = Desk()
    yield desk
    desk.engine.deleteLater()
    application.processEvents()
    desk.pictures.close()


def test_a_picture_is_fetched_once_and_handed_over_as_a_file(desk: Desk) -> None:
    assert desk.file().read_bytes() == b"poster"
    assert desk.page.property("twin") == desk.page.property("address")
    assert desk.asked == ["poster"]


def test_another_path_brings_another_picture(desk: Desk) -> None:
    first = desk.file()
    desk.page.setProperty("path", "backdrop")
    assert desk.page.property("address") == ""
    assert desk.file() != first
    assert desk.file().read_bytes() == b"backdrop"


def test_a_picture_that_did_not_come_is_asked_for_again_later(desk: Desk) -> None:
    desk.file()
    desk.error = CinemaError(Code.OFFLINE, "No line.")
    desk.page.setProperty("path", "still")
    known = desk.engine.singletonInstance("SmartCinema.Pictures", "PictureDesk")._addresses
    desk.until(lambda: "still" not in known)
    assert desk.page.property("address") == ""
    desk.error = None
    desk.page.setProperty("path", "poster")
    desk.page.setProperty("path", "still")
    assert desk.file().read_bytes() == b"still"


def test_the_files_go_with_the_program(desk: Desk) -> None:
    file = desk.file()
    desk.pictures.close()
    assert not file.exists()


def test_pictures_that_change_while_they_load_never_stop_the_window() -> None:
    script = """
from PySide6.QtCore import Property, QBuffer, QEvent, QIODevice, QObject, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtQml import QQmlApplicationEngine
from ui.images import Pictures
application = QGuiApplication([])
image = QImage(600, 900, QImage.Format.Format_RGB32)
image.fill(0x553311)
buffer = QBuffer()
buffer.open(QIODevice.OpenModeFlag.WriteOnly)
image.save(buffer, "JPG")
data = bytes(buffer.data().data())
class Turn(QObject):
    changed = Signal()
    count = 0
    number = Property(int, lambda self: self.count, notify=changed)
turn = Turn()
engine = QQmlApplicationEngine()
pictures = Pictures(engine, lambda path: data)
engine.setInitialProperties({"turn": turn})
engine.loadData(b'''
import QtQuick
import SmartCinema.Pictures
Window {
    id: window
    required property QtObject turn
    visible: true
    Grid { Repeater { model: 12; Image {
        width: 100; height: 150; asynchronous: true; sourceSize.width: 100
        source: PictureDesk.address(index + "-" + window.turn.number, PictureDesk.revision)
    } } }
}''')
timer = QTimer(interval=3)
def next_turn():
    turn.count += 1
    turn.changed.emit()
    if turn.count == 300:
        application.quit()
timer.timeout.connect(next_turn)
timer.start()
application.exec()
engine.deleteLater()
application.sendPostedEvents(None, QEvent.Type.DeferredDelete)
pictures.close()
"""
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "QT_QUICK_BACKEND": "software"},
        cwd=Path(__file__).parents[2],
    )
    assert (done.returncode, done.stderr) == (0, "")
