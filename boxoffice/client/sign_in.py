"""Signing in: the system's browser with PKCE and a loopback redirect (RFC 8252, 7636), or a code for any browser."""

import hashlib
import hmac
import secrets
import time
from collections.abc import Callable, Mapping
from urllib.parse import urlencode

from boxoffice.client.answer_page import Outcome
from boxoffice.client.callback import LIFE_S, CallbackListener
from boxoffice.client.identity import verified_account
from boxoffice.client.model import SignedIn
from boxoffice.client.provider import CLIENT_ID, SCOPE, DeviceCodes, Grant, Provider, TokenEndpoint
from boxoffice.client.tokens import Tokens
from boxoffice.client.transport import Transport
from core import Cancel, CinemaError, Clock, Code, base64url

SLOWER_S = 5
"""What ``slow_down`` adds to every pause from then on (RFC 8628 3.5)."""
LONGEST_PAUSE_S = 60


def sign_in(
    transport: Transport,
    tokens: Tokens,
    clock: Clock,
    open_browser: Callable[[str], bool],
    cancel: Cancel,
    language: str,
    *,
    create: bool,
    life_s: float = LIFE_S,
) -> SignedIn:
    """Send the viewer to the browser and wait until they come back.

    Raises `CinemaError`: sign-in-denied, sign-in-timed-out, sign-in-mismatch (no token was asked for, or none kept),
    cancelled, or what the line says.
    """
    provider = tokens.provider(cancel)
    key = tokens.device_key()
    state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
    with CallbackListener(language) as listener:
        open_browser(
            _authorization_url(
                provider,
                {
                    "response_type": "code",
                    "client_id": CLIENT_ID,
                    "redirect_uri": listener.redirect_uri,
                    "scope": SCOPE,
                    "state": state,
                    "nonce": nonce,
                    "code_challenge": _challenge(verifier),
                    "code_challenge_method": "S256",
                    "dpop_jkt": key.thumbprint,
                    "ui_locales": language,
                }
                | ({"prompt": "create"} if create else {}),
            )
        )
        parameters = listener.wait(cancel, life_s)
        outcome: Outcome = "failed"
        try:
            code = _code_of(parameters, provider, state)
            grant = TokenEndpoint(transport, provider, key, clock).exchange(
                code, verifier, listener.redirect_uri, cancel
            )
            signed_in = _adopted(grant, transport, tokens, clock, nonce, cancel)
            outcome = "signed-in"
        except CinemaError as error:
            outcome = "denied" if error.code is Code.SIGN_IN_DENIED else "failed"
            raise
        finally:
            listener.conclude(outcome)
    return signed_in


def sign_in_elsewhere(
    transport: Transport, tokens: Tokens, clock: Clock, show: Callable[[DeviceCodes], None], cancel: Cancel
) -> SignedIn:
    """Give ``show`` a code that the viewer enters in any browser, and ask until they have (RFC 8628).

    It asks no more often than it was told, and less often on a bad line (RFC 8628 3.5).
    Raises `CinemaError`: sign-in-denied, sign-in-timed-out, cancelled, or what the line says.
    """
    endpoint = TokenEndpoint(transport, tokens.provider(cancel), tokens.device_key(), clock)
    return _adopted(granted_elsewhere(endpoint, show, cancel), transport, tokens, clock, None, cancel)


def granted_elsewhere(endpoint: TokenEndpoint, show: Callable[[DeviceCodes], None], cancel: Cancel) -> Grant:
    """The tokens that somebody allowed in a browser elsewhere; as `sign_in_elsewhere`, and raises as it does."""
    codes = endpoint.device_codes(cancel)
    pause_s, ends = codes.interval_s, time.monotonic() + codes.life_s
    show(codes)
    while time.monotonic() < ends:
        if cancel.wait(pause_s):
            cancel.check()
        try:
            return endpoint.of_device(codes.device_code, cancel)
        except CinemaError as error:
            pause_s = _next_pause_s(error, pause_s)
    raise _code_ran_out()


def _next_pause_s(error: CinemaError, pause_s: int) -> int:
    """How long to wait after this refusal; raises what ends the waiting."""
    match error.details.get("oauth_error"):
        case "authorization_pending":
            return pause_s
        case "slow_down":
            return pause_s + SLOWER_S
        case "access_denied":
            raise CinemaError(Code.SIGN_IN_DENIED, "Signing in was called off in the browser.") from error
        case "expired_token" | "invalid_grant":
            raise _code_ran_out() from error
    status = error.details.get("status", 0)
    if error.code is Code.OFFLINE or (isinstance(status, int) and status >= 500):
        return min(pause_s * 2, LONGEST_PAUSE_S)
    raise error


def _code_ran_out() -> CinemaError:
    return CinemaError(Code.SIGN_IN_TIMED_OUT, "The code ran out before anybody used it; ask for a new one.")


def _adopted(
    grant: Grant, transport: Transport, tokens: Tokens, clock: Clock, nonce: str | None, cancel: Cancel
) -> SignedIn:
    """The sign-in, once its id token holds."""
    if grant.id_token is None or grant.refresh_token is None:
        raise CinemaError(Code.SERVER_ANSWER, "The box office left out a part of the sign-in.")
    provider = tokens.provider(cancel)
    account = verified_account(transport, provider, grant.id_token, clock.now(), nonce=nonce, cancel=cancel)
    keystore_problem = tokens.adopt(grant)
    return SignedIn(account, keystore_problem is None, keystore_problem)


def _authorization_url(provider: Provider, parameters: Mapping[str, str]) -> str:
    joint = "&" if "?" in provider.authorization_endpoint else "?"
    return f"{provider.authorization_endpoint}{joint}{urlencode(parameters)}"


def _challenge(verifier: str) -> str:
    return base64url.encode(hashlib.sha256(verifier.encode("ascii")).digest())


def _code_of(parameters: Mapping[str, str], provider: Provider, state: str) -> str:
    """The code, once ``state`` and ``iss`` (RFC 9207 2.4) say that the answer is to this very question."""
    issuer = parameters.get("iss")
    if not hmac.compare_digest(parameters.get("state", "").encode(), state.encode()):
        raise _mismatch()
    if issuer != provider.issuer and (issuer is not None or provider.names_itself):
        raise _mismatch()
    error = parameters.get("error")
    if error == "access_denied":
        raise CinemaError(Code.SIGN_IN_DENIED, "Signing in was called off in the browser.")
    if error is not None:
        raise CinemaError(Code.SERVER_ERROR, "The box office could not sign anybody in.")
    code = parameters.get("code", "")
    if not 0 < len(code) <= 4_096:
        raise _mismatch()
    return code


def _mismatch() -> CinemaError:
    return CinemaError(Code.SIGN_IN_MISMATCH, "The browser came back with the answer to another sign-in; try again.")
