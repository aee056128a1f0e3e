"""Why something is refused: the rule, its moment, and what would fix it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Rule(StrEnum):
    """Which rule refuses."""

    TERRITORY = "territory"
    NOT_YET = "not-yet"
    ENDED = "ended"
    UNLOCK_PASSED = "unlock-passed"
    WATCH_PASSED = "watch-passed"
    OTHER_DEVICE = "other-device"
    SOLD_OUT = "sold-out"
    REFUNDED = "refunded"
    NOT_YOURS = "not-yours"
    USED = "used"
    REPLAYED = "replayed"
    NOT_OFFLINE = "not-offline"
    PLACE_UNKNOWN = "place-unknown"
    PLACE_HIDDEN = "place-hidden"


class Fix(StrEnum):
    """What a person can do about it."""

    WAIT = "wait"
    BUY_AGAIN = "buy-again"
    OTHER_DEVICE = "other-device"
    OTHER_SCREENING = "other-screening"
    NONE = "none"
    CONTACT = "contact"


@dataclass(frozen=True)
class Reason:
    """One refusal. ``at`` is aware and in UTC; ``zone`` is the territory's IANA zone, for saying it twice."""

    rule: Rule
    fix: Fix
    at: datetime | None = None
    zone: str | None = None
    device: str | None = None
