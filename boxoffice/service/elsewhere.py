"""Signing in with another OpenID Connect provider: the box office asks it who somebody is, and opens its own door.

Tokens stay the box office's own and bound to the device, whoever vouched for the person. An account from there is known
by the provider's issuer and subject; an address that belongs to an account here is never taken over by it.
"""

import base64
import hashlib
import hmac
import json
import logging
import secrets
import urllib.request
from datetime import datetime, timedelta
from http.client import HTTPException
from threading import Lock
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import quote, urlencode, urlsplit
from uuid import uuid4

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from sqlalchemy import select
from starlette.responses import RedirectResponse, Response

from boxoffice.service.accounts import AccountRefused, tidy_email
from boxoffice.service.calls import Call
from boxoffice.service.config import OpenIdAccess, is_web_address
from boxoffice.service.database import Database
from boxoffice.service.pages import Pages
from boxoffice.service.problems import not_found
from boxoffice.service.signin import NO_STORE, PASSED_ON, SignIn
from boxoffice.service.strongroom import Strongroom, digest
from boxoffice.service.tables import AccountRow, IdentityRow
from core import Clock, base64url

log = logging.getLogger(__name__)

PATH = "/oauth/elsewhere"
ANSWER = f"{PATH}/answer"
COOKIE = "box-office-elsewhere"
COOKIE_BYTES = 3500
LIFE = timedelta(minutes=10)
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


