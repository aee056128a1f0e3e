"""One process at a time, by a lock that the system lets go of when its holder dies."""

import logging
import os
import sys
from pathlib import Path

log = logging.getLogger(__name__)


class FileLock:
    """A file that one process holds until it ends, however that happens. It stays where it is: removing it would let
    two hold it.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: int | None = None

    @property
    def held(self) -> bool:
        """Whether it is ours."""
        return self._file is not None

    def take(self) -> bool:
        """Whether nobody else holds it. Where there can be no such file, everybody is alone."""
        try:
            file = os.open(self._path, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o600)
        except OSError as error:
            log.warning("no lock at %s: %s", self._path.name, error.strerror)
            return True
        try:
            _take(file)
        except OSError:
            os.close(file)
            return False
        self._file = file
        return True

    def release(self) -> None:
        """Let it go."""
        file, self._file = self._file, None
        if file is not None:
            os.close(file)


if sys.platform == "win32":
    import msvcrt

    def _take(file: int) -> None:
        msvcrt.locking(file, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _take(file: int) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
