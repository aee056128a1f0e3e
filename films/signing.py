"""Who vouches for a film package: a detached JWS (RFC 7515 appendix F) over the exact bytes of the manifest.

Keys are Ed25519 (RFC 8037), the algorithm name is RFC 9864's ``Ed25519`` and the key id is the RFC 7638 thumbprint.
The algorithm comes from the trusted key; a header that says otherwise is refused.
"""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from core import CinemaError, Code, base64url
from core.strict_json import parse_object
from films.manifest import Manifest
from films.manifest_file import MANIFEST_LIMIT_BYTES, load_manifest

ALGORITHM = "Ed25519"
_COMPACT = re.compile(rb"([A-Za-z0-9_-]{1,512})\.\.([A-Za-z0-9_-]{86})\n?")


class _Registry(jws.JWSRegistry):
    max_payload_length = MANIFEST_LIMIT_BYTES * 4 // 3 + 4


@dataclass(frozen=True)
class SigningKey:
    """A private Ed25519 key. Its ``repr`` shows the key id only."""

    _key: OKPKey

    @classmethod
    def generate(cls) -> "SigningKey":
        """A new key."""
        return cls(OKPKey.generate_key("Ed25519"))

    @classmethod
    def load_or_create(cls, path: Path) -> "SigningKey":
        """The key kept at ``path`` (PKCS#8 PEM, mode 0600), made at first use.

        Raises `CinemaError` (file-unreadable) if the file is there and is no Ed25519 key.
        """
        try:
            return cls._load(path)
        except FileNotFoundError:
            path.parent.mkdir(parents=True, exist_ok=True)
        key = cls.generate()
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return cls._load(path)
        with os.fdopen(handle, "wb") as file:
            file.write(key._key.as_pem(private=True))  # noqa: SLF001 - our own class
            file.flush()
            os.fsync(file.fileno())
        return key

    @classmethod
    def _load(cls, path: Path) -> "SigningKey":
        try:
            key = OKPKey.import_key(path.read_bytes())
            if key.curve_name != "Ed25519" or not key.is_private:
                raise CinemaError(Code.FILE_UNREADABLE, f"{path} is not a private Ed25519 key.")
        except FileNotFoundError:
            raise
        except (OSError, ValueError, JoseError) as error:
            raise CinemaError(Code.FILE_UNREADABLE, f"{path} holds no signing key that can be read.") from error
        return cls(key)

    @property
    def key_id(self) -> str:
        """The RFC 7638 thumbprint."""
        return self._key.thumbprint()

    @property
    def public_jwk(self) -> dict[str, str]:
        """The public half (RFC 7517), for whoever is to trust it."""
        public = self._key.as_dict(private=False)
        return {"kty": "OKP", "crv": "Ed25519", "x": str(public["x"]), "kid": self.key_id, "alg": ALGORITHM}

    def sign(self, data: bytes) -> bytes:
        """A detached compact JWS over ``data``."""
        token = jws.serialize_compact(
            {"alg": ALGORITHM, "kid": self.key_id}, data, self._key, registry=_Registry(algorithms=[ALGORITHM])
        )
        return jws.detach_content(token).encode("ascii")

    def __repr__(self) -> str:
        return f"SigningKey({self.key_id})"


class TrustedKeys:
    """The public keys whose signatures count, by thumbprint."""

    def __init__(self, keys: Mapping[str, OKPKey]) -> None:
        self._keys = dict(keys)

    @classmethod
    def of(cls, *jwks: Mapping[str, str]) -> "TrustedKeys":
        """Trust these public JWKs. Raises `CinemaError` (wrong-use) for anything but Ed25519 keys."""
        keys = {}
        for jwk in jwks:
            try:
                key = OKPKey.import_key({"kty": jwk["kty"], "crv": jwk["crv"], "x": jwk["x"]})
                if key.curve_name != "Ed25519":
                    raise ValueError(key.curve_name)
            except (JoseError, ValueError, TypeError, KeyError) as error:
                raise CinemaError(Code.WRONG_USE, "A key to be trusted is not an Ed25519 public JWK.") from error
            keys[key.thumbprint()] = key
        return cls(keys)

    @property
    def key_ids(self) -> frozenset[str]:
        """The thumbprints of the trusted keys."""
        return frozenset(self._keys)

    def verify(self, data: bytes, signature: bytes) -> str:
        """The id of the trusted key that signed exactly ``data``. Raises `CinemaError` (package-unsigned)."""
        header_text, signature_text = _split(signature)
        header = _decode_header(header_text)
        if set(header) != {"alg", "kid"} or header["alg"] != ALGORITHM:
            raise CinemaError(Code.PACKAGE_UNSIGNED, "The package's signature is of a kind that is not accepted.")
        key_id = header["kid"]
        key = self._keys.get(key_id) if isinstance(key_id, str) else None
        if key is None:
            raise CinemaError(Code.PACKAGE_UNSIGNED, "The package is signed by somebody who is not trusted here.")
        try:
            jws.deserialize_compact(
                header_text + b".." + signature_text, key, payload=data, registry=_Registry(algorithms=[ALGORITHM])
            )
        except (JoseError, ValueError) as error:
            raise CinemaError(Code.PACKAGE_UNSIGNED, "The package's signature does not fit its manifest.") from error
        return str(key_id)


def sign_manifest(data: bytes, key: SigningKey) -> bytes:
    """The contents of ``manifest.jws`` for the exact bytes of ``manifest.json``."""
    return key.sign(data)


def verify_manifest(data: bytes, jws: bytes, trusted: TrustedKeys) -> Manifest:
    """The manifest, if a trusted key signed exactly these bytes; the signature is checked before anything is parsed.

    Raises `CinemaError` (package-unsigned, package-malformed).
    """
    if len(data) > MANIFEST_LIMIT_BYTES:
        raise CinemaError(Code.PACKAGE_MALFORMED, f"The manifest is larger than {MANIFEST_LIMIT_BYTES} bytes.")
    trusted.verify(data, jws)
    return load_manifest(data)


def _split(signature: bytes) -> tuple[bytes, bytes]:
    match = _COMPACT.fullmatch(signature) if len(signature) <= 1024 else None
    try:
        if match is None:
            raise ValueError
        for part in match.groups():
            base64url.decode(part.decode("ascii"))
    except ValueError as error:
        raise CinemaError(Code.PACKAGE_UNSIGNED, "The package's signature is not a detached compact JWS.") from error
    return match[1], match[2]


def _decode_header(text: bytes) -> dict[str, object]:
    data = base64url.decode(text.decode("ascii"))
    return {**parse_object(data, 512, Code.PACKAGE_UNSIGNED, "The signature's header")}
