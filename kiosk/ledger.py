"""The ledger of one venue device: what happened, durably, in an order that nobody can change.

Every record is one transaction with what follows from it (an admission, an item for the service), and nothing is told
to anybody before it is on the disk. One process holds the ledger and one lock in it writes.
"""

import hashlib
import logging
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

from boxoffice.rules import Mark, TrustedTime, confirmed, is_full, trusted_time, with_evidence
from boxoffice.rules.signed_texts import write_signed
from boxoffice.rules.venue_takings import Double, doubles
from core import CinemaError, Code
from core.file_lock import FileLock
from core.records import to_plain
from core.strict_json import Json, dump_json
from films import SigningKey
from kiosk import ledger_tables as tables
from kiosk.clock import Clocks, MachineClocks
from kiosk.copies import Copies
from kiosk.ledger_file import connect, is_damage, refusal_of
from kiosk.ledger_rescue import Rescue, anchor_of, coming, is_sound, last_head, rescue
from kiosk.ledger_tables import Admission
from kiosk.records import Head, Kind, beginning, next_record, read_record, time_text
from kiosk.reserve import BYTES, Reserve
from kiosk.takings import entered_of

log = logging.getLogger(__name__)
T = TypeVar("T")
P = ParamSpec("P")

HEAD_RECORDS = 50
HEAD_EVERY = timedelta(seconds=60)
COPY_EVERY = timedelta(hours=1)
HEAD_TYPE = "smart-cinema ledger head 1"


@dataclass(frozen=True)
class Entry:
    """Somebody who is to be let in."""

    ticket: str
    """The decoded ticket's id."""
    party: int
    """How many the ticket admits in all."""
    people: int
    """How many of them come in now."""
    screening: str
    gate: str
    how: str
    """``scan``, ``look-up`` or ``override``; ``undo`` for people below zero, who were taken back."""
    staff: str = ""
    reason: str = ""
    title: str = ""
    """What is shown, for the takings."""


@dataclass(frozen=True)
class Claim:
    """What another door of the venue asks this one for: to let in, or to sell (part -1)."""

    device: str
    entry: Entry
    part: int

    @property
    def sale(self) -> bool:
        """Whether places are asked for rather than people let in."""
        return self.part < 0


@dataclass(frozen=True)
class Sale:
    """A ticket sold at a door."""

    ticket: str
    screening: str
    title: str
    gate: str
    people: int
    minor: int
    currency: str
    method: str
    """``cash`` or ``card``: how the till was paid."""
    staff: str = ""


@dataclass(frozen=True)
class Answer:
    """What the ledger says to an entry."""

    admitted: Admission | None
    """Recorded, and on the disk."""
    before: tuple[Admission, ...]
    """Who came in on the same ticket before."""
    full: bool
    """Whether the room cannot take them."""


