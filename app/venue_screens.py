"""Keeps the audience's window on its one screen, and the operator's on another."""

from PySide6.QtCore import QCoreApplication, QObject, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QGuiApplication, QScreen
from PySide6.QtQuick import QQuickWindow


def audience_screen(names: list[str], primary: str, wanted: str, notes: str = "") -> str:
    """Which screen the audience looks at: the one that is named, else one free of operator and ``notes``."""
    if wanted:
        return wanted
    free = [name for name in names if name != notes]
    return next((name for name in free if name != primary), free[0] if free else primary)


class VenueScreens(QObject):
    """``there`` tells that the audience's screen went, or is back.

    A window whose screen is pulled out is hidden before Qt can move it: the film is never seen elsewhere.
    """

    there = Signal(bool)

    def __init__(
        self,
        application: QGuiApplication,
        audience: QQuickWindow,
        operator: QQuickWindow,
        wanted: str,
        *,
        full: bool,
        notes: str = "",
    ) -> None:
        """``notes`` is a screen that neither window takes where there is another."""
        super().__init__()
        self._notes = notes
        self._audience, self._operator, self._full = audience, operator, full
        names = [screen.name() for screen in application.screens()]
        self.name = audience_screen(names, application.primaryScreen().name(), wanted, notes)
        self._shown = False
        application.screenAdded.connect(self._added, Qt.ConnectionType.QueuedConnection)
        # At once: right after this signal Qt moves the windows of that screen to another one.
        application.screenRemoved.connect(self._removed, Qt.ConnectionType.DirectConnection)
        audience.visibleChanged.connect(self._closed)
        audience.screenChanged.connect(self._moved, Qt.ConnectionType.DirectConnection)

    def open(self) -> bool:
        """Show both windows where they belong; whether the audience's screen is there."""
        if not self._full:
            self._shown = True
            self._operator.setVisible(True)
            self._audience.setVisible(True)
            return True
        taken = (self.name, self._notes)
        beside = next((screen for screen in QGuiApplication.screens() if screen.name() not in taken), None)
        if beside is not None:
            _fill(self._operator, beside)
        return self._place()

    @property
    def _screen(self) -> QScreen | None:
        return next((screen for screen in QGuiApplication.screens() if screen.name() == self.name), None)

    def _place(self) -> bool:
        screen = self._screen
        if screen is not None:
            _fill(self._audience, screen)
        self._shown = screen is not None
        return self._shown

    @Slot(QScreen)
    def _added(self, screen: QScreen) -> None:
        if self._full and screen.name() == self.name and not self._shown:
            self.there.emit(self._place())
        elif self._full and not self._operator.isVisible() and screen.name() not in (self.name, self._notes):
            _fill(self._operator, screen)

    @Slot(QScreen)
    def _removed(self, screen: QScreen) -> None:
        if self._full and screen.name() == self.name and self._shown:
            self._leave()

    @Slot(QScreen)
    def _moved(self, screen: QScreen | None) -> None:
        if self._full and self._shown and screen is not None and screen.name() != self.name:
            self._leave()

    @Slot(bool)
    def _closed(self, shown: bool) -> None:
        """Nobody closes the audience's window while the show runs; where it is the only one, that ends the process."""
        if self._full and self._shown and not shown:
            if self._operator.isVisible():
                QTimer.singleShot(0, self, self._again)
            else:
                QCoreApplication.quit()

    @Slot()
    def _again(self) -> None:
        if self._shown and not QCoreApplication.closingDown() and self._operator.isVisible():
            self._place()

    def _leave(self) -> None:
        self._shown = False
        self._audience.setVisible(False)
        self.there.emit(False)


def _fill(window: QQuickWindow, screen: QScreen) -> None:
    window.setScreen(screen)
    window.setGeometry(screen.geometry())
    window.showFullScreen()
