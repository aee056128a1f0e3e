"""What every document on paper is made with: a PDF to draw on, and text set in it."""

from PySide6.QtCore import QBuffer, QMarginsF
from PySide6.QtGui import QFont, QPageSize, QPdfWriter, QTextDocument

from ui.fonts import family

DPI = 300
SANS = "Smart Cinema Sans"
PLAIN_FORMS = QFont.Tag("locl")
"""Off: digits beside Latin letters would get forms of their own, which no reader of the PDF can tell to be digits."""


def pdf_of(buffer: QBuffer, size: QPageSize.PageSizeId, title: str) -> QPdfWriter:
    """A PDF without margins, written into an open buffer."""
    writer = QPdfWriter(buffer)
    writer.setResolution(DPI)
    writer.setPageSize(QPageSize(size))
    writer.setPageMargins(QMarginsF(0, 0, 0, 0))
    writer.setTitle(title)
    writer.setCreator("Smart Cinema")
    return writer


def set_text(html: str, language: str, writer: QPdfWriter, width: float, size_pt: float, style: str) -> QTextDocument:
    """Text in the sans of a language, ``width`` dots wide."""
    document = QTextDocument()
    document.documentLayout().setPaintDevice(writer)
    font = QFont(family(SANS, language))
    font.setPointSizeF(size_pt)
    font.setFeature(PLAIN_FORMS, 0)
    document.setDefaultFont(font)
    document.setDocumentMargin(0)
    document.setDefaultStyleSheet(style)
    document.setHtml(html)
    document.setTextWidth(width)
    return document
