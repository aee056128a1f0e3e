"""A scanner that types: bursts of keys that no hand could type are codes, wherever the focus is; the rest is typing."""

import time
from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QWindow

GAP_S = 0.05
"""Keys of a scanner follow each other faster than this."""
IN_CODE_S = 0.15
"""Once so many came that it is a code, it is not torn before a pause as long as this: machines are busy at times."""
TORN_S = 1.5
"""Where the code before ended with a key, the next one does too: a shorter pause than this is a busy machine's."""
LEAST = 6
"""A hand does not type so many keys so fast."""
MOST = 4096
COMMANDS = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier
ENDS = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab)


class Wedge(QObject):
    """Takes codes out of a window's keys before anything there sees them; ``scanned`` gives each."""

    scanned = Signal(str)

    def __init__(self, window: QWindow, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(window)
        self._window, self._clock = window, clock
        self._held: list[tuple[int, Qt.KeyboardModifier, str]] = []
        self._last = 0.0
        self._waited = self._giving_back = False
        self._ended = True
        """Whether the last code ended with a key. Where there was none yet, a pause costs more than a wait."""
        self._pause = QTimer(self, singleShot=True)
        self._pause.timeout.connect(self._paused)
        window.installEventFilter(self)

    @property
    def _gap_s(self) -> float:
        if len(self._held) < LEAST:
            return GAP_S
        return TORN_S if self._ended else IN_CODE_S

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Hold what may be a code."""
        if watched is not self._window or self._giving_back or not isinstance(event, QKeyEvent):
            return False
        if event.type() != QEvent.Type.KeyPress:
            return False
        # By when the key went down: a window that was busy gets a code's keys late, some of them in one heap.
        now = event.timestamp() / 1000 or self._clock()
        if self._held and now - self._last > self._gap_s:
            self._end(by_key=False)
        self._last, self._waited = now, False
        return self._pressed(event)

    def _pressed(self, event: QKeyEvent) -> bool:
        burst = len(self._held) >= LEAST
        if event.modifiers() & COMMANDS:
            return burst
        if event.key() in ENDS or event.text() in ("\r", "\n"):
            if burst:
                self._end(by_key=True)
            else:
                self._give_back()
            return burst
        if not event.text().isprintable() or not event.text():
            return burst and event.key() not in (Qt.Key.Key_Shift, Qt.Key.Key_CapsLock)
        if len(self._held) < MOST:
            self._held.append((event.key(), event.modifiers(), event.text()))
        self._pause.start(round(self._gap_s * 1000))
        return True

    def _paused(self) -> None:
        """No key for a while, or this thread was busy for a while: keys that came meanwhile are heard first."""
        if self._waited:
            self._end(by_key=False)
        else:
            self._waited = True
            self._pause.start(0)

    def _end(self, *, by_key: bool) -> None:
        """A burst was a code, the rest was typed by hand."""
        self._pause.stop()
        if len(self._held) < LEAST:
            self._give_back()
            return
        self._ended = by_key
        code, self._held = "".join(text for _key, _modifiers, text in self._held), []
        self.scanned.emit(code)

    def _give_back(self) -> None:
        held, self._held = self._held, []
        self._giving_back = True
        try:
            for key, modifiers, text in held:
                event = QKeyEvent(QEvent.Type.KeyPress, key, modifiers, text)
                QCoreApplication.sendEvent(self._window, event)
        finally:
            self._giving_back = False