class SignInElsewhere:
    """Answers ``/oauth/elsewhere``. Thread-safe."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        access: OpenIdAccess | None,
        sign_in: SignIn,
        pages: Pages,
        strongroom: Strongroom,
        issuer: str,
    ) -> None:
        self._database = database
        self._clock = clock
        self._access = access
        self._sign_in = sign_in
        self._pages = pages
        self._strongroom = strongroom
        self._redirect_uri = f"{issuer}{ANSWER}"
        self._secure = issuer.startswith("https:")
        self._lock = Lock()
        self._provider: dict[str, Any] | None = None
        self._silent_until: datetime | None = None

    def begin(self, call: Call) -> Response:
        """Lead the browser to the provider, and let it remember for what."""
        access = self._configured()
        asked = {name: call.query[name] for name in PASSED_ON if name in call.query}
        if (refused := self._sign_in.refusal(call, asked)) is not None:
            return refused
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        until = (self._clock.now() + LIFE).timestamp()
        kept = json.dumps({"state": state, "nonce": nonce, "verifier": verifier, "until": until, "asked": asked})
        cookie = base64url.encode(kept.encode())
        cookie = f"{cookie}.{self._strongroom.mark('elsewhere', cookie)}"
        try:
            endpoint = self._discovered(access)["authorization_endpoint"]
        except Elsewhere as error:
            return self._failed(call, error)
        if len(cookie) > COOKIE_BYTES:
            return self._pages.show(call, "message.html", {"which": "request"}, status=400)
        wish = {
            "response_type": "code",
            "client_id": access.client_id,
            "redirect_uri": self._redirect_uri,
            "scope": "openid email profile",
            "state": state,
            "nonce": nonce,
            "code_challenge": base64url.encode(hashlib.sha256(verifier.encode()).digest()),
            "code_challenge_method": "S256",
            "ui_locales": self._pages.language(call),
        }
        response = RedirectResponse(f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(wish)}", 303, NO_STORE)
        response.set_cookie(COOKIE, cookie, httponly=True, samesite="lax", secure=self._secure, path=PATH)
        return response

    def answer(self, call: Call) -> Response:
        """Who the provider says it is, and back to the viewer that asked."""
        access = self._configured()
        try:
            kept = self._kept(call)
            query = kept["asked"]
            if call.query.get("error") == "access_denied":
                return self._sign_in.denied(query)
            account_id = self._account(access.issuer, self._claims(access, call, kept))
        except Elsewhere as error:
            return self._failed(call, error)
        except AccountRefused:
            return self._pages.show(call, "message.html", {"which": "elsewhere-taken"}, status=409)
        response = self._sign_in.granted(query, account_id, self._pages.language(call))
        response.delete_cookie(COOKIE, path=PATH, secure=self._secure, httponly=True, samesite="lax")
        return response

    def _configured(self) -> OpenIdAccess:
        if self._access is None:
            raise not_found()
        return self._access

    def _failed(self, call: Call, error: Elsewhere) -> Response:
        log.warning("signing in elsewhere failed: %s", error.args[0])
        return self._pages.show(call, "message.html", {"which": "elsewhere-failed"}, status=502)

    def _kept(self, call: Call) -> dict[str, Any]:
        """What this browser began with, if it is this answer's question."""
        cookie, _, mark = call.cookies.get(COOKIE, "").partition(".")
        if len(cookie) > COOKIE_BYTES or not self._strongroom.is_marked("elsewhere", cookie, mark):
            msg = "this browser began nothing"
            raise Elsewhere(msg)
        kept: dict[str, Any] = json.loads(base64url.decode(cookie))
        if self._clock.now().timestamp() > kept["until"]:
            msg = "it took too long"
            raise Elsewhere(msg)
        if not hmac.compare_digest(call.query.get("state", "").encode(), kept["state"].encode()):
            msg = "the answer is another question's"
            raise Elsewhere(msg)
        return kept

    def _claims(self, access: OpenIdAccess, call: Call, kept: dict[str, Any]) -> dict[str, Any]:
        """The claims of the id token that the code is good for (OpenID Connect Core 3.1.3)."""
        provider = self._discovered(access)
        named = call.query.get("iss")
        if named != provider["issuer"] and (
            named is not None or provider.get("authorization_response_iss_parameter_supported")
        ):
            msg = "another provider answered"
            raise Elsewhere(msg)
        code = call.query.get("code", "")
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

    def _account(self, issuer: str, claims: dict[str, Any]) -> str:
        """The account of this person, opened at the first time. Raises `AccountRefused` (taken)."""
        key = (issuer, digest(claims["sub"]))
        with self._database.write() as session:
            known = session.get(IdentityRow, key)
            if known is not None:
                return known.account_id
            email = _address(issuer, claims)
            if session.scalar(select(AccountRow.id).where(AccountRow.email == email)) is not None:
                msg = "taken"
                raise AccountRefused(msg)
            account = AccountRow(
                id=str(uuid4()),
                email=email,
                name=_name(claims) or email.partition("@")[0][:80],
                password_hash="-",  # noqa: S106 - no password fits
                created=self._clock.now(),
            )
            session.add(account)
            session.flush()
            session.add(IdentityRow(issuer=key[0], subject=key[1], account_id=account.id))
            log.info("an account was opened for somebody from another provider")
            return account.id

    def _discovered(self, access: OpenIdAccess) -> dict[str, Any]:
        """What the provider says of itself (OpenID Connect Discovery 1.0), asked for once. Raises `Elsewhere`."""
        if self._provider is not None:
            return self._provider
        if not self._lock.acquire(timeout=QUEUE_S):
            msg = "others wait for it already"
            raise Elsewhere(msg)
        try:
            if self._provider is None:
                self._provider = self._asked(access)
            return self._provider
        finally:
            self._lock.release()

    def _asked(self, access: OpenIdAccess) -> dict[str, Any]:
        if self._silent_until is not None and self._clock.now() < self._silent_until:
            msg = "it did not answer a moment ago"
            raise Elsewhere(msg)
        self._silent_until = self._clock.now() + SILENCE
        told = _ask(f"{access.issuer}/.well-known/openid-configuration")
        places = [told.get(name) for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")]
        if str(told.get("issuer")).rstrip("/") != access.issuer:
            msg = "it calls itself something else"
            raise Elsewhere(msg)
        if not all(isinstance(place, str) and is_web_address(place.partition("?")[0]) for place in places):
            msg = "it names no safe addresses"
            raise Elsewhere(msg)
        return told


def _address(issuer: str, claims: dict[str, Any]) -> str:
    """The e-mail address that the provider vouches for, or one that nobody has."""
    subject = claims["sub"]
    if claims.get("email_verified") is True and isinstance(claims.get("email"), str):
        try:
            return tidy_email(claims["email"])
        except AccountRefused:
            pass
    return f"{digest(f'{issuer} {subject}')[:32]}@{NO_ADDRESS}"


def _name(claims: dict[str, Any]) -> str:
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
