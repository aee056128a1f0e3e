"""The code on a ticket for a door: what one party may enter, when and where, signed, in 145 characters.

``SC1:`` and base45 of a fixed layout, big-endian, and 64 bytes of Ed25519 (RFC 8032) over `DOMAIN` and that layout. No
personal data. A QR code of version 6 at level M holds it.
"""

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from boxoffice.rules import base45

VERSION = 1
PREFIX = "SC1:"
DOMAIN = b"smart-cinema door ticket 1\0"
GATES = 16
_LAST_MINUTE = 1 << 31
_LAYOUT = struct.Struct(">BHQIIIIHB")
_SIGNATURE_BYTES = 64
_BYTES = _LAYOUT.size + _SIGNATURE_BYTES
CODE_LENGTH = len(PREFIX) + _BYTES // 2 * 3


class CodeFault(StrEnum):
    """Why a code is not a ticket of ours."""

    EMPTY = "empty"
    NOT_OURS = "not-ours"
    DAMAGED = "damaged"
    NEWER = "newer"
    KEY_UNKNOWN = "key-unknown"
    FORGED = "forged"


@dataclass(frozen=True)
class DoorTicket:
    """What the code says; `read_door_ticket` makes one only of what a known key signed."""

    key_id: int
    id: int
    """64 bits, at random: what uniqueness is about."""
    event: int
    session: int
    """The screening's number within the event."""
    not_before: datetime
    """Aware, a whole minute."""
    expires: datetime
    gates: int
    """A bit for each gate; the lowest is gate 0."""
    people: int
    """How many it admits, 1 to 255."""

    @property
    def name(self) -> str:
        """The id as records and revocations write it."""
        return f"{self.id:016x}"


def write_door_ticket(ticket: DoorTicket, key: Ed25519PrivateKey) -> str:
    """The code. Raises ``ValueError`` where a number does not fit."""
    minutes = (_minutes(ticket.not_before), _minutes(ticket.expires))
    if not (0 < ticket.people < 256 and 0 < ticket.gates < 1 << GATES and minutes[0] < minutes[1] < _LAST_MINUTE):
        msg = "a ticket is for somebody, at some gate, for some time"
        raise ValueError(msg)
    try:
        body = _LAYOUT.pack(
            *(VERSION, ticket.key_id, ticket.id, ticket.event, ticket.session, *minutes, ticket.gates, ticket.people)
        )
    except struct.error as error:
        msg = "a number does not fit into a ticket"
        raise ValueError(msg) from error
    return PREFIX + base45.encode(body + key.sign(DOMAIN + body))


def read_door_ticket(text: str, keys: Mapping[int, Ed25519PublicKey]) -> DoorTicket | CodeFault:
    """The ticket that one of ``keys`` signed, or why the text is none. Never raises."""
    data = _data(text)
    if isinstance(data, CodeFault):
        return data
    body, signature = data[: _LAYOUT.size], data[_LAYOUT.size :]
    version, key_id, ticket_id, event, session, start, end, gates, people = _LAYOUT.unpack(body)
    if version != VERSION:
        return CodeFault.NEWER
    key = keys.get(key_id)
    if key is None:
        return CodeFault.KEY_UNKNOWN
    try:
        key.verify(signature, DOMAIN + body)
    except InvalidSignature:
        return CodeFault.FORGED
    if not (people and gates and start < end < _LAST_MINUTE):
        return CodeFault.DAMAGED
    return DoorTicket(key_id, ticket_id, event, session, _moment(start), _moment(end), gates, people)


def _data(text: str) -> bytes | CodeFault:
    if not text:
        return CodeFault.EMPTY
    if not text.startswith(PREFIX):
        return CodeFault.NOT_OURS
    if len(text) != CODE_LENGTH:
        return CodeFault.DAMAGED
    try:
        return base45.decode(text[len(PREFIX) :])
    except ValueError:
        return CodeFault.DAMAGED


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def _minutes(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(minutes=1)


def _moment(minutes: int) -> datetime:
    return _EPOCH + timedelta(minutes=minutes)
