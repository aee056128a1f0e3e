"""What the box office said before, kept on disk: posters by ETag and the last good catalogue. Nothing personal."""

import contextlib
import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from core.whole_file import write_whole

ENTRIES = 400
ENTRY_LIMIT_BYTES = 16 << 20


@dataclass(frozen=True)
class Kept:
    """One kept answer: its tag (an ETag, or the time of keeping) and its body."""

    tag: str
    body: bytes


class DiskCache:
    """Keeps answers below a folder; the oldest go when there are more than `ENTRIES`.

    Every entry carries its own hash: a damaged one counts as missing. A full or read-only disk only means that
    nothing is kept.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def get(self, name: str) -> Kept | None:
        """What was kept under that name, if it is whole."""
        path = self._path(name)
        try:
            if path.stat().st_size > ENTRY_LIMIT_BYTES + 4_096:
                return None
            head, _end, body = path.read_bytes().partition(b"\n")
            facts = json.loads(head)
            if facts["name"] != name or facts["sha256"] != hashlib.sha256(body).hexdigest():
                return None
            return Kept(str(facts["tag"]), body)
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def put(self, name: str, tag: str, body: bytes) -> None:
        """Keep an answer, whole or not at all."""
        if len(body) > ENTRY_LIMIT_BYTES or len(tag) > 500:
            return
        head = json.dumps({"name": name, "tag": tag, "sha256": hashlib.sha256(body).hexdigest()}).encode("ascii")
        with contextlib.suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
            write_whole(self._path(name), head + b"\n" + body)
            self._prune()

    def _prune(self) -> None:
        entries = sorted(self._folder.glob("*.kept"), key=lambda path: path.stat().st_mtime)
        for path in entries[:-ENTRIES]:
            path.unlink(missing_ok=True)

    def _path(self, name: str) -> Path:
        return self._folder / f"{hashlib.sha256(name.encode()).hexdigest()}.kept"
