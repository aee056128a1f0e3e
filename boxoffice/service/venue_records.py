"""What comes from venues: each record of a ledger once, whatever road it comes by, answered one by one."""

import hashlib
import logging
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from boxoffice.rules import time_text
from boxoffice.rules.signed_texts import read_signed
from boxoffice.rules.venues import (
    RECEIPT_TYPE,
    RECORD_BYTES,
    Receipt,
    Span,
    digest_of,
    spans_of,
    write_paper,
)
from boxoffice.service.database import Database, insert_once
from boxoffice.service.problems import HttpProblem
from boxoffice.service.tables import VenueAlarmRow, VenueBatchRow, VenueDeviceRow, VenueHeadRow, VenueRecordRow
from boxoffice.service.venues import Venues
from core import CinemaError, Clock, Code
from core.strict_json import parse_object
from films import TrustedKeys

log = logging.getLogger(__name__)

KEPT = timedelta(days=60)
"""How long an upload is answered the same."""
TOLD = {"rewound": "restored", "rolled-back": "rolled-back", "rescued": "rescued"}
"""Kinds of records that somebody should look at, and what the alarm is called."""
TEXTS = ("screening", "title", "ticket", "gate", "how", "currency")
NUMBERS = ("people", "party", "minor")
"""What reports ask of admissions and sales: texts and numbers."""
_TITLE = re.compile(r"[A-Za-z0-9._-]{0,200}")
"""A title's id, as a programme names it: the takings go into spreadsheets, which take =X for a formula."""
_CURRENCY = re.compile(r"[A-Z]{3}")
_BEGINNING = b"smart-cinema ledger 1\0"
_HASH = re.compile(r"[0-9a-f]{64}")
_KIND = re.compile(r"[a-z-]{1,40}")


@dataclass(frozen=True)
class Came:
    """One record that came, read."""

    seq: int
    data: bytes
    hash: bytes
    prev: bytes
    kind: str
    at: datetime
    facts: Mapping[str, Any]


class VenueRecords:
    """Takes uploads. Thread-safe."""

    def __init__(self, database: Database, clock: Clock, venues: Venues) -> None:
        self._database, self._clock, self._venues = database, clock, venues

    def take(self, device_id: str, batch: str, records: Sequence[str], heads: Sequence[str]) -> dict[str, Any]:
        """Keep what is new and say of each record what became of it; all of it in one transaction.

        Raises `HttpProblem`: 401 for a device that is not ours, 422 where ``batch`` named something else before.
        """
        said = hashlib.sha256("\n".join((*records, "", *heads)).encode()).hexdigest()
        with self._database.write() as session:
            device = self._venues.device(session, device_id)
            known = session.get(VenueBatchRow, (device_id, batch))
            if known is not None and known.sha256 == said:
                return dict(known.answer)
            now = device.seen = self._clock.now()
            if known is None:
                answer = self._answer(session, device, batch, records, heads)
                stale = VenueBatchRow.received < now - KEPT
                session.execute(delete(VenueBatchRow).where(VenueBatchRow.device_id == device_id, stale))
                session.add(VenueBatchRow(device_id=device_id, key=batch, sha256=said, answer=answer, received=now))
                return answer
            _alarm(session, device_id, "key-reused", batch, now)
        log.error("a venue's device used one key for two uploads")
        raise HttpProblem(422, Code.WRONG_USE, "This Idempotency-Key named something else before.")

    def have(self, device_id: str) -> dict[str, Any]:
        """Which records of a device are here, as first and one after the last, and the hash of the last."""
        with self._database.write() as session:
            device = self._venues.device(session, device_id)
            device.seen = self._clock.now()
            spans = spans_here(session, device_id)
            last = session.get(VenueRecordRow, (device_id, spans[-1].last)) if spans else None
        return {
            "spans": [[span.first, span.last + 1] for span in spans],
            "last": last.seq if last else 0,
            "hash": last.hash.hex() if last else None,
        }

    def _answer(
        self, session: Session, device: VenueDeviceRow, batch: str, records: Sequence[str], heads: Sequence[str]
    ) -> dict[str, Any]:
        came = [_read(text) for text in records]
        good = {item.seq: item for item in came if isinstance(item, Came)}
        near = _near(session, device.id, good)
        now, items, kept = self._clock.now(), [], {}
        for text, item in zip(records, came, strict=True):
            if not isinstance(item, Came):
                items.append({"seq": _number(text), "status": 400, "code": item})
                continue
            status, code = _judged(item, device.id, near, good)
            if status == 201:
                near[item.seq] = (item.hash, item.prev)
                session.add(_row(item, device, batch, now))
                if item.kind in TOLD:
                    _alarm(session, device.id, TOLD[item.kind], str(item.seq), now)
            elif code in ("changed", "chain"):
                _alarm(session, device.id, code, str(item.seq), now)
            if status < 300:
                kept[item.seq] = item.hash
            items.append({"seq": item.seq, "status": status, "code": code})
        session.flush()
        for signed in heads:
            self._head(session, device, signed)
        receipt = Receipt(
            *(RECEIPT_TYPE, device.id, batch, time_text(now)),
            *(spans_of(kept), digest_of(kept[seq] for seq in sorted(kept))),
        )
        return {"items": items, "receipt": write_paper(receipt, self._venues.signer)}

    def _head(self, session: Session, device: VenueDeviceRow, signed: str) -> None:
        key = TrustedKeys.of({"kty": "OKP", "crv": "Ed25519", "x": device.x})
        try:
            said = parse_object(
                read_signed(signed, key, 4096, Code.WRONG_USE, "A head"), 4096, Code.WRONG_USE, "A head"
            )
        except CinemaError:
            _alarm(session, device.id, "head", hashlib.sha256(signed.encode()).hexdigest()[:16], self._clock.now())
            return
        seq = said.get("seq")
        if not isinstance(seq, int) or not 0 < seq < 1 << 53:
            return
        row = session.get(VenueRecordRow, (device.id, seq))
        fits = row is None or (said.get("hash") == row.hash.hex() and said.get("device") == device.id)
        session.execute(insert_once(session, VenueHeadRow, device_id=device.id, seq=seq, signed=signed, fits=fits))
        if not fits:
            _alarm(session, device.id, "head", str(seq), self._clock.now())


