"""The desk: the edition with its history, kept safe on the disk and compiled again whenever it changes."""

import logging
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Literal

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from core import Cancel, CinemaError, Job, JobRunner
from films import Edition, FilmFacts, Keeper, Proofread, proofread
from films.notes.editing import Command
from films.notes.edition_file import REDO, UNDO
from films.notes.history import History
from ui.workbench.services import Told

log = logging.getLogger(__name__)

Saved = Literal["saved", "changed", "saving", "refused"]
SETTLE_MS = 250
"""Nothing is compiled while somebody types on."""
SAVE_MS = 3_000
"""The file is written when nothing was done for so long; the journal has had it all along."""


class Desk(QObject):
    """One edition under work. ``changed`` follows it and how safe it is, ``proofs`` what the compiler says of it."""

    changed = Signal()
    proofs = Signal()
    _written = Signal(object)

    def __init__(self, open_edition: Callable[[Told], Keeper], jobs: JobRunner) -> None:
        """Raises `CinemaError` as `Keeper` does."""
        super().__init__()
        self._jobs = jobs
        self._keeper = open_edition(self._written.emit)
        self.opened = self._keeper.opened
        self.history: History = self.opened.history
        self.saved: Saved = "changed" if self.opened.steps else "saved"
        self.refusal: CinemaError | None = None
        self.facts = FilmFacts()
        self.languages: tuple[str, ...] = self.edition.languages[:1]
        """Those that are compiled."""
        self.proof: Mapping[str, Proofread] = {}
        """By language; of an edition that may have changed since."""
        self._job: Job | None = None
        self._running = False
        self._handed: Edition | None = None
        self._written.connect(self._told, Qt.ConnectionType.QueuedConnection)
        self._settle = QTimer(self, interval=SETTLE_MS, singleShot=True)
        self._settle.timeout.connect(self._compile)
        self._save = QTimer(self, interval=SAVE_MS, singleShot=True)
        self._save.timeout.connect(self.save)

    @property
    def edition(self) -> Edition:
        """As it is now."""
        return self.history.edition

    @property
    def path_name(self) -> str:
        """The name of its file."""
        return self._keeper.path.name

    @property
    def folder(self) -> Path:
        """Where it lies."""
        return self._keeper.path.parent

    @property
    def busy(self) -> bool:
        """Whether what the compiler says is of an earlier edition."""
        return self._job is not None or self._settle.isActive()

    def do(self, command: Command) -> bool:
        """Do it; false where it changes nothing."""
        return self._become(self.history.done(command), command)

    def undo(self) -> bool:
        """One step back."""
        return self._become(self.history.undone(), UNDO)

    def redo(self) -> bool:
        """One step forth again."""
        return self._become(self.history.redone(), REDO)

    @Slot()
    def save(self) -> None:
        """Write the file now."""
        self._save.stop()
        if self.saved != "saved":
            self.saved, self._handed = "saving", self.edition
            self._keeper.save(self.edition)
            self.changed.emit()

    def look_at(self, languages: tuple[str, ...], facts: FilmFacts | None = None) -> None:
        """Compile these languages, of a film of which this is known."""
        self.languages = languages
        self.facts = facts or self.facts
        self._settle.start(0)

    def close(self) -> bool:
        """Save, and let go; false where the disk refused, and the journal stays."""
        self._settle.stop()
        self._save.stop()
        if self._job:
            self._job.cancel()
        self._written.disconnect(self._told)
        return self._keeper.close(self.edition)

    def _become(self, history: History, step: Command | str) -> bool:
        if history is self.history:
            return False
        self.history = history
        self._keeper.note_down(step)
        self.saved = "refused" if self.refusal else "changed"
        self._save.start()
        self._settle.start(SETTLE_MS)
        self.changed.emit()
        return True

    @Slot(object)
    def _told(self, refusal: CinemaError | None) -> None:
        self.refusal = refusal
        if refusal is not None:
            self.saved = "refused"
        elif self._handed is self.edition:
            self.saved = "saved"
        elif self.saved == "refused":
            self.saved = "changed"
            self._save.start()
        self.changed.emit()

    def _compile(self) -> None:
        if self._job:
            self._job.cancel()
        edition, facts = self.edition, self.facts
        languages = tuple(tag for tag in self.languages if tag in edition.languages)

        def work(cancel: Cancel) -> dict[str, Proofread]:
            return {tag: proofread(edition, tag, facts, cancel) for tag in languages}

        self._running = True
        job = self._jobs.run(work, self._compiled, self._not_compiled)
        self._job = job if self._running else None
        self.proofs.emit()

    def _compiled(self, proof: dict[str, Proofread]) -> None:
        self._job, self._running = None, False
        self.proof = proof
        self.proofs.emit()

    def _not_compiled(self, error: CinemaError) -> None:
        self._job, self._running = None, False
        log.error("the notes could not be compiled: %s", error.code)
        self.proofs.emit()
