"""What happened in a show, written by the process that shows it, which may die: the ledger takes it in line by line.

A journal is a file of records as the ledger's own are (`kiosk.records`), one a line, chained from a beginning that
names the device and the show. The ledger is held by another process; what it took in stands in its own chain.
"""

import contextlib
import hashlib
import logging
import os
import threading
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path

from core import CinemaError, Code
from core.strict_json import Json
from kiosk.ledger import Ledger
from kiosk.records import Head, Kind, beginning, follows, next_record, read_record, time_text

log = logging.getLogger(__name__)

ENDING = ".journal"


class ShowJournal:
    """The journal of one show on this device; what was written is on the disk. Raises as `write` when it is opened."""

    def __init__(self, venue: Path, device: str, showing: str) -> None:
        self._file = venue / "shows" / f"{showing}{ENDING}"
        self._head = _beginning(device, showing)
        self._lock = threading.Lock()
        whole = 0
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            for data in _lines(self._file):
                after = follows(self._head, data)
                if after is None:
                    break
                self._head, whole = after, whole + len(data)
            self._out = self._file.open("ab")
            # What a power cut left of a line is no record.
            self._out.truncate(whole)
        except OSError as error:
            raise _unwritable(error) from error

    @property
    def head(self) -> Head:
        """Where it ends."""
        return self._head

    def write(self, now: datetime, clock: str, what: str, facts: Mapping[str, Json], kind: Kind = Kind.SHOW) -> None:
        """Record a change. Raises `CinemaError` (ledger-unwritable)."""
        with self._lock:
            told: dict[str, Json] = {"what": what, **facts}
            data, after = next_record(self._head, time_text(now), clock, kind, told)
            try:
                self._out.write(data)
                self._out.flush()
                os.fsync(self._out.fileno())
            except OSError as error:
                raise _unwritable(error) from error
            self._head = after

    def close(self) -> None:
        """Let it go."""
        self._out.close()


def take_shows(venue: Path, ledger: Ledger) -> int:
    """Take what the journals say into the ledger, each line once; how many lines were new.

    A journal that does not follow from its beginning is left where that ends, and logged. Raises as the ledger does.
    """
    taken = 0
    with contextlib.suppress(FileNotFoundError):
        for file in sorted((venue / "shows").iterdir()):
            if file.suffix == ENDING:
                taken += _take(file, ledger)
    return taken


def _take(file: Path, ledger: Ledger) -> int:
    showing = file.name.removesuffix(ENDING)
    name = f"show {showing}"
    known = ledger.accepted(name)
    seen, taken = known[0] if known else 0, 0
    head = _beginning(ledger.device, showing)
    for data in _lines(file):
        after = follows(head, data)
        if after is None:
            log.error("a show's journal does not follow after line %d", head.seq)
            break
        head = after
        if head.seq > seen:
            record = read_record(data)
            told: dict[str, Json] = {"showing": showing, "shown_at": record.at, **record.facts}
            ledger.append(record.kind, {**told, "name": name, "number": head.seq, "sha256": head.hash.hex()})
            taken += 1
    return taken


def _lines(file: Path) -> Iterator[bytes]:
    """Whole lines only."""
    try:
        data = file.read_bytes()
    except FileNotFoundError:
        return
    yield from (line for line in data.splitlines(keepends=True) if line.endswith(b"\n"))


def _beginning(device: str, showing: str) -> Head:
    start = beginning(device)
    return Head(0, hashlib.sha256(start.hash + showing.encode()).digest())


def _unwritable(error: OSError) -> CinemaError:
    return CinemaError(Code.LEDGER_UNWRITABLE, f"The show's journal cannot be written: {error.strerror}.")
