"""Who came: by screening, from the ledger's own records."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from kiosk.ledger_file import looking_into, records_of
from kiosk.records import Kind, Record, read_record


@dataclass(frozen=True)
class Attendance:
    """What happened at the doors of one screening. Times are RFC 3339 in UTC, empty where nobody came."""

    screening: str
    people: int
    admissions: int
    """How often somebody was let in and stayed."""
    overrides: int
    """Admissions by staff, against the rules."""
    look_ups: int
    first: str
    last: str
    refused: Mapping[str, int] = field(default_factory=dict)
    """By verdict."""


def attendance(file: Path) -> tuple[Attendance, ...]:
    """Every screening that somebody came to or was refused for; refusals of what was no ticket stand under ``""``.

    The ledger may be in use. Raises `CinemaError`: file-missing, ledger-damaged, ledger-unwritable.
    """
    with looking_into(file) as db:
        return attended(read_record(data) for _seq, data, _hash in records_of(db))


def attended(records: Iterable[Record]) -> tuple[Attendance, ...]:
    """As `attendance`, of these records."""
    found: dict[str, _Doors] = {}
    for record in records:
        if record.kind in (Kind.ADMISSION, Kind.REFUSAL):
            found.setdefault(str(record.facts["screening"] or ""), _Doors()).add(record)
    return tuple(found[screening].told(screening) for screening in sorted(found))


class _Doors:
    """One screening's doors, record by record."""

    def __init__(self) -> None:
        self._people = 0
        self._times: list[str] = []
        self._ways: Counter[str] = Counter()
        self._refused: Counter[str] = Counter()

    def add(self, record: Record) -> None:
        """Count one record."""
        if record.kind is Kind.REFUSAL:
            self._refused[str(record.facts["verdict"])] += 1
            return
        self._people += int(str(record.facts["people"]))
        how = str(record.facts["how"])
        if how != "undo":
            self._times.append(record.at)
        self._ways[how] += 1

    def told(self, screening: str) -> Attendance:
        """What was counted."""
        first, last = (min(self._times), max(self._times)) if self._times else ("", "")
        ways = self._ways
        return Attendance(
            *(screening, self._people, ways.total() - 2 * ways["undo"], ways["override"], ways["look-up"], first, last),
            refused=dict(sorted(self._refused.items())),
        )
