"""Pictures of the box office for QML: fetched on workers, kept in memory, never on the GUI thread."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from PySide6.QtCore import QBuffer, QIODevice, QSize, Qt
from PySide6.QtGui import QImage, QImageReader
from PySide6.QtQuick import QQuickAsyncImageProvider, QQuickImageResponse, QQuickTextureFactory

from core import CinemaError

WORKERS = 3
KEPT = 48
PROVIDER = "pictures"


class _Response(QQuickImageResponse):
    def __init__(self) -> None:
        super().__init__()
        self._image = QImage()
        self._error = ""

    def settle(self, image: QImage, error: str) -> None:
        """Hand over the picture, on a worker."""
        self._image, self._error = image, error
        self.finished.emit()

    def textureFactory(self) -> QQuickTextureFactory:
        """The picture as Qt Quick takes it."""
        return QQuickTextureFactory.textureFactoryForImage(self._image)

    def errorString(self) -> str:
        """Why there is none."""
        return self._error


class Pictures(QQuickAsyncImageProvider):
    """``image://pictures/<path>`` for any path that ``read`` knows."""

    def __init__(self, read: Callable[[str], bytes]) -> None:
        super().__init__()
        self._read = read
        self._pool = ThreadPoolExecutor(WORKERS, thread_name_prefix="pictures")
        self._kept: dict[str, bytes] = {}
        self._responses: set[_Response] = set()

    def requestImageResponse(self, path: str, size: QSize) -> QQuickImageResponse:
        """Start to fetch and decode one picture at the size it is needed in."""
        response = _Response()
        self._responses.add(response)
        self._pool.submit(self._work, response, path, QSize(size))
        return response

    def close(self) -> None:
        """Finish the workers."""
        self._pool.shutdown(wait=True, cancel_futures=True)
        self._responses.clear()

    def _work(self, response: _Response, path: str, size: QSize) -> None:
        try:
            data = self._kept.get(path)
            if data is None:
                data = self._read(path)
                self._kept[path] = data
                while len(self._kept) > KEPT:
                    self._kept.pop(next(iter(self._kept)), None)
            response.settle(decode(data, size), "")
        except CinemaError as error:
            response.settle(QImage(), error.code)
        finally:
            self._responses.discard(response)


def decode(data: bytes, size: QSize) -> QImage:
    """The picture, scaled so that it covers ``size`` where one is asked for."""
    buffer = QBuffer()
    buffer.setData(data)
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer)
    reader.setAutoTransform(True)
    image = reader.read()
    if size.width() > 0 and size.height() > 0:
        return image.scaled(
            size, Qt.AspectRatioMode.KeepAspectRatioByExpanding, Qt.TransformationMode.SmoothTransformation
        )
    if size.width() > 0:
        return image.scaledToWidth(size.width(), Qt.TransformationMode.SmoothTransformation)
    return image
