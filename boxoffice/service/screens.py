"""Signing a screen in from a browser elsewhere, a telephone for example (RFC 8628): its codes and the page for them."""

import secrets
from datetime import timedelta
from urllib.parse import urlencode

from sqlalchemy import delete, select
from sqlalchemy.orm import Session
from starlette.responses import JSONResponse, RedirectResponse, Response

from boxoffice.service.accounts import AccountRefused, Accounts, attempts_in
from boxoffice.service.authorization import CLIENT_ID, DesktopClient
from boxoffice.service.calls import Call
from boxoffice.service.config import OpenIdAccess
from boxoffice.service.database import Database
from boxoffice.service.pages import Pages
from boxoffice.service.signin import NO_STORE, oauth_error
from boxoffice.service.strongroom import digest, new_secret
from boxoffice.service.tables import DeviceCodeRow
from core import CinemaError, Clock

LIFE_S = 600
INTERVAL_S = 5
LETTERS = "BCDFGHJKLMNPQRSTVWXZ"
"""No vowels and nothing that looks like a digit (RFC 8628 6.1)."""
LENGTH = 8
SCREENS_PER_PLACE = 60
WRONG_CODES_PER_PLACE = 20


class Screens:
    """Answers ``POST /oauth/device`` and the page ``/device``."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        accounts: Accounts,
        pages: Pages,
        issuer: str,
        elsewhere: OpenIdAccess | None = None,
    ) -> None:
        """``elsewhere`` is another provider that people may sign in with."""
        self._elsewhere = elsewhere
        self._database = database
        self._clock = clock
        self._accounts = accounts
        self._pages = pages
        self._issuer = issuer

    def begin(self, call: Call) -> Response:
        """A new pair of codes (RFC 8628 3.2)."""
        try:
            form = call.form()
        except CinemaError:
            return oauth_error("invalid_request", "The request must be one form.")
        if form.get("client_id") != CLIENT_ID:
            return oauth_error("invalid_client", "The client does not exist here.", 401)
        device_code, user_code = new_secret(), "".join(secrets.choice(LETTERS) for _ in range(LENGTH))
        now = self._clock.now()
        with self._database.write() as session:
            place = attempts_in(session, f"screens:{call.place}", now)
            if place.count >= SCREENS_PER_PLACE:
                return oauth_error("slow_down", "Too many screens asked to be signed in from here; wait.", 429)
            place.count += 1
            session.execute(delete(DeviceCodeRow).where(DeviceCodeRow.expires <= now - timedelta(seconds=LIFE_S)))
            session.add(
                DeviceCodeRow(
                    digest=digest(device_code),
                    user_code=digest(user_code),
                    scope=DesktopClient().get_allowed_scope(form.get("scope", "")[:512]),
                    expires=now + timedelta(seconds=LIFE_S),
                    interval_s=INTERVAL_S,
                    denied=False,
                )
            )
        shown = f"{user_code[:4]}-{user_code[4:]}"
        address = f"{self._issuer}/device"
        return JSONResponse(
            {
                "device_code": device_code,
                "user_code": shown,
                "verification_uri": address,
                "verification_uri_complete": f"{address}?{urlencode({'user_code': shown})}",
                "expires_in": LIFE_S,
                "interval": INTERVAL_S,
            },
            headers=NO_STORE,
        )

    def page(self, call: Call) -> Response:
        """Where a person allows a screen, or says no (RFC 8628 3.3)."""
        create = call.query.get("prompt") == "create"
        if call.method != "POST":
            return self._show(call, create=create, code=call.query.get("user_code", ""))
        form = self._pages.form(call)
        code = form.get("user_code", "")
        try:
            self._find(call, code)
            if form.get("do") == "deny":
                self.decide(code, None)
                return self._pages.show(call, "message.html", {"which": "screen-refused"})
            if form.get("do") == "elsewhere":
                return RedirectResponse(f"/device?{urlencode({'user_code': code[:16]})}", 303, NO_STORE)
            email, password = form.get("email", ""), form.get("password", "")
            if form.get("do") == "create":
                person = self._accounts.open(email, password, form.get("name", ""), call.place)
            else:
                person = self._accounts.check(email, password, call.place)
            self.decide(code, person.id)
        except AccountRefused as refused:
            return self._show(call, create=create, code=code, problem=str(refused.args[0]), form=form)
        return self._pages.show(call, "message.html", {"which": "screen-allowed"})

    def refusal(self, call: Call, code: str) -> Response | None:
        """The page for a code that no screen waits with; none where one does."""
        try:
            self._find(call, code)
        except AccountRefused as refused:
            return self._show(call, create=False, code=code, problem=str(refused.args[0]))
        return None

    def no_longer_waits(self, call: Call) -> Response:
        """The page for a code whose time is over, or that somebody else answered."""
        return self._show(call, create=False, code="", problem="code")

    def _find(self, call: Call, code: str) -> None:
        """Raises `AccountRefused` (code, wait) unless a screen shows this code and waits."""
        with self._database.write() as session:
            place = attempts_in(session, f"screen codes:{call.place}", self._clock.now())
            held_back = place.count >= WRONG_CODES_PER_PLACE
            known = not held_back and self._waiting(session, code) is not None
            place.count += not known
        if not known:
            raise AccountRefused("wait" if held_back else "code")

    def decide(self, code: str, account_id: str | None) -> None:
        """Keep the answer: whose account it is, or none. Raises `AccountRefused` (code) if another one came first."""
        with self._database.write() as session:
            row = self._waiting(session, code)
            if row is not None:
                row.account_id, row.denied = account_id, account_id is None
        if row is None:
            msg = "code"
            raise AccountRefused(msg)

    def _waiting(self, session: Session, code: str) -> DeviceCodeRow | None:
        letters = "".join(letter for letter in code[:64].upper() if letter in LETTERS)
        wanted = select(DeviceCodeRow).where(
            DeviceCodeRow.user_code == digest(letters),
            DeviceCodeRow.expires > self._clock.now(),
            DeviceCodeRow.account_id.is_(None),
            DeviceCodeRow.denied.is_(False),
        )
        return session.scalar(wanted.with_for_update())

    def _show(
        self, call: Call, *, create: bool, code: str, problem: str = "", form: dict[str, str] | None = None
    ) -> Response:
        kept = {"user_code": code[:16]} if code else {}
        sign_in, opening = (f"/device?{urlencode(query)}" for query in (kept, {**kept, "prompt": "create"}))
        values = {
            "screen": True,
            "user_code": code[:16],
            "create": create,
            "problem": problem,
            "action": opening if create else sign_in,
            "other": sign_in if create else opening,
            "email": (form or {}).get("email", ""),
            "name": (form or {}).get("name", ""),
            "elsewhere": self._elsewhere,
            "elsewhere_path": f"/oauth/elsewhere?{urlencode(kept)}" if kept else "",
        }
        status = {"": 200, "wait": 429}.get(problem, 422)
        return self._pages.show(call, "sign_in.html", values, status=status)
