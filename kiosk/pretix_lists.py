"""What pretix says, as a programme and lists of tickets hold it: for who signs these, and a venue that fetches."""

import base64
from collections.abc import Iterable
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from boxoffice.client import PretixCheckInList, PretixEvent, PretixPosition
from boxoffice.rules import CodeFault, PretixTicket, read_pretix_code
from core import CinemaError, Code, base64url
from kiosk.door_rules import screening_of_pretix
from kiosk.programme import PretixSale, Programme
from kiosk.ticket_lists import PRETIX_TYPE, PretixTickets, SoldTicket

EVERY_GATE = (1 << 16) - 1


def pretix_key(text: str) -> str:
    """A key of ``valid_keys.pretix_sig1`` of pretix' event, as `kiosk.Programme.pretix_keys` has it.

    Raises `CinemaError` (wrong-use).
    """
    try:
        key = load_pem_public_key(base64.b64decode(text, validate=True))
    except ValueError as error:
        raise CinemaError(Code.WRONG_USE, "This is no key of pretix' signed tickets.") from error
    if not isinstance(key, Ed25519PublicKey):
        raise CinemaError(Code.WRONG_USE, "This is a key of another kind than pretix' signed tickets have.")
    return base64url.encode(key.public_bytes_raw())


def revoked_names(secrets: Iterable[str], keys: Iterable[str]) -> tuple[str, ...]:
    """The tickets of pretix' ``revokedsecrets`` and ``blockedsecrets``, as `kiosk.RevokedTickets` names them.

    Secrets that no key of ``keys`` (as `pretix_key` gives them) signed open no door and are left out.
    """
    known = [Ed25519PublicKey.from_public_bytes(base64url.decode(key)) for key in keys]
    read = (read_pretix_code(secret, known) for secret in secrets)
    return tuple(sorted({ticket.name for ticket in read if not isinstance(ticket, CodeFault)}))


@dataclass(frozen=True)
class FromPretix:
    """What an event of pretix comes to at this venue."""

    tickets: PretixTickets
    new_keys: tuple[str, ...]
    """Keys that the programme does not have: what they sign opens no door before the operator signs a new programme."""
    unknown_sales: tuple[str, ...]
    """Screenings whose subevent or item pretix does not have."""
    uncovered: tuple[str, ...]
    """Screenings that no check-in list of pretix is for."""
    left_out: int
    """Tickets that cannot be looked up here: unpaid, for nothing in the programme, or not signed by a key of it."""


def tickets_from_pretix(event: PretixEvent, programme: Programme, seq: int, issued: str) -> FromPretix:
    """The event by what the operator's programme says of it.

    Raises `CinemaError` (wrong-use) where none of its keys is in the programme: this is another event.
    """
    keys = [pretix_key(text) for text in event.keys]
    if not set(keys) & set(programme.pretix_keys):
        raise CinemaError(
            Code.WRONG_USE,
            "The programme has no key of this event; is it the right one? Else ask the operator for a new programme.",
        )
    known = programme.pretix_ticket_keys
    sold: dict[str, SoldTicket] = {}
    for position in event.positions:
        ticket = read_pretix_code(position.secret, known)
        screening = None if isinstance(ticket, CodeFault) else screening_of_pretix(ticket, programme)
        if screening and isinstance(ticket, PretixTicket) and _counts(event, position):
            reference = f"{position.order.upper()}-{position.number}"
            sold[reference] = SoldTicket(ticket.name, reference, screening.session, 1, EVERY_GATE)
    revoked = revoked_names((*event.revoked, *event.blocked), programme.pretix_keys)
    return FromPretix(
        PretixTickets(PRETIX_TYPE, seq, issued, programme.event, revoked, tuple(sold.values())),
        tuple(key for key in keys if key not in programme.pretix_keys),
        tuple(show.id for show in programme.screenings if not all(_has(event, sale) for sale in show.pretix)),
        tuple(show.id for show in programme.screenings if not all(_lists(event, sale) for sale in show.pretix)),
        len(event.positions) - len(sold),
    )


def _counts(event: PretixEvent, position: PretixPosition) -> bool:
    """Whether it lets somebody in: paid, or on a check-in list that takes the unpaid too."""
    taken = any(one.pending for one in _lists(event, PretixSale(position.subevent, position.item)))
    return position.item in event.admission and (position.paid or taken)


def _has(event: PretixEvent, sale: PretixSale) -> bool:
    return (not sale.subevent or sale.subevent in event.subevents) and (not sale.item or sale.item in event.items)


def _lists(event: PretixEvent, sale: PretixSale) -> list[PretixCheckInList]:
    return [
        one
        for one in event.lists
        if one.subevent in (0, sale.subevent) and (one.items is None or not sale.item or sale.item in one.items)
    ]
