"""Where somebody is, as far as it is known, and whether a ticket holds there."""

from collections.abc import Iterable
from dataclasses import dataclass

from boxoffice.rules.avails import Avail
from boxoffice.rules.reasons import Fix, Reason, Rule

NOWHERE = "ZZ"
"""What is said for a place that is not known (CLDR's unknown region)."""


@dataclass(frozen=True)
class Place:
    """A country or state, or the reason why it is not known."""

    territory: str
    unknown: Reason | None = None

    def allows(self, asked: str) -> bool:
        """Whether somebody here may ask for the offers of ``asked``: the same country, and no other of its states."""
        country = self.territory.partition("-")[0]
        return self.unknown is None and asked in {country, self.territory}


UNKNOWN = Place(NOWHERE, Reason(Rule.PLACE_UNKNOWN, Fix.CONTACT))
HIDDEN = Place(NOWHERE, Reason(Rule.PLACE_HIDDEN, Fix.CONTACT))


def view_from(avails: Iterable[Avail], place: Place, *, started: bool) -> tuple[Reason, ...]:
    """Why a ticket does not hold at ``place``. A viewing that has started goes on wherever its owner travels."""
    if started:
        return ()
    if place.unknown is not None:
        return (place.unknown,)
    if any(avail.names(place.territory) for avail in avails):
        return ()
    return (Reason(Rule.TERRITORY, Fix.CONTACT),)
