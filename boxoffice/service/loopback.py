"""Where an authorization answer may go: a listener on the viewer's own machine (RFC 8252 7.3), and nowhere else."""

import re

LIMIT = 512
_LOOPBACK = re.compile(r"(http://(?:127\.0\.0\.1|\[::1\]):([1-9][0-9]{0,4}))(?:/[A-Za-z0-9._~/-]*)?", re.ASCII)


def is_loopback_redirect(uri: str) -> bool:
    """Whether ``uri`` is plain http to a loopback address with a port: no name, user, query or fragment."""
    match = _LOOPBACK.fullmatch(uri) if len(uri) <= LIMIT else None
    return match is not None and int(match[2]) < 65536


def origin_of(uri: str) -> str:
    """Scheme, address and port of a loopback redirect."""
    match = _LOOPBACK.fullmatch(uri)
    return match[1] if match else ""
