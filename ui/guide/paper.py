"""A page of the handbook on paper: one sheet of A4 for each job, text that can be searched, pictures of the windows."""

from collections.abc import Iterator, Sequence

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRectF
from PySide6.QtGui import QImage, QPageSize, QPainter, QPdfWriter, QTextDocument

from core import CinemaError, Code
from ui.booklet.letters import with_true_letters
from ui.fonts import family
from ui.guide.books import Block, Page
from ui.paper import DPI, SANS, pdf_of, set_text

MM = DPI / 25.4
SIDE_MM, TOP_MM, FOOT_MM = 16.0, 13.0, 12.0
WIDEST_MM, GAP_MM = 104.0, 4.0
LARGEST_PT, SMALLEST_PT, STEP_PT = 13.0, 8.5, 0.25
"""A sheet hangs on a wall: its text is as large as there is room."""
INDENT = 22
INK, FAINT, LANTERN = "#211c16", "#6b6257", "#9a5b00"
SERIF = "Smart Cinema Serif"
STYLE = f"p, li {{ line-height: 124%; color: {INK} }}"


def sheet(page: Page, language: str) -> bytes:
    """One page as PDF, pictures beside each other below its title. Where a theme's families are named (`ui.fonts`).

    Raises `CinemaError` (internal) where it does not fit on one sheet, file-missing where a picture is not there.
    """
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = pdf_of(buffer, QPageSize.PageSizeId.A4, page.title)
    painter = QPainter(writer)
    try:
        _set(page, language, writer, painter)
    finally:
        painter.end()
        buffer.close()
    text = "".join(block.text for block in page.blocks)
    return with_true_letters(bytes(data.data()), text, sorted({family(SERIF, language), family(SANS, language)}))


def _set(page: Page, language: str, writer: QPdfWriter, painter: QPainter) -> None:
    title, *rest = page.blocks
    pictures = [block for block in rest if block.kind == "picture"]
    width, y = writer.width() - 2 * SIDE_MM * MM, TOP_MM * MM
    head = f'<p style="font-family:{family(SERIF, language)}; font-size:20pt; font-weight:600">{title.text}</p>'
    y += _draw(_text(head, language, writer, width), painter, y) + GAP_MM * MM
    y += _pictures(pictures, language, writer, painter, y)
    words, room = "".join(_paragraphs(rest)), writer.height() - FOOT_MM * MM - y
    size = LARGEST_PT
    while (body := _text(words, language, writer, width, size)).size().height() > room:
        size -= STEP_PT
        if size < SMALLEST_PT:
            raise CinemaError(Code.INTERNAL, f"The page “{page.id}” of the handbook is longer than a sheet of paper.")
    _draw(body, painter, y)


def _pictures(blocks: Sequence[Block], language: str, writer: QPdfWriter, painter: QPainter, y: float) -> float:
    tallest, room = 0.0, writer.width() - 2 * SIDE_MM * MM
    wide = min(WIDEST_MM * MM, (room - (len(blocks) - 1) * GAP_MM * MM) / max(1, len(blocks)))
    for place, block in enumerate(blocks):
        image = QImage(str(block.picture))
        if image.isNull():
            raise CinemaError(Code.FILE_MISSING, f"{block.picture} is missing; install Smart Cinema again.")
        tall = wide * image.height() / image.width()
        x = SIDE_MM * MM + place * (wide + GAP_MM * MM)
        painter.drawImage(QRectF(x, y, wide, tall), image)
        caption = _text(f'<p style="color:{FAINT}; font-size:8pt">{block.text}</p>', language, writer, wide)
        tall += MM + _draw(caption, painter, y + tall + MM, x)
        tallest = max(tallest, tall)
    return tallest + GAP_MM * MM if blocks else 0.0


def _paragraphs(blocks: Sequence[Block]) -> Iterator[str]:
    listed = ""
    for block in blocks:
        kind = {"item": "ul", "step": "ol"}.get(block.kind, "")
        if kind != listed:
            yield f"</{listed}>" if listed else ""
            yield f'<{kind} style="margin: 3px 0 3px 0; -qt-list-indent: 1">' if kind else ""
            listed = kind
        text = block.text.replace("<key>", f'<span style="color:{LANTERN}">').replace("</key>", "</span>")
        if kind:
            yield f"<li>{text}</li>"
        elif block.kind == "heading":
            yield f'<p style="font-size:12pt; font-weight:600; margin: 26px 0 6px 0">{text}</p>'
        elif block.kind == "text":
            yield f'<p style="margin: 10px 0 10px 0">{text}</p>'
    yield f"</{listed}>" if listed else ""


def _text(html: str, language: str, writer: QPdfWriter, width: float, size_pt: float = SMALLEST_PT) -> QTextDocument:
    document = set_text(html, language, writer, width, size_pt, STYLE)
    document.setIndentWidth(INDENT)
    return document


def _draw(document: QTextDocument, painter: QPainter, y: float, x: float = SIDE_MM * MM) -> float:
    painter.save()
    painter.translate(x, y)
    document.drawContents(painter)
    painter.restore()
    return document.size().height()
