"""Where, when and for how much a title may be sold and shown (after EMA Avails)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import cached_property
from zoneinfo import ZoneInfo

from boxoffice.rules.reasons import Fix, Reason, Rule
from core import Money

EVERYWHERE = "*"
_TERRITORY = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,3})?")
_ALWAYS = datetime.min.replace(tzinfo=UTC)
UNLOCK_S = 30 * 24 * 3600
WATCH_S = 48 * 3600


@dataclass(frozen=True)
class Avail:
    """One permission to sell. ``start`` and ``end`` are naive wall times in ``zone``; the end is exclusive.

    A wall time that a zone repeats means its first occurrence; one that a zone skips is read with the offset before
    the gap (PEP 495). Raises ``ValueError`` for an empty window, aware times or a bad territory.
    """

    territories: frozenset[str]
    """Countries (ISO 3166-1 alpha-2), states (ISO 3166-2, as ``US-CA``), or ``"*"`` for wherever no other avail is."""
    start: datetime
    end: datetime
    zone: str
    price: Money
    preorder_from: datetime | None = None
    """Naive wall time in ``zone`` from which the title is sold ahead; none for no pre-orders."""
    unlock_s: int = UNLOCK_S
    watch_s: int = WATCH_S
    except_territories: frozenset[str] = frozenset()
    """Countries and states where it does not hold although ``territories`` has them or what they lie in."""
    announced_from: datetime | None = None
    """Naive wall time in ``zone`` before which nothing is said of it; none where it may be told at once."""
    tier: str = ""
    """The price tier that the rights holder names, as EMA Avails has it."""

    def __post_init__(self) -> None:
        times = [self.start, self.end, *(time for time in (self.preorder_from, self.announced_from) if time)]
        if any(moment.tzinfo is not None for moment in times):
            msg = "an avail's times are wall times in its zone"
            raise ValueError(msg)
        if not self.territories or any(not _is_territory(code) for code in self.territories):
            msg = "an avail names countries (ISO 3166-1 alpha-2), states (ISO 3166-2), or *"
            raise ValueError(msg)
        if any(code == EVERYWHERE or not _is_territory(code) for code in self.except_territories):
            msg = "an avail leaves out countries (ISO 3166-1 alpha-2) and states (ISO 3166-2)"
            raise ValueError(msg)
        if self.unlock_s <= 0 or self.watch_s <= 0 or self.price.minor < 0:
            msg = "windows are positive and prices are not negative"
            raise ValueError(msg)
        if self.window_end <= self.window_start:
            msg = "an avail ends after it starts"
            raise ValueError(msg)

    @cached_property
    def window_start(self) -> datetime:
        """The first moment of the availability window, in UTC."""
        return _in_utc(self.start, self.zone)

    @cached_property
    def window_end(self) -> datetime:
        """The moment at which the availability window is over, in UTC."""
        return _in_utc(self.end, self.zone)

    @cached_property
    def sold_from(self) -> datetime:
        """The first moment at which a ticket can be bought, in UTC."""
        if not self.preorder_from:
            return self.window_start
        return max(min(self.window_start, _in_utc(self.preorder_from, self.zone)), self.told_from)

    @cached_property
    def told_from(self) -> datetime:
        """The first moment at which the title may be shown at all, in UTC; never after it has opened."""
        return min(self.window_start, _in_utc(self.announced_from, self.zone)) if self.announced_from else _ALWAYS

    def names(self, territory: str) -> int:
        """How closely it names a country, or a state as ``US-CA``; 0 where it does not hold.

        3 for the state, 2 for the country, 1 for everywhere. What is left out as closely as it is named is left out.
        Of a country whose state is not known, nothing holds that leaves out one of its states.
        """
        return _names(self, _places(territory), territory)


class OfferState(StrEnum):
    """What a viewer can do about a title now."""

    ON_SALE = "on-sale"
    PRE_ORDER = "pre-order"
    COMING = "coming"
    ENDED = "ended"
    SOLD_OUT = "sold-out"
    NOT_HERE = "not-here"
    UNANNOUNCED = "unannounced"
    """Nothing may be said of it yet."""


@dataclass(frozen=True)
class Offer:
    """What one territory may buy at one moment. Times are in UTC."""

    state: OfferState
    avail: Avail | None
    price: Money | None
    window_start: datetime | None
    window_end: datetime | None
    zone: str
    unlock_s: int
    watch_s: int
    reasons: tuple[Reason, ...] = ()
    left: int | None = None
    """How many tickets are left, where they are few."""

    @property
    def sellable(self) -> bool:
        """Whether a ticket can be bought now."""
        return self.state in {OfferState.ON_SALE, OfferState.PRE_ORDER}


def offer_for(avails: Iterable[Avail], territory: str, now: datetime) -> Offer:
    """The best offer for ``territory`` (a country, or a state as ``US-CA``) at ``now`` (aware).

    Avails that name the territory more closely hide the others. Of the rest, one that is open wins, then one sold
    ahead, then the next to come, then the last that ended; of several open ones the cheapest.
    """
    places = _places(territory)
    named = [(avail, closeness) for avail in avails if (closeness := _names(avail, places, territory))]
    closest = max((closeness for _, closeness in named), default=0)
    here = [avail for avail, closeness in named if closeness == closest]
    told = [avail for avail in here if now >= avail.told_from]
    if not told:
        state = OfferState.UNANNOUNCED if here else OfferState.NOT_HERE
        reasons = (Reason(Rule.TERRITORY, Fix.NONE),)
        return Offer(state, None, None, None, None, "UTC", UNLOCK_S, WATCH_S, reasons)
    return _offer(*min(((avail, _state(avail, now)) for avail in told), key=lambda found: _rank(*found)))


_ORDER = (OfferState.ON_SALE, OfferState.PRE_ORDER, OfferState.COMING, OfferState.ENDED)


def _rank(avail: Avail, state: OfferState) -> tuple[int, float, int]:
    if state is OfferState.ON_SALE:
        return _ORDER.index(state), avail.price.minor, 0
    moment = -avail.window_end.timestamp() if state is OfferState.ENDED else avail.window_start.timestamp()
    return _ORDER.index(state), moment, avail.price.minor


def _state(avail: Avail, now: datetime) -> OfferState:
    if now >= avail.window_end:
        return OfferState.ENDED
    if now >= avail.window_start:
        return OfferState.ON_SALE
    return OfferState.PRE_ORDER if now >= avail.sold_from else OfferState.COMING


def _offer(avail: Avail, state: OfferState) -> Offer:
    reasons: tuple[Reason, ...] = ()
    if state is OfferState.COMING:
        reasons = (Reason(Rule.NOT_YET, Fix.WAIT, avail.sold_from, avail.zone),)
    elif state is OfferState.PRE_ORDER:
        reasons = (Reason(Rule.NOT_YET, Fix.WAIT, avail.window_start, avail.zone),)
    elif state is OfferState.ENDED:
        reasons = (Reason(Rule.ENDED, Fix.NONE, avail.window_end, avail.zone),)
    return Offer(
        state,
        avail,
        avail.price,
        avail.window_start,
        avail.window_end,
        avail.zone,
        avail.unlock_s,
        avail.watch_s,
        reasons,
    )


def _in_utc(wall: datetime, zone: str) -> datetime:
    try:
        return wall.replace(tzinfo=ZoneInfo(zone), fold=0).astimezone(UTC)
    except OverflowError as error:
        msg = "a time lies before the year 1 or after 9999"
        raise ValueError(msg) from error


def is_territory(code: str) -> bool:
    """Whether it is written as a country (ISO 3166-1 alpha-2) or a state (ISO 3166-2)."""
    return _TERRITORY.fullmatch(code) is not None


def _is_territory(code: str) -> bool:
    return code == EVERYWHERE or is_territory(code)


def _names(avail: Avail, places: tuple[str, ...], territory: str) -> int:
    allowed = _closest(places, avail.territories)
    if not allowed or not avail.except_territories:
        return allowed
    if len(places) == 2 and any(code.startswith(f"{territory}-") for code in avail.except_territories):
        return 0
    return allowed if allowed > _closest(places, avail.except_territories) else 0


def _closest(places: tuple[str, ...], codes: frozenset[str]) -> int:
    for close in range(len(places), 0, -1):
        if places[close - 1] in codes:
            return close
    return 0


def _places(territory: str) -> tuple[str, ...]:
    """What the territory lies in, and it, ever more closely."""
    country = territory.partition("-")[0]
    return (EVERYWHERE, country) if territory == country else (EVERYWHERE, country, territory)
