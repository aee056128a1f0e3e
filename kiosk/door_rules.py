"""May this ticket enter here and now? Pure: ticket, programme, what was revoked, gate and time go in."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from boxoffice.rules import (
    ClockState,
    CodeFault,
    DoorTicket,
    PretixTicket,
    TrustedTime,
    read_door_ticket,
    read_pretix_code,
)
from boxoffice.rules.door_tickets import PREFIX
from kiosk.programme import Gate, Programme, Screening
from kiosk.ticket_lists import RevokedTickets, SoldTicket

GRACE = timedelta(minutes=10)


class Verdict(StrEnum):
    """The answer at a door. Those of codes keep the names of `CodeFault`."""

    ADMITTED = "admitted"
    EMPTY = "empty"
    NOT_OURS = "not-ours"
    DAMAGED = "damaged"
    NEWER = "newer"
    KEY_UNKNOWN = "key-unknown"
    FORGED = "forged"
    KEY_RETIRED = "key-retired"
    REVOKED = "revoked"
    OTHER_EVENT = "other-event"
    NOT_LISTED = "not-listed"
    OTHER_ROOM = "other-room"
    OTHER_GATE = "other-gate"
    TOO_EARLY = "too-early"
    TOO_LATE = "too-late"
    CLOCK = "clock"
    USED = "used"
    FULL = "full"
    ALONE = "alone"
    """The leading door does not answer, and another door may have let this ticket in."""
    TAKEN_BACK = "taken-back"
    """Somebody who was let in did not come in after all."""
    CANNOT_RECORD = "cannot-record"


class Light(StrEnum):
    """What is seen from afar."""

    GREEN = "green"
    AMBER = "amber"
    RED = "red"


OVERRIDABLE = frozenset(
    {
        Verdict.OTHER_ROOM,
        Verdict.OTHER_GATE,
        Verdict.TOO_EARLY,
        Verdict.TOO_LATE,
        Verdict.CLOCK,
        Verdict.USED,
        Verdict.FULL,
        Verdict.ALONE,
    }
)
"""What staff may let in by a reason: the ticket is genuine, and the rest can be seen by looking."""


def light_of(verdict: Verdict) -> Light:
    """Amber where staff must look at something before anything is wrong."""
    if verdict is Verdict.ADMITTED:
        return Light.GREEN
    return Light.AMBER if verdict in (Verdict.CLOCK, Verdict.ALONE, Verdict.TAKEN_BACK) else Light.RED


@dataclass(frozen=True)
class Presented:
    """A genuine ticket, of whatever kind."""

    name: str
    people: int
    screening: Screening | None
    event: int
    """The programme's own where the ticket names none."""
    gates: int | None = None
    not_before: datetime | None = None
    expires: datetime | None = None
    key_retired: bool = False


@dataclass(frozen=True)
class Judgement:
    """What the rules say; ``admitted`` still has to be recorded."""

    verdict: Verdict
    ticket: Presented | None = None
    at: datetime | None = None
    """When it would be let in, or until when it would have been."""


def presented(
    code: str, programme: Programme, sale_keys: Mapping[int, Ed25519PublicKey] | None = None
) -> Presented | CodeFault:
    """The genuine ticket that a code stands for, or why it is none; ``sale_keys`` are those of the venue's own doors.
    Never raises.
    """
    if code.startswith(PREFIX) or not programme.pretix_keys:
        ticket = read_door_ticket(code, {**programme.ticket_keys, **(sale_keys or {})})
        return ticket if isinstance(ticket, CodeFault) else _of_ours(ticket, programme)
    foreign = read_pretix_code(code, programme.pretix_ticket_keys)
    return foreign if isinstance(foreign, CodeFault) else _of_pretix(foreign, programme)


def presented_sold(sold: SoldTicket, programme: Programme) -> Presented:
    """The ticket that was looked up."""
    return Presented(sold.id, sold.people, programme.session.get(sold.session), programme.event, sold.gates)


def only_here(ticket: Presented, programme: Programme, gate: Gate) -> bool:
    """Whether no other gate may let this ticket in, so that nobody else needs to be asked."""
    if ticket.gates is None or ticket.screening is None:
        return False
    doors = [one.bit for one in programme.gates if ticket.screening.room in one.rooms and ticket.gates >> one.bit & 1]
    return doors == [gate.bit]


def judge(
    ticket: Presented | CodeFault, programme: Programme, revoked: RevokedTickets | None, gate: Gate, time: TrustedTime
) -> Judgement:
    """The first rule that refuses, in the order in which people ask."""
    if isinstance(ticket, CodeFault):
        return Judgement(Verdict(ticket))
    verdict, at = _refusal(ticket, programme, revoked, gate, time)
    return Judgement(verdict or Verdict.ADMITTED, ticket, at)


def _refusal(
    ticket: Presented, programme: Programme, revoked: RevokedTickets | None, gate: Gate, time: TrustedTime
) -> tuple[Verdict | None, datetime | None]:
    if revoked and revoked.event == programme.event and ticket.name in revoked.names:
        return Verdict.REVOKED, None
    if ticket.key_retired:
        return Verdict.KEY_RETIRED, None
    if ticket.screening is None:
        return (Verdict.NOT_LISTED if ticket.event == programme.event else Verdict.OTHER_EVENT), None
    if ticket.screening.room not in gate.rooms:
        return Verdict.OTHER_ROOM, None
    if ticket.gates is not None and not ticket.gates >> gate.bit & 1:
        return Verdict.OTHER_GATE, None
    return _time_refusal(ticket, ticket.screening, time)


def _time_refusal(ticket: Presented, screening: Screening, time: TrustedTime) -> tuple[Verdict | None, datetime | None]:
    """By the ticket or the programme, whichever gives more: a show that moved moves the tickets that were sold."""
    start = min(ticket.not_before or screening.doors_at, screening.doors_at)
    end = max(ticket.expires or screening.end_at, screening.end_at)
    if time.state is ClockState.AHEAD:
        return Verdict.CLOCK, None
    sure = time.state is ClockState.GOOD
    if time.now < start - GRACE:
        return (Verdict.TOO_EARLY if sure else Verdict.CLOCK), start
    if time.now > end + GRACE:
        return (Verdict.TOO_LATE if sure else Verdict.CLOCK), end
    return None, None


def _of_ours(ticket: DoorTicket, programme: Programme) -> Presented:
    retired = any(key.retired for key in programme.door_keys if key.id == ticket.key_id)
    same = ticket.event == programme.event
    screening = programme.session.get(ticket.session) if same else None
    return Presented(
        ticket.name, ticket.people, screening, ticket.event, ticket.gates, ticket.not_before, ticket.expires, retired
    )


def _of_pretix(ticket: PretixTicket, programme: Programme) -> Presented:
    times = (ticket.valid_from, ticket.valid_until)
    return Presented(ticket.name, 1, screening_of_pretix(ticket, programme), programme.event, None, *times)


def screening_of_pretix(ticket: PretixTicket, programme: Programme) -> Screening | None:
    """The screening that a ticket of pretix is for."""
    fitting = (
        screening
        for screening in programme.screenings
        for sale in screening.pretix
        if sale.subevent == ticket.subevent and sale.item in (0, ticket.item)
    )
    return next(fitting, None)
