"""What follows from the ledger's records, as tables: written with each record, asked at the doors."""

import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime

from kiosk.records import Head, Kind, read_record


@dataclass(frozen=True)
class Admission:
    """Somebody who was let in: the part of the ticket's party, when and where; fewer than nobody were taken back."""

    ticket: str
    part: int
    screening: str
    gate: str
    people: int
    at: datetime


def write(db: sqlite3.Connection, data: bytes, head: Head) -> None:
    """A record and what follows from it; the same for one that is new and one that is replayed."""
    record = read_record(data)
    db.execute("INSERT INTO audit VALUES (?, ?, ?)", (head.seq, data, head.hash))
    facts = record.facts
    if record.kind is Kind.ADMISSION:
        db.execute(
            "INSERT INTO admissions VALUES (?, ?, ?, ?, ?, ?, ?)",
            (facts["ticket"], facts["part"], head.seq, facts["screening"], facts["gate"], facts["people"], record.at),
        )
    elif record.kind is Kind.SALE:
        db.execute(
            "INSERT INTO sales VALUES (?, ?, ?, ?)", (facts["ticket"], head.seq, facts["screening"], facts["people"])
        )
    elif record.kind is Kind.CLAIM:
        names = ("screening", "gate", "people")
        db.execute(
            "INSERT INTO claims VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *(facts["device"], facts["ticket"], facts["part"], head.seq),
                *(*(facts[name] for name in names), record.at, int(bool(facts["sale"]))),
            ),
        )
    elif record.kind in (Kind.ACCEPTED, Kind.SHOW, Kind.PIN):
        db.execute(
            "INSERT OR REPLACE INTO accepted VALUES (?, ?, ?, ?)",
            (facts["name"], facts["number"], facts["sha256"], head.seq),
        )
    db.execute("INSERT INTO outbox (record) VALUES (?)", (head.seq,))


def inside(db: sqlite3.Connection, screening: str) -> int:
    """How many were let in, here and at doors that asked here."""
    return _sum(
        db,
        "SELECT (SELECT coalesce(sum(people), 0) FROM admissions WHERE screening = ?1)"
        " + (SELECT coalesce(sum(people), 0) FROM claims WHERE screening = ?1 AND sale = 0)",
        screening,
    )


def reserved(db: sqlite3.Connection, screening: str, ticket: str = "") -> int:
    """How many bought at a door and have not come in yet, but for those of ``ticket``."""
    return _sum(
        db,
        "SELECT coalesce(sum(people), 0) FROM ("
        "SELECT ticket, people FROM sales WHERE screening = ?1"
        " UNION ALL SELECT ticket, people FROM claims WHERE screening = ?1 AND sale = 1"
        ") AS sold WHERE ticket <> ?2"
        " AND (SELECT coalesce(sum(people), 0) FROM admissions WHERE admissions.ticket = sold.ticket)"
        " + (SELECT coalesce(sum(people), 0) FROM claims WHERE claims.ticket = sold.ticket AND claims.sale = 0) <= 0",
        screening,
        ticket,
    )


def admissions(db: sqlite3.Connection, ticket: str) -> tuple[Admission, ...]:
    """Who came in here on a ticket."""
    rows = db.execute(
        "SELECT ticket, part, screening, gate, people, at FROM admissions WHERE ticket = ? ORDER BY part", (ticket,)
    )
    return tuple(_admission(row) for row in rows)


def entered(db: sqlite3.Connection, ticket: str) -> tuple[Admission, ...]:
    """Who came in on a ticket, here and at doors that asked here, the first one first; not who was taken back."""
    rows = db.execute(
        "SELECT ticket, part, screening, gate, people, at FROM admissions WHERE ticket = ?1 UNION ALL "
        "SELECT ticket, part, screening, gate, people, at FROM claims WHERE ticket = ?1 AND sale = 0 ORDER BY at, part",
        (ticket,),
    )
    return standing(tuple(_admission(row) for row in rows))


def standing(entered: tuple[Admission, ...]) -> tuple[Admission, ...]:
    """Those of a ticket's admissions that were not taken back."""
    left: list[Admission] = []
    for one in entered:
        taken = next((known for known in reversed(left) if (known.gate, known.people) == (one.gate, -one.people)), None)
        if taken is None:
            left.append(one)
        else:
            left.remove(taken)
    return tuple(left)


def shared(db: sqlite3.Connection) -> tuple[bytes, ...]:
    """The records of all who came in on tickets on which another door's people came in too, the first one first."""
    rows = db.execute(
        "WITH one AS (SELECT ticket, record FROM admissions"
        " UNION ALL SELECT ticket, record FROM claims WHERE sale = 0),"
        " many AS (SELECT ticket FROM one WHERE ticket IN (SELECT ticket FROM claims WHERE sale = 0)"
        " GROUP BY ticket HAVING count(*) > 1)"
        " SELECT audit.record FROM one JOIN audit ON audit.seq = one.record"
        " WHERE ticket IN (SELECT ticket FROM many) ORDER BY audit.seq"
    )
    return tuple(bytes(row[0]) for row in rows)


def claimed(db: sqlite3.Connection, device: str, ticket: str, part: int) -> Admission | None:
    """What another door asked for before, and was given."""
    row = db.execute(
        "SELECT ticket, part, screening, gate, people, at FROM claims WHERE device = ? AND ticket = ? AND part = ?",
        (device, ticket, part),
    ).fetchone()
    return _admission(row) if row else None


def moment(text: str) -> datetime:
    """The time that a record holds."""
    return datetime.fromisoformat(text).astimezone(UTC)


def _admission(row: tuple[str, int, str, str, int, str]) -> Admission:
    ticket, part, screening, gate, people, at = row
    return Admission(ticket, part, screening, gate, people, moment(at))


def _sum(db: sqlite3.Connection, sql: str, *values: str) -> int:
    return int(db.execute(sql, values).fetchone()[0])
