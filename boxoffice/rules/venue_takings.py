"""What a venue's records add up to, wherever they are added up: pure."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class TitleTakings:
    """One title at one venue. Gross is what was taken at the doors; tickets sold elsewhere are in others' reports."""

    title: str
    shows: int
    """Screenings that somebody came to or bought for."""
    admissions: int
    """People let in, on whatever ticket."""
    currency: str
    minor: int
    tickets: int
    """Places sold at the doors."""


@dataclass(frozen=True)
class Taken:
    """One record that counts: an admission (no money) or a sale."""

    title: str
    screening: str
    sale: bool
    people: int
    minor: int = 0
    currency: str = ""


@dataclass(frozen=True)
class Entered:
    """One admission, as merging sees it."""

    ticket: str
    screening: str
    gate: str
    device: str
    at: datetime
    people: int
    party: int
    how: str


@dataclass(frozen=True)
class Double:
    """A ticket on which more came in than it admits, with every admission."""

    ticket: str
    party: int
    people: int
    entered: tuple[Entered, ...]


def add_up(records: Iterable[Taken]) -> tuple[TitleTakings, ...]:
    """By title and currency, in their order."""
    shows: dict[str, set[str]] = defaultdict(set)
    people: Counter[str] = Counter()
    gross: dict[str, dict[str, list[int]]] = defaultdict(dict)
    for record in records:
        shows[record.title].add(record.screening)
        if record.sale:
            sums = gross[record.title].setdefault(record.currency, [0, 0])
            sums[0] += record.minor
            sums[1] += record.people
        else:
            people[record.title] += record.people
    return tuple(
        TitleTakings(title, len(shows[title]), people[title], currency, minor, tickets)
        for title in sorted(shows)
        for currency, (minor, tickets) in sorted(gross.get(title, {"": [0, 0]}).items())
    )


def doubles(entered: Iterable[Entered]) -> tuple[Double, ...]:
    """Tickets on which more came in than they admit, the earliest first; nobody's admission is dropped."""
    by_ticket: dict[str, list[Entered]] = defaultdict(list)
    for one in entered:
        by_ticket[one.ticket].append(one)
    found = [
        Double(ticket, max(one.party for one in ones), sum(one.people for one in ones), tuple(ones))
        for ticket, ones in by_ticket.items()
        if ones.sort(key=lambda one: (one.at, one.device)) is None
        and sum(one.people for one in ones) > max(one.party for one in ones)
    ]
    return tuple(sorted(found, key=lambda double: double.entered[0].at))
