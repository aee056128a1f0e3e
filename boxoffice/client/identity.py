"""Who signed in, from an id token whose signature and claims hold (OpenID Connect Core 3.1.3.7)."""

import hmac
import json
from collections.abc import Mapping
from datetime import datetime

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from boxoffice.client.fields import Fields, read_json
from boxoffice.client.model import Account
from boxoffice.client.provider import CLIENT_ID, Provider
from boxoffice.client.transport import Request, Transport
from core import Cancel, CinemaError, Code

ALGORITHMS = ("ES256", "EdDSA", "Ed25519", "RS256", "PS256")
LEEWAY_S = 300


def verified_account(
    transport: Transport,
    provider: Provider,
    id_token: str,
    now: datetime,
    *,
    nonce: str | None,
    cancel: Cancel | None = None,
) -> Account:
    """The account that ``id_token`` names; ``nonce`` is checked where one was sent.

    Raises `CinemaError`: sign-in-mismatch for a token of somebody else, of another box office, or out of time.
    """
    answer = transport.ask(Request("GET", provider.jwks_uri, limit_bytes=65_536), cancel)
    read_json(answer.body, "jwks").each("keys", lambda key: key.text("kty"))
    try:
        keys = KeySet.import_key_set(json.loads(answer.body))
        claims = jwt.decode(id_token, keys, algorithms=ALGORITHMS).claims
        fault = _fault(claims, provider.issuer, now, nonce)
    except (JoseError, ValueError, TypeError, KeyError):
        claims, fault = {}, "Its signature does not hold."
    if fault:
        raise CinemaError(Code.SIGN_IN_MISMATCH, f"The answer to the sign-in was not accepted. {fault}")
    return read_account(Fields(claims, "id_token"))


def read_account(fields: Fields) -> Account:
    """The account in the claims of an id token or of a userinfo answer."""
    email = fields.optional("email", fields.prose) or ""
    return Account(fields.text("sub"), email, fields.optional("name", fields.prose) or email)


def _fault(claims: Mapping[str, object], issuer: str, now: datetime, nonce: str | None) -> str | None:
    """What speaks against these claims, if anything does."""
    audience = claims.get("aud")
    audiences = audience if isinstance(audience, list) else [audience]
    named = CLIENT_ID in audiences and (len(audiences) == 1 or claims.get("azp") == CLIENT_ID)
    expires, issued, given = claims.get("exp"), claims.get("iat"), claims.get("nonce")
    if claims.get("iss") != issuer or not named:
        return "It was made for somebody else."
    if not isinstance(expires, int) or not isinstance(issued, int):
        return "It says no times."
    if not issued - LEEWAY_S <= now.timestamp() <= expires + LEEWAY_S:
        return "It is out of time; is the clock of this machine right?"
    if nonce is not None and not (isinstance(given, str) and hmac.compare_digest(given.encode(), nonce.encode())):
        return "It answers another sign-in."
    return None
