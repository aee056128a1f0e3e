"""What the box office does not have yet: handed in piece by piece, until a receipt says that it is there for good."""

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256

from boxoffice.client import Here, Item
from boxoffice.rules import time_text
from boxoffice.rules.venues import BATCH, Receipt, digest_of, numbers_of, read_receipt, spans_of
from core import CinemaError, Code
from core.uuid7 import uuid7
from films import TrustedKeys
from kiosk.ledger import Ledger
from kiosk.records import Kind

KEPT = timedelta(days=30)
"""For so long records stay here after the box office has them."""
PARKING = frozenset({400, 404, 422})
STICK = 200_000
"""Records in one file, at most."""


@dataclass(frozen=True)
class Batch:
    """What is handed in at once; its key stays the same until it is answered."""

    key: str
    seqs: tuple[int, ...]
    records: tuple[str, ...]
    heads: tuple[str, ...]


@dataclass(frozen=True)
class Counts:
    """How much waits, is at the box office, and was not accepted there."""

    waiting: int
    sent: int
    parked: int


@dataclass(frozen=True)
class Parked:
    """A record that the box office did not accept; it is kept, shown and exported."""

    seq: int
    status: int
    code: str
    record: str


class Outbox:
    """The outbox of a ledger. Methods raise as the ledger does."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def counts(self) -> Counts:
        """How it stands."""
        found = dict(self._ledger.ask("SELECT state, count(*) FROM outbox GROUP BY state"))
        return Counts(*(int(found.get(state, 0)) for state in ("waiting", "sent", "parked")))

    def parked(self) -> tuple[Parked, ...]:
        """What was not accepted."""
        rows = self._ledger.ask(
            "SELECT outbox.record, answer, audit.record FROM outbox JOIN audit ON audit.seq = outbox.record"
            " WHERE state = 'parked' ORDER BY outbox.record"
        )
        found = ((seq, json.loads(answer), record.decode()) for seq, answer, record in rows)
        return tuple(Parked(seq, int(status), str(code), record) for seq, (status, code), record in found)

    def next_batch(self, most: int = BATCH) -> Batch | None:
        """What to hand in next; after a cut, exactly what was handed in before."""

        def kept(db: sqlite3.Connection) -> tuple[str, list[int]] | None:
            row = db.execute("SELECT key, records FROM batch").fetchone()
            if row is not None:
                return str(row[0]), json.loads(row[1])
            waiting = (
                "SELECT seq, audit.record, hash FROM outbox JOIN audit ON seq = outbox.record"
                " WHERE state = 'waiting' ORDER BY seq LIMIT ?"
            )
            rows = db.execute(waiting, (most,)).fetchall()
            altered = [seq for seq, record, hashed in rows if sha256(record).digest() != hashed]
            _park(db, altered, 422, "altered")
            seqs = [seq for seq, _record, _hash in rows if seq not in altered]
            if not seqs:
                return None
            key = uuid7()
            db.execute("INSERT INTO batch VALUES (1, ?, ?)", (key, json.dumps(seqs)))
            return key, seqs

        found = self._ledger.change(kept)
        return self._batch(*found) if found else None

    def whole(self) -> Batch | None:
        """Everything that waits, for a stick. It goes on waiting until the receipt is here."""
        rows = self._ledger.ask("SELECT record FROM outbox WHERE state <> 'sent' ORDER BY record LIMIT ?", STICK)
        return self._batch(uuid7(), [seq for (seq,) in rows]) if rows else None

    def answered(self, batch: Batch, items: Iterable[Item], receipt: str, trusted: TrustedKeys) -> None:
        """Keep what became of a batch: only what a receipt covers is sent; what is wrong is parked.

        Raises `CinemaError` (programme-refused) for a receipt that does not fit.
        """
        covered = self._covered(read_receipt(receipt, trusted))
        verdicts = {item.seq: item for item in items}
        parked = [
            verdicts[seq]
            for seq in batch.seqs
            if seq in verdicts and verdicts[seq].status in PARKING and seq not in covered
        ]

        def keep(db: sqlite3.Connection) -> None:
            _sent(db, covered)
            for item in parked:
                _park(db, (item.seq,), item.status, item.code)
            db.execute("INSERT OR REPLACE INTO receipts VALUES (?, ?)", (batch.key, receipt))
            db.execute("DELETE FROM batch")

        self._ledger.change(keep)

    def take_receipt(self, text: str, trusted: TrustedKeys) -> int:
        """Keep a receipt that came on a stick; how many records it covers. Raises `CinemaError` (programme-refused)."""
        receipt = read_receipt(text.strip(), trusted)
        covered = self._covered(receipt)

        def keep(db: sqlite3.Connection) -> None:
            _sent(db, covered)
            db.execute("INSERT OR REPLACE INTO receipts VALUES (?, ?)", (receipt.batch, text.strip()))

        self._ledger.change(keep)
        return len(covered)

    def split(self, batch: Batch, status: int) -> None:
        """A batch was refused whole: its half is handed in next, and one record that is refused alone is parked."""

        def halve(db: sqlite3.Connection) -> None:
            db.execute("DELETE FROM batch")
            if len(batch.seqs) > 1:
                half = json.dumps(batch.seqs[: len(batch.seqs) // 2])
                db.execute("INSERT INTO batch VALUES (1, ?, ?)", (uuid7(), half))
            else:
                answer = json.dumps([status, "refused"])
                db.execute("UPDATE outbox SET state = 'parked', answer = ? WHERE record = ?", (answer, batch.seqs[0]))

        self._ledger.change(halve)

    def try_parked_again(self) -> int:
        """Hand in once more what was parked; how many."""

        def wait(db: sqlite3.Connection) -> int:
            return db.execute("UPDATE outbox SET state = 'waiting', answer = NULL WHERE state = 'parked'").rowcount

        return self._ledger.change(wait)

    def compare(self, here: Here) -> tuple[int, bool]:
        """Look at what the box office has: how many records it lost, which wait again; and whether it has some of ours
        that we lost, because this disk was put back to an earlier day. Both are recorded.
        """
        sent = {seq for (seq,) in self._ledger.ask("SELECT record FROM outbox WHERE state = 'sent'")}
        lost = sorted(sent - set(numbers_of(here.spans)))
        if lost:
            again = [(seq,) for seq in lost]

            def rewind(db: sqlite3.Connection) -> None:
                db.executemany("UPDATE outbox SET state = 'waiting' WHERE record = ?", again)
                db.execute("DELETE FROM batch")

            self._ledger.append(Kind.REWOUND, {"first": lost[0], "last": lost[-1], "records": len(lost)})
            self._ledger.change(rewind)
        return len(lost), self._rolled_back(here)

    def forget(self, now_text: str) -> int:
        """Forget records that the box office has and that are older than `KEPT`, up to a signed head; how many.

        ``now_text`` is `boxoffice.rules.time_text` of the trusted time less `KEPT`.
        """
        first_left = self._ledger.ask("SELECT coalesce(min(record), 0) FROM outbox WHERE state <> 'sent'")[0][0]
        young = self._ledger.ask(
            "SELECT coalesce(min(seq), 0) FROM audit WHERE json_extract(CAST(record AS TEXT), '$.at') >= ?", now_text
        )[0][0]
        limits = [int(limit) for limit in (first_left, young) if limit]
        below = min(limits) if limits else self._ledger.head.seq
        row = self._ledger.ask(
            "SELECT heads.seq, hash, signed FROM heads JOIN audit USING (seq)"
            " WHERE heads.seq < ?1 AND heads.seq < (SELECT max(seq) FROM heads) ORDER BY heads.seq DESC LIMIT 1",
            below,
        )
        if not row or not self._ledger.copy():
            return 0
        seq, hashed, signed = row[0]

        def drop(db: sqlite3.Connection) -> int:
            db.execute("INSERT OR REPLACE INTO anchor VALUES (1, ?, ?, ?)", (seq, hashed, signed))
            for table in ("admissions", "sales", "claims", "outbox"):
                db.execute(f"DELETE FROM {table} WHERE record <= ?", (seq,))  # noqa: S608 - our own names
            db.execute("DELETE FROM heads WHERE seq <= ?", (seq,))
            return db.execute("DELETE FROM audit WHERE seq <= ?", (seq,)).rowcount

        gone = self._ledger.change(drop)
        self._ledger.copy()
        return gone

    def _rolled_back(self, here: Here) -> bool:
        if not here.last:
            return False
        ours = self._ledger.ask("SELECT hash FROM audit WHERE seq = ?", here.last)
        beyond = here.last > self._ledger.head.seq
        other = bool(ours) and ours[0][0].hex() != here.hash
        if not (beyond or other):
            return False
        told = self._ledger.ask(
            "SELECT 1 FROM audit WHERE json_extract(CAST(record AS TEXT), '$.kind') = ?"
            " AND json_extract(CAST(record AS TEXT), '$.facts.last') = ?",
            *(Kind.ROLLED_BACK, here.last),
        )
        if not told:
            self._ledger.append(Kind.ROLLED_BACK, {"last": here.last, "head": self._ledger.head.seq})
        return True

    def _batch(self, key: str, seqs: Sequence[int]) -> Batch:
        first, last = min(seqs), max(seqs)
        wanted = set(seqs)
        rows = self._ledger.ask("SELECT seq, record FROM audit WHERE seq BETWEEN ? AND ? ORDER BY seq", first, last)
        found: Mapping[int, str] = {seq: record.decode() for seq, record in rows if seq in wanted}
        heads = self._ledger.ask("SELECT signed FROM heads WHERE seq BETWEEN ? AND ? ORDER BY seq", first, last)
        return Batch(key, tuple(found), tuple(found.values()), tuple(signed for (signed,) in heads[-BATCH:]))

    def _covered(self, receipt: Receipt) -> list[int]:
        """The records that a receipt covers, if it is this device's and they are what they were."""
        seqs = list(numbers_of(receipt.spans))
        if receipt.device != self._ledger.device:
            raise CinemaError(Code.PROGRAMME_REFUSED, "The receipt was refused: it is another device's.")
        if not seqs:
            return []
        rows = self._ledger.ask("SELECT seq, hash FROM audit WHERE seq BETWEEN ? AND ?", seqs[0], seqs[-1])
        hashes = dict(rows)
        if digest_of(hashes.get(seq, b"") for seq in seqs) != receipt.sha256:
            raise CinemaError(Code.PROGRAMME_REFUSED, "The receipt was refused: it is for other records than these.")
        return seqs


def _park(db: sqlite3.Connection, seqs: Iterable[int], status: int, code: str) -> None:
    answer = json.dumps([status, code])
    db.executemany("UPDATE outbox SET state = 'parked', answer = ? WHERE record = ?", [(answer, seq) for seq in seqs])


def _sent(db: sqlite3.Connection, seqs: Iterable[int]) -> None:
    db.executemany(
        "UPDATE outbox SET state = 'sent', answer = NULL WHERE record BETWEEN ? AND ?",
        [(span.first, span.last) for span in spans_of(seqs)],
    )


def forgetting_before(ledger: Ledger) -> str:
    """What `Outbox.forget` wants."""
    return time_text(ledger.time().now - KEPT)
