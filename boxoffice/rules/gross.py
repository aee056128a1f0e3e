"""Gross and admissions by title, territory and day, and what of it belongs to whom; whole minor units throughout."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

ADJUSTED_DAYS = 14
"""For so long a refund takes back the day of the sale; later it counts on its own day."""
WHOLE = 10_000
"""All of it, in basis points."""


@dataclass(frozen=True)
class Taking:
    """Something that happened to one ticket at an aware moment."""

    title: str
    territory: str
    currency: str
    at: datetime
    minor: int = 0
    tickets: int = 0
    admissions: int = 0
    sold: datetime | None = None
    """For money given back: when the ticket was sold."""


@dataclass(frozen=True, order=True)
class Key:
    """What a line is about. ``day`` is a day in the film's reporting zone."""

    day: date
    title: str
    territory: str
    currency: str


@dataclass(frozen=True)
class Figures:
    """Gross in the currency's minor unit, tickets sold less those given back, and admissions."""

    minor: int = 0
    tickets: int = 0
    admissions: int = 0

    def __add__(self, other: "Figures") -> "Figures":
        return Figures(self.minor + other.minor, self.tickets + other.tickets, self.admissions + other.admissions)

    def __sub__(self, other: "Figures") -> "Figures":
        return Figures(self.minor - other.minor, self.tickets - other.tickets, self.admissions - other.admissions)


Lines = Mapping[Key, Figures]


def lines_of(takings: Iterable[Taking], zone_of_title: Callable[[str], str]) -> dict[Key, Figures]:
    """Every day's lines as they stand now."""
    lines: dict[Key, Figures] = defaultdict(Figures)
    for taking in takings:
        zone = ZoneInfo(zone_of_title(taking.title))
        day = taking.at.astimezone(zone).date()
        if taking.sold is not None:
            sale = taking.sold.astimezone(zone).date()
            day = sale if day - sale <= timedelta(days=ADJUSTED_DAYS) else day
        key = Key(day, taking.title, taking.territory, taking.currency)
        lines[key] += Figures(taking.minor, taking.tickets, taking.admissions)
    return dict(lines)


def corrections(now: Lines, reported: Lines) -> dict[Key, Figures]:
    """What has to be added to what was reported so that it is what stands now; lines that hold say nothing."""
    found = {key: now.get(key, Figures()) - reported.get(key, Figures()) for key in {*now, *reported}}
    return {key: found[key] for key in sorted(found) if found[key] != Figures()}


def shared(minor: int, shares: Mapping[str, int]) -> dict[str, int]:
    """``minor`` by holder, after shares in basis points that make 10,000; the sum is ``minor`` to the last cent.

    What is left after rounding down goes to the largest remainders, and among equals to the first by name. Raises
    ``ValueError`` where the shares do not make a whole.
    """
    if sum(shares.values()) != WHOLE or any(share <= 0 for share in shares.values()):
        msg = f"shares are positive and make {WHOLE} basis points together"
        raise ValueError(msg)
    parts = {holder: minor * share // WHOLE for holder, share in shares.items()}
    left = minor - sum(parts.values())
    for holder in sorted(shares, key=lambda name: (-(minor * shares[name] % WHOLE), name))[:left]:
        parts[holder] += 1
    return parts
