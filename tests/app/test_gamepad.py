"""Gamepads through a real SDL, played by its own virtual pads."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtQuick import QQuickWindow

from app.gamepad import AXES, BUTTONS, FIRST_S, IDLE_S, NEXT_S, Gamepads, Held

sdl = pytest.importorskip("sdl2", reason="SDL is not installed here")
A, B, LEFT_X, RIGHT_TRIGGER = 0, 1, 0, 5
Key = Qt.Key


@given(st.lists(st.tuples(st.integers(0, 3), st.booleans()), max_size=30))
def test_a_key_is_said_once_for_each_time_it_goes_down(presses: list[tuple[int, bool]]) -> None:
    held, expected, said = Held(), 0, 0
    down: set[int] = set()
    for button, pressed in presses:
        expected += pressed and button not in down
        (down.add if pressed else down.discard)(button)
        said += held.set(1, BUTTONS[button], down=pressed, now_s=0.0)
    assert said == expected


@given(st.lists(st.integers(-32768, 32767), max_size=40))
def test_a_stick_that_trembles_says_nothing_twice(values: list[int]) -> None:
    held, pressed = Held(), None
    for value in values:
        for key in held.axis(1, LEFT_X, value, 0.0):
            assert key != pressed
            assert key is AXES[LEFT_X][value > 0]
        if abs(value) >= 20_000:
            pressed = AXES[LEFT_X][value > 0]
        elif abs(value) <= 12_000 or pressed is not AXES[LEFT_X][value > 0]:
            pressed = None


def test_what_is_held_is_said_again_until_it_is_let_go_or_its_pad_goes() -> None:
    held = Held()
    assert held.set(1, Key.Key_Left, down=True, now_s=0.0)
    assert held.set(1, Key.Key_Return, down=True, now_s=0.0)
    assert list(held.axis(2, LEFT_X, 30_000, 0.0)) == [Key.Key_Right]
    assert list(held.repeated(FIRST_S - 0.01)) == []
    assert set(held.repeated(FIRST_S)) == {Key.Key_Left, Key.Key_Right}
    assert list(held.repeated(FIRST_S + NEXT_S / 2)) == []
    held.drop(2)
    assert list(held.repeated(FIRST_S + NEXT_S)) == [Key.Key_Left]
    held.set(1, Key.Key_Left, down=False, now_s=1.0)
    assert list(held.repeated(9.0)) == []


class Window(QQuickWindow):
    def __init__(self) -> None:
        super().__init__()
        self.keys: list[int] = []

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's
        self.keys.append(event.key())


class Pad:
    """A pad that SDL takes for real."""

    def __init__(self) -> None:
        self.index = sdl.SDL_JoystickAttachVirtual(sdl.SDL_JOYSTICK_TYPE_GAMECONTROLLER, 6, 15, 0)
        assert self.index >= 0, sdl.SDL_GetError()
        self.joystick = sdl.SDL_JoystickOpen(self.index)
        time.sleep(2 * IDLE_S)  # until it was seen: what is held down already when a pad is found says nothing

    def button(self, number: int, *, down: bool) -> None:
        assert sdl.SDL_JoystickSetVirtualButton(self.joystick, number, int(down)) == 0

    def axis(self, number: int, value: int) -> None:
        assert sdl.SDL_JoystickSetVirtualAxis(self.joystick, number, value) == 0

    def unplug(self) -> None:
        for index in range(sdl.SDL_NumJoysticks()):
            if sdl.SDL_JoystickGetDeviceInstanceID(index) == sdl.SDL_JoystickInstanceID(self.joystick):
                sdl.SDL_JoystickDetachVirtual(index)
                break
        sdl.SDL_JoystickClose(self.joystick)


@pytest.fixture(scope="module")
def application() -> Any:
    return QGuiApplication.instance() or QGuiApplication([])


Until = Callable[[Callable[[], object]], None]


@pytest.fixture
def until(application: Any) -> Until:
    def wait(holds: Callable[[], object]) -> None:
        end_s = time.monotonic() + 5
        while not holds():
            assert time.monotonic() < end_s, "it never came true"
            application.processEvents()
            time.sleep(0.005)

    return wait


@pytest.fixture
def window(until: Until) -> Iterator[Window]:
    made = Window()
    made.show()
    made.requestActivate()
    until(lambda: QGuiApplication.focusWindow() is not None)
    gamepads = Gamepads()
    assert gamepads.ready.wait(10)
    yield made
    gamepads.close()
    made.close()
    made.deleteLater()


def test_a_pads_buttons_and_triggers_are_keys(window: Window, until: Until) -> None:
    pad = Pad()
    for number in (A, B):
        pad.button(number, down=True)
        until(lambda number=number: BUTTONS[number] in window.keys)  # type: ignore[misc]
        pad.button(number, down=False)
    pad.axis(RIGHT_TRIGGER, 32_767)
    until(lambda: Key.Key_L in window.keys)
    pad.axis(RIGHT_TRIGGER, -32_768)
    pad.unplug()
    assert window.keys[:3] == [Key.Key_Return, Key.Key_Escape, Key.Key_L]


def test_a_stick_that_is_held_repeats_until_its_pad_is_unplugged(
    window: Window, until: Until, application: Any
) -> None:
    pad, other = Pad(), Pad()
    pad.axis(LEFT_X, 32_767)
    until(lambda: window.keys.count(Key.Key_Right) >= 3)
    pad.unplug()
    end_s = time.monotonic() + 0.3
    while time.monotonic() < end_s:
        application.processEvents()
    count = len(window.keys)
    end_s = time.monotonic() + 0.6
    while time.monotonic() < end_s:
        application.processEvents()
    assert len(window.keys) == count
    other.button(A, down=True)
    until(lambda: window.keys[-1] == Key.Key_Return)
    other.unplug()
