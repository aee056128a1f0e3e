"""A day's report on paper: PDF of A4 pages, text that can be searched, in the language of the venue's staff."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from html import escape
from zoneinfo import ZoneInfo

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRectF
from PySide6.QtGui import QPageSize, QPainter, QPdfWriter, QTextDocument

from core import Money, pick
from kiosk import DayReport, Programme
from ui.booklet.letters import with_true_letters
from ui.booklet.paper import FAINT, INK, LANTERN, MM, SERIF
from ui.fonts import family
from ui.formats import Formats
from ui.kiosk.day_words import DayWords
from ui.paper import SANS, pdf_of, set_text

SIDE_MM, TOP_MM, FOOT_MM = 16.0, 15.0, 17.0
TEXT_PT = 9.5
PX = 96 / 25.4
"""A millimetre in the pixels of style sheets, whatever the paper's resolution."""
STYLE = f"""
p {{ margin: 0 0 3px 0 }}
p, td, th {{ color: {INK} }}
th {{ color: {FAINT}; font-weight: normal; text-align: left }}
"""


def day_pdf(report: DayReport, programme: Programme, language: str) -> bytes:
    """The report as PDF. May be called on any thread, where the theme's families are named (`ui.fonts`)."""
    words = DayWords(language)
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = pdf_of(buffer, QPageSize.PageSizeId.A4, f"{words.title} {report.day}")
    document = _text(_page(report, programme, words), words.tag, writer, writer.width() - 2 * SIDE_MM * MM)
    painter = QPainter(writer)
    try:
        _print(document, writer, painter, words.tag, report.day)
    finally:
        painter.end()
        buffer.close()
    text = document.toPlainText() + "0123456789/ ·-"
    return with_true_letters(bytes(data.data()), text, sorted({family(SERIF, words.tag), family(SANS, words.tag)}))


def _print(document: QTextDocument, writer: QPdfWriter, painter: QPainter, language: str, day: str) -> None:
    """Page by page; no line is cut, as the document itself is set in pages."""
    room = writer.height() - (TOP_MM + FOOT_MM) * MM
    width = writer.width() - 2 * SIDE_MM * MM
    document.setPageSize(QRectF(0, 0, width, room).size())
    pages = document.pageCount()
    for page in range(pages):
        if page:
            writer.newPage()
        painter.save()
        painter.translate(SIDE_MM * MM, TOP_MM * MM - page * room)
        document.drawContents(painter, QRectF(0, page * room, width, room))
        painter.restore()
        foot = f'<p align="right" style="color:{FAINT}; font-size:8pt">{day} · {page + 1}/{pages}</p>'
        painter.save()
        painter.translate(SIDE_MM * MM, writer.height() - FOOT_MM * MM * 0.65)
        _text(foot, language, writer, width).drawContents(painter)
        painter.restore()


def _page(report: DayReport, programme: Programme, words: DayWords) -> str:
    formats = Formats(words.tag, ZoneInfo(programme.zone))
    serif = family(SERIF, words.tag)
    noon = datetime.fromisoformat(report.day).replace(tzinfo=formats.zone) + timedelta(hours=12)
    festival = escape(pick(programme.names, words.tag))
    day = escape(formats.day(noon))
    device = escape(report.device[:16])
    chain = report.chain
    return "".join(
        (
            f'<p style="font-family:{serif}; font-size:20pt; font-weight:600">{escape(words.title)}</p>',
            f'<p style="color:{LANTERN}; font-size:12pt">{festival} · {day}</p>',
            f'<p style="color:{FAINT}">{escape(words.device)} {device}</p>',
            _section(words.admissions, _doors(report, programme, words, formats), words, serif),
            _section(words.takings, _takings(report, words, formats), words, serif),
            _section(words.refusals, _refusals(report, words), words, serif),
            _section(words.shows, _shows(report, programme, words, formats), words, serif),
            _heading(words.chain, serif),
            f"<p>{escape(words.chain_says(chain.seq, chain.signed_to, chain.faults))}</p>",
            f'<p style="margin-top:{round(2 * PX)}px">{escape(words.keep)}<br>{chain.hash}</p>',
            f'<p style="margin-top:{round(20 * PX)}px; color:{FAINT}">{"_" * 48}<br>{escape(words.signed_by)}</p>',
        )
    )


