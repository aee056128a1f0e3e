"""Documents that carry their signature: compact JWS (RFC 7515, Ed25519), whose key comes from a pinned set."""

import re

from core import CinemaError, Code, base64url
from films import SigningKey, TrustedKeys

_COMPACT = re.compile(r"([A-Za-z0-9_-]{1,512})\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]{86})")


def write_signed(payload: bytes, signer: SigningKey) -> str:
    """``payload`` and its signature as one text."""
    header, signature = signer.sign(payload).decode("ascii").split("..")
    return f"{header}.{base64url.encode(payload)}.{signature}"


def read_signed(text: str, trusted: TrustedKeys, limit_bytes: int, code: Code, what: str) -> bytes:
    """The exact bytes that a trusted key signed; nothing of them was parsed yet. ``what`` names the document.

    Raises `CinemaError` with ``code`` for everything else, however it is broken.
    """
    if len(text) > limit_bytes:
        raise CinemaError(code, f"{what} was refused: it is too long.")
    parts = _COMPACT.fullmatch(text.strip())
    if parts is None:
        raise CinemaError(code, f"{what} was refused: it is no compact JWS.")
    try:
        payload = base64url.decode(parts[2])
    except ValueError as error:
        raise CinemaError(code, f"{what} was refused: it is {error}.") from error
    try:
        trusted.verify(payload, f"{parts[1]}..{parts[3]}".encode("ascii"))
    except CinemaError as error:
        raise CinemaError(code, f"{what} was refused: nobody who is trusted here signed it.") from error
    return payload
