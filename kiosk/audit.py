"""Is the ledger what happened? Its chain, its signatures, and whether what follows from the records is there."""

import sqlite3
from dataclasses import dataclass
from pathlib import Path

from boxoffice.rules.signed_texts import read_signed
from core import CinemaError, Code
from core.strict_json import parse_object
from films import Finding, TrustedKeys
from kiosk.ledger_file import looking_into, records_of
from kiosk.records import Head, Kind, beginning, follows, read_record

_MANY = 20


@dataclass(frozen=True)
class AuditReport:
    """What an audit found."""

    device: str
    records: int
    admissions: int
    people: int
    signed_to: int
    """The last record that a signature covers."""
    faults: tuple[Finding, ...]

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return not self.faults


def audit(file: Path, device: str, keys: TrustedKeys) -> AuditReport:
    """Audit the ledger of ``device`` in ``file``, whose key is among ``keys``; nothing is written.

    Raises `CinemaError`: file-missing, or as the ledger does where the file cannot be read at all.
    """
    with looking_into(file) as db:
        return _Audit(db, device, keys).run()


class _Audit:
    def __init__(self, db: sqlite3.Connection, device: str, keys: TrustedKeys) -> None:
        self._db, self._device, self._keys = db, device, keys
        self._faults: list[Finding] = []
        self._admissions = self._people = 0
        self._hashes: dict[int, bytes] = {}

    def run(self) -> AuditReport:
        checked = self._db.execute("PRAGMA quick_check(1)").fetchone()[0]
        if checked != "ok":
            self._fault("file", f"SQLite finds the file damaged: {checked}.")
        head = self._chain()
        self._left_over(head.seq)
        signed_to = self._heads(head.seq)
        return AuditReport(
            self._device, head.seq, self._admissions, self._people, signed_to, tuple(self._faults[:_MANY])
        )

    def _chain(self) -> Head:
        head = self._anchor()
        for seq, data, stored in records_of(self._db):
            after = follows(head, data)
            if after is None or after.seq != seq or after.hash != stored:
                self._fault("chain", f"Record {seq} does not follow record {head.seq}.", seq)
                after = Head(seq, stored)
            head = after
            self._hashes[seq] = head.hash
            self._consequences(seq, data)
        return head

    def _anchor(self) -> Head:
        """What the first record follows. Those before it were handed in and forgotten, up to a head that was signed."""
        older = not self._db.execute("SELECT 1 FROM sqlite_schema WHERE name = 'anchor'").fetchone()
        row = None if older else self._db.execute("SELECT seq, hash, signed FROM anchor").fetchone()
        if row is None:
            return beginning(self._device)
        if not self._is_signed(row[0], row[1].hex(), row[2]):
            self._fault("head", f"What was forgotten up to record {row[0]} was not signed.", row[0])
        return Head(row[0], row[1])

    def _is_signed(self, seq: int, hashed: str, signed: str) -> bool:
        try:
            payload = read_signed(signed, self._keys, 1 << 12, Code.LEDGER_DAMAGED, "A signed head")
            said = parse_object(payload, 1 << 12, Code.LEDGER_DAMAGED, "A signed head")
        except CinemaError:
            return False
        return (said.get("device"), said.get("seq"), said.get("hash")) == (self._device, seq, hashed)

    def _consequences(self, seq: int, data: bytes) -> None:
        try:
            record = read_record(data)
        except CinemaError as error:
            self._fault("record", f"Record {seq}: {error.message}", seq)
            return
        if not self._db.execute("SELECT 1 FROM outbox WHERE record = ?", (seq,)).fetchone():
            self._fault("outbox", f"Record {seq} is not kept for the service.", seq)
        if record.kind is Kind.ADMISSION:
            facts = record.facts
            names = ("ticket", "part", "screening", "gate", "people")
            wanted = (*(facts.get(name) for name in names), record.at)
            found = self._db.execute(
                "SELECT ticket, part, screening, gate, people, at FROM admissions WHERE record = ?", (seq,)
            ).fetchone()
            if found != wanted:
                self._fault("admission", f"The admission of record {seq} is not what was recorded.", seq)
            self._admissions += 1
            self._people += found[4] if found else 0

    def _left_over(self, last: int) -> None:
        count = self._db.execute("SELECT count(*) FROM admissions").fetchone()[0]
        if count != self._admissions:
            self._fault(
                "admission", f"There are {count} admissions, and {self._admissions} were recorded up to {last}."
            )

    def _heads(self, last: int) -> int:
        signed_to = 0
        for seq, signed in self._db.execute("SELECT seq, signed FROM heads WHERE seq <= ? ORDER BY seq", (last,)):
            try:
                payload = read_signed(signed, self._keys, 1 << 12, Code.LEDGER_DAMAGED, "A signed head")
                said = parse_object(payload, 1 << 12, Code.LEDGER_DAMAGED, "A signed head")
            except CinemaError as error:
                self._fault("head", f"At record {seq}: {error.message}", seq)
                continue
            hashed = self._hashes.get(seq, b"").hex()
            if (said.get("device"), said.get("seq"), said.get("hash")) != (self._device, seq, hashed):
                self._fault("head", f"What was signed at record {seq} is not what the record is now.", seq)
            else:
                signed_to = seq
        return signed_to

    def _fault(self, code: str, message: str, seq: int = 0) -> None:
        self._faults.append(Finding(code, message, f"record {seq}" if seq else ""))
