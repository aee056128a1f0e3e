"""Online screenings: a title that people watch together from one moment on, each with so many places.

A screening's ticket is a ticket like any other: its window opens when the film begins and shuts when nobody is let in
any more, so that the same rules admit it on every device, with a network or without.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from boxoffice.rules.avails import Avail, Offer, OfferState, offer_for
from boxoffice.rules.reasons import Fix, Reason, Rule
from boxoffice.rules.tickets import FINISH, SaleTerms

LATE_S = 15 * 60
"""Until so long after the beginning people are let in, where a screening says nothing else."""


@dataclass(frozen=True)
class OnlineScreening:
    """One showing of a title online. ``start`` is aware. Raises ``ValueError`` for what cannot be."""

    id: str
    start: datetime
    zone: str
    """The IANA zone that its time is said in."""
    capacity: int | None = None
    """How many places it has; none for as many as are wanted."""
    late_s: int = LATE_S
    """How long after the beginning people are let in."""

    def __post_init__(self) -> None:
        if self.start.tzinfo is None or self.late_s <= 0 or (self.capacity is not None and self.capacity < 1):
            msg = "a screening has an aware start, lets people in for a while and has a place at least"
            raise ValueError(msg)

    @property
    def doors_close(self) -> datetime:
        """From this moment on nobody is let in."""
        return self.start + timedelta(seconds=self.late_s)


def screening_offer(
    avails: Collection[Avail], screening: OnlineScreening, length_ms: int, place: str, now: datetime
) -> Offer:
    """What somebody in ``place`` may buy of a screening at ``now``, before its places are counted.

    It is sold where an avail is open at its beginning, from when that avail is sold; once begun it lasts as long as the
    film and an hour.
    """
    there = offer_for(avails, place, screening.start)
    if there.state is not OfferState.ON_SALE or there.avail is None:
        return there
    told = offer_for((there.avail,), place, now)
    if told.state is OfferState.UNANNOUNCED:
        return told
    offer = replace(
        there,
        window_start=screening.start,
        window_end=screening.doors_close,
        zone=screening.zone,
        unlock_s=screening.late_s,
        watch_s=-(-length_ms // 1000) + int(FINISH.total_seconds()),
    )
    if now >= screening.doors_close:
        over = Reason(Rule.ENDED, Fix.NONE, screening.doors_close, screening.zone)
        return replace(offer, state=OfferState.ENDED, reasons=(over,))
    if now >= screening.start:
        return offer
    sold_from = there.avail.sold_from
    if now < sold_from:
        early = Reason(Rule.NOT_YET, Fix.WAIT, sold_from, screening.zone)
        return replace(offer, state=OfferState.COMING, reasons=(early,))
    opens = Reason(Rule.NOT_YET, Fix.WAIT, screening.start, screening.zone)
    return replace(offer, state=OfferState.PRE_ORDER, reasons=(opens,))


def moved_with(terms: SaleTerms, screening: OnlineScreening, now: datetime) -> SaleTerms:
    """A sold ticket's terms after its screening was moved: it moves along, and lets in for no shorter time than it did.

    Where people are being let in already, nobody loses what is open to them; the new time is open to them besides.
    """
    if now >= terms.window_start:
        moved = terms.moved(screening.start, screening.doors_close, terms.unlock_s, terms.watch_s)
    else:
        closes = max(screening.doors_close, screening.start + (terms.window_end - terms.window_start))
        moved = replace(terms, window_start=screening.start, window_end=closes, zone=screening.zone)
    return replace(moved, unlock_s=int((moved.window_end - moved.window_start).total_seconds()))


def with_others(offers: Sequence[Offer]) -> list[Offer]:
    """The offers of a title's screenings, where another of them would fix that one is sold out."""
    elsewhere = any(offer.sellable for offer in offers)
    return [_elsewhere(offer) if elsewhere and offer.state is OfferState.SOLD_OUT else offer for offer in offers]


def _elsewhere(offer: Offer) -> Offer:
    fixed = tuple(
        replace(reason, fix=Fix.OTHER_SCREENING) if reason.fix is Fix.NONE else reason for reason in offer.reasons
    )
    return replace(offer, reasons=fixed)
