"""Gamepads as keys: what a pad's buttons and stick say goes to the window that has the focus."""

import importlib
import logging
import threading
import time
import warnings
from collections.abc import Iterator
from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QWindow

log = logging.getLogger(__name__)

Key = Qt.Key
BUTTONS = {
    0: Key.Key_Return,
    1: Key.Key_Escape,
    2: Key.Key_C,
    3: Key.Key_N,
    4: Key.Key_I,
    6: Key.Key_K,
    9: Key.Key_PageUp,
    10: Key.Key_PageDown,
    11: Key.Key_Up,
    12: Key.Key_Down,
    13: Key.Key_Left,
    14: Key.Key_Right,
}
"""By SDL_GameControllerButton: A, B, X, Y, back, start, shoulders, and the cross."""
AXES = {
    0: (Key.Key_Left, Key.Key_Right),
    1: (Key.Key_Up, Key.Key_Down),
    4: (None, Key.Key_J),
    5: (None, Key.Key_L),
}
"""By SDL_GameControllerAxis, what its two ends mean: the left stick, and the triggers."""
REPEATED = frozenset({Key.Key_Left, Key.Key_Right, Key.Key_Up, Key.Key_Down, Key.Key_J, Key.Key_L})
FIRST_S, NEXT_S = 0.4, 0.12
"""When a key that is held is said again."""
ON, OFF = 20_000, 12_000
"""Where a stick or trigger counts as pressed, and where as let go; of 32,767."""
LOOK_S, IDLE_S = 1 / 60, 0.5
"""How often pads are looked at, and how often for new ones while there is none."""


class Held:
    """Which keys the pads hold down, and when they are said again. Times in seconds of any one clock."""

    def __init__(self) -> None:
        self._due_s: dict[tuple[object, Qt.Key], float] = {}

    def set(self, source: object, key: Qt.Key, *, down: bool, now_s: float) -> bool:
        """A button of ``source`` went down or up; whether that says its key."""
        place = (source, key)
        if not down:
            self._due_s.pop(place, None)
            return False
        if place in self._due_s:
            return False
        self._due_s[place] = now_s + FIRST_S if key in REPEATED else float("inf")
        return True

    def axis(self, source: object, number: int, value: int, now_s: float) -> Iterator[Qt.Key]:
        """The keys that an axis says by moving to ``value``."""
        for key, reach in zip(AXES.get(number, (None, None)), (-value, value), strict=True):
            place = (source, number, key)
            if key is None or OFF < reach < ON:
                continue
            if self.set(place, key, down=reach >= ON, now_s=now_s):
                yield key

    def repeated(self, now_s: float) -> Iterator[Qt.Key]:
        """The keys that are due again."""
        for place, due_s in list(self._due_s.items()):
            if now_s >= due_s:
                self._due_s[place] = now_s + NEXT_S
                yield place[1]

    def drop(self, pad: int) -> None:
        """Let go of everything that a pad held."""
        self._due_s = {
            place: due_s
            for place, due_s in self._due_s.items()
            if pad not in (place[0], place[0][0] if isinstance(place[0], tuple) else None)
        }


class Gamepads(QObject):
    """Listens on a thread of its own. Without SDL, or without pads, nothing happens."""

    said = Signal(int)
    """A key, as Qt numbers it."""

    def __init__(self) -> None:
        super().__init__()
        self._stop = threading.Event()
        self.ready = threading.Event()
        """SDL is there and looks for pads."""
        self.said.connect(press, Qt.ConnectionType.QueuedConnection)
        self._thread = threading.Thread(target=self._listen, name="gamepads", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Let go of every pad."""
        self._stop.set()
        self._thread.join(2)

    def _listen(self) -> None:
        try:
            sdl = load_sdl()
        except (ImportError, OSError) as error:
            log.debug("no gamepads: %s", type(error).__name__)
            return
        for hint in (b"SDL_JOYSTICK_ALLOW_BACKGROUND_EVENTS", b"SDL_NO_SIGNAL_HANDLERS"):
            sdl.SDL_SetHint(hint, b"1")
        if sdl.SDL_Init(sdl.SDL_INIT_GAMECONTROLLER) != 0:
            log.debug("no gamepads: SDL does not start")
            return
        try:
            self._follow(sdl)
        finally:
            sdl.SDL_QuitSubSystem(sdl.SDL_INIT_GAMECONTROLLER)

    def _follow(self, sdl: Any) -> None:  # noqa: ANN401 - PySDL2 is untyped
        held, pads, event = Held(), dict[int, Any](), sdl.SDL_Event()
        self.ready.set()
        while not self._stop.wait(LOOK_S if pads else IDLE_S):
            now_s = time.monotonic()
            while sdl.SDL_PollEvent(event):
                for key in _keys_of(sdl, event, held, pads, now_s):
                    self.said.emit(key.value)
            for key in held.repeated(now_s):
                self.said.emit(key.value)
        for pad in pads.values():
            sdl.SDL_GameControllerClose(pad)


def load_sdl() -> Any:  # noqa: ANN401 - PySDL2 is untyped
    """The SDL that is installed with us. Raises ImportError or OSError where there is none."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it tells which SDL it took
        return importlib.import_module("sdl2")


def _keys_of(sdl: Any, event: Any, held: Held, pads: dict[int, Any], now_s: float) -> Iterator[Qt.Key]:  # noqa: ANN401
    match event.type:
        case sdl.SDL_CONTROLLERDEVICEADDED:
            pad = sdl.SDL_GameControllerOpen(event.cdevice.which)
            if pad:
                pads[sdl.SDL_JoystickInstanceID(sdl.SDL_GameControllerGetJoystick(pad))] = pad
        case sdl.SDL_CONTROLLERDEVICEREMOVED:
            gone = pads.pop(event.cdevice.which, None)
            held.drop(event.cdevice.which)
            if gone:
                sdl.SDL_GameControllerClose(gone)
        case sdl.SDL_CONTROLLERBUTTONDOWN | sdl.SDL_CONTROLLERBUTTONUP:
            key = BUTTONS.get(event.cbutton.button)
            down = event.type == sdl.SDL_CONTROLLERBUTTONDOWN
            if key is not None and held.set(event.cbutton.which, key, down=down, now_s=now_s):
                yield key
        case sdl.SDL_CONTROLLERAXISMOTION:
            yield from held.axis(event.caxis.which, event.caxis.axis, event.caxis.value, now_s)


def press(key: int) -> None:
    """Press and let go a key in the window that has the focus; without one nothing happens."""
    window: QWindow | None = QGuiApplication.focusWindow()
    if window is None:
        return
    for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
        QCoreApplication.sendEvent(window, QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier))
