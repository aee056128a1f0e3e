"""A venue's device and its box office: enrolling, handing in records, fetching what the device goes by. Blocks."""

import gzip
import hashlib
import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from boxoffice.client.dpop import DeviceKey
from boxoffice.client.fields import Fields, read_json
from boxoffice.client.provider import DeviceCodes, TokenEndpoint, discover
from boxoffice.client.sign_in import granted_elsewhere
from boxoffice.client.transport import Request, Transport
from boxoffice.rules.venues import Span
from core import Cancel, CinemaError, Clock, Code
from core.strict_json import dump_json, parse_object

ENROLMENT, RECORDS, FILES = "/v1/venue/enrolment", "/v1/venue/records", "/v1/venue/files"
FILES_BYTES = 48 << 20
_KIND = re.compile(r"[A-Za-z0-9 ._-]{1,140}")


@dataclass(frozen=True)
class Enrolment:
    """What the box office gave: the certificate, and the public key (JWK) that signs for it."""

    certificate: str
    key: dict[str, str]


@dataclass(frozen=True)
class Item:
    """What became of one record."""

    seq: int
    status: int
    code: str


@dataclass(frozen=True)
class Here:
    """What the box office has of this device."""

    spans: tuple[Span, ...]
    last: int
    hash: str


@dataclass(frozen=True)
class Given:
    """A signed file that the device should go by."""

    kind: str
    seq: int
    text: str


def packed(records: Sequence[str], heads: Sequence[str]) -> bytes:
    """Records and heads as they travel; the same always packs the same."""
    return gzip.compress(dump_json({"records": list(records), "heads": list(heads)}), 6, mtime=0)


class VenueLine:
    """The line of one device. Thread-safe.

    Methods raise `CinemaError`: offline, server-error, server-answer-malformed, certificate, redirected, and
    sign-in-needed where the device is not enrolled (any more). ``details`` hold the ``status``.
    """

    def __init__(self, base_url: str, key: DeviceKey, clock: Clock, verify: bool | str = True) -> None:
        self._transport = Transport(base_url, verify)
        self._key, self._clock = key, clock

    @property
    def origin(self) -> str:
        """Which box office this is."""
        return self._transport.origin

    def close(self) -> None:
        """Drop the connections."""
        self._transport.close()

    def enrol_by_code(self, code: str, name: str, x: str, licence_key: str, cancel: Cancel) -> Enrolment:
        """By a code from the console. Raises `CinemaError` (refused) where it does not count."""
        document = {"x": x, "licence_key": licence_key, "name": name, "code": code}
        return self._enrolment(Request("POST", ENROLMENT, json=document, sign=self._sign(None)), cancel)

    def enrol_by_staff(
        self,
        venue: str | None,
        name: str,
        x: str,
        licence_key: str,
        show: Callable[[DeviceCodes], None],
        cancel: Cancel,
    ) -> Enrolment:
        """In the name of whoever allows it in a browser elsewhere (RFC 8628); their sign-in ends with it.

        Raises `CinemaError`: refused for people who may not, sign-in-denied, sign-in-timed-out, cancelled.
        """
        endpoint = TokenEndpoint(self._transport, discover(self._transport, cancel), self._key, self._clock)
        grant = granted_elsewhere(endpoint, show, cancel)
        document = {"x": x, "licence_key": licence_key, "name": name, **({"venue": venue} if venue else {})}
        request = Request("POST", ENROLMENT, json=document, sign=self._sign(grant.access_token))
        return self._enrolment(request, cancel)

    def have(self, cancel: Cancel) -> Here:
        """What the box office has of this device."""
        request = Request("GET", RECORDS, sign=self._sign(None), limit_bytes=8 << 20, attempts=1)
        fields = read_json(self._transport.ask(request, cancel).body, "records")
        spans = fields.spans("spans", 1 << 53)
        last = fields.optional("hash", lambda name: fields.pattern(name, r"[0-9a-f]{64}", 64)) or ""
        return Here(tuple(Span(first, end - 1) for first, end in spans), fields.integer("last"), last)

    def hand_in(
        self, batch: str, records: Sequence[str], heads: Sequence[str], cancel: Cancel
    ) -> tuple[list[Item], str]:
        """What became of each record, and the receipt for those that are kept. ``batch`` is a UUID of version 7."""
        headers = {"Content-Type": "application/json", "Content-Encoding": "gzip", "Idempotency-Key": batch}
        request = Request(
            "POST", RECORDS, data=packed(records, heads), headers=headers, sign=self._sign(None), attempts=1
        )
        fields = read_json(self._transport.ask(request, cancel).body, "answer")
        items = fields.each("items", _item)
        return list(items), fields.pattern("receipt", r"[A-Za-z0-9_.-]+", 1 << 16)

    def files(self, known: Collection[str], cancel: Cancel) -> tuple[Given, ...]:
        """What the device should go by and does not have; ``known`` are SHA-256, hexadecimal."""
        params = {"have": ",".join(sorted(known))} if known else None
        request = Request("GET", FILES, params=params, sign=self._sign(None), limit_bytes=FILES_BYTES, attempts=1)
        body = self._transport.ask(request, cancel).body
        said = parse_object(body, FILES_BYTES, Code.SERVER_ANSWER, "The answer").get("files")
        if not isinstance(said, list):
            raise CinemaError(Code.SERVER_ANSWER, "The box office's answer cannot be read.")
        return tuple(_given(item) for item in said)

    def _enrolment(self, request: Request, cancel: Cancel) -> Enrolment:
        fields = read_json(self._transport.ask(request, cancel).body, "enrolment")
        certificate = fields.pattern("certificate", r"[A-Za-z0-9_.-]+", 1 << 20)
        return Enrolment(certificate, fields.inner("key").plain(("kty", "crv", "x")))

    def _sign(self, access_token: str | None) -> Callable[[str, str], dict[str, str]]:
        def sign(method: str, url: str) -> dict[str, str]:
            token = {"Authorization": f"DPoP {access_token}"} if access_token else {}
            return {"DPoP": self._key.proof(method, url, self._clock.now(), access_token=access_token), **token}

        return sign


def _item(fields: Fields) -> Item:
    return Item(fields.integer("seq"), fields.integer("status", 100, 599), fields.pattern("code", r"[a-z-]{1,40}", 40))


def _given(item: object) -> Given:
    said = item if isinstance(item, dict) else {}
    kind, seq, text = said.get("kind"), said.get("seq"), said.get("text")
    right = isinstance(kind, str) and _KIND.fullmatch(kind) and type(seq) is int and isinstance(text, str)
    if not right or hashlib.sha256(str(text).encode()).hexdigest() != said.get("sha256"):
        raise CinemaError(Code.SERVER_ANSWER, "The box office's answer cannot be read.")
    return Given(str(kind), int(str(seq)), str(text))
