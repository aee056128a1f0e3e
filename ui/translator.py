"""Words of the interface in the viewer's language: gettext catalogues behind ``qsTr``, switched while it runs.

No translator is written in Python: Qt asks for words on its loader threads too, and one that waits there for Python
while the GUI thread waits for it would wait for ever. Qt gets its own ``.qm``, compiled once and kept. PySide still
looks for Python the first time that each translator is asked: that time is here, before the next one is installed.
"""

import logging
import zlib
from contextlib import suppress
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QObject, QThread, QTranslator, Signal
from PySide6.QtQml import QQmlEngine

log = logging.getLogger(__name__)

CATALOGUES = Path(__file__).parent.parent / "translations" / "ui"
PSEUDO = "en-XA"
"""The language that `ui.pseudo` makes of English."""
QM_MAGIC = bytes.fromhex("3cb86418caef9c95cd211cbf60a1bddd")
_QT_NAMES = {"zh-Hans": "zh_CN", "zh-Hant-TW": "zh_TW", "zh-Hant-HK": "zh_TW", "fr-CA": "fr"}


def catalogue_path(tag: str, folder: Path = CATALOGUES) -> Path:
    """Where the catalogue of a BCP 47 language lies."""
    return folder / tag.replace("-", "_") / "LC_MESSAGES" / "ui.po"


class Language(QObject):
    """The language of the interface: ``apply`` switches it at once, in every open page."""

    changed = Signal()

    def __init__(
        self,
        engine: QQmlEngine,
        folder: Path = CATALOGUES,
        kept: Path | None = None,
        parent: QObject | None = None,
    ) -> None:
        """``kept`` is a folder where compiled catalogues stay from one start to the next."""
        super().__init__(parent)
        self._engine = engine
        self._folder = folder
        self._kept = kept
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
                QCoreApplication.translate("Nowhere", "Nothing")
                QThread.msleep(1)  # a loader thread that came first has Python for itself, and is done with it
        self._engine.setUiLanguage(tag)
        self._engine.retranslate()
        self.changed.emit()

    def said(self, tag: str, context: str, text: str) -> str:
        """A text of the interface in a language that need not be the one that holds."""
        translator = self._ours(tag)
        return (translator.translate(context, text) if translator else "") or text

    def remove(self) -> None:
        """Take the translators out of the application."""
        for translator in self._installed:
            QCoreApplication.removeTranslator(translator)
        self._installed.clear()

    def _ours(self, tag: str) -> QTranslator | None:
        if tag not in self._compiled:
            try:
                self._compiled[tag] = self._compile(tag)
            except (OSError, ValueError) as error:
                log.warning("no catalogue for %s: %s", tag, error)
                return None
        translator = QTranslator(self)
        return translator if translator.load(self._compiled[tag]) else None

    def _compile(self, tag: str) -> bytes:
        if tag == PSEUDO:
            return self._compile_pseudo()
        path = catalogue_path(tag, self._folder)
        file = self._kept / f"{tag}-{zlib.crc32(path.read_bytes()):08x}.qm" if self._kept else None
        if file is not None:
            with suppress(OSError):
                data = file.read_bytes()
                if data.startswith(QM_MAGIC):
                    return data
        from ui.messages import compile_catalogue, read_catalogue

        data = compile_catalogue(read_catalogue(path))
        if file is not None:
            _keep(file, data)
        return data

    def _compile_pseudo(self) -> bytes:
        from ui.messages import compile_catalogue, read_catalogue
        from ui.pseudo import pseudo_catalogue

        return compile_catalogue(pseudo_catalogue(read_catalogue(catalogue_path("en", self._folder))))

    def _qt(self, tag: str) -> QTranslator | None:
        translator = QTranslator(self)
        folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
        name = _QT_NAMES.get(tag, tag.replace("-", "_"))
        return translator if translator.load(f"qtbase_{name}", folder) else None


def _keep(file: Path, data: bytes) -> None:
    """Replace what is kept of this language; a disk that refuses costs the next start a moment."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        for older in file.parent.glob(f"{file.stem.rpartition('-')[0]}-*.qm"):
            older.unlink()
        part = file.with_suffix(".part")
        part.write_bytes(data)
        part.replace(file)
    except OSError as error:
        log.info("compiled words are not kept: %s", error.strerror)
