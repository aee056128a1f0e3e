"""The device's own key, and the proofs that bind tokens and tickets to it (RFC 9449)."""

import hashlib
import json
import secrets
from datetime import datetime
from urllib.parse import urlsplit, urlunsplit

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey

from core import CinemaError, Code, base64url

ALGORITHM = "ES256"
VENUE_ALGORITHM = "Ed25519"


class DeviceKey:
    """A P-256 key pair, or a venue's Ed25519 one. Its ``repr`` shows the thumbprint only."""

    def __init__(self, key: ECKey | OKPKey) -> None:
        self._key = key
        self._algorithm = ALGORITHM if isinstance(key, ECKey) else VENUE_ALGORITHM
        public = key.as_dict(private=False)
        self._public = {name: str(public[name]) for name in ("kty", "crv", "x", "y") if name in public}
        self.thumbprint: str = key.thumbprint()
        """The device's id at the box office: the RFC 7638 thumbprint."""

    @classmethod
    def generate(cls) -> "DeviceKey":
        """A new key."""
        return cls(ECKey.generate_key("P-256"))

    @classmethod
    def from_pem(cls, pem: bytes) -> "DeviceKey":
        """A venue's key, Ed25519 in PKCS#8. Raises `CinemaError` (file-unreadable) for anything else."""
        try:
            key = OKPKey.import_key(pem)
            if key.curve_name != "Ed25519" or not key.is_private:
                raise ValueError(key.curve_name)
        except (JoseError, ValueError, TypeError):
            raise CinemaError(Code.FILE_UNREADABLE, "The device's key file holds no Ed25519 key.") from None
        return cls(key)

    @classmethod
    def from_text(cls, text: str) -> "DeviceKey":
        """The key that `to_text` wrote. Raises `CinemaError` (keystore-unavailable) for anything else."""
        try:
            key = ECKey.import_key(json.loads(text))
            if key.curve_name != "P-256" or not key.is_private:
                raise ValueError(key.curve_name)
        except (JoseError, ValueError, TypeError, KeyError):
            raise CinemaError(Code.KEYSTORE_UNAVAILABLE, "The key store holds no usable device key.") from None
        return cls(key)

    def to_text(self) -> str:
        """The private key as a JWK (about 220 characters), for the key store alone."""
        key = self._key.as_dict(private=True)
        return json.dumps({name: key[name] for name in ("kty", "crv", "x", "y", "d")}, separators=(",", ":"))

    def proof(
        self, method: str, url: str, now: datetime, *, access_token: str | None = None, nonce: str | None = None
    ) -> str:
        """The ``DPoP`` header for one request (RFC 9449 4.2); every call makes a new one."""
        claims: dict[str, object] = {
            "jti": secrets.token_urlsafe(16),
            "htm": method,
            "htu": urlunsplit((*urlsplit(url)[:3], "", "")),
            "iat": int(now.timestamp()),
        }
        if access_token is not None:
            claims["ath"] = base64url.encode(hashlib.sha256(access_token.encode("ascii")).digest())
        if nonce is not None:
            claims["nonce"] = nonce
        header = {"typ": "dpop+jwt", "alg": self._algorithm, "jwk": self._public}
        return jwt.encode(header, claims, self._key, algorithms=[self._algorithm])

    def __repr__(self) -> str:
        return f"DeviceKey({self.thumbprint})"
