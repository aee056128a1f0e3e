"""A ledger that is damaged: told at the start, put aside, and made anew from its copies and from what can be read."""

import contextlib
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from kiosk.copies import Copies
from kiosk.ledger_file import connect
from kiosk.records import Head, follows


@dataclass(frozen=True)
class Rescue:
    """What became of a damaged ledger."""

    put_aside: Path
    copied_to: int
    """The last record of the copy that was taken; 0 without one."""
    restored_to: int
    """The last record that is there again."""
    missing: int
    """How many records are known to have been there after that; there may have been more."""


def is_sound(db: sqlite3.Connection, start: Head) -> bool:
    """Whether SQLite finds the file whole and every record follows the one before."""
    try:
        if db.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
            return False
        if db.execute("PRAGMA foreign_key_check").fetchone() is not None:
            return False
        head = anchor_of(db, start)
        for seq, record, stored in db.execute("SELECT seq, record, hash FROM audit ORDER BY seq"):
            after = follows(head, record)
            if after is None or (after.seq, after.hash) != (seq, stored):
                return False
            head = after
    except sqlite3.Error:
        return False
    return True


def coming(file: Path) -> Path:
    """A ledger that was made anew, whole, and is about to take its place."""
    return file.with_suffix(".rescued")


def rescue(
    file: Path, copies: Copies, start: Head, put_aside: Path, replay: Callable[[sqlite3.Connection, bytes], None]
) -> Rescue:
    """Make a new ledger of the newest sound copy and each later record that still follows; put the damaged one aside.

    ``replay`` writes one record into the new ledger, in a transaction of its own. Cut off anywhere, it is done again
    at the next start. Raises ``OSError``, ``sqlite3.Error``.
    """
    made = file.with_suffix(".rescuing")
    _remove(made)
    copied_to = _from_copy(made, copies, start)
    db = connect(made)
    try:
        head = last_head(db, anchor_of(db, start))
        known, later = _found(file, copies, head.seq)
        while (after := _next(head, known.get(head.seq + 1, []))) is not None:
            replay(db, after[1])
            head = after[0]
    finally:
        db.close()
    made.rename(coming(file))
    for suffix in ("-journal", ""):
        with contextlib.suppress(FileNotFoundError):
            file.with_name(file.name + suffix).rename(put_aside.with_name(put_aside.name + suffix))
    coming(file).rename(file)
    return Rescue(put_aside, copied_to, head.seq, max(0, later - head.seq))


def last_head(db: sqlite3.Connection, start: Head) -> Head:
    """Where the chain ends. Raises ``sqlite3.Error``."""
    row = db.execute("SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1").fetchone()
    return Head(*row) if row else start


def anchor_of(db: sqlite3.Connection, start: Head) -> Head:
    """What the first record that is kept follows: the beginning, or the last one that was forgotten."""
    row = db.execute("SELECT seq, hash FROM anchor").fetchone()
    return Head(*row) if row else start


def _from_copy(file: Path, copies: Copies, start: Head) -> int:
    for copy in copies.newest_first():
        file.write_bytes(copy.read_bytes())
        try:
            db = connect(file)
            try:
                if is_sound(db, start):
                    return last_head(db, anchor_of(db, start)).seq
            finally:
                db.close()
        except sqlite3.Error:
            pass
        _remove(file)
    return 0


def _remove(file: Path) -> None:
    for suffix in ("-journal", ""):
        file.with_name(file.name + suffix).unlink(missing_ok=True)


def _found(damaged: Path, copies: Copies, after: int) -> tuple[dict[int, list[bytes]], int]:
    """Every later record that can be read anywhere, by number, and the highest number."""
    known: dict[int, list[bytes]] = {}
    for record in (*copies.lines(), *_readable(damaged, after)):
        number = _number(record)
        if number > after:
            known.setdefault(number, []).append(record)
    return known, max(known, default=0)


def _readable(damaged: Path, after: int) -> Iterator[bytes]:
    """What the damaged file still gives, one record at a time, so that a broken page costs only what lies on it."""
    try:
        db = sqlite3.connect(f"{damaged.as_uri()}?mode=ro", uri=True, isolation_level=None)
    except sqlite3.Error:
        return
    with contextlib.closing(db):
        missed, seq = 0, after
        while missed < 1000:
            seq += 1
            try:
                row = db.execute("SELECT record FROM audit WHERE seq = ?", (seq,)).fetchone()
            except sqlite3.Error:
                row = None
            if row is None or not isinstance(row[0], bytes):
                missed += 1
                continue
            missed = 0
            yield row[0]


def _number(record: bytes) -> int:
    digits = record[len(b'{"seq":') : 32].partition(b",")[0]
    return int(digits) if digits.isdigit() else 0


def _next(head: Head, candidates: list[bytes]) -> tuple[Head, bytes] | None:
    for record in candidates:
        after = follows(head, record)
        if after is not None:
            return after, record
    return None
