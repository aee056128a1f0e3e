"""Signing in with another OpenID Connect provider: the box office asks it who somebody is, and opens its own door.

Tokens stay the box office's own and bound to the device, whoever vouched for the person. An account from there is known
by the provider's issuer and subject; an address that belongs to an account here is never taken over by it. The provider
may answer without asking anybody anything, so nobody is signed in before they have said so on a page of ours.
"""

import hashlib
import hmac
import json
import logging
import secrets
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from boxoffice.service.accounts import AccountRefused
from boxoffice.service.calls import Call
from boxoffice.service.config import OpenIdAccess
from boxoffice.service.database import Database
from boxoffice.service.openid import NO_ADDRESS, Elsewhere, OpenIdProvider, address_of, name_of
from boxoffice.service.pages import Pages
from boxoffice.service.problems import not_found
from boxoffice.service.screens import Screens
from boxoffice.service.signin import NO_STORE, PASSED_ON, SignIn, loopback_target
from boxoffice.service.strongroom import Strongroom, digest
from boxoffice.service.tables import AccountRow, IdentityRow
from core import Clock, base64url

log = logging.getLogger(__name__)

PATH = "/oauth/elsewhere"
ANSWER = f"{PATH}/answer"
CONTINUE = f"{PATH}/continue"
COOKIE = "box-office-elsewhere"
COOKIE_BYTES = 3900
"""A browser keeps 4096 of name and value."""
QUESTION_BYTES = 3000
"""Of those at the beginning: the person's name and address come to it later."""
LIFE = timedelta(minutes=10)
ASKED, ANSWERED = "elsewhere asked", "elsewhere answered"
"""What a cookie may be: a question to the provider, or its answer."""


