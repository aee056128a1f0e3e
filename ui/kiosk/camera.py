"""A camera that reads codes: frames come from a source, a worker thread looks at no more than ten a second."""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from PySide6.QtCore import QObject, Signal

from core import CinemaError, Code

log = logging.getLogger(__name__)

A_SECOND = 10


@dataclass(frozen=True)
class Frame:
    """A picture in shades of grey, row by row, one byte each."""

    width: int
    height: int
    grey: bytes


class FrameSource(Protocol):
    """Where frames come from. Implementations: `QtCamera`, and files in tests."""

    def start(self, arrived: Callable[[Frame], None]) -> None:
        """Begin to hand frames over, from any thread. Raises `CinemaError` where there is no camera."""
        ...

    def stop(self) -> None:
        """Hand over no more."""
        ...


class CameraReader(QObject):
    """Reads codes from a source; ``read`` gives each. Frames that come while one is looked at are dropped."""

    read = Signal(str)

    def __init__(self, source: "FrameSource | str", a_second: int = A_SECOND) -> None:
        super().__init__()
        self._source: FrameSource = QtCamera(source) if isinstance(source, str) else source
        self._pause_s = 1 / a_second
        self._frame: Frame | None = None
        self._there = threading.Condition()
        self._open = True
        self.looked = 0
        """How many frames were looked at."""
        self._thread = threading.Thread(target=self._run, name="camera", daemon=True)
        self._thread.start()
        try:
            self._source.start(self._arrived)
        except CinemaError:
            self.close()
            raise

    def close(self) -> None:
        """Let the camera go."""
        self._source.stop()
        with self._there:
            self._open = False
            self._there.notify()
        self._thread.join()

    def _arrived(self, frame: Frame) -> None:
        with self._there:
            self._frame = frame
            self._there.notify()

    def _next(self) -> Frame | None:
        with self._there:
            self._there.wait_for(lambda: self._frame is not None or not self._open)
            frame, self._frame = self._frame, None
            return frame if self._open else None

    def _run(self) -> None:
        import numpy
        import zxingcpp

        codes = zxingcpp.barcode_formats_from_str("QRCode")
        while (frame := self._next()) is not None:
            began = time.monotonic()
            grey = numpy.frombuffer(frame.grey, numpy.uint8).reshape(frame.height, frame.width)
            for found in zxingcpp.read_barcodes(grey, formats=codes):
                self.read.emit(found.text)
            self.looked += 1
            left = self._pause_s - (time.monotonic() - began)
            if left > 0:
                time.sleep(left)


class QtCamera:
    """A camera by Qt Multimedia, which is an extra: ``pip install smart-cinema[camera]``."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._camera = None

    def start(self, arrived: Callable[[Frame], None]) -> None:
        """Begin. Raises `CinemaError` (wrong-use) without Qt Multimedia or without the camera."""
        try:
            from PySide6.QtMultimedia import QCamera, QMediaCaptureSession, QMediaDevices, QVideoSink
        except ImportError as error:
            raise CinemaError(
                Code.WRONG_USE, "Cameras need Qt Multimedia: pip install smart-cinema[camera]; or use a scanner."
            ) from error
        devices = QMediaDevices.videoInputs()
        chosen = [one for one in devices if self._name in ("default", one.description())]
        if not chosen:
            known = ", ".join(one.description() for one in devices) or "none"
            raise CinemaError(Code.WRONG_USE, f"There is no camera {self._name}; there is: {known}.")
        self._sink, self._session, self._camera = QVideoSink(), QMediaCaptureSession(), QCamera(chosen[0])
        self._session.setCamera(self._camera)
        self._session.setVideoSink(self._sink)
        self._sink.videoFrameChanged.connect(lambda frame: arrived(grey_of(frame.toImage())))
        self._camera.start()

    def stop(self) -> None:
        """Let it go."""
        if self._camera is not None:
            self._camera.stop()


def grey_of(image: object) -> Frame:
    """A picture of Qt in shades of grey."""
    from PySide6.QtGui import QImage

    assert isinstance(image, QImage)  # noqa: S101 - what a video frame gives
    grey = image.convertToFormat(QImage.Format.Format_Grayscale8)
    width, height, line = grey.width(), grey.height(), grey.bytesPerLine()
    data = bytes(grey.constBits())
    rows = (data[row * line : row * line + width] for row in range(height))
    return Frame(width, height, data if line == width else b"".join(rows))