def _heading(text: str, serif: str) -> str:
    style = f"font-family:{serif}; font-size:13pt; font-weight:600; margin-top:{round(7 * PX)}px"
    return f'<p style="{style}; margin-bottom:{round(1.5 * PX)}px">{escape(text)}</p>'


def _section(names: Sequence[str], rows: Iterable[Sequence[str]], words: DayWords, serif: str) -> str:
    title, *columns = names
    lines = list(rows)
    if not lines:
        return _heading(title, serif) + f"<p>{escape(words.nothing)}</p>"
    head = "".join(_cell("th", place, text) for place, text in enumerate(columns))
    body = "".join(_row(row, bold=row[0] == words.total) for row in lines)
    table = f'<table width="100%" cellspacing="0" cellpadding="{round(0.6 * PX)}"><tr>{head}</tr>{body}</table>'
    return _heading(title, serif) + table


def _row(row: Sequence[str], *, bold: bool) -> str:
    cells = "".join(_cell("td", place, text) for place, text in enumerate(row))
    return f'<tr style="font-weight:600">{cells}</tr>' if bold else f"<tr>{cells}</tr>"


def _cell(tag: str, place: int, text: str) -> str:
    return f'<{tag} align="{"right" if place else "left"}">{escape(text)}</{tag}>'


def _doors(report: DayReport, programme: Programme, words: DayWords, formats: Formats) -> Iterable[Sequence[str]]:
    screenings = {item.id: item for item in programme.screenings}
    doors = {line.screening: line for line in report.doors}
    named = sorted(
        {name for name in (*doors, *report.sold) if name},
        key=lambda name: (screenings[name].start_at.isoformat() if name in screenings else "9", name),
    )
    came = sold = by_staff = refused = 0
    for name in (*named, *([""] if "" in doors else [])):
        item, line = screenings.get(name), doors.get(name)
        counts = (
            line.people if line else 0,
            report.sold.get(name, 0),
            line.overrides + line.look_ups if line else 0,
            sum(line.refused.values()) if line else 0,
        )
        came, sold, by_staff, refused = (a + b for a, b in zip((came, sold, by_staff, refused), counts, strict=True))
        yield (
            pick(item.names, words.tag) if item else name or words.no_screening,
            f"{item.start_at.astimezone(formats.zone):%H:%M}" if item else "",
            str(counts[0]) if name else "",
            str(programme.capacity(item)) if item else "",
            *(map(str, counts[1:3]) if name else ("", "")),
            str(counts[3]),
        )
    if doors or named:
        yield (words.total, "", str(came), "", str(sold), str(by_staff), str(refused))


def _takings(report: DayReport, words: DayWords, formats: Formats) -> Iterable[Sequence[str]]:
    sums: dict[str, tuple[int, int]] = {}
    for line in report.takings:
        people, minor = sums.get(line.currency, (0, 0))
        sums[line.currency] = people + line.people, minor + line.minor
        yield words.method(line.method), str(line.people), formats.money(Money(line.minor, line.currency))
    for currency, (people, minor) in sums.items():
        yield words.total, str(people), formats.money(Money(minor, currency))


def _refusals(report: DayReport, words: DayWords) -> Iterable[Sequence[str]]:
    counts: dict[str, int] = {}
    for verdict, count in report.refused.items():
        name = words.verdict(verdict)
        counts[name] = counts.get(name, 0) + count
    for name, count in sorted(counts.items(), key=lambda item: -item[1]):
        yield name, str(count)


def _shows(report: DayReport, programme: Programme, words: DayWords, formats: Formats) -> Iterable[Sequence[str]]:
    screenings = {item.id: item for item in programme.screenings}
    for play in report.shows:
        item = screenings.get(play.screening)
        yield (
            pick(item.names, words.tag) if item else play.screening,
            *(_clock(text, formats) for text in (play.started, play.ended)),
            words.outcome(play.outcome),
            str(len(play.breaks)),
        )


def _clock(text: str, formats: Formats) -> str:
    return f"{datetime.fromisoformat(text).astimezone(formats.zone):%H:%M:%S}" if text else ""


def _text(html: str, language: str, writer: QPdfWriter, width: float) -> QTextDocument:
    return set_text(html, language, writer, width, TEXT_PT, STYLE)
