"""Room on the disk that is kept for the moment when there is none: given up, the doors can go on recording."""

import contextlib
import os
from pathlib import Path

BYTES = 64 << 20


class Reserve:
    """A file of real blocks that stands in for room."""

    def __init__(self, path: Path, size_bytes: int = BYTES) -> None:
        self._path = path
        self._size_bytes = size_bytes

    @property
    def there(self) -> bool:
        """Whether the whole of it is kept."""
        try:
            return self._path.stat().st_size >= self._size_bytes
        except OSError:
            return False

    def keep(self) -> bool:
        """Take the room, if it is not taken; whether it is."""
        if self.there:
            return True
        try:
            with self._path.open("wb") as file:
                for _ in range(0, self._size_bytes, 1 << 16):
                    file.write(bytes(1 << 16))
                file.flush()
                os.fsync(file.fileno())
        except OSError:
            self.give_up()
        return self.there

    def give_up(self) -> bool:
        """Make the room free; whether there was any."""
        there = self._path.exists()
        with contextlib.suppress(OSError):
            self._path.unlink(missing_ok=True)
        return there
