"""The venue's records: each holds the SHA-256 of the one before, so that none can be changed, left out or put in."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from core import CinemaError, Code
from core.records import from_plain
from core.strict_json import Json, dump_json, parse_object

LIMIT_BYTES = 64 << 10
_BEGINNING = b"smart-cinema ledger 1\0"


class Kind(StrEnum):
    """What a record is about."""

    STARTED = "started"
    ADMISSION = "admission"
    REFUSAL = "refusal"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    CLOCK_CONFIRMED = "clock-confirmed"
    RESCUED = "rescued"
    SHOW = "show"
    ENROLLED = "enrolled"
    SALE = "sale"
    CLAIM = "claim"
    REWOUND = "rewound"
    ROLLED_BACK = "rolled-back"
    PIN = "pin"


@dataclass(frozen=True)
class Head:
    """Where a chain ends: the last record's number and its hash."""

    seq: int
    hash: bytes


@dataclass(frozen=True)
class Record:
    """One thing that happened."""

    seq: int
    prev: str
    """SHA-256 of the record before, hexadecimal."""
    at: str
    """By trusted time; RFC 3339, UTC, milliseconds."""
    clock: str
    """What the wall clock was worth then."""
    kind: Kind
    facts: dict[str, Json]


def beginning(device: str) -> Head:
    """What the first record of a device follows, so that no other device's records fit."""
    return Head(0, hashlib.sha256(_BEGINNING + device.encode()).digest())


def time_text(moment: datetime) -> str:
    """RFC 3339 in UTC with milliseconds."""
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def next_record(head: Head, at: str, clock: str, kind: Kind, facts: dict[str, Json]) -> tuple[bytes, Head]:
    """The exact bytes of the record that follows ``head``, and the new head."""
    data = _start(head) + dump_json({"at": at, "clock": clock, "kind": kind, "facts": facts})[1:]
    return data, Head(head.seq + 1, hashlib.sha256(data).digest())


def follows(head: Head, data: bytes) -> Head | None:
    """The new head, if ``data`` is the record that follows ``head``."""
    if not data.startswith(_start(head)):
        return None
    return Head(head.seq + 1, hashlib.sha256(data).digest())


def read_record(data: bytes) -> Record:
    """What a record says. Raises `CinemaError` (ledger-damaged)."""
    plain = parse_object(data, LIMIT_BYTES, Code.LEDGER_DAMAGED, "A record")
    facts = plain.pop("facts", None)
    kind = plain.pop("kind", None)
    envelope = from_plain(plain, _Envelope, "record", Code.LEDGER_DAMAGED)
    if not isinstance(facts, dict) or kind not in set(Kind):
        raise CinemaError(Code.LEDGER_DAMAGED, "A record is of no known kind.")
    return Record(envelope.seq, envelope.prev, envelope.at, envelope.clock, Kind(str(kind)), facts)


def chain(head: Head, records: Iterable[bytes]) -> Head:
    """The head after all ``records``. Raises `CinemaError` (ledger-damaged) where one does not follow."""
    for data in records:
        after = follows(head, data)
        if after is None:
            raise CinemaError(
                Code.LEDGER_DAMAGED, f"Record {head.seq + 1} does not follow the one before.", {"seq": head.seq + 1}
            )
        head = after
    return head


@dataclass(frozen=True)
class _Envelope:
    seq: int
    prev: str
    at: str
    clock: str


def _start(head: Head) -> bytes:
    return b'{"seq":%d,"prev":"%s",' % (head.seq + 1, head.hash.hex().encode())
