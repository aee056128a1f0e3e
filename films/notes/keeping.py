"""Keeps an edition safe while it is written: a thread of its own writes, and nobody who types waits for the disk.

What was done is in the journal, beside the file, before a second has passed; the file itself is written whole when the
author saves, when nothing was done for a while, and at the end, and then the journal has done its work.
"""

import contextlib
import errno
import logging
import os
import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from core import CinemaError, Code
from core.file_lock import FileLock
from core.whole_file import write_whole
from films.notes.edition import Edition
from films.notes.edition_file import LIMIT_BYTES, Step, base_line, dump_edition, parse_edition, replay, step_line
from films.notes.history import History

log = logging.getLogger(__name__)

AGAIN_S = 2.0
"""A disk that refused is tried again so soon."""

Told = Callable[[CinemaError | None], None]
"""Called on the keeper's thread: none where all that was handed over is written."""


@dataclass(frozen=True)
class Opened:
    """An edition as it was found."""

    history: History
    steps: int = 0
    """Steps of an earlier sitting that had not been saved and are here again."""
    aside: Path | None = None
    """A journal that belongs to another file than this one; it was kept."""
    new: bool = False
    """There was no file yet."""


class Keeper:
    """The file of one edition, opened by one workbench at a time.

    Raises `CinemaError` (edition-in-use, file-unreadable, notes-malformed, disk-full).
    """

    def __init__(self, path: Path, begin: Callable[[], Edition], told: Told = lambda _error: None) -> None:
        """``begin`` gives the edition where there is no file yet."""
        self.path = path
        self._journal_path = path.with_name(path.name + ".journal")
        self._lock = FileLock(path.with_name(f".{path.name}.lock"))
        self._told = told
        self._work: queue.Queue[Step | Edition | None] = queue.Queue()
        self._lines: list[bytes] = []
        """Of the journal, that are not on the disk yet."""
        self._edition: Edition | None = None
        """To be saved, where it is not yet."""
        if not self._lock.take():
            raise CinemaError(
                Code.EDITION_IN_USE, f"{path.name} is open in another workbench; close that one, or name other notes."
            )
        try:
            self.opened = self._open(begin)
        except (CinemaError, OSError) as error:
            self._lock.release()
            if isinstance(error, OSError):
                raise unwritable(path, error) from error
            raise
        self._thread = threading.Thread(target=self._keep, name="edition", daemon=True)
        self._thread.start()

    def note_down(self, step: Step) -> None:
        """Something was done: it will be in the journal in a moment."""
        self._work.put(step)

    def save(self, edition: Edition) -> None:
        """Write the file whole."""
        self._work.put(edition)

    def close(self, edition: Edition) -> bool:
        """Save, wait for it, let go, and say whether it is saved. Where the disk refuses, the journal stays.

        An edition that has no file and of which nothing was changed gets none.
        """
        if not self.opened.new or self.opened.steps or edition != self.opened.history.edition or self.path.exists():
            self._work.put(edition)
        self._work.put(None)
        self._thread.join()
        self._journal.close()
        saved = self._edition is None
        if saved:
            with contextlib.suppress(OSError):
                self._journal_path.unlink()
        self._lock.release()
        return saved

    def _open(self, begin: Callable[[], Edition]) -> Opened:
        data, journal = _read(self.path), _read(self._journal_path) or b""
        new = data is None
        if data is None:
            edition = begin()
            data = dump_edition(edition)
        else:
            edition = parse_edition(data)
        recovered = replay(data, journal, edition)
        aside = None
        if recovered.stray:
            aside = _free(self._journal_path)
            self._journal_path.replace(aside)
            log.warning("a journal of another edition was kept aside")
        goes_on = recovered.steps > 0
        self._journal = self._journal_path.open("r+b" if goes_on else "wb", buffering=0)
        self._size = recovered.whole_bytes if goes_on else 0
        if not goes_on:
            self._lines.append(base_line(data))
            self._append()
        return Opened(recovered.history, recovered.steps, aside, new)

    def _keep(self) -> None:
        working = True
        while working:
            working = self._gather()
            try:
                self._append()
                if self._edition is not None and self._work.empty():
                    self._write_file(self._edition)
                    self._edition = None
            except OSError as error:
                log.warning("the edition could not be written: %s", error.strerror)
                self._told(unwritable(self.path, error))
            else:
                if self._work.empty():
                    self._told(None)

    def _gather(self) -> bool:
        """Take what was handed over, waiting for it; false where it was the last. What failed is tried again soon."""
        failed = bool(self._lines or self._edition)
        try:
            items = [self._work.get(timeout=AGAIN_S if failed else None)]
        except queue.Empty:
            return True
        while not self._work.empty():
            items.append(self._work.get())
        for item in items:
            if isinstance(item, Edition):
                self._edition = item
            elif item is not None:
                self._lines.append(step_line(item))
        return None not in items

    def _append(self) -> None:
        if self._lines:
            data = memoryview(b"".join(self._lines))
            self._journal.seek(self._size)
            self._journal.truncate(self._size)
            written = 0
            while written < len(data):
                written += self._journal.write(data[written:]) or 0
            os.fsync(self._journal.fileno())
            self._size += written
            self._lines.clear()

    def _write_file(self, edition: Edition) -> None:
        data = dump_edition(edition)
        self._lines.append(base_line(data))
        self._append()
        write_whole(self.path, data)


def _read(path: Path) -> bytes | None:
    try:
        if path.stat().st_size > LIMIT_BYTES:
            raise CinemaError(Code.FILE_UNREADABLE, f"{path.name} is too large to be an edition.")
        return path.read_bytes()
    except FileNotFoundError:
        return None


def _free(path: Path) -> Path:
    number = 1
    while (place := path.with_name(f"{path.name}.{number}")).exists():
        number += 1
    return place


def unwritable(path: Path, error: OSError) -> CinemaError:
    """What a disk that refuses means to the author."""
    if error.errno == errno.ENOSPC:
        return CinemaError(Code.DISK_FULL, f"The disk of {path.parent} is full; make room, nothing typed is lost yet.")
    return CinemaError(
        Code.FILE_UNREADABLE,
        f"{path.parent} cannot be written ({error.strerror}); name notes in another folder with --notes F.vtt.",
    )
