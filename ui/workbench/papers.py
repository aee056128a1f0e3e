"""What comes to the desk and leaves it, by workers: notes from files, the exports, the cuts of a film."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from core import Cancel, CinemaError, Job
from films import Edition, FilmFacts, Shots, import_notes
from ui.workbench.exports import write_exports
from ui.workbench.services import BenchServices

Refused = Callable[[CinemaError], None]


class Papers(QObject):
    """Asks the disk; ``looked`` says how much of the film was looked through, negative where that has ended."""

    looked = Signal(float)

    def __init__(self, services: BenchServices) -> None:
        super().__init__()
        self._services = services
        self._search: Job | None = None

    def bring(self, path: Path, edition: Edition, language: str, done: Callable[[Edition], None], no: Refused) -> None:
        """Read notes from a file; ``language`` is that of a file that does not say."""

        def work(_cancel: Cancel) -> Edition:
            return import_notes(self._services.read(path), path.name, edition, language)

        self._services.jobs.run(work, done, no)

    def export(
        self, edition: Edition, facts: FilmFacts, folder: Path, done: Callable[[int], None], no: Refused
    ) -> None:
        """Write everything that leaves the desk; ``done`` is told how many files that were."""

        def work(cancel: Cancel) -> int:
            return write_exports(edition, facts, self._services.name, folder, cancel)

        self._services.jobs.run(work, done, no)

    def find_cuts(self, done: Callable[[Shots], None], no: Refused) -> None:
        """Look through a film that does not name its cuts; nothing happens for one that does."""
        find = self._services.find_shots
        if find is None or self._search is not None:
            return

        def found(shots: Shots) -> None:
            self._ended()
            done(shots)

        def refused(error: CinemaError) -> None:
            self._ended()
            no(error)

        self.looked.emit(0.0)
        self._search = self._services.jobs.run(lambda cancel: find(cancel, self.looked.emit), found, refused)

    def stop_finding(self) -> None:
        """Do without the cuts."""
        if self._search is not None:
            self._search.cancel()
            self._ended()

    def _ended(self) -> None:
        self._search = None
        self.looked.emit(-1.0)
