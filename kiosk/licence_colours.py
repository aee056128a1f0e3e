"""How a licence stands, in a colour and a word: green, yellow, red, or grey. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from kiosk.venue_facts import LicenceFacts

SOON = timedelta(hours=48)


class Colour(StrEnum):
    """Never shown alone: a word stands beside it."""

    GREEN = "green"
    """Good for more than two days."""
    YELLOW = "yellow"
    """Good, for less than two days more."""
    RED = "red"
    """Not good here, or no longer."""
    GREY = "grey"
    """Not yet."""


@dataclass(frozen=True)
class Standing:
    """One licence, now."""

    package: str
    colour: Colour
    word: str
    """good, ends-soon, ended, not-yet, other-device or locked."""
    not_before: datetime
    expires: datetime


def standing(licence: LicenceFacts, now: datetime) -> Standing:
    """How it stands at ``now``, by trusted time."""
    colour, word = _judged(licence, now)
    return Standing(licence.package, colour, word, licence.not_before, licence.expires)


def standings(licences: Sequence[LicenceFacts], now: datetime) -> list[Standing]:
    """All of them; what needs somebody first."""
    order = {Colour.RED: 0, Colour.YELLOW: 1, Colour.GREY: 2, Colour.GREEN: 3}
    return sorted((standing(item, now) for item in licences), key=lambda item: (order[item.colour], item.expires))


def _judged(licence: LicenceFacts, now: datetime) -> tuple[Colour, str]:
    if not licence.ours:
        return Colour.RED, "other-device"
    if not licence.opens:
        return Colour.RED, "locked"
    if now >= licence.expires:
        return Colour.RED, "ended"
    if now < licence.not_before:
        return Colour.GREY, "not-yet"
    return (Colour.GREEN, "good") if licence.expires - now > SOON else (Colour.YELLOW, "ends-soon")
