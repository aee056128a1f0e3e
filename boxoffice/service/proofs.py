"""Demonstrating proof of possession (RFC 9449): which device key made this request."""

import hashlib
import hmac
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from heapq import heappop, heappush
from threading import Lock
from typing import Any, Protocol

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey
from sqlalchemy import delete

from boxoffice.service.database import Database, insert_once
from boxoffice.service.tables import UsedProofRow
from core import Code, base64url
from core.strict_json import parse_object

ALGORITHMS = ("ES256", "EdDSA", "Ed25519")
LIMIT_BYTES = 4096
PAST_S = 120
AHEAD_S = 60
LIFE = timedelta(seconds=PAST_S + AHEAD_S)
REMEMBERED = 200_000
_JTI = re.compile(r"[\x21-\x7e]{8,128}")


class ProofRefused(Exception):
    """The proof does not show possession of a key for this very request."""


@dataclass(frozen=True)
class Proof:
    """A proof that fits its request."""

    thumbprint: str
    """RFC 7638, of the device's public key."""
    digest: bytes
    """Of the key and the proof's id: what must not come twice."""


class UsedProofs(Protocol):
    """Remembers proofs for as long as they could be replayed. Thread-safe."""

    def first(self, digest: bytes, now: datetime) -> bool:
        """Remember this one; whether it had not come before."""
        ...

    def forget(self, now: datetime) -> None:
        """Forget what cannot be replayed any more."""
        ...


class UsedHere:
    """In the memory of the one process that serves."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._seen: set[bytes] = set()
        self._ends: list[tuple[datetime, bytes]] = []

    def first(self, digest: bytes, now: datetime) -> bool:
        """See `UsedProofs`."""
        self.forget(now)
        with self._lock:
            if digest in self._seen:
                return False
            self._seen.add(digest)
            heappush(self._ends, (now + LIFE, digest))
            return True

    def forget(self, now: datetime) -> None:
        """See `UsedProofs`."""
        with self._lock:
            while self._ends and (self._ends[0][0] < now or len(self._ends) > REMEMBERED):
                self._seen.discard(heappop(self._ends)[1])


class UsedAnywhere:
    """In the database that all processes share."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def first(self, digest: bytes, now: datetime) -> bool:
        """See `UsedProofs`."""
        with self._database.write() as session:
            entry = insert_once(session, UsedProofRow, digest=digest, expires=now + LIFE)
            return session.scalar(entry.returning(UsedProofRow.digest)) is not None

    def forget(self, now: datetime) -> None:
        """See `UsedProofs`."""
        with self._database.write() as session:
            session.execute(delete(UsedProofRow).where(UsedProofRow.expires < now))


class ProofBook:
    """Verifies proofs, each of which counts once. Thread-safe."""

    def __init__(self, now: Callable[[], datetime], used: UsedProofs | None = None) -> None:
        self._now = now
        self._used = used or UsedHere()
        self._registry = jws.JWSRegistry(algorithms=list(ALGORITHMS))
        self._registry.max_payload_length = LIMIT_BYTES

    def verify(self, text: str | None, method: str, url: str, token: str | None) -> Proof:
        """What `check` finds, used up."""
        proof = self.check(text, method, url, token)
        self.spend(proof)
        return proof

    def check(self, text: str | None, method: str, url: str, token: str | None) -> Proof:
        """The proof in the ``DPoP`` header, for ``method`` and ``url`` (without query) and bound to ``token`` if given.

        Raises `ProofRefused` with words for the client's log.
        """
        if not text or len(text) > LIMIT_BYTES or text.count(".") != 2 or "," in text:
            msg = "one DPoP proof is needed"
            raise ProofRefused(msg)
        header_text, payload_text, _ = text.split(".")
        header: dict[str, Any] = _object(header_text)
        key = _key_of(header)
        try:
            jws.deserialize_compact(text, key, registry=self._registry)
        except (JoseError, ValueError, TypeError) as error:
            msg = "the proof's signature does not fit its key"
            raise ProofRefused(msg) from error
        claims: dict[str, Any] = _object(payload_text)
        self._check(claims, method, url, token)
        thumbprint = key.thumbprint()
        return Proof(thumbprint, hashlib.sha256(f"{thumbprint}:{claims['jti']}".encode()).digest())

    def spend(self, proof: Proof) -> None:
        """Use it up. Raises `ProofRefused` if it was used before."""
        if not self._used.first(proof.digest, self._now()):
            msg = "the proof was used before"
            raise ProofRefused(msg)

    def forget(self) -> None:
        """Forget what cannot be replayed any more."""
        self._used.forget(self._now())

    def _check(self, claims: dict[str, Any], method: str, url: str, token: str | None) -> None:
        jti, iat, htu = claims.get("jti"), claims.get("iat"), claims.get("htu")
        if not isinstance(jti, str) or not _JTI.fullmatch(jti):
            msg = "the proof needs a jti"
            raise ProofRefused(msg)
        if claims.get("htm") != method:
            msg = "the proof is for another method"
            raise ProofRefused(msg)
        if not isinstance(htu, str) or _bare(htu) != _bare(url):
            msg = "the proof is for another address"
            raise ProofRefused(msg)
        if isinstance(iat, bool) or not isinstance(iat, int | float):
            msg = "the proof needs an iat"
            raise ProofRefused(msg)
        age_s = self._now().timestamp() - iat
        if not -AHEAD_S <= age_s <= PAST_S:
            msg = "the proof is too old, or this clock and the device's differ"
            raise ProofRefused(msg)
        if token is not None:
            expected = base64url.encode(hashlib.sha256(token.encode()).digest())
            ath = claims.get("ath")
            if not isinstance(ath, str) or not hmac.compare_digest(ath.encode(), expected.encode()):
                msg = "the proof is for another token"
                raise ProofRefused(msg)


def _key_of(header: dict[str, Any]) -> ECKey | OKPKey:
    jwk = header.get("jwk")
    algorithm = header.get("alg")
    if set(header) - {"typ", "alg", "jwk"} or header.get("typ") != "dpop+jwt" or not isinstance(jwk, dict):
        msg = "the proof's header must hold typ dpop+jwt, alg and jwk, and no more"
        raise ProofRefused(msg)
    try:
        if algorithm == "ES256" and jwk.get("crv") == "P-256":
            return ECKey.import_key({name: str(jwk[name]) for name in ("kty", "crv", "x", "y")})
        if algorithm in {"EdDSA", "Ed25519"} and jwk.get("crv") == "Ed25519":
            return OKPKey.import_key({name: str(jwk[name]) for name in ("kty", "crv", "x")})
    except (JoseError, ValueError, TypeError, KeyError) as error:
        msg = "the proof's key cannot be read"
        raise ProofRefused(msg) from error
    msg = "the proof's algorithm and key are not accepted"
    raise ProofRefused(msg)


def _object(part: str) -> dict[str, Any]:
    try:
        data = base64url.decode(part)
    except ValueError as error:
        msg = "the proof is not base64url"
        raise ProofRefused(msg) from error
    return {**parse_object(data, LIMIT_BYTES, Code.WRONG_USE, "The proof")}


def _bare(url: str) -> str:
    return url.partition("#")[0].partition("?")[0]
