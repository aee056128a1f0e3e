"""What box office and venue sign to each other: who a device is, who stands beside it, and what has arrived."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from boxoffice.rules.licences import moment_of
from boxoffice.rules.signed_texts import read_signed, write_signed
from core import CinemaError, Code
from core.records import from_plain, to_plain
from core.strict_json import dump_json, parse_json
from films import SigningKey, TrustedKeys

CERTIFICATE_TYPE = "smart-cinema device certificate 1"
DEVICES_TYPE = "smart-cinema venue devices 1"
RECEIPT_TYPE = "smart-cinema receipt 1"
LIMIT_BYTES = 1 << 20
BATCH = 200
"""Records in one upload, at most."""
RECORD_BYTES = 64 << 10
SALE_KEYS = range(1 << 15, 1 << 16)
"""Numbers of keys that sign tickets at a door; those below belong to the operator."""


@dataclass(frozen=True)
class DeviceCertificate:
    """Whose a device is; `read_certificate` makes one only of what the box office signed."""

    type: str
    device: str
    """The thumbprint (RFC 7638) of its key."""
    venue: str
    name: str
    """As staff call it."""
    sale_key: int
    """The number of the device's key on tickets that it sells at the door."""
    issued: str
    sync_key: str
    """What files for the box office are encrypted to: X25519, 32 bytes in base64url."""
    operators: tuple[Mapping[str, str], ...]
    """Public keys (JWK) that sign films, programmes and licences."""


@dataclass(frozen=True)
class VenueDevice:
    """One device of a venue, as the others know it."""

    device: str
    name: str
    x: str
    """Its Ed25519 key, base64url."""
    sale_key: int


@dataclass(frozen=True)
class VenueDevices:
    """The devices of one venue."""

    type: str
    seq: int
    issued: str
    venue: str
    devices: tuple[VenueDevice, ...]


@dataclass(frozen=True)
class Span:
    """Records ``first`` to ``last``, both included."""

    first: int
    last: int


@dataclass(frozen=True)
class Receipt:
    """That the box office has these records for good."""

    type: str
    device: str
    batch: str
    issued: str
    spans: tuple[Span, ...]
    sha256: str
    """Over the SHA-256 of each record, in their order."""


T = TypeVar("T", DeviceCertificate, VenueDevices, Receipt)


def write_paper(paper: DeviceCertificate | VenueDevices | Receipt, signer: SigningKey) -> str:
    """The paper as a signed text."""
    return write_signed(dump_json(to_plain(paper)), signer)


def read_certificate(text: str, trusted: TrustedKeys) -> DeviceCertificate:
    """What a trusted key signed. Raises `CinemaError` (programme-refused) for everything else."""
    return _read(text, trusted, DeviceCertificate, CERTIFICATE_TYPE, "The certificate")


def read_devices(text: str, trusted: TrustedKeys) -> VenueDevices:
    """What a trusted key signed. Raises `CinemaError` (programme-refused) for everything else."""
    return _read(text, trusted, VenueDevices, DEVICES_TYPE, "The list of devices")


def read_receipt(text: str, trusted: TrustedKeys) -> Receipt:
    """What a trusted key signed. Raises `CinemaError` (programme-refused) for everything else."""
    return _read(text, trusted, Receipt, RECEIPT_TYPE, "The receipt")


def spans_of(numbers: Iterable[int]) -> tuple[Span, ...]:
    """The spans that ``numbers`` make up."""
    spans: list[Span] = []
    for number in sorted(set(numbers)):
        if spans and spans[-1].last == number - 1:
            spans[-1] = Span(spans[-1].first, number)
        else:
            spans.append(Span(number, number))
    return tuple(spans)


def numbers_of(spans: Iterable[Span]) -> Iterable[int]:
    """Every number in the spans."""
    for span in spans:
        yield from range(span.first, span.last + 1)


def digest_of(hashes: Iterable[bytes]) -> str:
    """What a receipt says about the records with these hashes."""
    together = hashlib.sha256()
    for one in hashes:
        together.update(one)
    return together.hexdigest()


def _read(text: str, trusted: TrustedKeys, kind: type[T], wanted: str, what: str) -> T:
    payload = read_signed(text, trusted, LIMIT_BYTES, Code.PROGRAMME_REFUSED, what)
    document = parse_json(payload, LIMIT_BYTES, Code.PROGRAMME_REFUSED, what)
    found = from_plain(document, kind, "paper", Code.PROGRAMME_REFUSED)
    if found.type != wanted:
        raise CinemaError(Code.PROGRAMME_REFUSED, f"{what} was refused: it holds something else.")
    try:
        moment_of(found.issued)
    except CinemaError as error:
        raise CinemaError(Code.PROGRAMME_REFUSED, f"{what} was refused: its time is malformed.") from error
    return found