def spans_here(session: Session, device_id: str) -> tuple[Span, ...]:
    """The records of a device that are here."""
    row = func.row_number().over(order_by=VenueRecordRow.seq)
    islands = (
        select(VenueRecordRow.seq, (VenueRecordRow.seq - row).label("island"))
        .where(VenueRecordRow.device_id == device_id)
        .subquery()
    )
    query = select(func.min(islands.c.seq), func.max(islands.c.seq)).group_by(islands.c.island)
    return tuple(Span(int(first), int(last)) for first, last in sorted(map(tuple, session.execute(query))))


def _near(session: Session, device_id: str, good: Mapping[int, Came]) -> dict[int, tuple[bytes, bytes]]:
    """Hash and predecessor of each stored record that one of these may touch."""
    if not good:
        return {}
    query = select(VenueRecordRow.seq, VenueRecordRow.hash, VenueRecordRow.prev).where(
        VenueRecordRow.device_id == device_id, VenueRecordRow.seq.between(min(good) - 1, max(good) + 1)
    )
    return {seq: (own, before) for seq, own, before in session.execute(query)}


def _judged(
    item: Came, device_id: str, near: Mapping[int, tuple[bytes, bytes]], good: Mapping[int, Came]
) -> tuple[int, str]:
    """A status for one record, and why it is not kept."""
    if item.seq in near:
        return (200, "known") if near[item.seq][0] == item.hash else (422, "changed")
    if item.seq == 1 and item.prev != hashlib.sha256(_BEGINNING + device_id.encode()).digest():
        return 404, "other-device"
    before, after = near.get(item.seq - 1), near.get(item.seq + 1)
    coming = good.get(item.seq + 1)
    broken = (
        (before is not None and before[0] != item.prev)
        or (after is not None and after[1] != item.hash)
        or (after is None and coming is not None and coming.prev != item.hash)
    )
    if broken:
        return 422, "chain"
    return (201, "kept") if _sensible(item) else (422, "facts")


def _sensible(item: Came) -> bool:
    """Whether what reports add up is there."""
    facts = item.facts
    if item.kind == "admission":
        needed = {"ticket", "screening", "gate", "how", "people", "party", "part"}
    elif item.kind == "sale":
        needed = {"ticket", "screening", "gate", "currency", "people", "minor"}
        if not _CURRENCY.fullmatch(str(facts.get("currency"))):
            return False
    else:
        return True
    if not _TITLE.fullmatch(str(facts.get("title") or "")):
        return False
    return needed <= set(facts) and all(
        isinstance(fact, int) and abs(fact) < 1 << 31
        if name in (*NUMBERS, "part")
        else isinstance(fact, str) and len(fact) <= 200 and "\0" not in fact
        for name, fact in facts.items()
        if name in (*TEXTS, *NUMBERS, "part")
    )


def _read(text: str) -> Came | str:
    """The record, or what is wrong with it."""
    data = text.encode()
    try:
        said = parse_object(data, RECORD_BYTES, Code.WRONG_USE, "A record")
    except CinemaError:
        return "malformed"
    seq, prev, kind, at, facts = (said.get(name) for name in ("seq", "prev", "kind", "at", "facts"))
    if not (isinstance(seq, int) and 0 < seq < 1 << 53 and isinstance(facts, dict)):
        return "malformed"
    if not (isinstance(prev, str) and _HASH.fullmatch(prev) and isinstance(kind, str) and _KIND.fullmatch(kind)):
        return "malformed"
    try:
        moment = datetime.fromisoformat(str(at))
        if moment.tzinfo is None:
            return "malformed"
        moment = moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return "malformed"
    return Came(seq, data, hashlib.sha256(data).digest(), bytes.fromhex(prev), kind, moment, facts)


def _number(text: str) -> int:
    found = re.match(r'\{"seq":(\d{1,15}),', text)
    return int(found[1]) if found else 0


def _row(item: Came, device: VenueDeviceRow, batch: str, now: datetime) -> VenueRecordRow:
    counts = item.kind in ("admission", "sale")
    facts = item.facts if counts else {}
    texts = {name: str(facts.get(name) or "") for name in TEXTS}
    numbers = {name: int(facts.get(name) or 0) for name in NUMBERS}
    return VenueRecordRow(
        device_id=device.id,
        seq=item.seq,
        venue_id=device.venue_id,
        data=item.data,
        hash=item.hash,
        prev=item.prev,
        kind=item.kind,
        at=item.at,
        batch=batch,
        received=now,
        **texts,
        **numbers,
    )


def _alarm(session: Session, device_id: str, code: str, about: str, now: datetime) -> None:
    session.execute(insert_once(session, VenueAlarmRow, device_id=device_id, code=code, about=about[:255], at=now))
