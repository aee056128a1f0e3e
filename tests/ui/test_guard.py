"""A guarded window: what would close, leave or disturb it does nothing, and only staff's hands reach the PIN."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from PySide6.QtCore import (
    QCoreApplication,
    QDeadlineTimer,
    QEvent,
    QEventLoop,
    QMimeData,
    QPoint,
    QPointF,
    QSize,
    Qt,
    QThread,
)
from PySide6.QtGui import QContextMenuEvent, QDragEnterEvent, QDropEvent, QGuiApplication, QKeyEvent
from PySide6.QtQuick import QQuickItem
from PySide6.QtTest import QTest

from kiosk import Role, StaffPins
from kiosk import pins as pins_module
from tests.kiosk.venue import SetClocks
from tests.ui.test_board import report, shown
from ui.jobs import QtJobRunner
from ui.kiosk import BoardServices, BoardViewModel, Guard, Wedge
from ui.window import BOARD, Interface

CTRL, ALT, META = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.MetaModifier
NONE = Qt.KeyboardModifier.NoModifier


class Scene:
    """A venue's window with its guard."""

    def __init__(self, folder: Path) -> None:
        self.pins = StaffPins(folder, SetClocks())
        self.pins.choose(Role.MANAGER, "314159")
        self.pins.choose(Role.OPERATOR, "2718")
        self.jobs, self.scanned, self.now = QtJobRunner(), [], 100.0
        self.model = BoardViewModel(BoardServices(report, lambda *_: report(), self.jobs, "en"))
        self.interface = Interface(lambda _path: b"", main=BOARD)
        self.interface.language.apply("en")
        self.interface.open_with({"board": self.model, "startSize": QSize(1280, 720), "startFull": False})
        self.window = self.interface.window
        self.wedge = Wedge(self.window)
        self.wedge.scanned.connect(self.scanned.append)
        self.guard = Guard(self.interface, self.pins, self.jobs)
        self.pad = self.guard.pad
        self.pad._clock = lambda: self.now
        self.settle(self.window.isActive)

    def settle(self, holds: Any) -> None:
        deadline = QDeadlineTimer(5000)
        while not holds() and not deadline.hasExpired():
            QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 10)
            QThread.msleep(1)
        assert holds()

    def key(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = NONE, text: str = "") -> bool:
        event = QKeyEvent(QEvent.Type.KeyPress, key, modifiers, text)
        QCoreApplication.sendEvent(self.window, event)
        return event.isAccepted()

    def hand(self, digits: str) -> None:
        for digit in digits:
            self.now += 0.2
            self.key(Qt.Key(ord(digit)), text=digit)
        self.now += 0.2
        self.key(Qt.Key.Key_Return)

    def say(self, pin: str) -> None:
        self.guard.require(Role.MANAGER, self.guard.let_go)
        self.hand(pin)
        self.settle(lambda: not self.pad.props.busy)

    def close(self) -> None:
        self.guard.close()
        self.model.close()
        self.jobs.close()
        self.interface.close()
        self.model.deleteLater()