class SignInElsewhere:
    """Answers ``/oauth/elsewhere``: to the provider, back from it, and what the person says to that. Thread-safe."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        access: OpenIdAccess | None,
        sign_in: SignIn,
        screens: Screens,
        pages: Pages,
        strongroom: Strongroom,
        issuer: str,
    ) -> None:
        self._database = database
        self._clock = clock
        self._redirect_uri = f"{issuer}{ANSWER}"
        self._provider = OpenIdProvider(access, clock, self._redirect_uri) if access else None
        self._sign_in = sign_in
        self._screens = screens
        self._pages = pages
        self._strongroom = strongroom
        self._secure = issuer.startswith("https:")

    def begin(self, call: Call) -> Response:
        """Lead the browser to the provider, and let it remember for what: for a viewer, or for a screen's code."""
        provider = self._configured()
        if "user_code" in call.query:
            asked = {"user_code": call.query["user_code"][:16]}
            refused = self._screens.refusal(call, asked["user_code"])
        else:
            asked = {name: call.query[name] for name in PASSED_ON if name in call.query}
            refused = self._sign_in.refusal(call, asked)
        if refused is not None:
            return refused
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        cookie = self._cookie(ASKED, {"state": state, "nonce": nonce, "verifier": verifier, "asked": asked})
        if len(cookie) > QUESTION_BYTES:
            return self._pages.show(call, "message.html", {"which": "request"}, status=400)
        try:
            endpoint = provider.discovered()["authorization_endpoint"]
        except Elsewhere as error:
            return self._failed(call, error)
        wish = {
            "response_type": "code",
            "client_id": provider.access.client_id,
            "redirect_uri": self._redirect_uri,
            "scope": "openid email profile",
            "state": state,
            "nonce": nonce,
            "code_challenge": base64url.encode(hashlib.sha256(verifier.encode()).digest()),
            "code_challenge_method": "S256",
            "ui_locales": self._pages.language(call),
            **({"prompt": "login"} if call.query.get("other") == "yes" else {}),
        }
        response = RedirectResponse(f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(wish)}", 303, NO_STORE)
        self._keep(response, cookie)
        return response

    def answer(self, call: Call) -> Response:
        """Who the provider says it is: kept in the browser until the person says so too."""
        provider = self._configured()
        try:
            kept = self._kept(call, ASKED)
            if not hmac.compare_digest(call.query.get("state", "").encode(), kept["state"].encode()):
                msg = "the answer is another question's"
                raise Elsewhere(msg)
            if call.query.get("error") == "access_denied":
                return self._said_no(call, kept["asked"])
            claims = provider.claims(call.query, kept)
        except Elsewhere as error:
            return self._failed(call, error)
        who = {
            "issuer": provider.access.issuer,
            "subject": digest(claims["sub"]),
            "email": address_of(provider.access.issuer, claims),
            "name": name_of(claims),
        }
        response = RedirectResponse(CONTINUE, 303, NO_STORE)
        self._keep(response, self._cookie(ANSWERED, {"who": who, "asked": kept["asked"]}))
        return response

    def go_on(self, call: Call) -> Response:
        """Ask the person whether it is they; and if they say so, back to the viewer, or to the screen that waits."""
        self._configured()
        try:
            kept = self._kept(call, ANSWERED)
        except Elsewhere as error:
            return self._failed(call, error)
        who, asked = kept["who"], kept["asked"]
        if call.method != "POST":
            with self._database.read() as session:
                taken = self._known(session, who) is None and self._is_taken(session, who["email"])
            return self._taken(call) if taken else self._ask(call, who, asked)
        form = self._pages.form(call)
        if form.get("do") != "continue":
            response = self._said_no(call, asked)
        else:
            try:
                account_id = self._account(who)
                response = self._signed_in(call, asked, account_id)
            except AccountRefused as refused:
                return self._taken(call) if refused.args[0] == "taken" else self._screens.no_longer_waits(call)
        response.delete_cookie(COOKIE, path=PATH, secure=self._secure, httponly=True, samesite="lax")
        return response

    def _configured(self) -> OpenIdProvider:
        if self._provider is None:
            raise not_found()
        return self._provider

    def _ask(self, call: Call, who: dict[str, str], asked: dict[str, str]) -> Response:
        values = {
            "name": who["name"] or who["email"].partition("@")[0][:80],
            "email": "" if who["email"].endswith(f"@{NO_ADDRESS}") else who["email"],
            "called": self._configured().access.called,
            "user_code": asked.get("user_code", ""),
            "path": CONTINUE,
            "other": f"{PATH}?{urlencode({**asked, 'other': 'yes'})}",
        }
        target = loopback_target(asked["redirect_uri"]) if "redirect_uri" in asked else ""
        return self._pages.show(call, "continue.html", values, form_targets=target)

    def _signed_in(self, call: Call, asked: dict[str, str], account_id: str) -> Response:
        if "user_code" in asked:
            self._screens.decide(asked["user_code"], account_id)
            return self._pages.show(call, "message.html", {"which": "screen-allowed"})
        return self._sign_in.granted(asked, account_id, self._pages.language(call))

    def _said_no(self, call: Call, asked: dict[str, str]) -> Response:
        if "user_code" not in asked:
            return self._sign_in.denied(asked)
        try:
            self._screens.decide(asked["user_code"], None)
        except AccountRefused:
            return self._screens.no_longer_waits(call)
        return self._pages.show(call, "message.html", {"which": "screen-refused"})

    def _failed(self, call: Call, error: Elsewhere) -> Response:
        log.warning("signing in elsewhere failed: %s", error.args[0])
        return self._pages.show(call, "message.html", {"which": "elsewhere-failed"}, status=502)

    def _taken(self, call: Call) -> Response:
        return self._pages.show(call, "message.html", {"which": "elsewhere-taken"}, status=409)

    def _cookie(self, kind: str, kept: dict[str, Any]) -> str:
        until = (self._clock.now() + LIFE).timestamp()
        text = base64url.encode(json.dumps({**kept, "until": until}, ensure_ascii=False).encode())
        return f"{text}.{self._strongroom.mark(kind, text)}"

    def _keep(self, response: Response, cookie: str) -> None:
        response.set_cookie(COOKIE, cookie, httponly=True, samesite="lax", secure=self._secure, path=PATH)

    def _kept(self, call: Call, kind: str) -> dict[str, Any]:
        """What this browser was given. Raises `Elsewhere`."""
        text, _, mark = call.cookies.get(COOKIE, "").partition(".")
        if len(text) > COOKIE_BYTES or not self._strongroom.is_marked(kind, text, mark):
            msg = "this browser began nothing"
            raise Elsewhere(msg)
        kept: dict[str, Any] = json.loads(base64url.decode(text))
        if self._clock.now().timestamp() > kept["until"]:
            msg = "it took too long"
            raise Elsewhere(msg)
        return kept

    def _known(self, session: Session, who: dict[str, str]) -> str | None:
        row = session.get(IdentityRow, (who["issuer"], who["subject"]))
        return row.account_id if row is not None else None

    def _is_taken(self, session: Session, email: str) -> bool:
        return session.scalar(select(AccountRow.id).where(AccountRow.email == email)) is not None

    def _account(self, who: dict[str, str]) -> str:
        """The account of this person, opened at the first time. Raises `AccountRefused` (taken)."""
        with self._database.write() as session:
            if (known := self._known(session, who)) is not None:
                return known
            if self._is_taken(session, who["email"]):
                msg = "taken"
                raise AccountRefused(msg)
            account = AccountRow(
                id=str(uuid4()),
                email=who["email"],
                name=who["name"] or who["email"].partition("@")[0][:80],
                password_hash="-",  # noqa: S106 - no password fits
                created=self._clock.now(),
            )
            session.add(account)
            session.flush()
            session.add(IdentityRow(issuer=who["issuer"], subject=who["subject"], account_id=account.id))
            log.info("an account was opened for somebody from another provider")
            return account.id
