"""What a PDF's glyphs are called: Qt names those that several letters share after the first, which is often a radical.

A reader that searches for 面 (U+9762) does not find ⾯ (U+2FAF), though both are the same glyph.
"""

import io
import re
from collections.abc import Iterable

from pypdf import PdfWriter
from pypdf.generic import DictionaryObject, StreamObject
from PySide6.QtGui import QFont, QRawFont

RADICALS = range(0x2E80, 0x2FE0)
"""The CJK and Kangxi radicals, which fonts draw with the glyphs of ordinary characters."""
TAB, SPACE = 0x09, 0x20


def with_true_letters(pdf: bytes, text: str, families: Iterable[str]) -> bytes:
    """The PDF with each glyph named by the letter of ``text`` that it was drawn for."""
    letters = _shared(text, families)
    writer = PdfWriter(clone_from=io.BytesIO(pdf))
    for page in writer.pages:
        fonts = page.get("/Resources", DictionaryObject()).get_object().get("/Font", DictionaryObject()).get_object()
        for font in fonts.values():
            names = font.get_object().get("/ToUnicode")
            if names is not None:
                _rename(names.get_object(), letters)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _shared(text: str, families: Iterable[str]) -> dict[int, int]:
    """By radical, the letter of ``text`` that has the same glyph."""
    meant = sorted({letter for letter in text if letter >= "\u2e80" and ord(letter) not in RADICALS})
    radicals = "".join(map(chr, RADICALS))
    shared = {TAB: SPACE}
    for family in families:
        font = QRawFont.fromFont(QFont(family))
        glyphs = {
            glyph: ord(radical) for radical in radicals if (glyph := next(iter(font.glyphIndexesForString(radical)), 0))
        }
        for letter in meant:
            radical = glyphs.get(next(iter(font.glyphIndexesForString(letter)), 0))
            if radical:
                shared[radical] = ord(letter)
    return shared


def _rename(names: StreamObject, letters: dict[int, int]) -> None:
    def letter(found: re.Match[bytes]) -> bytes:
        return b"<%04X>" % letters.get(int(found[1], 16), int(found[1], 16))

    def stretch(found: re.Match[bytes]) -> bytes:
        return re.sub(rb"<([0-9A-Fa-f]{4})>", letter, found[0])

    names.set_data(re.sub(rb"\[[^\]]*\]", stretch, names.get_data()))
