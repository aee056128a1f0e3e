"""Offline licences: what lets one device play one film inside one window, without a network.

A licence is a compact JWS (RFC 7515, Ed25519) whose key comes from a pinned set. Each content key is wrapped for one
device with HPKE (RFC 9180: X25519, HKDF-SHA256, AES-256-GCM); its ``info`` holds the key's id and everything else that
the licence says, so that none of it can be exchanged.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import NoReturn

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from boxoffice.rules.seen import seen_ms, union
from boxoffice.rules.signed_texts import read_signed, write_signed
from boxoffice.rules.tickets import DeviceFacts, SaleTerms, TicketFacts
from core import CinemaError, Code, base64url
from core.records import from_plain, to_plain
from core.strict_json import Json, dump_json, parse_json
from films import SigningKey, TrustedKeys

VERSION = 1
LIMIT_BYTES = 1 << 20
KEY_BYTES = 16
DOMAIN = b"smart-cinema licence 1"
_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
_SHA256 = re.compile(r"[0-9a-f]{64}")
_NAME = re.compile(r"[A-Za-z0-9._-]{1,100}")


@dataclass(frozen=True)
class LicensedTicket:
    """The ticket that a licence stands for, so that the same rules give the same answers offline. RFC 3339, UTC."""

    id: str
    play: str
    title: str
    bought: str
    started: str | None
    window_start: str
    window_end: str
    zone: str
    unlock_s: int
    watch_s: int
    running_time_ms: int
    position_ms: int
    mark: str
    seek: bool
    stills: bool
    seen: tuple[tuple[int, int], ...] = ()
    """What was seen when the licence was issued, in milliseconds."""
    shown_ms: int = 0
    """What was shown until then, also what was seen before."""
    replay_percent: int | None = None
    """How much of the running time may be seen again; none for as much as one likes."""


@dataclass(frozen=True)
class Licence:
    """What a licence says; `read_licence` makes one only of what a trusted key signed."""

    v: int
    id: str
    seq: int
    """Rises with every licence for one device and film."""
    issued: str
    nbf: str
    exp: str
    device: str
    """SHA-256 of the device's public HPKE key, hexadecimal."""
    package: str
    manifest_sha256: str
    keys: Mapping[str, str]
    """Content keys by id, wrapped; base64url."""
    ticket: LicensedTicket | None = None
    """None for a venue, which lets people in itself."""


def device_id(public: bytes) -> str:
    """How licences name the device with this public HPKE key (32 bytes)."""
    return hashlib.sha256(public).hexdigest()


