"""Base64url without padding (RFC 4648 section 5, as RFC 7515 uses it), canonical only."""

import base64
import re


def encode(data: bytes) -> str:
    """The one text that stands for ``data``."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def decode(text: str) -> bytes:
    """What `encode` wrote. Raises ValueError for any other text, also one that other decoders would take."""
    if len(text) % 4 == 1 or not re.fullmatch(r"[A-Za-z0-9_-]*", text):
        msg = "not base64url"
        raise ValueError(msg)
    data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if encode(data) != text:
        msg = "base64url that is not canonical"
        raise ValueError(msg)
    return data
