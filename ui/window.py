"""One window of the cinema: the engine with our modules, words, pictures and fonts, and what it opened."""

import logging
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QSize, QUrl
from PySide6.QtQml import QQmlComponent, QQmlEngine

from core import CinemaError, Code
from ui import typed_text  # noqa: F401 - makes the QML type known
from ui.fonts import name_families
from ui.images import Pictures
from ui.translator import CATALOGUES, Language

if TYPE_CHECKING:
    from PySide6.QtQuick import QQuickWindow

    from ui.viewer import ShellViewModel

log = logging.getLogger(__name__)

QML = Path(__file__).parent / "qml"
MAIN = QML / "SmartCinema" / "Viewer" / "Main.qml"
DOOR = QML / "SmartCinema" / "Kiosk" / "DoorWindow.qml"
BOARD = QML / "SmartCinema" / "Kiosk" / "BoardWindow.qml"
WORKBENCH = QML / "SmartCinema" / "Workbench" / "WorkbenchWindow.qml"
FOYER = QML / "SmartCinema" / "Kiosk" / "FoyerWindow.qml"
SHOW = QML / "SmartCinema" / "Kiosk" / "OperatorWindow.qml"


class Interface:
    """Made before the shell, which needs its language; ``open`` then shows the shell."""

    def __init__(self, picture: Callable[[str], bytes], cache: Path | None = None, main: Path = MAIN) -> None:
        """``picture`` reads one picture by its path, on workers. ``cache`` is for compiled QML and words."""
        os.environ["QT_QUICK_CONTROLS_STYLE"] = "Basic"  # for the few controls that we do not draw ourselves
        if cache:
            os.environ.setdefault("QML_DISK_CACHE_PATH", str(cache / "qml"))  # Qt reads it once in a process
        name_families()
        self.engine = QQmlEngine()
        self.engine.addImportPath(str(QML))
        self.pictures = Pictures(self.engine, picture)
        self._main, self._file = QQmlComponent(self.engine), QUrl.fromLocalFile(str(main))
        self.language = Language(self.engine, CATALOGUES, cache / "words" if cache else None)
        self.language.changed.connect(self._read)
        self._window: QQuickWindow | None = None

    def open(self, shell: "ShellViewModel", size: QSize, *, maximised: bool = False) -> None:
        """Open the viewer's window. Raises as `open_with`."""
        self.open_with({"shell": shell, "startSize": size, "startMaximised": maximised})

    def open_with(self, given: Mapping[str, object]) -> None:
        """Open the window with what it requires. Raises `CinemaError` (internal) where it cannot be loaded."""
        from PySide6.QtQuick import QQuickWindow

        self._read()
        while self._main.isLoading():
            QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
        root = self._main.createWithInitialProperties(dict(given))
        if self._main.isError() or not isinstance(root, QQuickWindow):
            log.error("the interface: %s", self._main.errorString())
            raise CinemaError(Code.INTERNAL, "The interface could not be loaded; the log says why. Install again.")
        self._window = root

    def _read(self) -> None:
        """Qt's own thread reads the QML while the shell is imported and made on this one.

        Not before the language is there: that thread asks for words, and see `ui.translator`.
        """
        if self._main.isNull():
            self._main.loadUrl(self._file, QQmlComponent.CompilationMode.Asynchronous)

    def steer(self) -> None:
        """Let arrows lead through the window; not needed before its first frame."""
        from ui.arrows import Arrows

        self._arrows = Arrows(self.window)

    @property
    def window(self) -> "QQuickWindow":
        """The open window."""
        if self._window is None:
            raise CinemaError(Code.INTERNAL, "The interface has no window; install again.")
        return self._window

    def close(self) -> None:
        """The window and all QML, then what it leaned on."""
        if self._window:
            self._window.close()
            self._window.deleteLater()
        self._main.deleteLater()
        self.engine.deleteLater()
        for _ in range(3):
            QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        self.language.remove()
        self.pictures.close()
