"""Which addresses a foreign stream may name: its own host and public ones, over http and https, never this disk."""

import ipaddress
import re
from functools import lru_cache
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from core import CinemaError, Code

LENGTH = 4096
DEFAULT_PORTS = {"http": 80, "https": 443}
_SCHEME = re.compile(r"https?://", re.IGNORECASE)
_PLACE = re.compile(r"https?://[^/?#]+", re.IGNORECASE)
_PLAIN = re.compile(r"(?:[A-Za-z0-9_-][A-Za-z0-9._~-]*/)*[A-Za-z0-9_-][A-Za-z0-9._~-]*")
_Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_CARRIERS = tuple(map(ipaddress.IPv6Network, ("::/96", "::ffff:0:0/96", "::ffff:0:0:0/96", "64:ff9b::/96")))
"""IPv4 addresses in the last 32 bits (RFC 4291 2.5.5, RFC 2765 2.1, RFC 6052 2.1)."""
_LOCAL_TRANSLATION = ipaddress.IPv6Network("64:ff9b:1::/48")
"""Whose translator is the network's own (RFC 8215)."""
_KEPT = "%/:?#[]@!$&'()*+,;=~-._"


def checked_address(url: str) -> str:
    """The address, percent-encoded. Raises `CinemaError` (playlist-refused) unless it is http(s) to an allowed host."""
    if len(url) > LENGTH or "\\" in url or any(ord(letter) < 32 or ord(letter) == 127 for letter in url):
        raise _refused()
    place = _PLACE.match(url)
    if place is None or not _is_allowed(place[0]):
        raise _refused()
    return quote(url, safe=_KEPT).partition("#")[0]


def resolved_address(base: str, reference: str) -> str:
    """What a playlist at ``base`` means by ``reference`` (RFC 3986 5.2).

    Raises `CinemaError` (playlist-refused) for every other scheme, for UNC paths, for http named by https, and for
    another host that is not public: this machine, the local network.
    """
    if _PLAIN.fullmatch(reference) and len(reference) <= LENGTH:
        return urljoin(base, reference)
    absolute = bool(_SCHEME.match(reference))
    if not absolute and (":" in re.split(r"[/?#]", reference, maxsplit=1)[0] or reference.startswith("//")):
        raise _refused()
    url = checked_address(reference if absolute else urljoin(base, reference))
    if base.startswith("https:") and not url.lower().startswith("https:"):
        raise _refused()
    if absolute and not _may_name(_place(base), _place(url)):
        raise _refused()
    return url


def may_reach(host: str) -> bool:
    """Whether a host name or numeric address is not link-local (169.254.0.0/16, fe80::/10), unspecified or a group."""
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return bool(host)
    address = _carried(address)
    return not (address.is_link_local or address.is_unspecified or address.is_multicast)


def is_public(host: str) -> bool:
    """Whether a numeric address is reached from everywhere; a name other than localhost may be until resolved."""
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        name = host.rstrip(".").lower()
        return bool(name) and name != "localhost" and not name.endswith(".localhost")
    address = _carried(address)
    local = isinstance(address, ipaddress.IPv6Address) and (address.is_site_local or address in _LOCAL_TRANSLATION)
    return address.is_global and not address.is_multicast and not local


def _carried(address: _Address) -> _Address:
    """The IPv4 address that is reached through an IPv6 one (mapped, 6to4, translated), or the address itself."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if any(address in network for network in _CARRIERS) and int(address) > 1:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.sixtofour or address


def same_host(one: str, other: str) -> bool:
    """Whether ``other`` stays where ``one`` is: the same host and port, or https in place of http."""
    first, second = _split(one), _split(other)
    if first is None or second is None or first.hostname != second.hostname:
        return False
    if (first.scheme, second.scheme) == ("http", "https"):
        return True
    return first.scheme == second.scheme and _port(first) == _port(second)


@lru_cache(256)
def _is_allowed(place: str) -> bool:
    parts = _split(place)
    return parts is not None and parts.username is None and may_reach(parts.hostname or "")


@lru_cache(256)
def _may_name(base: str, place: str) -> bool:
    parts = _split(place)
    return parts is not None and (same_host(base, place) or is_public(parts.hostname or ""))


def _place(url: str) -> str:
    found = _PLACE.match(url)
    return found[0] if found else ""


def _split(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
        good = parts.scheme in DEFAULT_PORTS and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return None
    return parts if good else None


def _port(parts: SplitResult) -> int:
    return parts.port or DEFAULT_PORTS[parts.scheme]


def _refused() -> CinemaError:
    return CinemaError(Code.PLAYLIST_REFUSED, "The playlist names an address that is not allowed; it was not opened.")
