"""What this viewer says of notes, kept on this device until the box office has it."""

import json
import logging
import threading
import uuid
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Literal

from core import CinemaError, Code
from core.strict_json import parse_json
from core.whole_file import write_whole

log = logging.getLogger(__name__)

NoteFlag = Literal["loved", "unclear", "wrong"]
FILE = "note-flags.json"
LIMIT_BYTES = 1 << 20
KEPT = 1_000
"""The oldest that were sent are forgotten first: then a note could be flagged again."""
TOGETHER = 50
REFUSED = frozenset({Code.NOT_FOUND, Code.WRONG_USE})
"""What the box office will never take."""


@dataclass(frozen=True)
class SaidOfNote:
    """One word about one note of one ticket's film."""

    id: str
    ticket_id: str
    note: str
    flag: str
    sent: bool = False


class NoteFlags:
    """A queue that outlives the line and the process. Thread-safe; everything here may write to disk."""

    def __init__(self, folder: Path, send: Callable[[str, Sequence[SaidOfNote]], None]) -> None:
        self._file = folder / FILE
        self._send = send
        self._lock = threading.Lock()
        self._sending = threading.Lock()

    def said(self, ticket_id: str) -> dict[str, str]:
        """What was said with this ticket, by note."""
        with self._lock:
            return {said.note: said.flag for said in self._read() if said.ticket_id == ticket_id}

    def say(self, ticket_id: str, note: str, flag: NoteFlag) -> None:
        """Keep it and try to send it. Said once, it stays said; saying something of the same note again does nothing.

        Raises `CinemaError` (file-unreadable) where it cannot be kept.
        """
        with self._lock:
            kept = self._read()
            if any((said.ticket_id, said.note) == (ticket_id, note) for said in kept):
                return
            self._write([*kept, SaidOfNote(str(uuid.uuid4()), ticket_id, note, flag)])
        self.settle()

    def settle(self) -> None:
        """Send what has not been sent; what the line does not let through stays for the next time."""
        with self._sending:
            with self._lock:
                waiting = [said for said in self._read() if not said.sent]
            for ticket_id in dict.fromkeys(said.ticket_id for said in waiting):
                mine = [said for said in waiting if said.ticket_id == ticket_id][:TOGETHER]
                try:
                    self._send(ticket_id, mine)
                except CinemaError as refused:
                    log.info("flags of notes were not taken: %s", refused.code)
                    if refused.code not in REFUSED:
                        return
                self._settled({said.id for said in mine})

    def _settled(self, ids: set[str]) -> None:
        with self._lock:
            kept = [replace(said, sent=True) if said.id in ids else said for said in self._read()]
            sent = [said for said in kept if said.sent]
            old = {said.id for said in sent[: max(0, len(sent) - KEPT)]}
            self._write([said for said in kept if said.id not in old])

    def _read(self) -> list[SaidOfNote]:
        try:
            value = parse_json(self._file.read_bytes(), LIMIT_BYTES, Code.FILE_UNREADABLE, "The file of flags")
            return [SaidOfNote(**item) for item in value]  # type: ignore[arg-type, union-attr]
        except FileNotFoundError:
            return []
        except (OSError, CinemaError, TypeError) as error:
            log.warning("what was said of notes cannot be read and begins anew: %s", type(error).__name__)
            return []

    def _write(self, said: Sequence[SaidOfNote]) -> None:
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            write_whole(self._file, json.dumps([asdict(item) for item in said]).encode())
        except OSError as error:
            raise CinemaError(Code.FILE_UNREADABLE, f"It cannot be kept on this disk: {error.strerror}.") from error
