"""Pictures that come from elsewhere, decoded with care; and portraits as discs, of initials where there is none.

Discs are cut here rather than in QML, whose masks need a graphics card.
"""

import unicodedata

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QImage, QImageReader, QPainter, QPainterPath

from films import picture_fault

SIDE = 192
"""Pixels of a disc on a screen, several times as large as it is shown."""
JPEG_QUALITY = 88
LETTERS = 0.4
"""How high the initials are, as a share of the disc."""


def initials(name: str) -> str:
    """Of the first and the last word; of names in characters or syllables the first alone, as is the custom."""
    words = [word for word in name.split() if word[0].isalnum()]
    if not words:
        return name.strip()[:1]
    if unicodedata.east_asian_width(words[0][0]) in "WF":
        return words[0][0]
    return "".join(word[0].upper() for word in ([words[0], words[-1]] if len(words) > 1 else words))


def decoded(data: bytes, largest: int) -> QImage | None:
    """A picture, made smaller where a side is longer than ``largest`` pixels; none where it is broken or no picture."""
    if picture_fault(data):
        return None
    buffer = QBuffer()
    buffer.setData(QByteArray(data))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer)
    reader.setAutoTransform(True)
    size = reader.size()
    if size.isValid() and max(size.width(), size.height()) > largest:
        reader.setScaledSize(size.scaled(QSize(largest, largest), Qt.AspectRatioMode.KeepAspectRatio))
    picture = reader.read()
    return None if picture.isNull() else picture


def disc_of(picture: QImage, side: int = SIDE) -> QImage:
    """The middle of a picture, a little above it where it is tall, as a disc."""
    inner = min(picture.width(), picture.height())
    cut = QRect((picture.width() - inner) // 2, (picture.height() - inner) // 3, inner, inner)
    disc = _empty(side)
    painter = _painter(disc)
    painter.setClipPath(_circle(side))
    painter.drawImage(QRect(0, 0, side, side), picture, cut)
    painter.end()
    return disc


def initials_disc(name: str, family: str, ground: str, ink: str, side: int = SIDE) -> QImage:
    """Somebody's initials on a disc of a colour."""
    disc = _empty(side)
    painter = _painter(disc)
    painter.fillPath(_circle(side), QColor(ground))
    font = QFont(family)
    font.setPixelSize(round(side * LETTERS))
    font.setWeight(QFont.Weight.DemiBold)
    painter.setFont(font)
    painter.setPen(QColor(ink))
    painter.drawText(QRect(0, 0, side, side), Qt.AlignmentFlag.AlignCenter, initials(name))
    painter.end()
    return disc


def as_jpeg(picture: QImage) -> bytes:
    """The picture as JPEG."""
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    picture.save(buffer, "JPEG", JPEG_QUALITY)  # type: ignore[call-overload]
    return bytes(data.data())


def as_png(picture: QImage) -> bytes:
    """The picture as PNG."""
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    picture.save(buffer, "PNG")  # type: ignore[call-overload]
    return bytes(data.data())


def _empty(side: int) -> QImage:
    disc = QImage(side, side, QImage.Format.Format_ARGB32_Premultiplied)
    disc.fill(Qt.GlobalColor.transparent)
    return disc


def _painter(disc: QImage) -> QPainter:
    painter = QPainter(disc)
    painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
    return painter


def _circle(side: int) -> QPainterPath:
    path = QPainterPath()
    path.addEllipse(0, 0, side, side)
    return path