def time_text(moment: datetime) -> str:
    """RFC 3339 in UTC with whole seconds."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def moment_of(text: str) -> datetime:
    """The aware moment that `time_text` wrote. Raises `CinemaError` (licence-refused)."""
    try:
        return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except ValueError as error:
        _refuse("a time in it is malformed", error)


def write_licence(licence: Licence, keys: Mapping[str, bytes], device_key: bytes, signer: SigningKey) -> str:
    """The licence as text, with ``keys`` (16 bytes each) wrapped for the device's public key (32 bytes).

    Raises `CinemaError` (wrong-use) where that is no X25519 key.
    """
    try:
        public = X25519PublicKey.from_public_bytes(device_key)
        bound = replace(licence, device=device_id(device_key))
        wrapped = {
            name: base64url.encode(_SUITE.encrypt(key, public, _info(bound, name))) for name, key in keys.items()
        }
    except ValueError as error:
        raise CinemaError(Code.WRONG_USE, "A device is named by its X25519 key, 32 bytes.") from error
    payload = dump_json(to_plain(replace(bound, keys=wrapped)))
    return write_signed(payload, signer)


def read_licence(text: str, trusted: TrustedKeys) -> Licence:
    """What a trusted key signed; the signature is checked before anything is parsed.

    Raises `CinemaError` (licence-refused) for everything else, however it is broken.
    """
    payload = read_signed(text, trusted, LIMIT_BYTES, Code.LICENCE_REFUSED, "The licence")
    document: Json = parse_json(payload, LIMIT_BYTES, Code.LICENCE_REFUSED, "The licence")
    licence = from_plain(document, Licence, "licence", Code.LICENCE_REFUSED)
    _check(licence)
    return licence


def content_keys(licence: Licence, device_key: X25519PrivateKey) -> dict[str, bytes]:
    """The content keys, opened with the device's private key.

    Raises `CinemaError`: licence-refused where it is for another device or was put together anew; key-malformed.
    """
    if licence.device != device_id(device_key.public_key().public_bytes_raw()):
        _refuse("it is for another device")
    opened = {}
    for name, wrapped in licence.keys.items():
        try:
            opened[name] = _SUITE.decrypt(_bytes(wrapped), device_key, _info(licence, name))
        except (InvalidTag, ValueError) as error:
            _refuse("a key in it was not wrapped for what it says", error)
        if len(opened[name]) != KEY_BYTES:
            raise CinemaError(Code.KEY_MALFORMED, "A content key of the licence is not 16 bytes; nothing was opened.")
    return opened


def facts_of_licence(
    licence: Licence, started: datetime | None, seen: Iterable[tuple[int, int]], shown_ms: int = 0
) -> TicketFacts:
    """The ticket as the rules see it on the device itself, by what the device knows.

    ``seen`` and ``shown_ms`` are what was seen and shown on it since the licence was issued.
    """
    ticket = ticket_of(licence)
    first = moment_of(ticket.started) if ticket.started else started
    terms = SaleTerms(
        moment_of(ticket.window_start), moment_of(ticket.window_end), ticket.zone, ticket.unlock_s, ticket.watch_s
    )
    return TicketFacts(
        owner=licence.device,
        bought=moment_of(ticket.bought),
        terms=terms,
        running_time_ms=ticket.running_time_ms,
        started=first,
        device=DeviceFacts(licence.device, ""),
        seen_ms=seen_ms(union(ticket.seen, seen, running_time_ms=ticket.running_time_ms)),
        shown_ms=ticket.shown_ms + shown_ms,
        replay_percent=ticket.replay_percent,
    )


def ticket_of(licence: Licence) -> LicensedTicket:
    """A viewer's licence's ticket. Raises `CinemaError` (licence-refused) for a venue's licence, which has none."""
    if licence.ticket is None:
        _refuse("it is a venue's and stands for no ticket")
    return licence.ticket


def _check(licence: Licence) -> None:
    if licence.v != VERSION:
        _refuse("it is of a version that this program does not know; update it")
    ticket = licence.ticket
    names = (licence.id, licence.package, *licence.keys, *((ticket.id, ticket.play, ticket.title) if ticket else ()))
    if not all(map(_NAME.fullmatch, names)):
        _refuse("a name in it is malformed")
    if not _SHA256.fullmatch(licence.device) or not _SHA256.fullmatch(licence.manifest_sha256):
        _refuse("a digest in it is malformed")
    numbers = [licence.seq]
    texts = [licence.issued, licence.nbf, licence.exp]
    if ticket is not None:
        numbers += [ticket.unlock_s, ticket.watch_s, ticket.running_time_ms, ticket.position_ms, ticket.shown_ms]
        numbers += [moment for interval in ticket.seen for moment in interval]
        if any(len(interval) != 2 for interval in ticket.seen):
            _refuse("an interval in it has no beginning and end")
        numbers += [ticket.replay_percent] if ticket.replay_percent is not None else []
        texts += [ticket.bought, ticket.window_start, ticket.window_end, *([ticket.started] if ticket.started else [])]
    if not all(0 <= number < 1 << 53 for number in numbers):
        _refuse("a number in it is out of range")
    for text in texts:
        moment_of(text)
    if moment_of(licence.nbf) >= moment_of(licence.exp):
        _refuse("it ends before it begins")


def _info(licence: Licence, key_id: str) -> bytes:
    """What a wrapped key belongs to: its id and the whole licence without the keys, each with its length before it."""
    fields = (key_id.encode(), dump_json(to_plain(replace(licence, keys={}))))
    return DOMAIN + b"".join(len(field).to_bytes(4, "big") + field for field in fields)


def _bytes(text: str) -> bytes:
    try:
        return base64url.decode(text)
    except ValueError as error:
        _refuse(f"it is {error}", error)


def _refuse(why: str, cause: Exception | None = None) -> NoReturn:
    raise CinemaError(Code.LICENCE_REFUSED, f"The licence was refused: {why}.") from cause
