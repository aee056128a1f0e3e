"""The ledger once more, elsewhere: an hourly copy, and every record since as one line of a file.

The lines are handed to the system at each commit, so that they outlast this process, but are not waited for.
"""

import contextlib
import logging
import os
import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from kiosk.records import Head

log = logging.getLogger(__name__)
KEPT = 3
_COPY = re.compile(r"ledger-(\d{12})\.sqlite3")
_LINES = re.compile(r"records-(\d{12})\.jsonl")


class Copies:
    """A folder of copies, best on another disk. What fails here is logged and stops nobody at a door."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lines: int | None = None

    @property
    def working(self) -> bool:
        """Whether there is a file for the next record."""
        return self._lines is not None

    def begin(self, after: Head) -> None:
        """Write the lines of the records after ``after`` from now on."""
        self.close()
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            file = self.folder / f"records-{after.seq:012d}.jsonl"
            self._lines = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        except OSError as error:
            log.warning("records are not written twice: %s", error.strerror)

    def add(self, record: bytes) -> None:
        """Write a record, which ends its own line."""
        try:
            if self._lines is not None:
                os.write(self._lines, record)
        except OSError as error:
            log.warning("a record was not written twice: %s", error.strerror)
            self.close()

    def copy(self, db: sqlite3.Connection, head: Head) -> bool:
        """Copy the whole ledger, and forget what is older than the last few; whether it was possible."""
        final = self.folder / f"ledger-{head.seq:012d}.sqlite3"
        part = final.with_suffix(".part")
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            part.unlink(missing_ok=True)
            db.execute("VACUUM INTO ?", (str(part),))
            with part.open("rb+") as file:
                os.fsync(file.fileno())
            part.replace(final)
        except (OSError, sqlite3.Error) as error:
            log.warning("the ledger was not copied: %s", error)
            with contextlib.suppress(OSError):
                part.unlink(missing_ok=True)
            return False
        self.begin(head)
        self._forget()
        return True

    @property
    def there(self) -> bool:
        """Whether anything was written here before."""
        return bool(self._named(_COPY) or self._named(_LINES))

    def newest_first(self) -> list[Path]:
        """The copies."""
        return sorted(self._named(_COPY), reverse=True)

    def lines(self) -> Iterator[bytes]:
        """Every whole line that was written, oldest first."""
        for file in sorted(self._named(_LINES)):
            with contextlib.suppress(OSError):
                yield from (line for line in file.read_bytes().splitlines(keepends=True) if line.endswith(b"\n"))

    def close(self) -> None:
        """Let go of the file of lines."""
        lines, self._lines = self._lines, None
        if lines is not None:
            os.close(lines)

    def _named(self, pattern: re.Pattern[str]) -> list[Path]:
        try:
            return [file for file in self.folder.iterdir() if pattern.fullmatch(file.name)]
        except OSError:
            return []

    def _forget(self) -> None:
        copies = self.newest_first()
        for old in copies[KEPT:]:
            old.unlink(missing_ok=True)
        oldest = int(copies[:KEPT][-1].stem.partition("-")[2])
        for file in self._named(_LINES):
            if int(file.stem.partition("-")[2]) < oldest:
                file.unlink(missing_ok=True)
