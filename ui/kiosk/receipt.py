"""A ticket's receipt as a picture for a printer: festival, film, place, time, what was paid, and the code."""

from collections.abc import Sequence

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRect, Qt
from PySide6.QtGui import QFont, QFontMetrics, QImage, QImageWriter, QPainter

from core import Money, pick
from kiosk import Programme, SoldHere
from ui.formats import Formats

MARGIN = 8
HEAD_PX, TEXT_PX = 34, 25


def receipt(sold: SoldHere, programme: Programme, formats: Formats, width: int) -> bytes:
    """The picture, black on white, ``width`` dots wide; PNG."""
    import segno

    screening, language = sold.screening, formats.language
    total = formats.money(Money(sold.minor, sold.price.currency))
    lines = (
        (pick(programme.names, language), TEXT_PX),
        (pick(screening.names, language), HEAD_PX),
        (pick(programme.room[screening.room].names, language), TEXT_PX),
        (formats.moment(screening.start_at), TEXT_PX),
        (f"{sold.people} × {pick(sold.price.names, language)}  {total}", TEXT_PX),
    )
    code = segno.make(sold.code, error="m", micro=False)
    matrix = [[bool(cell) for cell in row] for row in code.matrix_iter(scale=1, border=4)]
    cell = max(1, width // len(matrix))
    return _png(width, lines, matrix, cell, sold.reference)


def _png(
    width: int, lines: Sequence[tuple[str, int]], matrix: Sequence[Sequence[bool]], cell: int, reference: str
) -> bytes:
    room = width - 2 * MARGIN
    laid = [(text, font, _height(text, font, room)) for text, font in ((text, _font(size)) for text, size in lines)]
    below = (reference, _font(HEAD_PX), _height(reference, _font(HEAD_PX), room))
    height = sum(item[2] for item in laid) + len(matrix) * cell + below[2] + 6 * MARGIN
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    top = MARGIN
    for text, font, tall in laid:
        _write(painter, text, font, QRect(MARGIN, top, room, tall))
        top += tall
    left = (width - len(matrix) * cell) // 2
    for y, row in enumerate(matrix):
        for x, dark in enumerate(row):
            if dark:
                painter.fillRect(left + x * cell, top + y * cell, cell, cell, Qt.GlobalColor.black)
    _write(painter, below[0], below[1], QRect(MARGIN, top + len(matrix) * cell, room, below[2]))
    painter.end()
    out = QBuffer()
    out.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(out, QByteArray(b"PNG")).write(image)
    return bytes(out.data().data())


def _font(pixels: int) -> QFont:
    font = QFont()
    font.setPixelSize(pixels)
    font.setStyleStrategy(QFont.StyleStrategy.NoAntialias)
    return font


_FLAGS = Qt.AlignmentFlag.AlignHCenter.value | Qt.TextFlag.TextWordWrap.value


def _height(text: str, font: QFont, room: int) -> int:
    return QFontMetrics(font).boundingRect(QRect(0, 0, room, 4000), _FLAGS, text).height() + MARGIN


def _write(painter: QPainter, text: str, font: QFont, place: QRect) -> None:
    painter.setFont(font)
    painter.setPen(Qt.GlobalColor.black)
    painter.drawText(place, _FLAGS, text)
