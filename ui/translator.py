"""Words of the interface in the viewer's language: gettext catalogues behind ``qsTr``, switched while it runs.

A catalogue is compiled in memory into Qt's own message format. No translator is written in Python: Qt asks for words on
its loader threads too, and one that waits there for Python while the GUI thread waits for it would wait for ever.
"""

import logging
import struct
from collections.abc import Iterable
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import PoFileError, read_po
from PySide6.QtCore import QCoreApplication, QLibraryInfo, QObject, QTranslator, Signal
from PySide6.QtQml import QQmlEngine

log = logging.getLogger(__name__)

CATALOGUES = Path(__file__).parent.parent / "translations" / "ui"
LANGUAGES = {"en": "English", "zh-Hans": "简体中文"}
"""The interface languages by BCP 47 tag, each by its own name."""

_QT_NAMES = {"zh-Hans": "zh_CN"}
_MAGIC = bytes.fromhex("3cb86418caef9c95cd211cbf60a1bddd")
_HASHES, _MESSAGES, _NUMERUS_RULES = 0x42, 0x69, 0x88
_END, _TRANSLATION, _SOURCE, _CONTEXT, _COMMENT = 1, 3, 6, 7, 8
_RULES = {"0": b"", "(n != 1)": b"\x01\x01"}
"""Qt's rules by gettext's plural expression; ``01 01`` is "form 0 where n equals 1"."""


def message_context(context: str, disambiguation: str | None) -> str:
    """The gettext context of a Qt message: ``HomePage`` or ``HomePage|disambiguation``."""
    return f"{context}|{disambiguation}" if disambiguation else context


def catalogue_path(tag: str, folder: Path = CATALOGUES) -> Path:
    """Where the catalogue of a BCP 47 language lies."""
    return folder / tag.replace("-", "_") / "LC_MESSAGES" / "ui.po"


def read_catalogue(path: Path) -> Catalog:
    """One catalogue. Raises OSError or PoFileError where it is missing or malformed."""
    with path.open("rb") as file:
        return read_po(file, locale=path.parents[1].name, abort_invalid=True)


def compile_catalogue(catalogue: Catalog) -> bytes:
    """The translated messages as Qt's ``.qm``. Raises ValueError for a plural rule that is not known here."""
    rules = _RULES.get(catalogue.plural_expr)
    if rules is None:
        msg = f"no plural rule for {catalogue.plural_expr!r}"
        raise ValueError(msg)
    hashes: list[tuple[int, int]] = []
    messages = bytearray()
    for message in catalogue:
        forms = (message.string,) if isinstance(message.string, str) else tuple(message.string or ("",))
        if not message.id or message.fuzzy or not all(forms):
            continue
        source, context, comment = _names(message)
        hashes.append((_elf_hash(source + comment), len(messages)))
        messages += b"".join(_tagged(_TRANSLATION, form.encode("utf-16-be")) for form in forms)
        messages += _tagged(_COMMENT, comment) + _tagged(_SOURCE, source) + _tagged(_CONTEXT, context)
        messages.append(_END)
    index = b"".join(struct.pack(">II", *entry) for entry in sorted(hashes))
    sections = ((_HASHES, index), (_MESSAGES, bytes(messages)), (_NUMERUS_RULES, rules))
    return _MAGIC + b"".join(_tagged(tag, data) for tag, data in sections if data)


def _names(message: Message) -> Iterable[bytes]:
    source = message.id if isinstance(message.id, str) else message.id[0]
    context, _, comment = (message.context or "").partition("|")
    return source.encode(), context.encode(), comment.encode()


def _tagged(tag: int, data: bytes) -> bytes:
    return struct.pack(">BI", tag, len(data)) + data


def _elf_hash(text: bytes) -> int:
    value = 0
    for byte in text:
        value = (value << 4) + byte
        high = value & 0xF0000000
        value = (value ^ (high >> 24)) & ~high & 0xFFFFFFFF
    return value or 1


class Language(QObject):
    """The language of the interface: ``apply`` switches it at once, in every open page."""

    changed = Signal()

    def __init__(self, engine: QQmlEngine, folder: Path = CATALOGUES, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._engine = engine
        self._folder = folder
        self._compiled: dict[str, bytes] = {}
        self._installed: list[QTranslator] = []
        self._tag = "en"

    @property
    def tag(self) -> str:
        """The BCP 47 tag that holds now."""
        return self._tag

    def apply(self, tag: str) -> None:
        """Show the interface in another language; a catalogue that cannot be read leaves the English of the sources."""
        self.remove()
        self._tag = tag
        for translator in (self._qt(tag), self._ours(tag)):
            if translator is not None and QCoreApplication.installTranslator(translator):
                self._installed.append(translator)
        self._engine.setUiLanguage(tag)
        self._engine.retranslate()
        self.changed.emit()

    def remove(self) -> None:
        """Take the translators out of the application."""
        for translator in self._installed:
            QCoreApplication.removeTranslator(translator)
        self._installed.clear()

    def _ours(self, tag: str) -> QTranslator | None:
        if tag not in self._compiled:
            try:
                self._compiled[tag] = compile_catalogue(read_catalogue(catalogue_path(tag, self._folder)))
            except (OSError, PoFileError, ValueError) as error:
                log.warning("no catalogue for %s: %s", tag, error)
                return None
        translator = QTranslator(self)
        return translator if translator.load(self._compiled[tag]) else None

    def _qt(self, tag: str) -> QTranslator | None:
        translator = QTranslator(self)
        folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
        name = _QT_NAMES.get(tag, tag.replace("-", "_"))
        return translator if translator.load(f"qtbase_{name}", folder) else None
