"""What a voucher or a pass pays for: so many tickets, one to each title, for one person."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Unfit(StrEnum):
    """Why it does not pay for this ticket."""

    OTHER_TITLE = "other-title"
    OTHER_HOLDER = "other-holder"
    TITLE_USED = "title-used"
    USED_UP = "used-up"
    ENDED = "ended"


@dataclass(frozen=True)
class PassFacts:
    """All that the decision depends on, besides the moment and who asks. A voucher is a pass for one ticket."""

    titles: frozenset[str] | None
    """What it is for; none for every title."""
    tickets: int
    used: frozenset[str] = frozenset()
    """The titles that it has paid for."""
    holder: str | None = None
    """Who used it first: it is theirs from then on."""
    until: datetime | None = None
    """It pays before this aware moment; none for no end."""

    @property
    def left(self) -> int:
        """How many tickets it still pays for."""
        return max(0, self.tickets - len(self.used))


def unfit(facts: PassFacts, title: str, account: str, now: datetime) -> Unfit | None:
    """Why it does not pay for a ticket to ``title`` for ``account``, or none."""
    if facts.holder not in (None, account):
        return Unfit.OTHER_HOLDER
    if facts.titles is not None and title not in facts.titles:
        return Unfit.OTHER_TITLE
    if title in facts.used:
        return Unfit.TITLE_USED
    if not facts.left:
        return Unfit.USED_UP
    if facts.until is not None and now >= facts.until:
        return Unfit.ENDED
    return None
