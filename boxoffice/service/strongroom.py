"""The service's secrets: one key file, from which every other key is derived, and digests for what is only compared."""

import hashlib
import hmac
import os
import secrets
from collections.abc import Callable
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from joserfc.jwk import ECKey

from core import CinemaError, Code, base64url

KEY_BYTES = 32
NONCE_BYTES = 12


def new_secret() -> str:
    """256 random bits, base64url."""
    return secrets.token_urlsafe(32)


def digest(secret: str) -> str:
    """What is kept of a token or code: a SHA-256 in hexadecimal. The secret has too many bits to be guessed from it."""
    return hashlib.sha256(secret.encode()).hexdigest()


class Strongroom:
    """Seals content keys (AES-256-GCM), authenticates checkout addresses and forms, and signs id tokens (ES256)."""

    def __init__(self, folder: Path) -> None:
        root = _load_or_create(folder / "service.key", lambda: os.urandom(KEY_BYTES))
        if len(root) != KEY_BYTES:
            raise CinemaError(Code.KEY_MALFORMED, f"The service key {folder / 'service.key'} is not {KEY_BYTES} bytes.")
        self._sealing = AESGCM(_derive(root, b"content keys"))
        self._marking = _derive(root, b"addresses and forms")
        self.venue_key = X25519PrivateKey.from_private_bytes(_derive(root, b"files from venues"))
        """Opens files that venues sealed for this service."""
        pem = _load_or_create(folder / "id-token.pem", lambda: ECKey.generate_key("P-256").as_pem(private=True))
        self._id_key = ECKey.import_key(pem)

    def seal(self, key: bytes, package_id: str, key_id: str) -> bytes:
        """The content key, encrypted and bound to its package and id."""
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._sealing.encrypt(nonce, key, _binding(package_id, key_id))

    def unseal(self, sealed: bytes, package_id: str, key_id: str) -> bytes:
        """The content key. Raises `CinemaError` (key-malformed) if it was sealed elsewhere or for another id."""
        try:
            return self._sealing.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], _binding(package_id, key_id))
        except InvalidTag as error:
            raise CinemaError(Code.KEY_MALFORMED, "A content key was sealed with another service key.") from error

    def mark(self, purpose: str, value: str) -> str:
        """A code that only this service can make for ``value``: 32 characters, base64url."""
        message = f"{len(purpose)}:{purpose}{value}".encode()
        return base64url.encode(hmac.digest(self._marking, message, "sha256")[:24])

    def is_marked(self, purpose: str, value: str, mark: str) -> bool:
        """Whether ``mark`` is that code, compared in constant time."""
        return hmac.compare_digest(self.mark(purpose, value).encode(), mark.encode())

    @property
    def id_key(self) -> ECKey:
        """The private key that signs id tokens."""
        return self._id_key

    @property
    def id_jwk(self) -> dict[str, object]:
        """The public half (RFC 7517)."""
        public = self._id_key.as_dict(private=False)
        return {**public, "kid": self._id_key.thumbprint(), "alg": "ES256", "use": "sig"}


def _binding(package_id: str, key_id: str) -> bytes:
    return f"{len(package_id)}:{package_id}{key_id}".encode()


def _derive(root: bytes, purpose: bytes) -> bytes:
    return HKDF(SHA256(), KEY_BYTES, None, b"smart-cinema box office: " + purpose).derive(root)


def _load_or_create(path: Path, make: Callable[[], bytes]) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CinemaError(Code.FILE_UNREADABLE, f"The service's key file {path} cannot be read.") from error
    data = make()
    temporary = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(temporary, path)
    except FileExistsError:
        return path.read_bytes()
    finally:
        temporary.unlink()
    return data
