"""How many tickets a title has: what is sold and what is held for somebody at the checkout never go beyond it."""

from dataclasses import replace
from datetime import timedelta

from boxoffice.rules.avails import Offer, OfferState
from boxoffice.rules.reasons import Fix, Reason, Rule

HOLD = timedelta(minutes=20)
"""How long a place is kept for somebody who has not paid, from the last step of the order."""


FEW = 20
"""Up to so many tickets left are told."""


def with_places(offer: Offer, capacity: int | None, sold: int, held: int) -> Offer:
    """The offer as it stands with so many tickets sold and held of ``capacity``."""
    if capacity is None or not offer.sellable:
        return offer
    reason = sold_out(capacity, sold, held)
    if reason is not None:
        return replace(offer, state=OfferState.SOLD_OUT, reasons=(reason,))
    left = capacity - sold - held
    return replace(offer, left=left if left <= FEW else None)


def sold_out(capacity: int | None, sold: int, held: int) -> Reason | None:
    """Why one more is refused, if it is; ``held`` are the others' places, which may come free."""
    if capacity is None or sold + held < capacity:
        return None
    return Reason(Rule.SOLD_OUT, Fix.WAIT if sold < capacity else Fix.NONE)
