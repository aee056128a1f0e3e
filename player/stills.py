"""A still of the film: the frame on screen as it was made, with the mark of its ticket, as a PNG file."""

import re
from pathlib import Path

from PySide6.QtCore import QRectF, QSaveFile
from PySide6.QtGui import QColor, QFont, QImage, QPainter

from core import CinemaError, Code
from player.engine import RawPicture

MARK_PLACE = (0.08, 0.3)
"""Where the mark stands, as shares of width and height; as over the film itself."""
MARK_HEIGHT, MARK_OPACITY = 0.022, 0.16
NAME_LENGTH = 80


def still_name(name: str, position_ms: int) -> str:
    """A file name for any system: the film's own name, as far as a file may have it, and the place in the film."""
    plain = re.sub(r"[^\w()-]+", " ", name).strip()[:NAME_LENGTH].strip() or "Still"
    seconds, ms = divmod(position_ms, 1000)
    return f"{plain} {seconds // 3600:02d}.{seconds // 60 % 60:02d}.{seconds % 60:02d}.{ms:03d}.png"


def write_still(raw: RawPicture, mark: str, path: Path) -> None:
    """Whole or not at all. May be called on any thread. Raises `CinemaError` (file-unreadable)."""
    image = QImage(raw.data, raw.width, raw.height, raw.stride, QImage.Format.Format_RGB32).copy()
    if mark:
        _stamp(image, mark)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _unwritable(path) from error
    out = QSaveFile(str(path))
    if not (out.open(QSaveFile.OpenModeFlag.WriteOnly) and image.save(out, "PNG") and out.commit()):  # type: ignore[call-overload]
        raise _unwritable(path)


def _stamp(image: QImage, mark: str) -> None:
    painter = QPainter(image)
    painter.setOpacity(MARK_OPACITY)
    painter.setPen(QColor("white"))
    font = QFont()
    font.setPixelSize(max(8, round(image.height() * MARK_HEIGHT)))
    painter.setFont(font)
    left, top = image.width() * MARK_PLACE[0], image.height() * MARK_PLACE[1]
    painter.drawText(QRectF(left, top, image.width() - left, font.pixelSize() * 2), mark)
    painter.end()


def _unwritable(path: Path) -> CinemaError:
    return CinemaError(Code.FILE_UNREADABLE, f"The still cannot be written to {path.parent}; look at the disk.")
