"""How many tickets a title or a screening has: what is sold and what is held for somebody never go beyond it."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from boxoffice.rules.avails import Offer, OfferState
from boxoffice.rules.reasons import Fix, Reason, Rule

HOLD = timedelta(minutes=20)
"""How long a place is kept for somebody who has not paid, from the last step of the order."""


FEW = 20
"""Up to so many tickets left are told."""


@dataclass(frozen=True)
class Taken:
    """Places that are not to be had."""

    sold: int = 0
    held: int = 0
    """By people at the checkout."""
    since: datetime | None = None
    """Since when the first of those has been held."""

    @property
    def frees(self) -> datetime | None:
        """When the first place that is held may come free."""
        return self.since + HOLD if self.since is not None else None


def with_places(offer: Offer, capacity: int | None, taken: Taken) -> Offer:
    """The offer as it stands with so many places taken of ``capacity``; what was counted before still holds."""
    if capacity is None or not offer.sellable:
        return offer
    reason = sold_out(capacity, taken, offer.window_end, offer.zone)
    if reason is not None:
        return replace(offer, state=OfferState.SOLD_OUT, reasons=(reason,))
    left = capacity - taken.sold - taken.held
    few = [number for number in (offer.left, left if left <= FEW else None) if number is not None]
    return replace(offer, left=min(few, default=None))


def sold_out(
    capacity: int | None, taken: Taken, until: datetime | None = None, zone: str | None = None
) -> Reason | None:
    """Why one more is refused, if it is.

    Its moment is when a place that is held may come free; where all are sold, ``until`` when one that is given back
    would be sold again.
    """
    if not is_full(capacity, taken.sold + taken.held):
        return None
    if capacity is not None and taken.sold < capacity:
        return Reason(Rule.SOLD_OUT, Fix.WAIT, taken.frees, zone)
    return Reason(Rule.SOLD_OUT, Fix.NONE, until, zone)


def is_full(capacity: int | None, taken: int, people: int = 1) -> bool:
    """Whether so many people more are too many: of a title, of a screening online, in a room."""
    return capacity is not None and taken + people > capacity
