"""What pretix says, as a programme and a list of revoked tickets hold it: for whoever signs these for a venue."""

import base64
from collections.abc import Iterable

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from boxoffice.rules import CodeFault, read_pretix_code
from core import CinemaError, Code, base64url


def pretix_key(text: str) -> str:
    """A key of ``valid_keys.pretix_sig1`` of pretix' event, as `kiosk.Programme.pretix_keys` has it.

    Raises `CinemaError` (wrong-use).
    """
    try:
        key = load_pem_public_key(base64.b64decode(text, validate=True))
    except ValueError as error:
        raise CinemaError(Code.WRONG_USE, "This is no key of pretix' signed tickets.") from error
    if not isinstance(key, Ed25519PublicKey):
        raise CinemaError(Code.WRONG_USE, "This is a key of another kind than pretix' signed tickets have.")
    return base64url.encode(key.public_bytes_raw())


def revoked_names(secrets: Iterable[str], keys: Iterable[str]) -> tuple[str, ...]:
    """The tickets of pretix' ``revokedsecrets`` and ``blockedsecrets``, as `kiosk.RevokedTickets` names them.

    Secrets that no key of ``keys`` (as `pretix_key` gives them) signed open no door and are left out.
    """
    known = [Ed25519PublicKey.from_public_bytes(base64url.decode(key)) for key in keys]
    read = (read_pretix_code(secret, known) for secret in secrets)
    return tuple(sorted({ticket.name for ticket in read if not isinstance(ticket, CodeFault)}))
