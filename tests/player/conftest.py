"""A real film, a real libmpv, and a window that nobody sees."""

import locale
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import (
    QCoreApplication,
    QElapsedTimer,
    QEvent,
    QSizeF,
    QThread,
    QtMsgType,
    qInstallMessageHandler,
)
from PySide6.QtGui import QGuiApplication
from PySide6.QtQuick import QQuickWindow

sys.path.insert(0, str(Path(__file__).parent))
import filmstock

from player import Player
from player.video_item import VideoItem


@pytest.fixture(scope="session")
def application() -> QGuiApplication:
    made = QGuiApplication.instance() or QGuiApplication([])
    locale.setlocale(locale.LC_NUMERIC, "C")
    assert isinstance(made, QGuiApplication)
    return made


@pytest.fixture(scope="session")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return filmstock.make_hls(tmp_path_factory.mktemp("film"), seconds=20)


@pytest.fixture(autouse=True)
def no_word_from_qt() -> Iterator[None]:
    said: list[str] = []

    def listen(kind: QtMsgType, _context: object, text: str) -> None:
        if kind is not QtMsgType.QtDebugMsg:
            said.append(text)

    before = qInstallMessageHandler(listen)
    yield
    qInstallMessageHandler(before)
    assert said == []


Wait = Callable[..., None]


@pytest.fixture
def until(application: QGuiApplication) -> Wait:
    """Turn the event loop until something holds."""

    def wait(holds: Callable[[], object], limit_s: float = 15) -> None:
        timer = QElapsedTimer()
        timer.start()
        while not holds():
            assert timer.elapsed() < limit_s * 1000, "it never came true"
            application.processEvents()  # with a limit it would not wait for events, but spin
            QThread.msleep(1)

    return wait


class Screening:
    """A player and its picture in a window."""

    def __init__(self) -> None:
        self.player = Player(drawing="software")
        self.window = QQuickWindow()
        self.window.resize(512, 288)
        self.item = VideoItem(self.window.contentItem())
        self.item.setSize(QSizeF(512, 288))
        self.window.show()
        self.item.setProperty("player", self.player)

    def frame_number(self) -> int:
        """What the picture now on screen says of itself."""
        drawn = self.item.drawn_picture
        assert drawn is not None
        image = drawn.image
        assert image is not None
        return filmstock.read_number(lambda x, y: image.pixelColor(x, y).lightness(), image.width(), image.height())

    def close(self) -> None:
        self.item.setProperty("player", None)
        self.player.close()
        self.window.close()
        self.window.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def screening(application: QGuiApplication) -> Iterator[Screening]:
    assert application is not None
    made = Screening()
    yield made
    made.close()
