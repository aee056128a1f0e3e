"""What is signed about tickets: those that no longer count, and those that were sold, for looking up.

The operator signs them; what this device fetched from pretix it signs itself.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TypeVar

from boxoffice.rules import moment_of
from boxoffice.rules.signed_texts import read_signed, write_signed
from core import CinemaError, Code
from core.records import from_plain, to_plain
from core.strict_json import dump_json, parse_json
from films import SigningKey, TrustedKeys

REVOKED_TYPE = "smart-cinema revoked tickets 1"
SOLD_TYPE = "smart-cinema sold tickets 1"
PRETIX_TYPE = "smart-cinema pretix tickets 1"
LIMIT_BYTES = 8 << 20
_TICKET = re.compile(r"[0-9a-f]{16}|pretix:[A-Za-z0-9]{1,100}")
_REFERENCE = re.compile(r"[A-Z0-9-]{4,20}")


@dataclass(frozen=True)
class RevokedTickets:
    """Tickets that were refunded or replaced, by the names that records use."""

    type: str
    seq: int
    issued: str
    event: int
    tickets: tuple[str, ...]

    @cached_property
    def names(self) -> frozenset[str]:
        """For asking."""
        return frozenset(self.tickets)


@dataclass(frozen=True)
class SoldTicket:
    """A ticket as its order has it; no person."""

    id: str
    reference: str
    """Printed below the code."""
    session: int
    people: int
    gates: int


@dataclass(frozen=True)
class SoldTickets:
    """The tickets that were sold, for those whose code cannot be read."""

    type: str
    seq: int
    issued: str
    event: int
    tickets: tuple[SoldTicket, ...]

    @cached_property
    def by_reference(self) -> Mapping[str, SoldTicket]:
        """For asking."""
        return {ticket.reference: ticket for ticket in self.tickets}


@dataclass(frozen=True)
class PretixTickets:
    """What this device fetched from pretix, both lists at once; the programme says which keys and shows they are of."""

    type: str
    seq: int
    issued: str
    event: int
    """The programme's."""
    revoked: tuple[str, ...]
    sold: tuple[SoldTicket, ...]


T = TypeVar("T", RevokedTickets, SoldTickets, PretixTickets)


def write_list(tickets: RevokedTickets | SoldTickets | PretixTickets, signer: SigningKey) -> str:
    """The list as a signed text."""
    return write_signed(dump_json(to_plain(tickets)), signer)


def read_revoked(text: str, trusted: TrustedKeys) -> RevokedTickets:
    """What a trusted key signed. Raises `CinemaError` (programme-refused) for everything else."""
    found = _read(text, trusted, RevokedTickets, "The list of revoked tickets")
    if found.type != REVOKED_TYPE or not all(map(_TICKET.fullmatch, found.tickets)):
        raise CinemaError(Code.PROGRAMME_REFUSED, "The list of revoked tickets was refused: it holds something else.")
    return found


def read_sold(text: str, trusted: TrustedKeys) -> SoldTickets:
    """What a trusted key signed. Raises `CinemaError` (programme-refused) for everything else."""
    found = _read(text, trusted, SoldTickets, "The list of sold tickets")
    if found.type != SOLD_TYPE or not _are_right(found.tickets):
        raise CinemaError(Code.PROGRAMME_REFUSED, "The list of sold tickets was refused: it holds something else.")
    return found


def read_pretix(text: str, trusted: TrustedKeys) -> PretixTickets:
    """What this device signed, whose key ``trusted`` holds. Raises `CinemaError` (programme-refused) for all else."""
    found = _read(text, trusted, PretixTickets, "The list of pretix")
    if found.type != PRETIX_TYPE or not all(map(_TICKET.fullmatch, found.revoked)) or not _are_right(found.sold):
        raise CinemaError(Code.PROGRAMME_REFUSED, "The list of pretix was refused: it holds something else.")
    return found


def with_pretix_revoked(signed: RevokedTickets | None, pretix: PretixTickets | None) -> RevokedTickets | None:
    """The operator's list and pretix' together; as old as the older, and of the newer's event where they differ."""
    if pretix is None:
        return signed
    fetched = RevokedTickets(REVOKED_TYPE, pretix.seq, pretix.issued, pretix.event, pretix.revoked)
    if signed is None or signed.event != pretix.event:
        return _newer(signed, fetched)
    both = tuple(sorted(signed.names | fetched.names))
    return replace(signed, tickets=both, issued=_older(signed, fetched).issued)


def with_pretix_sold(signed: SoldTickets | None, pretix: PretixTickets | None) -> SoldTickets | None:
    """As `with_pretix_revoked`; where both name one reference, the operator's ticket is meant."""
    if pretix is None:
        return signed
    fetched = SoldTickets(SOLD_TYPE, pretix.seq, pretix.issued, pretix.event, pretix.sold)
    if signed is None or signed.event != pretix.event:
        return _newer(signed, fetched)
    known = {ticket.id for ticket in signed.tickets}
    more = (item for item in fetched.tickets if item.reference not in signed.by_reference and item.id not in known)
    return replace(signed, tickets=(*signed.tickets, *more), issued=_older(signed, fetched).issued)


L = TypeVar("L", RevokedTickets, SoldTickets)


def _newer(signed: L | None, fetched: L) -> L:
    return signed if signed is not None and moment_of(signed.issued) > moment_of(fetched.issued) else fetched


def _older(signed: L, fetched: L) -> L:
    return min(signed, fetched, key=lambda found: moment_of(found.issued))


def _are_right(tickets: tuple[SoldTicket, ...]) -> bool:
    right = all(
        _TICKET.fullmatch(ticket.id)
        and _REFERENCE.fullmatch(ticket.reference)
        and 0 < ticket.people < 256
        and 0 < ticket.gates < 1 << 16
        for ticket in tickets
    )
    return right and len({ticket.reference for ticket in tickets}) == len(tickets)


def _read(text: str, trusted: TrustedKeys, kind: type[T], what: str) -> T:
    payload = read_signed(text, trusted, LIMIT_BYTES, Code.PROGRAMME_REFUSED, what)
    document = parse_json(payload, LIMIT_BYTES, Code.PROGRAMME_REFUSED, what)
    found = from_plain(document, kind, "tickets", Code.PROGRAMME_REFUSED)
    try:
        moment_of(found.issued)
    except CinemaError as error:
        raise CinemaError(Code.PROGRAMME_REFUSED, f"{what} was refused: its time is malformed.") from error
    if not (0 < found.seq < 1 << 53 and 0 <= found.event < 1 << 32):
        raise CinemaError(Code.PROGRAMME_REFUSED, f"{what} was refused: a number in it is out of range.")
    return found
