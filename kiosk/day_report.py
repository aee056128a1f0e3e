"""A day at a venue, from its ledger: who came, who was refused, what was taken and shown, where the chain ends."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from films import SigningKey, TrustedKeys
from kiosk.attendance import Attendance, attended
from kiosk.audit import audit
from kiosk.ledger_file import looking_into, records_of
from kiosk.programme import Programme
from kiosk.proof import Play, plays
from kiosk.records import Kind, Record, read_record, time_text


@dataclass(frozen=True)
class Till:
    """What was taken at the doors in one currency and one way."""

    currency: str
    method: str
    people: int
    minor: int


@dataclass(frozen=True)
class ChainEnd:
    """The ledger's last record, which whoever keeps this report can compare with the ledger for good."""

    seq: int
    hash: str
    """SHA-256 of the record, hexadecimal."""
    signed_to: int
    faults: int


@dataclass(frozen=True)
class DayReport:
    """One day in the programme's zone, ``YYYY-MM-DD``."""

    day: str
    device: str
    doors: tuple[Attendance, ...]
    """By screening, in the order of the programme; refusals of what was no ticket stand under ``""``, last."""
    takings: tuple[Till, ...]
    sold: Mapping[str, int]
    """People to whom places were sold at the doors, by screening."""
    refused: Mapping[str, int]
    """By verdict, the most frequent first."""
    shows: tuple[Play, ...]
    chain: ChainEnd

    @property
    def people(self) -> int:
        """All who came in."""
        return sum(line.people for line in self.doors)


def today(programme: Programme, now: datetime) -> date:
    """The day that it is at the venue."""
    return now.astimezone(ZoneInfo(programme.zone)).date()


def day_report(venue: Path, programme: Programme, day: date) -> DayReport:
    """What happened on a day; the ledger may be in use.

    Raises `CinemaError`: file-missing, ledger-damaged, ledger-unwritable.
    """
    file, zone = venue / "ledger.sqlite3", ZoneInfo(programme.zone)
    midnights = (datetime.combine(day + timedelta(days=days), time(), zone) for days in (0, 1))
    first, after = (time_text(moment.astimezone(ZoneInfo("UTC"))) for moment in midnights)
    records: list[Record] = []
    seq, last = 0, b""
    with looking_into(file) as db:
        for seq, data, last in records_of(db):  # noqa: B007 - the last one is the chain's end
            record = read_record(data)
            if first <= record.at < after:
                records.append(record)
    key = SigningKey.load_or_create(venue / "device-key.pem")
    audited = audit(file, key.key_id, TrustedKeys.of(key.public_jwk))
    sales = [record for record in records if record.kind is Kind.SALE]
    doors = _in_order(attended(records), programme)
    refused: Counter[str] = Counter()
    for line in doors:
        refused.update(line.refused)
    return DayReport(
        *(day.isoformat(), key.key_id, doors, _takings(sales), _sold(sales), dict(refused.most_common())),
        tuple(play for play in plays([file]) if first <= _moment_text(play.started or play.ended) < after),
        ChainEnd(seq, last.hex(), audited.signed_to, len(audited.faults)),
    )


def _in_order(doors: Iterable[Attendance], programme: Programme) -> tuple[Attendance, ...]:
    """Screenings of the day that nobody came to have no records, and no line."""
    starts = {item.id: item.start_at.isoformat() for item in programme.screenings}
    return tuple(sorted(doors, key=lambda line: (not line.screening, starts.get(line.screening, "9"), line.screening)))


def _takings(sales: Iterable[Record]) -> tuple[Till, ...]:
    sums: dict[tuple[str, str], list[int]] = {}
    for record in sales:
        facts = record.facts
        place = sums.setdefault((str(facts["currency"]), str(facts.get("method") or "")), [0, 0])
        place[0] += int(str(facts["people"]))
        place[1] += int(str(facts["minor"]))
    return tuple(Till(*names, *counts) for names, counts in sorted(sums.items()))


def _sold(sales: Iterable[Record]) -> Mapping[str, int]:
    sold: Counter[str] = Counter()
    for record in sales:
        sold[str(record.facts["screening"])] += int(str(record.facts["people"]))
    return sold


def _moment_text(text: str) -> str:
    return time_text(datetime.fromisoformat(text)) if text else ""
