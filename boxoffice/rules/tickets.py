"""One viewing, by one person, on one device: its windows, and the decision whether it may go on."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from boxoffice.rules.reasons import Fix, Reason, Rule
from boxoffice.rules.seen import again_allowed_ms, consumed_ms, is_watched

FINISH = timedelta(minutes=60)
"""How much longer than the film a showing that has begun may take."""


@dataclass(frozen=True)
class SaleTerms:
    """What a ticket was sold with. Times are aware."""

    window_start: datetime
    window_end: datetime
    zone: str
    unlock_s: int
    watch_s: int

    def moved(self, window_start: datetime, window_end: datetime, unlock_s: int, watch_s: int) -> "SaleTerms":
        """The terms after the avail changed: every change that gives more time holds, none that takes time away."""
        return SaleTerms(
            min(self.window_start, window_start),
            max(self.window_end, window_end),
            self.zone,
            max(self.unlock_s, unlock_s),
            max(self.watch_s, watch_s),
        )


@dataclass(frozen=True)
class DeviceFacts:
    """The device a ticket is bound to: the thumbprint of its key (RFC 7638) and a name for people."""

    thumbprint: str
    name: str


@dataclass(frozen=True)
class TicketFacts:
    """All that the decision depends on, besides the moment and who asks."""

    owner: str
    bought: datetime
    terms: SaleTerms
    running_time_ms: int
    started: datetime | None = None
    """When something was first seen."""
    device: DeviceFacts | None = None
    seen_ms: int = 0
    refunded: datetime | None = None
    shown_ms: int = 0
    """Everything that was shown, also what was seen before."""
    replay_percent: int | None = None
    """The house rules' allowance of the running time to be seen again; none for as much as one likes."""

    @property
    def consumed_ms(self) -> int:
        """How much of the viewing is used."""
        allowed = again_allowed_ms(self.replay_percent, self.running_time_ms)
        return consumed_ms(self.seen_ms, self.shown_ms, allowed)

    @property
    def is_used_up(self) -> bool:
        """Whether as much was seen again beyond the house rules' allowance as was left of the film."""
        allowed = again_allowed_ms(self.replay_percent, self.running_time_ms)
        again = self.shown_ms - self.seen_ms
        return allowed is not None and again > allowed and self.consumed_ms >= self.running_time_ms

    @property
    def unlock_by(self) -> datetime:
        """The viewing must start before: the unlock window from purchase or opening, but not after the film is gone."""
        opened = max(self.bought, self.terms.window_start)
        return min(opened + timedelta(seconds=self.terms.unlock_s), self.terms.window_end)

    @property
    def watch_by(self) -> datetime | None:
        """The viewing must finish before; none until it has started."""
        return self.started + timedelta(seconds=self.terms.watch_s) if self.started else None

    def going_on(self, admitted: datetime | None, now: datetime) -> "TicketFacts":
        """For a play that was ``admitted`` in time: the viewing goes on although nobody was told yet that it began.

        Once no viewing can start any more it counts as begun at its admission, and the watch window runs from there.
        What is seen again cuts nobody off in the middle: it counts when the next sitting begins.
        """
        if admitted is None:
            return self
        finished = admitted + timedelta(milliseconds=self.running_time_ms) + FINISH
        sitting = replace(self, replay_percent=None) if now < finished else self
        return replace(sitting, started=admitted) if self.started is None and now >= self.unlock_by else sitting


class TicketState(StrEnum):
    """Where a ticket stands, as a person would say it."""

    UNUSED = "unused"
    STARTED = "started"
    WATCHED = "watched"
    ENDED = "ended"
    REFUNDED = "refunded"


@dataclass(frozen=True)
class Decision:
    """Whether a viewing may go on, and every reason why not."""

    reasons: tuple[Reason, ...]

    @property
    def allowed(self) -> bool:
        """No rule refuses."""
        return not self.reasons


def ticket_state(ticket: TicketFacts, now: datetime) -> TicketState:
    """Where the ticket stands at ``now``."""
    if ticket.refunded:
        return TicketState.REFUNDED
    if is_watched(ticket.consumed_ms, ticket.running_time_ms):
        return TicketState.WATCHED
    if now >= (ticket.watch_by or ticket.unlock_by):
        return TicketState.ENDED
    return TicketState.STARTED if ticket.started else TicketState.UNUSED


def admit(ticket: TicketFacts, account: str, device: str, now: datetime, *, on_sale: bool = False) -> Decision:
    """Whether ``account`` may watch on the device with thumbprint ``device`` at ``now``; all reasons, not the first.

    ``on_sale`` says whether another ticket could be bought now: it decides what would fix a window that has passed.
    To somebody else's ticket the only answer is that it is not theirs.
    """
    if ticket.owner != account:
        return Decision((Reason(Rule.NOT_YOURS, Fix.NONE),))
    zone = ticket.terms.zone
    again = Fix.BUY_AGAIN if on_sale else Fix.NONE
    reasons = []
    if ticket.refunded:
        reasons.append(Reason(Rule.REFUNDED, again, ticket.refunded, zone))
    if ticket.started is None:
        if now < ticket.terms.window_start:
            reasons.append(Reason(Rule.NOT_YET, Fix.WAIT, ticket.terms.window_start, zone))
        if now >= ticket.terms.window_end:
            reasons.append(Reason(Rule.ENDED, Fix.NONE, ticket.terms.window_end, zone))
        elif now >= ticket.unlock_by:
            reasons.append(Reason(Rule.UNLOCK_PASSED, again, ticket.unlock_by, zone))
    elif ticket.watch_by and now >= ticket.watch_by:
        rule = Rule.USED if is_watched(ticket.consumed_ms, ticket.running_time_ms) else Rule.WATCH_PASSED
        reasons.append(Reason(rule, again, ticket.watch_by, zone))
    elif ticket.is_used_up:
        reasons.append(Reason(Rule.REPLAYED, again, ticket.watch_by, zone))
    if ticket.device and ticket.device.thumbprint != device:
        holds_until = ticket.watch_by or ticket.unlock_by
        reasons.append(Reason(Rule.OTHER_DEVICE, Fix.OTHER_DEVICE, holds_until, zone, ticket.device.name))
    return Decision(tuple(reasons))


def cut_off(tickets: tuple[TicketFacts, ...], window_end: datetime, now: datetime) -> int:
    """How many sold tickets a new end of the window would cut off, were they not protected from it."""
    return sum(
        ticket.started is None and not ticket.refunded and now < ticket.unlock_by and ticket.unlock_by > window_end
        for ticket in tickets
    )
