"""Codes of tickets sold with pretix and signed by its scheme ``pretix_sig1``: reversed base64 of a version byte, two
lengths, a protobuf message and its Ed25519 signature. The message has six fields, so it is read here by hand.
"""

import base64
import binascii
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from boxoffice.rules.door_tickets import CodeFault

VERSION = 1
LIMIT = 1024
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LETTERS = re.compile(r"={0,2}[A-Za-z0-9+/]+")
_LAST_SECOND = 1 << 37
"""Before the year 6400."""


@dataclass(frozen=True)
class PretixTicket:
    """What the code says; numbers are pretix's own, 0 where there is none."""

    seed: str
    """What uniqueness is about: at random for every code."""
    item: int
    variation: int
    subevent: int
    valid_from: datetime | None
    valid_until: datetime | None

    @property
    def name(self) -> str:
        """The id as records and revocations write it."""
        return f"pretix:{self.seed}"


def read_pretix_code(text: str, keys: Sequence[Ed25519PublicKey]) -> PretixTicket | CodeFault:
    """The ticket that one of ``keys`` signed, or why the text is none. Never raises."""
    if not text:
        return CodeFault.EMPTY
    parts = _parts(text)
    if parts is None:
        return CodeFault.NOT_OURS
    payload, signature = parts
    if not any(_signed(key, signature, payload) for key in keys):
        return CodeFault.FORGED
    try:
        return _ticket(payload)
    except ValueError:
        return CodeFault.DAMAGED


def _parts(text: str) -> tuple[bytes, bytes] | None:
    if len(text) > LIMIT or not _LETTERS.fullmatch(text):
        return None
    try:
        data = base64.b64decode(text[::-1], validate=True)
    except binascii.Error:
        return None
    payload_bytes, signature_bytes = int.from_bytes(data[1:3], "big"), int.from_bytes(data[3:5], "big")
    whole = len(data) == 5 + payload_bytes + signature_bytes and base64.b64encode(data).decode()[::-1] == text
    if data[:1] != bytes([VERSION]) or signature_bytes != 64 or not whole:
        return None
    return data[5 : 5 + payload_bytes], data[-64:]


def _signed(key: Ed25519PublicKey, signature: bytes, payload: bytes) -> bool:
    try:
        key.verify(signature, payload)
    except InvalidSignature:
        return False
    return True


def _ticket(payload: bytes) -> PretixTicket:
    """Protobuf's wire format: fields that are not known are passed over, as it wants. Raises ``ValueError``."""
    seed, numbers = "", dict.fromkeys(range(2, 7), 0)
    at = 0
    while at < len(payload):
        tag, at = _varint(payload, at)
        field, kind = tag >> 3, tag & 7
        if kind == 0:
            value, at = _varint(payload, at)
            if field in numbers:
                numbers[field] = value
        elif kind == 2:
            length, at = _varint(payload, at)
            if at + length > len(payload):
                msg = "a field is cut off"
                raise ValueError(msg)
            if field == 1:
                seed = payload[at : at + length].decode("utf-8")
            at += length
        else:
            msg = "a field of a kind that pretix does not write"
            raise ValueError(msg)
    if not re.fullmatch(r"[A-Za-z0-9]{1,100}", seed) or max(numbers[5], numbers[6]) >= _LAST_SECOND:
        msg = "no seed, or a time beyond the calendar"
        raise ValueError(msg)
    return PretixTicket(seed, numbers[2], numbers[3], numbers[4], _moment(numbers[5]), _moment(numbers[6]))


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = 0
    for place, byte in enumerate(data[at : at + 10]):
        value |= (byte & 0x7F) << 7 * place
        if byte < 0x80:
            return value, at + place + 1
    msg = "a number that does not end"
    raise ValueError(msg)


def _moment(seconds: int) -> datetime | None:
    return _EPOCH + timedelta(seconds=seconds) if seconds else None