class Ledger:
    """The ledger, held by this process until `close`."""

    def __init__(self, folder: Path, lock: FileLock, clocks: Clocks, copies: Copies, reserve: Reserve) -> None:
        self._file = folder / "ledger.sqlite3"
        self._lock, self._clocks, self._copies, self._reserve = lock, clocks, copies, reserve
        self._signer = SigningKey.load_or_create(folder / "device-key.pem")
        self._writing = threading.Lock()
        self._start = beginning(self.device)
        self.rescued: Rescue | None = None
        """What was done to a damaged ledger at this start."""
        self._db = self._open()
        self._head = last_head(self._db, anchor_of(self._db, self._start))
        self._mark = self._read_mark()
        self._signed, self._signed_at = self._last_signed(), self.time().now
        self._copied_at = self._signed_at
        self._copies.begin(self._head)

    @classmethod
    def open(
        cls,
        folder: Path,
        *,
        clocks: Clocks | None = None,
        copies: Path | None = None,
        reserve_bytes: int = BYTES,
    ) -> "Ledger":
        """The ledger in ``folder``, made at first use; ``copies`` is best on another disk.

        Raises `CinemaError`: ledger-in-use, ledger-unwritable, disk-full.
        """
        lock = FileLock(folder / "ledger.lock")
        try:
            folder.mkdir(parents=True, exist_ok=True)
            lock.take()
            if not lock.held:
                raise CinemaError(
                    Code.LEDGER_IN_USE, "The venue is already running on this ledger; close it, or use another folder."
                )
            ledger = cls(
                folder,
                lock,
                clocks or MachineClocks(),
                Copies(copies or folder / "copies"),
                Reserve(folder / "reserve", reserve_bytes),
            )
            try:
                ledger.begin()
            except BaseException:
                ledger.close()
                raise
        except sqlite3.Error as error:
            lock.release()
            raise refusal_of(error) from error
        except OSError as error:
            lock.release()
            raise CinemaError(
                Code.LEDGER_UNWRITABLE, f"The ledger's folder cannot be written: {error.strerror}."
            ) from error
        except BaseException:
            lock.release()
            raise
        return ledger

    @property
    def device(self) -> str:
        """How this device is named: the RFC 7638 thumbprint of its key."""
        return self._signer.key_id

    @property
    def public_jwk(self) -> dict[str, str]:
        """The public half of the device's key."""
        return self._signer.public_jwk

    @property
    def head(self) -> Head:
        """Where the chain ends."""
        return self._head

    @property
    def short_of_room(self) -> bool:
        """Whether the reserve had to be given up: staff must make room."""
        return not self._reserve.there

    @property
    def copied(self) -> bool:
        """Whether records are written a second time, elsewhere."""
        return self._copies.working

    def begin(self) -> None:
        """Record that the venue starts, and what was rescued."""
        self._reserve.keep()
        if self.rescued:
            facts = {**_plain(self.rescued), "put_aside": self.rescued.put_aside.name}
            self.append(Kind.RESCUED, facts)
        self.append(Kind.STARTED, {"device": self.device, "boot": self._clocks.read().boot})

    def close(self) -> None:
        """Let the ledger go; its last records are signed."""
        with self._writing:
            try:
                self._sign_head_alone()
            except CinemaError as error:
                log.warning("the last records are not signed: %s", error.code)
            self._db.close()
        self._copies.close()
        self._lock.release()

    def time(self) -> TrustedTime:
        """The time that everything here is judged by."""
        return trusted_time(self._clocks.read(), self._mark)

    def learn(self, issued: datetime) -> None:
        """Something was seen that a trusted key signed at ``issued``: it is no earlier than that."""
        self._mark = with_evidence(self._clocks.read(), self._mark, issued)

    def confirm_clock(self, staff: str, reason: str) -> None:
        """Believe the wall clock, which is ahead. Raises as `append`."""
        before, self._mark = self._mark, confirmed(self._clocks.read(), self._mark)
        try:
            self.append(Kind.CLOCK_CONFIRMED, {"staff": staff, "reason": reason})
        except CinemaError:
            self._mark = before
            raise

    def tend(self) -> None:
        """What is due, every 30 s or so: the time is kept, records are signed, the ledger is copied."""
        with self._writing, self._transaction():
            self._keep_time(self.time())
            self._sign_when_due(self.time().now)
        if self.time().now - self._copied_at >= COPY_EVERY:
            self.copy()

    def copy(self) -> bool:
        """Copy the ledger now; whether it was possible."""
        with self._writing:
            self._copied_at = self.time().now
            self._reserve.keep()
            return self._copies.copy(self._db, self._head)

    def append(self, kind: Kind, facts: dict[str, Json]) -> int:
        """Record something; its number. Raises `CinemaError` (disk-full, ledger-unwritable, ledger-damaged)."""
        with self._writing:
            return self._append(kind, facts)[0].seq

    def admit(self, entry: Entry, capacity: int, *, whatever: bool = False) -> Answer:
        """Let ``entry`` in, if its ticket and the room can take so many; with ``whatever``, in any case.

        What the answer calls admitted is on the disk. Raises as `append`; then nobody was let in.
        """
        with self._writing:
            before, full, used = self._before(entry, capacity)
            if not whatever and (used or full):
                return Answer(None, before, full and not used)
            part = len(self._read(tables.admissions, entry.ticket))
            at = self._append(Kind.ADMISSION, {**_plain(entry), "part": part})[1]
            admitted = Admission(entry.ticket, part, entry.screening, entry.gate, entry.people, at)
            return Answer(admitted, before, full)

    def claim(self, claim: Claim, capacity: int, *, whatever: bool = False) -> Answer:
        """Let another door let in or sell, as `admit` and `sell`; the same question gets the same answer.

        With ``whatever`` it happened already: both are kept, and `doubles` tells. Raises as `append`.
        """
        entry = claim.entry
        with self._writing:
            known = self._read(tables.claimed, claim.device, entry.ticket, claim.part)
            if known:
                return Answer(known, (), full=False)
            if claim.sale:
                before: tuple[Admission, ...] = ()
                used = False
                full = is_full(capacity, self._taken(entry.screening), entry.people)
            else:
                before, full, used = self._before(entry, capacity)
            if (used or full) and not whatever:
                return Answer(None, before, full and not used)
            facts = {**_plain(entry), "device": claim.device, "part": claim.part, "sale": claim.sale}
            at = self._append(Kind.CLAIM, facts)[1]
            admitted = Admission(entry.ticket, claim.part, entry.screening, entry.gate, entry.people, at)
            return Answer(admitted, before, full=False)

    def sell(self, sale: Sale, capacity: int) -> bool:
        """Record a sale, if the room has places that nobody bought; whether it had. Raises as `append`."""
        with self._writing:
            if is_full(capacity, self._taken(sale.screening), sale.people):
                return False
            self._append(Kind.SALE, _plain(sale))
            return True

    def accept(self, name: str, number: int, sha256: str) -> bool:
        """Record that the signed file ``name`` with this rising number counts now; false for one that is known.

        Raises `CinemaError` (programme-refused) for an older one, which is recorded too, and as `append`.
        """
        with self._writing:
            known = self.accepted(name)
            if known == (number, sha256):
                return False
            if known and number <= known[0]:
                self._append(Kind.DECLINED, {"name": name, "number": number, "sha256": sha256, "known": known[0]})
                raise CinemaError(
                    Code.PROGRAMME_REFUSED,
                    f"This {name} is number {number}, and number {known[0]} is here already; ask for a new one.",
                )
            self._append(Kind.ACCEPTED, {"name": name, "number": number, "sha256": sha256})
            return True

    def accepted(self, name: str) -> tuple[int, str] | None:
        """The number and SHA-256 of the signed file ``name`` that counts."""
        row = self._query("SELECT number, sha256 FROM accepted WHERE name = ?", name)
        return (row[0][0], row[0][1]) if row else None

    def change(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Do something to what follows from the records, in one transaction. Raises as `append`."""
        with self._writing, self._transaction():
            return work(self._db)

    def ask(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """The rows that a question gives. Raises as `append`."""
        return self._query(sql, *values)

    def inside(self, screening: str) -> int:
        """How many were let in, here and at doors that asked here."""
        return self._read(tables.inside, screening)

    def reserved(self, screening: str) -> int:
        """How many bought at a door and have not come in yet."""
        return self._read(tables.reserved, screening)

    def admissions(self, ticket: str) -> tuple[Admission, ...]:
        """Who came in on a ticket, here and at doors that asked here."""
        return self._read(tables.entered, ticket)

    def doubles(self) -> tuple[Double, ...]:
        """Tickets on which several doors let in more than they admit."""
        records = map(read_record, self._read(tables.shared))
        found = doubles(entered_of(one, str(one.facts.get("device") or self.device)) for one in records)
        return tuple(one for one in found if len({came.device for came in one.entered if came.people > 0}) > 1)

    def own_admissions(self, ticket: str) -> tuple[Admission, ...]:
        """Who came in here on a ticket."""
        return self._read(tables.admissions, ticket)

    def _open(self) -> sqlite3.Connection:
        made = coming(self._file)
        if not self._file.exists():
            if made.exists():
                made.rename(self._file)
            elif self._copies.there:
                return self._rescue()
        try:
            db = connect(self._file)
        except sqlite3.Error as error:
            if not is_damage(error):
                raise
            return self._rescue()
        if is_sound(db, self._start):
            return db
        db.close()
        return self._rescue()

    def _rescue(self) -> sqlite3.Connection:
        stamp = self._clocks.read().wall.strftime("%Y%m%dT%H%M%S")
        self.rescued = rescue(
            self._file, self._copies, self._start, self._file.with_name(f"damaged-{stamp}.sqlite3"), _replay
        )
        log.error("the ledger was damaged; records are there again to %d", self.rescued.restored_to)
        return connect(self._file)

    def _append(self, kind: Kind, facts: dict[str, Json]) -> tuple[Head, datetime]:
        time = self.time()
        data, after = next_record(self._head, time_text(time.now), time.state, kind, facts)
        with self._transaction():
            tables.write(self._db, data, after)
            self._keep_time(time)
            signed = self._sign_when_due(time.now, after)
        self._head = after
        if signed:
            self._signed, self._signed_at = after.seq, time.now
        self._copies.add(data)
        return after, tables.moment(time_text(time.now))

    def _keep_time(self, time: TrustedTime) -> None:
        mark = time.mark
        self._db.execute(
            "INSERT OR REPLACE INTO mark VALUES (1, ?, ?, ?)", (time_text(mark.time), mark.boot, mark.since_boot_ms)
        )
        self._mark = mark

    def _sign_when_due(self, now: datetime, head: Head | None = None) -> bool:
        head = head or self._head
        unsigned = head.seq - self._signed
        due = unsigned >= HEAD_RECORDS or (unsigned > 0 and now - self._signed_at >= HEAD_EVERY)
        if due:
            self._sign(head, now)
        return due

    def _sign(self, head: Head, now: datetime) -> None:
        payload = dump_json(
            {"type": HEAD_TYPE, "device": self.device, "seq": head.seq, "hash": head.hash.hex(), "at": time_text(now)}
        )
        self._db.execute("INSERT OR REPLACE INTO heads VALUES (?, ?)", (head.seq, write_signed(payload, self._signer)))

    def _sign_head_alone(self) -> None:
        if self._head.seq > self._signed:
            with self._transaction():
                self._sign(self._head, self.time().now)
            self._signed = self._head.seq

    def _last_signed(self) -> int:
        return int(self._query("SELECT coalesce(max(seq), 0) FROM heads")[0][0])

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        try:
            self._db.execute("BEGIN IMMEDIATE")
            yield
            self._db.execute("COMMIT")
        except sqlite3.Error as error:
            self._roll_back()
            refusal = refusal_of(error)
            if refusal.code is Code.DISK_FULL and self._reserve.give_up():
                log.error("the disk is full; the reserve was given up")
            raise refusal from error
        except BaseException:
            self._roll_back()
            raise

    def _roll_back(self) -> None:
        try:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
        except sqlite3.Error as error:
            log.warning("rolling back failed: %s", error)

    def _query(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        try:
            return self._db.execute(sql, values).fetchall()
        except sqlite3.Error as error:
            raise refusal_of(error) from error

    def _before(self, entry: Entry, capacity: int) -> tuple[tuple[Admission, ...], bool, bool]:
        """Who came in on the ticket, whether the room cannot take these, and whether the ticket cannot."""
        before = self._read(tables.entered, entry.ticket)
        used = sum(admission.people for admission in before) + entry.people > entry.party
        return before, is_full(capacity, self._taken(entry.screening, entry.ticket), entry.people), used

    def _taken(self, screening: str, ticket: str = "") -> int:
        return self._read(tables.inside, screening) + self._read(tables.reserved, screening, ticket)

    def _read(self, question: Callable[Concatenate[sqlite3.Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return question(self._db, *args, **kwargs)
        except sqlite3.Error as error:
            raise refusal_of(error) from error

    def _read_mark(self) -> Mark | None:
        row = self._query("SELECT time, boot, since_boot_ms FROM mark")
        return Mark(tables.moment(row[0][0]), row[0][1], row[0][2]) if row else None


def sha256_of(data: bytes) -> str:
    """As accepted files are named by."""
    return hashlib.sha256(data).hexdigest()


def _replay(db: sqlite3.Connection, data: bytes) -> None:
    record = read_record(data)
    with db:
        db.execute("BEGIN IMMEDIATE")
        tables.write(db, data, Head(record.seq, hashlib.sha256(data).digest()))


def _plain(value: object) -> dict[str, Json]:
    plain = to_plain(value)
    assert isinstance(plain, dict)  # noqa: S101 - a dataclass
    return plain
