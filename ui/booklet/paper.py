"""A booklet on paper: PDF of A5 pages, letters of every script by the system's fonts, text that can be searched."""

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRectF
from PySide6.QtGui import QFont, QImage, QPageSize, QPainter, QPdfWriter, QTextDocument

from films.manifest import Commentator
from films.notes.booklet import Booklet, Entry, Term, flowing
from ui.booklet.letters import with_true_letters
from ui.booklet.page import film_names, labelled, own_word
from ui.booklet.stills import Images, Stills, no_images, picture_of
from ui.booklet.words import BookletWords
from ui.fonts import family
from ui.formats import clock
from ui.paper import DPI, PLAIN_FORMS, SANS, pdf_of
from ui.picture_files import disc_of, initials_disc

MM = DPI / 25.4
SIDE_MM, TOP_MM, FOOT_MM = 13.0, 14.0, 16.0
PICTURE_MM, GAP_MM, APART_MM = 36.0, 5.0, 6.0
TEXT_PT = 8.6
PORTRAIT_MM = 10.0
INK, FAINT, LANTERN, GROUND = "#211c16", "#6b6257", "#9a5b00", "#e8e0d3"
SERIF = "Smart Cinema Serif"


@dataclass(frozen=True)
class Block:
    """Something that is never torn: a text, with a picture beside it or none; heights in pixels of the paper."""

    text: QTextDocument
    indent: float = 0.0
    picture: QImage | None = None
    before: float = APART_MM * MM
    with_next: bool = False
    wide_mm: float = PICTURE_MM
    """Of the picture."""

    @property
    def tall(self) -> float:
        """Of the picture."""
        return self.wide_mm * MM * self.picture.height() / self.picture.width() if self.picture else 0.0

    @property
    def height(self) -> float:
        """Of the text or the picture, whichever is taller."""
        return max(self.text.size().height(), self.tall)


def booklet_pdf(booklet: Booklet, stills: Stills, images: Images = no_images) -> bytes:
    """The booklet as PDF. May be called on any thread, where the theme's families are named (`ui.fonts`)."""
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = pdf_of(buffer, QPageSize.PageSizeId.A5, film_names(booklet)[0])
    painter = QPainter(writer)
    blocks = list(_blocks(booklet, stills, images, writer))
    text = "".join(block.text.toPlainText() for block in blocks)
    try:
        _Press(writer, painter).print(blocks)
    finally:
        painter.end()
        buffer.close()
    families = {family(name, language) for name in (SANS, SERIF) for language in booklet.languages} | {SANS, SERIF}
    return with_true_letters(bytes(data.data()), text, sorted(families))


class _Press:
    """Sets blocks one below the other and turns the page before what would not fit."""

    def __init__(self, writer: QPdfWriter, painter: QPainter) -> None:
        self._writer, self._painter = writer, painter
        self._y, self._page = TOP_MM * MM, 1
        self._floor = writer.height() - FOOT_MM * MM

    def print(self, blocks: list[Block]) -> None:
        for place, block in enumerate(blocks):
            at_top = self._y == TOP_MM * MM
            follower = blocks[place + 1] if block.with_next and place + 1 < len(blocks) else None
            needed = block.height + (follower.before + follower.height if follower else 0.0)
            if not at_top and self._y + block.before + needed > self._floor:
                self._turn()
                at_top = True
            self._y += 0.0 if at_top else block.before
            self._draw(block)
            self._y += block.height
        self._number()

    def _draw(self, block: Block) -> None:
        left = SIDE_MM * MM
        if block.picture:
            self._painter.drawImage(QRectF(left, self._y, block.wide_mm * MM, block.tall), block.picture)
        self._painter.save()
        self._painter.translate(left + block.indent, self._y)
        block.text.drawContents(self._painter)
        self._painter.restore()

    def _turn(self) -> None:
        self._number()
        self._writer.newPage()
        self._page += 1
        self._y = TOP_MM * MM

    def _number(self) -> None:
        foot = _text(f'<p align="center" style="color:{FAINT}">{self._page}</p>', self._writer, self._writer.width())
        self._painter.save()
        self._painter.translate(0, self._writer.height() - FOOT_MM * MM * 0.62)
        foot.drawContents(self._painter)
        self._painter.restore()


