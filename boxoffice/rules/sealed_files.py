"""A file from a venue to its box office on a stick: signed by the device, readable by the box office alone.

One line names what it is; the next is a compact JWS by the device over the facts, the SHA-256 of the rest among them;
the rest is HPKE (RFC 9180: X25519, HKDF-SHA256, AES-256-GCM), whose ``info`` is the device's name.
"""

import hashlib
import re
from dataclasses import dataclass
from typing import NoReturn

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from boxoffice.rules.signed_texts import read_signed, write_signed
from core import CinemaError, Code, base64url
from core.records import from_plain, to_plain
from core.strict_json import dump_json, parse_json
from films import SigningKey, TrustedKeys

MAGIC = b"smart-cinema sealed file 1\n"
LIMIT_BYTES = 64 << 20
HEAD_BYTES = 4096
_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
_DEVICE = re.compile(r"[A-Za-z0-9_-]{43}")


@dataclass(frozen=True)
class SealedHead:
    """What stands on the outside."""

    device: str
    batch: str
    """A UUID: the same file twice is the same file."""
    sha256: str


def seal(data: bytes, batch: str, signer: SigningKey, to: bytes) -> bytes:
    """The file; ``to`` is the box office's public key (32 bytes)."""
    info = MAGIC + signer.key_id.encode()
    body = _SUITE.encrypt(data, X25519PublicKey.from_public_bytes(to), info)
    head = SealedHead(signer.key_id, batch, hashlib.sha256(body).hexdigest())
    return MAGIC + write_signed(dump_json(to_plain(head)), signer).encode() + b"\n" + body


def device_of(file: bytes) -> str:
    """Which device says that it wrote the file: whose key it is to be opened with. Raises `CinemaError` (wrong-use)."""
    match = re.match(rb"[^\n]{0,4096}\n([^\n]{1,4096})\n", file)
    if not file.startswith(MAGIC) or match is None:
        _refuse("it is no file from a venue, or it was cut off")
    try:
        payload = base64url.decode(match[1].decode("ascii").split(".")[1])
    except (ValueError, IndexError) as error:
        _refuse("its head is malformed", error)
    device = from_plain(parse_json(payload, HEAD_BYTES, Code.WRONG_USE, "The file"), SealedHead, "head", Code.WRONG_USE)
    if not _DEVICE.fullmatch(device.device):
        _refuse("its head is malformed")
    return device.device


def unseal(file: bytes, device_key: dict[str, str], own: X25519PrivateKey) -> tuple[SealedHead, bytes]:
    """What the file holds, if the device with this key signed it. Raises `CinemaError` (wrong-use)."""
    device_of(file)
    _magic, signed, body = file.split(b"\n", 2)
    payload = read_signed(signed.decode("ascii"), TrustedKeys.of(device_key), HEAD_BYTES, Code.WRONG_USE, "The file")
    head = from_plain(parse_json(payload, HEAD_BYTES, Code.WRONG_USE, "The file"), SealedHead, "head", Code.WRONG_USE)
    if hashlib.sha256(body).hexdigest() != head.sha256:
        _refuse("it is not whole; copy it again")
    try:
        return head, _SUITE.decrypt(body, own, MAGIC + head.device.encode())
    except (InvalidTag, ValueError) as error:
        _refuse("it was made for another box office", error)


def _refuse(why: str, cause: Exception | None = None) -> NoReturn:
    raise CinemaError(Code.WRONG_USE, f"The file was refused: {why}.") from cause
