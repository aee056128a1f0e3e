"""Keeps a venue's window open: closing, shortcuts, drops and menus do nothing until staff's PIN says so.

What the system itself answers (its own keys, the power button, another user's session) no application can keep; that is
the kiosk compositor's work, see docs/venue.md.
"""

import logging
from collections.abc import Callable
from typing import cast

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QUrl
from PySide6.QtGui import QKeyEvent, QWindow
from PySide6.QtQml import QQmlComponent
from PySide6.QtQuick import QQuickItem

from core import JobRunner
from kiosk import Role, StaffPins
from ui.kiosk.pin_pad import PinPad
from ui.window import QML, Interface

log = logging.getLogger(__name__)

PAD = QML / "SmartCinema" / "Kiosk" / "PinPad.qml"
COMMANDS = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier
STAFF = (Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier)
"""The one chord that does something: it asks for the PIN."""
REFUSED = frozenset(
    {
        QEvent.Type.ContextMenu,
        QEvent.Type.DragEnter,
        QEvent.Type.DragMove,
        QEvent.Type.Drop,
        QEvent.Type.NativeGesture,
        QEvent.Type.Shortcut,
        QEvent.Type.ShortcutOverride,
    }
)
PLAIN = frozenset({Qt.Key.Key_Escape, Qt.Key.Key_Tab, Qt.Key.Key_Backtab, Qt.Key.Key_Return, Qt.Key.Key_Enter})
_SYSTEM = frozenset(
    {
        Qt.Key.Key_Meta,
        Qt.Key.Key_Super_L,
        Qt.Key.Key_Super_R,
        Qt.Key.Key_Menu,
        Qt.Key.Key_Print,
        Qt.Key.Key_SysReq,
        Qt.Key.Key_HomePage,
        Qt.Key.Key_Back,
        Qt.Key.Key_Help,
        Qt.Key.Key_Close,
        Qt.Key.Key_Exit,
    }
)


class Guard(QObject):
    """One window's guard. Made after the window is open and after what else filters its keys; `close` lets go of it."""

    def __init__(
        self, interface: Interface, pins: StaffPins, jobs: JobRunner, keys: frozenset[Qt.Key] = frozenset()
    ) -> None:
        """``keys`` are those of the window's own, which do something all the same."""
        super().__init__()
        self._keys = keys
        self.window = interface.window
        self.pad = PinPad(pins, jobs)
        self.pad.granted.connect(self._granted)
        self._leaving = False
        self._then: Callable[[], object] = self.let_go
        component = QQmlComponent(interface.engine, QUrl.fromLocalFile(str(PAD)))
        self._item = cast("QQuickItem", component.createWithInitialProperties({"pad": self.pad}))
        if component.isError():
            log.error("the PIN pad: %s", component.errorString())
        self._item.setParent(self.window.contentItem())
        self._item.setParentItem(self.window.contentItem())
        self.window.installEventFilter(self)
        application = QCoreApplication.instance()
        if application is not None:
            application.installEventFilter(self)

    def require(self, needed: Role, then: Callable[[], object]) -> None:
        """Do something once staff of this role have said their PIN."""
        self._then = then
        self.pad.ask(needed)

    def let_go(self) -> None:
        """Close the window."""
        self._leaving = True
        self.window.close()

    def close(self) -> None:
        """Stop guarding."""
        self._leaving = True
        self.window.removeEventFilter(self)
        application = QCoreApplication.instance()
        if application is not None:
            application.removeEventFilter(self)
        self.pad.close()
        self._item.deleteLater()
        self.pad.deleteLater()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Swallow what would close, leave or disturb the window."""
        if watched is not self.window:
            # Whoever ends this process by a signal is whoever runs the machine.
            self._leaving = self._leaving or event.type() == QEvent.Type.Quit
            return False
        if event.type() == QEvent.Type.Close and not self._leaving:
            event.ignore()
            self.require(Role.MANAGER, self.let_go)
            return True
        if event.type() in REFUSED:
            event.ignore()
            return event.type() != QEvent.Type.ShortcutOverride or self._is_command(event)
        if event.type() == QEvent.Type.WindowStateChange:
            self._stay()
        if isinstance(event, QKeyEvent):
            return self._key(event)
        return False

    def _key(self, event: QKeyEvent) -> bool:
        if (event.key(), event.modifiers()) == STAFF and event.type() == QEvent.Type.KeyPress:
            self.require(Role.MANAGER, self.let_go)
            return True
        if self._is_command(event):
            return True
        if not self.pad.props.open:
            return False
        if event.type() == QEvent.Type.KeyPress:
            self._into_pad(event)
        return event.key() not in PLAIN or event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape)

    def _into_pad(self, event: QKeyEvent) -> None:
        """While the pad is open every key is the pad's, and none is a scanner's."""
        if event.key() == Qt.Key.Key_Escape:
            self.pad.cancel()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.pad.enter_typed()
        elif event.key() == Qt.Key.Key_Backspace:
            self.pad.erase()
        elif event.key() not in PLAIN:
            self.pad.type(event.text())

    def _is_command(self, event: QEvent) -> bool:
        key = cast("QKeyEvent", event)
        if key.key() in self._keys and not key.modifiers() & COMMANDS:
            return False
        function = Qt.Key.Key_F1 <= key.key() <= Qt.Key.Key_F35
        return bool(key.modifiers() & COMMANDS) or function or key.key() in _SYSTEM

    def _stay(self) -> None:
        if self.window.windowState() == Qt.WindowState.WindowMinimized and not self._leaving:
            full = self.window.property("startFull")
            self.window.setVisibility(QWindow.Visibility.FullScreen if full else QWindow.Visibility.Windowed)

    def _granted(self, _role: str) -> None:
        then, self._then = self._then, self.let_go
        then()