def _blocks(booklet: Booklet, stills: Stills, images: Images, writer: QPdfWriter) -> Iterator[Block]:
    words = [BookletWords(language) for language in booklet.languages]
    whole = writer.width() - 2 * SIDE_MM * MM
    yield Block(_text(_heading(booklet, words), writer, whole))
    for place, person in enumerate(booklet.people):
        disc, indent = _portrait(person, booklet.languages[0], images), (PORTRAIT_MM + GAP_MM) * MM
        about = _text(_person(person, booklet.languages[0]), writer, whole - indent)
        before = (2.0 if place == 0 else 3.0) * MM
        yield Block(about, indent, disc, before, wide_mm=PORTRAIT_MM)
    if not booklet.entries:
        yield Block(_text(f"<p>{escape(words[0].empty)}</p>", writer, whole))
    for entry in booklet.entries:
        picture, indent = picture_of(entry, stills, images), (PICTURE_MM + GAP_MM) * MM
        indent = indent if picture else 0.0
        yield Block(_text(_entry(entry, booklet.languages[0], words[0]), writer, whole - indent), indent, picture)
    if booklet.terms:
        title = " · ".join(dict.fromkeys(word.glossary for word in words))
        heading = f'<p style="font-family:{SERIF}; font-size:14pt; font-weight:600">{escape(title)}</p>'
        yield Block(_text(heading, writer, whole), before=2 * APART_MM * MM, with_next=True)
    for term in booklet.terms:
        yield Block(_text(_term(term), writer, whole), before=2 * MM)
    if booklet.licences:
        licence = f'<p style="color:{FAINT}; font-size:7.4pt">{escape(" · ".join(booklet.licences))}</p>'
        yield Block(_text(licence, writer, whole))


def _heading(booklet: Booklet, words: list[BookletWords]) -> str:
    first, *others = film_names(booklet)
    lines = [f'<p style="font-family:{SERIF}; font-size:21pt; font-weight:600">{escape(first)}</p>']
    lines += [
        f'<p style="font-family:{SERIF}; font-size:13pt; color:{FAINT}; margin-top:4px">{escape(other)}</p>'
        for other in others
    ]
    about = " · ".join(dict.fromkeys(word.about for word in words))
    lines.append(f'<p style="color:{LANTERN}; margin-top:{round(1 * MM)}px">{escape(about)}</p>')
    if booklet.people:
        by = escape(words[0].written_by)
        lines.append(f'<p style="color:{FAINT}; font-size:7.4pt; margin-top:{round(1 * MM)}px">{by}</p>')
    return "".join(lines)


def _portrait(person: Commentator, own: str, images: Images) -> QImage:
    picture = images(person.portrait) if person.portrait else None
    side = round(PORTRAIT_MM * MM)
    if picture:
        return disc_of(picture, side)
    return initials_disc(own_word(person.name, own), family(SANS, own), GROUND, INK, side)


def _person(person: Commentator, own: str) -> str:
    return (
        f'<p style="font-family:{family(SANS, own)}; font-weight:600">{escape(own_word(person.name, own))}</p>'
        f'<p style="font-family:{family(SANS, own)}; color:{FAINT}">{escape(own_word(person.role, own))}</p>'
    )


def _entry(entry: Entry, own: str, words: BookletWords) -> str:
    when = [clock(entry.at_ms), words.topic(entry.topic), *([words.missed] if entry.missed else [])]
    lines = [f'<p style="color:{LANTERN}; font-size:7.4pt">{escape(" · ".join(when))}</p>']
    for language, note in entry.faces:
        serif, sans = family(SERIF, language), family(SANS, language)
        colour, title_pt = (INK, 10.6) if language == own else (FAINT, 9.2)
        lines.append(
            f'<p style="font-family:{serif}; font-size:{title_pt}pt; font-weight:600; color:{colour}; margin-top:5px">'
            f"{escape(note.title)}</p>"
            f'<p style="font-family:{sans}; color:{colour}; margin-top:3px">{escape(flowing(note.body, language))}</p>'
        )
    if entry.sources:
        sources = escape(labelled(words.sources, "; ".join(entry.sources), own))
        lines.append(f'<p style="color:{FAINT}; font-size:6.8pt; margin-top:6px">{sources}</p>')
    return "".join(lines)


def _term(term: Term) -> str:
    (own, first), *others = term.meanings
    name = f"{first.term}: " if first.term != term.hanzi else ""
    meanings = escape(name + first.meaning) + "".join(
        f'<br><span style="color:{FAINT}">{escape(other.meaning)}</span>' for _, other in others
    )
    return (
        '<table width="100%" cellspacing="0" cellpadding="0"><tr>'
        f'<td width="30%"><span style="font-family:{family(SERIF, own)}; font-size:10pt; font-weight:600">'
        f"{escape(term.hanzi or first.term)}</span><br>"
        f'<span style="color:{FAINT}">{escape(term.pinyin)}</span></td><td width="70%">{meanings}</td></tr></table>'
    )


def _text(html: str, writer: QPdfWriter, width: float) -> QTextDocument:
    document = QTextDocument()
    document.documentLayout().setPaintDevice(writer)
    font = QFont(SANS)
    font.setPointSizeF(TEXT_PT)
    font.setFeature(PLAIN_FORMS, 0)
    document.setDefaultFont(font)
    document.setDocumentMargin(0)
    document.setDefaultStyleSheet(f"p {{ margin: 0; line-height: 130%; color: {INK} }} td {{ color: {INK} }}")
    document.setHtml(html)
    document.setTextWidth(width)
    return document


__all__ = ["booklet_pdf"]
