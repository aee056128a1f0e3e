"""Where, when and for how much a title may be sold and shown (after EMA Avails)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import cached_property
from zoneinfo import ZoneInfo

from boxoffice.rules.reasons import Fix, Reason, Rule
from core import Money

EVERYWHERE = "*"
UNLOCK_S = 30 * 24 * 3600
WATCH_S = 48 * 3600


@dataclass(frozen=True)
class Avail:
    """One permission to sell. ``start`` and ``end`` are naive wall times in ``zone``; the end is exclusive.

    A wall time that a zone repeats means its first occurrence; one that a zone skips is read with the offset before
    the gap (PEP 495). Raises ``ValueError`` for an empty window, aware times or a bad territory.
    """

    territories: frozenset[str]
    """ISO 3166-1 alpha-2 codes, or ``"*"`` for every territory that no other avail names."""
    start: datetime
    end: datetime
    zone: str
    price: Money
    preorder_from: datetime | None = None
    """Naive wall time in ``zone`` from which the title is sold ahead; none for no pre-orders."""
    unlock_s: int = UNLOCK_S
    watch_s: int = WATCH_S

    def __post_init__(self) -> None:
        times = [self.start, self.end, *([self.preorder_from] if self.preorder_from else [])]
        if any(moment.tzinfo is not None for moment in times):
            msg = "an avail's times are wall times in its zone"
            raise ValueError(msg)
        if not self.territories or any(not _is_territory(code) for code in self.territories):
            msg = "an avail names ISO 3166-1 alpha-2 territories, or *"
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
        return (
            min(self.window_start, _in_utc(self.preorder_from, self.zone)) if self.preorder_from else self.window_start
        )


class OfferState(StrEnum):
    """What a viewer can do about a title now."""

    ON_SALE = "on-sale"
    PRE_ORDER = "pre-order"
    COMING = "coming"
    ENDED = "ended"
    NOT_HERE = "not-here"


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

    @property
    def sellable(self) -> bool:
        """Whether a ticket can be bought now."""
        return self.state in {OfferState.ON_SALE, OfferState.PRE_ORDER}


def offer_for(avails: Iterable[Avail], territory: str, now: datetime) -> Offer:
    """The best offer for ``territory`` at ``now`` (aware).

    Avails that name the territory hide those for everywhere else. Of the rest, one that is open wins, then one sold
    ahead, then the next to come, then the last that ended; of several open ones the cheapest.
    """
    offered = list(avails)
    named = [avail for avail in offered if territory in avail.territories]
    here = named or [avail for avail in offered if EVERYWHERE in avail.territories]
    if not here:
        reasons = (Reason(Rule.TERRITORY, Fix.NONE),)
        return Offer(OfferState.NOT_HERE, None, None, None, None, "UTC", UNLOCK_S, WATCH_S, reasons)
    return _offer(*min(((avail, _state(avail, now)) for avail in here), key=lambda found: _rank(*found)))


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
    return wall.replace(tzinfo=ZoneInfo(zone), fold=0).astimezone(UTC)


def _is_territory(code: str) -> bool:
    return code == EVERYWHERE or (len(code) == 2 and code.isascii() and code.isalpha() and code.isupper())
