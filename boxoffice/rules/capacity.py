"""How many tickets a title has: what is sold and what is held for somebody at the checkout never go beyond it."""

from datetime import timedelta

from boxoffice.rules.reasons import Fix, Reason, Rule

HOLD = timedelta(minutes=20)
"""How long a place is kept for somebody who has not paid, from the last step of the order."""


def sold_out(capacity: int | None, sold: int, held: int) -> Reason | None:
    """Why one more is refused, if it is; ``held`` are the others' places, which may come free."""
    if capacity is None or sold + held < capacity:
        return None
    return Reason(Rule.SOLD_OUT, Fix.WAIT if sold < capacity else Fix.NONE)
