"""Words of the interface in the viewer's language: gettext catalogues behind ``qsTr``, switched while it runs."""

import io
import logging
from gettext import GNUTranslations, NullTranslations
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po
from PySide6.QtCore import QCoreApplication, QLibraryInfo, QObject, QTranslator, Signal
from PySide6.QtQml import QQmlEngine

log = logging.getLogger(__name__)

CATALOGUES = Path(__file__).parent.parent / "translations" / "ui"
LANGUAGES = {"en": "English", "zh-Hans": "简体中文"}
"""The interface languages by BCP 47 tag, each by its own name."""

_QT_NAMES = {"zh-Hans": "zh_CN"}


class _NotMine(NullTranslations):
    """Answers an empty string for what the catalogue lacks, so that Qt asks elsewhere."""

    def gettext(self, _message: str) -> str:
        return ""

    def pgettext(self, _context: str, _message: str) -> str:
        return ""

    def npgettext(self, _context: str, _one: str, _many: str, _n: int) -> str:
        return ""


def message_context(context: str, disambiguation: str | None) -> str:
    """The gettext context of a Qt message: ``HomePage`` or ``HomePage|disambiguation``."""
    return f"{context}|{disambiguation}" if disambiguation else context


def catalogue_path(tag: str, folder: Path = CATALOGUES) -> Path:
    """Where the catalogue of a BCP 47 language lies."""
    return folder / tag.replace("-", "_") / "LC_MESSAGES" / "ui.po"


def read_catalogue(path: Path) -> GNUTranslations:
    """Compile one catalogue in memory. Raises OSError, PoFileError or ValueError where it is missing or malformed."""
    with path.open("rb") as file:
        catalogue = read_po(file, locale=path.parents[1].name, abort_invalid=True)
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    translations = GNUTranslations(compiled)
    translations.add_fallback(_NotMine())
    return translations


class Translator(QTranslator):
    """Answers ``qsTr`` from one catalogue; what it does not hold is left to others, and it never raises."""

    def __init__(self, translations: GNUTranslations, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._translations = translations

    def isEmpty(self) -> bool:
        """Qt skips translators that are empty; this one is not."""
        return False

    def translate(
        self, context: str | None, source: str | None, disambiguation: str | None = None, n: int = -1
    ) -> str | None:
        """The translation, or none where the catalogue has none; ``n`` chooses the plural form where it is not -1."""
        if not source:
            return None
        place = message_context(context or "", disambiguation)
        try:
            if n < 0:
                return self._translations.pgettext(place, source) or None
            return self._translations.npgettext(place, source, source, n) or None
        except Exception:
            log.exception("a translation could not be looked up")
            return None


class Language(QObject):
    """The language of the interface: ``apply`` switches it at once, in every open page."""

    changed = Signal()

    def __init__(self, engine: QQmlEngine, folder: Path = CATALOGUES, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._engine = engine
        self._folder = folder
        self._read: dict[str, GNUTranslations] = {}
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

    def _ours(self, tag: str) -> Translator | None:
        if tag not in self._read:
            try:
                self._read[tag] = read_catalogue(catalogue_path(tag, self._folder))
            except (OSError, PoFileError, ValueError) as error:
                log.warning("no catalogue for %s: %s", tag, error)
                return None
        return Translator(self._read[tag], self)

    def _qt(self, tag: str) -> QTranslator | None:
        translator = QTranslator(self)
        folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
        name = _QT_NAMES.get(tag, tag.replace("-", "_"))
        return translator if translator.load(f"qtbase_{name}", folder) else None
