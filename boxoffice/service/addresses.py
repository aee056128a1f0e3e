"""Whose request it is, where proxies stand before the service (X-Forwarded-For)."""

import ipaddress
from collections.abc import Sequence


def client_address(peer: str, forwarded: Sequence[str], proxies: int) -> str | None:
    """Who asked, behind exactly ``proxies`` that are trusted: each adds the one before it to X-Forwarded-For's end.

    What stands before them is the client's own word and never read. None where a proxy was gone around.
    """
    if proxies == 0:
        return peer or None
    said = [part.strip() for line in forwarded for part in line.split(",")]
    chain = [*said, peer]
    return _bare(chain[-1 - proxies]) if len(chain) > proxies else None


def place_of(address: str) -> str:
    """Where attempts from this address are counted: a caller has a whole /64 of IPv6 to ask from."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped is None:
        return str(ipaddress.ip_network((int(found), 64), strict=False).network_address)
    return str(found)


def _bare(text: str) -> str | None:
    """The address without the port that some proxies add."""
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        return None
