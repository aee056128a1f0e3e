"""Making a booklet of 100 bilingual notes with stills, as PDF and as a page.

Usage: python tests/bench/booklet.py. Prints JSON; exit 1 where either takes 5 s or more.
The peer in the same run is drawing the same pictures alone into a PDF.
"""

import json
import os
import sys
import time
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[2])]
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QBuffer, QByteArray, QIODevice  # noqa: E402
from PySide6.QtGui import QColor, QGuiApplication, QImage, QPainter, QPdfWriter  # noqa: E402

from films import Commentator, GlossaryEntry, Note, NoteTrack, make_booklet  # noqa: E402
from ui.booklet import booklet_page, booklet_pdf  # noqa: E402
from ui.fonts import name_families  # noqa: E402

NOTES = 100
LIMIT_S = 5.0
LIN = Commentator("lin", {"en": "Lin Mei", "zh-Hans": "林梅"}, {"en": "Folklorist", "zh-Hans": "民俗学者"})


def track(language: str) -> NoteTrack:
    """As many notes, each with a term of its own."""
    title, body = (
        ("灯谜", "南宋人已把谜语\n写在绢灯上。") if language != "en" else ("Riddles", "Guess it,\nand keep the strip.")
    )
    notes = tuple(
        Note(f"n{n:03}", n * 60_000, n * 60_000 + 5_000, "lin", "custom", f"{title} {n}", body, sources=("周密《武林旧事》",),
             glossary=(GlossaryEntry(f"riddle {n}", "灯谜", f"dēngmí {n}", "a puzzle"),))
        for n in range(NOTES)
    )  # fmt: skip
    return NoteTrack(language, (LIN,), notes, "CC BY 4.0")


def still(at_ms: int) -> QImage:
    """Another picture at each moment."""
    image = QImage(240, 128, QImage.Format.Format_RGB32)
    image.fill(QColor.fromHsv(at_ms // 1000 % 360, 120, 180))
    return image


def timed(make: object) -> float:
    """How long it takes, in seconds."""
    begin = time.perf_counter()
    make()  # type: ignore[operator]
    return round(time.perf_counter() - begin, 3)


def bare_pdf() -> None:
    """The pictures alone."""
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    painter = QPainter(writer)
    for n in range(NOTES):
        painter.drawImage(0, 0, still(n * 60_000))
        writer.newPage()
    painter.end()
    buffer.close()


def main() -> int:
    """Make, measure, print."""
    application = QGuiApplication([])
    name_families()
    booklet = make_booklet([track("en"), track("zh-Hans")], {"en": "The Lantern", "zh-Hans": "灯笼"})
    figures = {
        "pdf_s": timed(lambda: booklet_pdf(booklet, still)),
        "page_s": timed(lambda: booklet_page(booklet, still)),
        "pictures_s": timed(bare_pdf),
    }
    del application
    print(json.dumps(figures))
    return 0 if max(figures["pdf_s"], figures["page_s"]) < LIMIT_S else 1


if __name__ == "__main__":
    sys.exit(main())
