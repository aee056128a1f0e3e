"""Pictures of the box office for QML: fetched on workers, handed over as files of a folder that goes with the program.

No picture comes by way of Qt's ``image://``: a provider written in Python is asked on Qt's reader thread under Qt's own
lock, and the GUI thread, which may hold Python and want that lock, would wait for ever.
"""

import logging
import tempfile
from collections.abc import Callable
from itertools import count
from pathlib import Path

from PySide6.QtCore import Property, QObject, QThreadPool, QUrl, Signal, Slot
from PySide6.QtQml import QmlElement, QmlSingleton, QQmlEngine, qmlEngine

from core import CinemaError
from ui.jobs import leave

log = logging.getLogger(__name__)

WORKERS = 3
PLACE = "pictures"

QML_IMPORT_NAME = "SmartCinema.Pictures"
QML_IMPORT_MAJOR_VERSION = 1


class Pictures(QObject):
    """Pictures by any path that ``read`` knows, for one engine, where `PictureDesk` finds them."""

    came = Signal(str, str)

    def __init__(self, engine: QQmlEngine, read: Callable[[str], bytes]) -> None:
        super().__init__()
        self._read = read
        self._pool = QThreadPool()
        self._pool.setMaxThreadCount(WORKERS)
        self._number = count()
        self._folder = tempfile.TemporaryDirectory(prefix="smart-cinema-pictures-")
        engine.setProperty(PLACE, self)

    def fetch(self, path: str) -> None:
        """Fetch one picture; ``came`` then tells its path and its file's URL, or an empty one, from a worker."""
        self._pool.start(lambda: self._work(path))

    def close(self) -> None:
        """Leave the workers and take the files away."""
        self._pool.clear()
        leave(self._pool)
        self._folder.cleanup()

    def _work(self, path: str) -> None:
        file = Path(self._folder.name) / str(next(self._number))
        try:
            file.write_bytes(self._read(path))
        except (CinemaError, OSError) as error:
            log.info("a picture did not come: %s", error.code if isinstance(error, CinemaError) else error.strerror)
            self.came.emit(path, "")
        else:
            self.came.emit(path, QUrl.fromLocalFile(str(file)).toString())


@QmlElement
@QmlSingleton
class PictureDesk(QObject):
    """Where QML asks for pictures: ``address(path)`` is empty until it has come, and ``revision`` says to ask again."""

    revisionChanged = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._addresses: dict[str, str] = {}
        self._revision = 0
        self._pictures: Pictures | None = None

    revision = Property(int, lambda self: self._revision, notify=revisionChanged)

    @Slot(str, int, result=str)
    def address(self, path: str, _revision: int) -> str:
        """The URL of a picture's file, or empty while it is on its way; one that failed is asked for again later."""
        if path in self._addresses:
            return self._addresses[path]
        pictures = self._found()
        if pictures is not None:
            self._addresses[path] = ""
            pictures.fetch(path)
        return ""

    def _found(self) -> Pictures | None:
        engine = qmlEngine(self)
        if self._pictures is None and engine is not None:
            pictures = engine.property(PLACE)
            if isinstance(pictures, Pictures):
                self._pictures = pictures
                pictures.came.connect(self._keep)
        return self._pictures

    @Slot(str, str)
    def _keep(self, path: str, address: str) -> None:
        if address:
            self._addresses[path] = address
            self._revision += 1
            self.revisionChanged.emit()
        else:
            self._addresses.pop(path, None)
