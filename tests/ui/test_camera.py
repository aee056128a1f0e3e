"""Codes before a camera: frames from pictures, as a camera would give them."""

import io
import threading
import time
import uuid
from collections.abc import Callable
from datetime import timedelta

import numpy as np
import pytest
import segno
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from PIL import Image
from PySide6.QtCore import QCoreApplication, QDeadlineTimer, QEventLoop, QThread
from PySide6.QtGui import QGuiApplication, QImage

from boxoffice.rules import Licence, content_keys, read_licence, time_text, write_licence
from core import CinemaError, Code
from films import TrustedKeys
from tests.kiosk.venue import NOW, OPERATOR, code
from ui.kiosk.camera import CameraReader, Frame, QtCamera, grey_of


def seen(text: str, *, tilt: float = 0, noise: int = 0, scale: int = 6, at: tuple[int, int] = (430, 140)) -> Frame:
    """A telephone held before a camera of 1280 x 720."""
    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(out, kind="png", scale=scale, border=4)
    ticket = Image.open(out).convert("L").rotate(tilt, expand=True, fillcolor=255, resample=Image.Resampling.BICUBIC)
    frame = Image.new("L", (1280, 720), 120)
    frame.paste(ticket, at)
    grey = np.asarray(frame).astype(np.int16)
    grey += np.random.default_rng(1).integers(-noise, noise + 1, grey.shape, dtype=np.int16)
    return Frame(1280, 720, grey.clip(0, 255).astype(np.uint8).tobytes())


class Pictures:
    """A camera that gives these frames, over and over."""

    def __init__(self, *frames: Frame, a_second: int = 30) -> None:
        self._frames, self._pause_s, self._stop = frames, 1 / a_second, threading.Event()
        self._thread: threading.Thread | None = None
        self.given = 0

    def start(self, arrived: Callable[[Frame], None]) -> None:
        def run() -> None:
            while not self._stop.wait(self._pause_s):
                arrived(self._frames[self.given % len(self._frames)])
                self.given += 1

        self._thread = threading.Thread(target=run)
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        if self._thread:
            self._thread.join()


def until(holds: Callable[[], bool]) -> None:
    deadline = QDeadlineTimer(10_000)
    while not holds() and not deadline.hasExpired():
        QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 10)
        QThread.msleep(1)
    assert holds()


@pytest.mark.parametrize(("tilt", "noise"), [(0, 0), (17, 25), (180, 10)])
def test_a_code_before_the_camera_is_read(application: QGuiApplication, tilt: float, noise: int) -> None:
    reader, found = CameraReader(Pictures(seen(code(1), tilt=tilt, noise=noise))), []
    reader.read.connect(found.append)
    until(lambda: bool(found))
    reader.close()
    assert found[0] == code(1)


@pytest.mark.parametrize(("tilt", "noise"), [(0, 0), (5, 25), (180, 10)])
def test_a_venue_s_licence_for_one_film_is_read_from_a_telephone(
    application: QGuiApplication, tilt: float, noise: int
) -> None:
    device = X25519PrivateKey.generate()
    start, end = (time_text(NOW + timedelta(days=days)) for days in (0, 3))
    plain = Licence(1, str(uuid.uuid4()), 12, start, start, end, "", "paper-moon-feature", "ab" * 32, {})
    text = write_licence(plain, {"2k-1": b"K" * 16}, device.public_key().public_bytes_raw(), OPERATOR)
    assert len(text) <= 800
    assert segno.make(text, error="m", micro=False).version <= 23
    reader, found = CameraReader(Pictures(seen(text, tilt=tilt, noise=noise, scale=5, at=(300, 40)))), []
    reader.read.connect(found.append)
    until(lambda: bool(found))
    reader.close()
    opened = read_licence(found[0], TrustedKeys.of(OPERATOR.public_jwk))
    assert content_keys(opened, device) == {"2k-1": b"K" * 16}


def test_no_more_than_ten_frames_a_second_are_looked_at(application: QGuiApplication) -> None:
    empty = Frame(640, 360, bytes(640 * 360))
    source = Pictures(empty, a_second=200)
    reader = CameraReader(source)
    began = time.monotonic()
    until(lambda: reader.looked >= 8)
    took = time.monotonic() - began
    reader.close()
    assert took >= 0.7
    assert source.given > reader.looked


def test_frames_without_a_code_say_nothing_and_the_camera_can_be_let_go(application: QGuiApplication) -> None:
    reader, found = CameraReader(Pictures(seen("x", noise=0), Frame(4, 4, bytes(16)))), []
    reader.read.connect(found.append)
    until(lambda: reader.looked >= 2)
    reader.close()
    assert set(found) <= {"x"}


def test_a_picture_of_qt_is_grey_whatever_its_lines_are_filled_with() -> None:
    image = QImage(5, 2, QImage.Format.Format_RGB32)
    image.fill(0xFFFFFFFF)
    assert grey_of(image) == Frame(5, 2, b"\xff" * 10)


def test_a_camera_that_is_not_there_is_told(application: QGuiApplication) -> None:
    with pytest.raises(CinemaError) as caught:
        CameraReader(QtCamera("no such camera"))
    assert caught.value.code is Code.WRONG_USE
