"""The other OpenID Connect provider: what it says of itself, and of whoever it sends back (OpenID Connect Core 1.0)."""

import base64
import hmac
import json
import urllib.request
from collections.abc import Mapping
from datetime import datetime, timedelta
from http.client import HTTPException
from threading import Lock
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import quote, urlencode, urlsplit

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from boxoffice.service.accounts import AccountRefused, tidy_email
from boxoffice.service.config import OpenIdAccess, is_web_address
from boxoffice.service.strongroom import digest
from core import Clock

LEEWAY_S = 300
PATIENCE_S = 10
QUEUE_S = 2
SILENCE = timedelta(seconds=30)
"""How long a provider that did not answer is not asked what it says of itself: who waits for it serves nobody else."""
ANSWER_BYTES = 1 << 18
ALGORITHMS = ("ES256", "EdDSA", "Ed25519", "RS256", "PS256")
NO_ADDRESS = "elsewhere.invalid"
"""Where nobody has an address: for people whose provider vouches for none."""


class Elsewhere(Exception):
    """The provider did not say who somebody is; ``args[0]`` is a reason for the log, without anything it said."""


class OpenIdProvider:
    """Another provider, by its discovery. Thread-safe."""

    def __init__(self, access: OpenIdAccess, clock: Clock, redirect_uri: str) -> None:
        self.access = access
        self._clock = clock
        self._redirect_uri = redirect_uri
        self._lock = Lock()
        self._provider: dict[str, Any] | None = None
        self._silent_until: datetime | None = None

    def claims(self, answer: Mapping[str, str], kept: dict[str, Any]) -> dict[str, Any]:
        """The claims of the id token that the code in the provider's ``answer`` is good for. Raises `Elsewhere`."""
        access, provider = self.access, self.discovered()
        named = answer.get("iss")
        if named != provider["issuer"] and (
            named is not None or provider.get("authorization_response_iss_parameter_supported")
        ):
            msg = "another provider answered"
            raise Elsewhere(msg)
        code = answer.get("code", "")
        if not 0 < len(code) <= 4096:
            msg = "there is no code in the answer"
            raise Elsewhere(msg)
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": self._redirect_uri}
        form["code_verifier"] = kept["verifier"]
        told = _ask(provider["token_endpoint"], form, _proof_of(access, provider, form))
        keys = _ask(provider["jwks_uri"])
        try:
            claims = jwt.decode(told["id_token"], KeySet.import_key_set(keys), algorithms=ALGORITHMS).claims  # type: ignore[arg-type]
        except (JoseError, ValueError, TypeError, KeyError) as error:
            msg = "the signature of its id token does not hold"
            raise Elsewhere(msg) from error
        if (
            fault := _fault(claims, provider["issuer"], access.client_id, kept["nonce"], self._clock.now())
        ) is not None:
            raise Elsewhere(fault)
        userinfo, token = provider.get("userinfo_endpoint"), told.get("access_token")
        if "email" not in claims and userinfo and isinstance(token, str):
            more = _ask(userinfo, None, {"Authorization": f"Bearer {token}"})
            if more.get("sub") == claims["sub"]:  # OpenID Connect Core 5.3.2
                claims = {**more, **claims}
        return claims

    def discovered(self) -> dict[str, Any]:
        """What the provider says of itself (OpenID Connect Discovery 1.0), asked for once. Raises `Elsewhere`."""
        if self._provider is not None:
            return self._provider
        if not self._lock.acquire(timeout=QUEUE_S):
            msg = "others wait for it already"
            raise Elsewhere(msg)
        try:
            if self._provider is None:
                self._provider = self._asked()
            return self._provider
        finally:
            self._lock.release()

    def _asked(self) -> dict[str, Any]:
        if self._silent_until is not None and self._clock.now() < self._silent_until:
            msg = "it did not answer a moment ago"
            raise Elsewhere(msg)
        self._silent_until = self._clock.now() + SILENCE
        access = self.access
        told = _ask(f"{access.issuer}/.well-known/openid-configuration")
        places = [told.get(name) for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")]
        if str(told.get("issuer")).rstrip("/") != access.issuer:
            msg = "it calls itself something else"
            raise Elsewhere(msg)
        if not all(isinstance(place, str) and is_web_address(place.partition("?")[0]) for place in places):
            msg = "it names no safe addresses"
            raise Elsewhere(msg)
        return told


def address_of(issuer: str, claims: Mapping[str, Any]) -> str:
    """The e-mail address that the provider vouches for, or one that nobody has."""
    subject = claims["sub"]
    if claims.get("email_verified") is True and isinstance(claims.get("email"), str):
        try:
            return tidy_email(claims["email"])
        except AccountRefused:
            pass
    return f"{digest(f'{issuer} {subject}')[:32]}@{NO_ADDRESS}"


def name_of(claims: Mapping[str, Any]) -> str:
    """What the provider calls the person, as a name may be here; empty where that is none."""
    told = (letter for letter in str(claims.get("name") or "") if letter.isprintable() or letter.isspace())
    return " ".join("".join(told).split())[:80]


def _proof_of(access: OpenIdAccess, provider: dict[str, Any], form: dict[str, str]) -> dict[str, str]:
    """How the box office shows that it is this client (OpenID Connect Core 9); adds to the form where that is how."""
    methods = provider.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
    if not access.client_secret:
        form["client_id"] = access.client_id
        return {}
    if "client_secret_basic" in methods:
        pair = f"{quote(access.client_id, safe='')}:{quote(access.client_secret, safe='')}"
        return {"Authorization": "Basic " + base64.b64encode(pair.encode()).decode()}
    form |= {"client_id": access.client_id, "client_secret": access.client_secret}
    return {}


def _fault(claims: dict[str, Any], issuer: str, client_id: str, nonce: str, now: datetime) -> str | None:
    audience = claims.get("aud")
    audiences = audience if isinstance(audience, list) else [audience]
    if claims.get("iss") != issuer or client_id not in audiences:
        return "its id token was made for somebody else"
    if len(audiences) > 1 and claims.get("azp") != client_id:
        return "its id token was made for somebody else"
    expires, issued = claims.get("exp"), claims.get("iat")
    if not isinstance(expires, int) or not isinstance(issued, int):
        return "its id token says no times"
    if not issued - LEEWAY_S <= now.timestamp() <= expires + LEEWAY_S:
        return "its id token is out of time"
    if not hmac.compare_digest(str(claims.get("nonce", "")).encode(), nonce.encode()):
        return "its id token answers another question"
    subject = claims.get("sub")
    return None if isinstance(subject, str) and 0 < len(subject) <= 255 else "its id token names nobody"


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        """Nothing that is meant for the provider goes elsewhere."""


def _ask(url: str, form: dict[str, str] | None = None, headers: dict[str, str] | None = None) -> dict[str, Any]:
    """The provider's JSON. Raises `Elsewhere`."""
    if not is_web_address(url.partition("?")[0]):
        msg = "it names no safe address"
        raise Elsewhere(msg)
    parts: list[urllib.request.BaseHandler] = [_NoRedirect()]
    if urlsplit(url).scheme == "http":
        parts.append(urllib.request.ProxyHandler({}))  # this machine: never through a proxy
    body = urlencode(form).encode() if form is not None else None
    request = urllib.request.Request(url, body, {"Accept": "application/json", **(headers or {})})  # noqa: S310 - checked above
    try:
        with urllib.request.build_opener(*parts).open(request, timeout=PATIENCE_S) as answer:
            told = json.loads(answer.read(ANSWER_BYTES))
    except HTTPError as error:
        error.close()
        msg = f"it answered {error.code}"
        raise Elsewhere(msg) from None
    except (URLError, OSError, HTTPException, ValueError) as error:
        msg = f"it does not answer ({type(error).__name__})"
        raise Elsewhere(msg) from None
    if not isinstance(told, dict):
        msg = "it answers with something else than an object"
        raise Elsewhere(msg)
    return told
