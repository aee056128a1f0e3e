"""Which hosts may be spoken to, and how: https, or http on this machine alone."""

import ipaddress
from urllib.parse import SplitResult, urlsplit

from core import CinemaError, Code

DEFAULT_PORTS = {"http": 80, "https": 443}


def pinned_origin(base_url: str) -> str:
    """``scheme://host[:port]`` of a box office. Raises `CinemaError` (wrong-use) unless it may be trusted."""
    parts = _split(base_url)
    if (
        parts is None
        or parts.username is not None
        or parts.path not in ("", "/")
        or parts.query
        or parts.fragment
        or not is_trustworthy(base_url)
    ):
        raise CinemaError(
            Code.WRONG_USE, "A box office is named as https://host (http only on this machine), without a path."
        )
    return f"{parts.scheme}://{parts.netloc.lower()}"


def is_trustworthy(url: str) -> bool:
    """Whether the address is https, or http on this machine."""
    parts = _split(url)
    return parts is not None and (parts.scheme == "https" or (parts.scheme == "http" and is_loopback(url)))


def is_loopback(url: str) -> bool:
    """Whether the address names this machine."""
    parts = _split(url)
    host = (parts.hostname or "") if parts else ""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def same_origin(one: str, other: str) -> bool:
    """Whether two addresses agree in scheme, host and port."""
    first, second = _split(one), _split(other)
    return first is not None and second is not None and _triple(first) == _triple(second)


def _split(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
        fine = parts.scheme in DEFAULT_PORTS and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        return None
    return parts if fine and url.isascii() and url.isprintable() and " " not in url else None


def _triple(parts: SplitResult) -> tuple[str, str | None, int]:
    return parts.scheme, parts.hostname, parts.port or DEFAULT_PORTS[parts.scheme]
