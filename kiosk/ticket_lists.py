"""What the operator signs about tickets: those that no longer count, and those that were sold, for looking up."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
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


T = TypeVar("T", RevokedTickets, SoldTickets)


def write_list(tickets: RevokedTickets | SoldTickets, signer: SigningKey) -> str:
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
    right = all(
        _TICKET.fullmatch(ticket.id)
        and _REFERENCE.fullmatch(ticket.reference)
        and 0 < ticket.people < 256
        and 0 < ticket.gates < 1 << 16
        for ticket in found.tickets
    )
    if found.type != SOLD_TYPE or not right or len(found.by_reference) != len(found.tickets):
        raise CinemaError(Code.PROGRAMME_REFUSED, "The list of sold tickets was refused: it holds something else.")
    return found


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
