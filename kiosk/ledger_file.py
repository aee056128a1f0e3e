"""The ledger's SQLite file: how it is opened, what it holds, and what its errors mean."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from core import CinemaError, Code

APPLICATION = 0x53434C47
VERSION = 2
SLICE = 500
_SCHEMA = """
CREATE TABLE audit (seq INTEGER PRIMARY KEY, record BLOB NOT NULL, hash BLOB NOT NULL) STRICT;
CREATE TABLE heads (seq INTEGER PRIMARY KEY REFERENCES audit (seq), signed TEXT NOT NULL) STRICT;
CREATE TABLE admissions (
    ticket TEXT NOT NULL, part INTEGER NOT NULL, record INTEGER NOT NULL UNIQUE REFERENCES audit (seq),
    screening TEXT NOT NULL, gate TEXT NOT NULL, people INTEGER NOT NULL, at TEXT NOT NULL, PRIMARY KEY (ticket, part)
) STRICT;
CREATE INDEX admissions_by_screening ON admissions (screening, people);
CREATE TABLE outbox (
    record INTEGER PRIMARY KEY REFERENCES audit (seq), state TEXT NOT NULL DEFAULT 'waiting', answer TEXT
) STRICT;
CREATE INDEX outbox_by_state ON outbox (state, record);
CREATE TABLE accepted (
    name TEXT PRIMARY KEY, number INTEGER NOT NULL, sha256 TEXT NOT NULL, record INTEGER NOT NULL REFERENCES audit (seq)
) STRICT;
CREATE TABLE mark (
    one INTEGER PRIMARY KEY CHECK (one = 1), time TEXT NOT NULL, boot TEXT NOT NULL, since_boot_ms INTEGER NOT NULL
) STRICT;
"""
_SCHEMA_2 = """
CREATE TABLE accepted_2 (
    name TEXT PRIMARY KEY, number INTEGER NOT NULL, sha256 TEXT NOT NULL, record INTEGER NOT NULL
) STRICT;
INSERT INTO accepted_2 SELECT name, number, sha256, record FROM accepted;
DROP TABLE accepted;
ALTER TABLE accepted_2 RENAME TO accepted;
CREATE TABLE batch (
    one INTEGER PRIMARY KEY CHECK (one = 1), key TEXT NOT NULL, records TEXT NOT NULL
) STRICT;
CREATE TABLE receipts (batch TEXT PRIMARY KEY, signed TEXT NOT NULL) STRICT;
CREATE TABLE anchor (
    one INTEGER PRIMARY KEY CHECK (one = 1), seq INTEGER NOT NULL, hash BLOB NOT NULL, signed TEXT NOT NULL
) STRICT;
CREATE TABLE sales (
    ticket TEXT PRIMARY KEY, record INTEGER NOT NULL UNIQUE REFERENCES audit (seq),
    screening TEXT NOT NULL, people INTEGER NOT NULL
) STRICT;
CREATE INDEX sales_by_screening ON sales (screening, people);
CREATE TABLE claims (
    device TEXT NOT NULL, ticket TEXT NOT NULL, part INTEGER NOT NULL,
    record INTEGER NOT NULL UNIQUE REFERENCES audit (seq),
    screening TEXT NOT NULL, gate TEXT NOT NULL, people INTEGER NOT NULL, at TEXT NOT NULL, sale INTEGER NOT NULL,
    PRIMARY KEY (device, ticket, part)
) STRICT;
CREATE INDEX claims_by_ticket ON claims (ticket);
CREATE INDEX claims_by_screening ON claims (screening, people);
"""
"""What came with version 2: what was handed in, what may be forgotten, sales, and other doors' claims."""
_DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}


def connect(file: Path) -> sqlite3.Connection:
    """The ledger, durable at every commit, whatever is cut off; made where there is none. Raises ``sqlite3.Error``."""
    db = sqlite3.connect(file, timeout=5, isolation_level=None, check_same_thread=False)
    try:
        db.execute("PRAGMA trusted_schema = OFF")
        db.execute("PRAGMA cell_size_check = ON")
        db.execute("PRAGMA journal_mode = DELETE")
        db.execute("PRAGMA synchronous = EXTRA")
        db.execute("PRAGMA foreign_keys = ON")
        fresh = not db.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]
        if fresh:
            stamps = f"PRAGMA application_id = {APPLICATION}; PRAGMA user_version = 1;"
            db.executescript(f"BEGIN IMMEDIATE; {_SCHEMA} {stamps} COMMIT;")
        if db.execute("PRAGMA application_id").fetchone()[0] != APPLICATION:
            msg = "another program's file"
            raise sqlite3.DatabaseError(msg)
        version = db.execute("PRAGMA user_version").fetchone()[0]
        if version > VERSION:
            raise CinemaError(Code.LEDGER_UNWRITABLE, "The ledger is of a later version of this program; update it.")
        if version < VERSION:
            if not fresh:
                _keep_as_it_was(db, file.with_suffix(f".version-{version}.sqlite3"))
            db.executescript(f"BEGIN IMMEDIATE; {_SCHEMA_2} PRAGMA user_version = {VERSION}; COMMIT;")
    except BaseException:
        db.close()
        raise
    return db


def _keep_as_it_was(db: sqlite3.Connection, copy: Path) -> None:
    """What an older version of the program can go on with. Where there is no room for it, nothing is changed."""
    part = copy.with_suffix(".part")
    part.unlink(missing_ok=True)
    db.execute("VACUUM INTO ?", (str(part),))
    part.replace(copy)


@contextmanager
def looking_into(file: Path) -> Iterator[sqlite3.Connection]:
    """The ledger in ``file``, of which nothing is changed; another process may write to it meanwhile.

    Raises `CinemaError`: file-missing, or as `refusal_of` says.
    """
    if not file.is_file():
        raise CinemaError(Code.FILE_MISSING, f"There is no ledger {file}.")
    try:
        # Not read-only: where a process was killed, SQLite takes back what it had begun before anything is read.
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=rw", uri=True, isolation_level=None)) as db:
            db.execute("PRAGMA query_only = ON")
            yield db
    except sqlite3.Error as error:
        raise refusal_of(error) from error


def records_of(db: sqlite3.Connection) -> Iterator[tuple[int, bytes, bytes]]:
    """Every record's number, bytes and hash, some at once: in between, the doors can write."""
    last = 0
    while rows := db.execute(
        "SELECT seq, record, hash FROM audit WHERE seq > ? ORDER BY seq LIMIT ?", (last, SLICE)
    ).fetchall():
        yield from rows
        last = rows[-1][0]


def is_damage(error: sqlite3.Error) -> bool:
    """Whether the file itself is broken, rather than the disk full or away."""
    code = getattr(error, "sqlite_errorcode", None)
    return code is None or code & 0xFF in _DAMAGED


def refusal_of(error: sqlite3.Error) -> CinemaError:
    """What an error of SQLite means at a door: nothing was recorded."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code == sqlite3.SQLITE_FULL:
        return CinemaError(Code.DISK_FULL, "The disk is full and nothing was recorded; make room, then try again.")
    if code in _DAMAGED:
        return CinemaError(Code.LEDGER_DAMAGED, "The ledger is damaged and nothing was recorded; restart the venue.")
    return CinemaError(
        Code.LEDGER_UNWRITABLE,
        "The ledger cannot be written and nothing was recorded; look at the disk.",
    )
