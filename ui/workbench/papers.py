"""What comes to the desk and leaves it, by workers: notes from files, the exports, the cuts of a film."""

import contextlib
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from core import Cancel, CinemaError, Job
from films import Edition, FilmFacts, Imported, Shots, import_notes
from ui.workbench.exports import Exported, write_exports
from ui.workbench.pictures import keep_picture
from ui.workbench.services import BenchServices

Refused = Callable[[CinemaError], None]


class Papers(QObject):
    """Asks the disk; ``looked`` says how much of the film was looked through, negative where that has ended."""

    looked = Signal(float)

    def __init__(self, services: BenchServices) -> None:
        super().__init__()
        self._services = services
        self._search: Job | None = None

    def bring(self, path: Path, edition: Edition, language: str, done: Callable[[Imported], None], no: Refused) -> None:
        """Read notes from a file; ``language`` is that of a file that does not say. Its pictures come along."""
        folder = self._services.folder

        def work(_cancel: Cancel) -> Imported:
            brought = import_notes(self._services.read(path), path.name, edition, language)
            named = [note.image for note in brought.edition.notes]
            named += [person.portrait for person in brought.edition.commentators]
            for name in dict.fromkeys(filter(None, named)):
                if (path.parent / name).is_file() and not (folder / name).exists():
                    with contextlib.suppress(CinemaError):  # the card goes without, and says so
                        keep_picture(path.parent / name, folder)
            return brought

        self._services.jobs.run(work, done, no)

    def take_picture(self, path: Path, done: Callable[[str], None], no: Refused) -> None:
        """Lay a picture beside the edition; ``done`` is told its name there."""
        self._services.jobs.run(lambda _cancel: keep_picture(path, self._services.folder), done, no)

    def export(
        self, edition: Edition, facts: FilmFacts, folder: Path, done: Callable[[Exported], None], no: Refused
    ) -> None:
        """Write everything that leaves the desk; ``done`` is told what that was."""

        def work(cancel: Cancel) -> Exported:
            return write_exports(edition, facts, self._services.name, folder, cancel, self._services.picture)

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