@pytest.fixture
def scene(application: QGuiApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Scene]:
    monkeypatch.setattr(pins_module, "_HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    made = Scene(tmp_path)
    yield made
    made.close()


def test_closing_asks_for_the_manager_s_pin_and_nothing_else_closes_it(scene: Scene) -> None:
    assert scene.window.close() is False
    assert scene.window.isVisible()
    assert scene.pad.props.open
    scene.hand("2718")
    scene.settle(lambda: scene.pad.props.said == "not-enough")
    assert scene.window.isVisible()
    scene.hand("314159")
    scene.settle(lambda: not scene.window.isVisible())


@pytest.mark.parametrize(
    ("key", "modifiers"),
    [
        (Qt.Key.Key_F4, ALT), (Qt.Key.Key_Tab, ALT), (Qt.Key.Key_Q, CTRL), (Qt.Key.Key_W, CTRL), (Qt.Key.Key_N, CTRL),
        (Qt.Key.Key_F11, NONE), (Qt.Key.Key_F1, NONE), (Qt.Key.Key_Super_L, NONE), (Qt.Key.Key_Meta, META),
        (Qt.Key.Key_D, META), (Qt.Key.Key_Menu, NONE), (Qt.Key.Key_Print, NONE), (Qt.Key.Key_Space, ALT),
        (Qt.Key.Key_Escape, CTRL), (Qt.Key.Key_Delete, CTRL | ALT), (Qt.Key.Key_Back, NONE),
    ],
)  # fmt: skip
def test_shortcuts_do_nothing(scene: Scene, key: Qt.Key, modifiers: Qt.KeyboardModifier) -> None:
    before = (scene.window.visibility(), scene.window.isVisible())
    scene.key(key, modifiers)
    QTest.qWait(0)
    assert (scene.window.visibility(), scene.window.isVisible()) == before
    assert not scene.pad.props.open


def test_drops_and_menus_do_nothing(scene: Scene) -> None:
    data = QMimeData()
    data.setText("file:///etc/passwd")
    action, button = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    for event in (
        QDragEnterEvent(QPoint(9, 9), action, data, button, NONE),
        QDropEvent(QPointF(9, 9), action, data, button, NONE),
        QContextMenuEvent(QContextMenuEvent.Reason.Mouse, QPoint(9, 9), QPoint(9, 9)),
    ):
        QCoreApplication.sendEvent(scene.window, event)
        assert not event.isAccepted()


def test_a_minimised_window_comes_back(scene: Scene) -> None:
    scene.window.setWindowState(Qt.WindowState.WindowMinimized)
    scene.settle(lambda: scene.window.windowState() != Qt.WindowState.WindowMinimized)


def test_what_a_scanner_types_never_reaches_the_pin(scene: Scene) -> None:
    scene.guard.require(Role.MANAGER, scene.guard.let_go)
    for digit in "314159":
        scene.now += 0.004
        scene.key(Qt.Key(ord(digit)), text=digit)
    scene.now += 0.004
    scene.key(Qt.Key.Key_Return)
    scene.settle(lambda: not scene.pad.props.busy)
    assert scene.pad.props.open
    assert scene.pins.state().left == 5
    assert (scene.pad.props.digits, scene.scanned) == (0, [])
    scene.now += 1
    scene.hand("314159")
    scene.settle(lambda: not scene.window.isVisible())


def test_five_wrong_ones_say_how_long_to_wait(scene: Scene) -> None:
    for _ in range(5):
        scene.say("9999")
    scene.settle(lambda: scene.pad.props.said == "wait")
    assert scene.pad.props.wait_s > 25
    assert not scene.pad.props.may_enter
    words = {str(item.property("text")) for item in shown(scene.window.contentItem()) if item.isVisible()}
    assert any("Too many tries" in text for text in words)


def test_the_pad_is_touched_too_and_is_large_enough(scene: Scene) -> None:
    scene.guard.require(Role.OPERATOR, lambda: scene.scanned.append("skip"))
    buttons = {
        str(item.property("text")): item
        for item in shown(scene.window.contentItem())
        if item.metaObject().className().startswith("AppButton") and item.isVisible()
    }
    for digit in "2718":
        touch(scene, buttons[digit])
    assert min(buttons["7"].width(), buttons["7"].height()) >= 48
    scene.settle(lambda: scene.pad.props.may_enter)
    touch(scene, buttons["OK"])
    scene.settle(lambda: scene.scanned == ["skip"])
    assert scene.window.isVisible()


def touch(scene: Scene, item: QQuickItem) -> None:
    middle = item.mapToScene(QPointF(item.width() / 2, item.height() / 2)).toPoint()
    QTest.mouseClick(scene.window, Qt.MouseButton.LeftButton, NONE, middle)
