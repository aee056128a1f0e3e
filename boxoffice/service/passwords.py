"""A forgotten password: a letter with a link that is good once, and the page on which a new one is set.

Nobody learns here who has an account: an address without one is answered the same, and costs the same writes.
"""

import logging
from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import Select, delete, select, update
from sqlalchemy.orm import Session
from starlette.responses import Response

from boxoffice.service.accounts import AccountRefused, Accounts, attempts_in, buckets_of, tidy_email
from boxoffice.service.calls import Call
from boxoffice.service.database import Database
from boxoffice.service.openid import NO_ADDRESS
from boxoffice.service.pages import Pages
from boxoffice.service.strongroom import Strongroom, digest
from boxoffice.service.tables import (
    AccountRow,
    CodeRow,
    DeviceCodeRow,
    FamilyRow,
    PasswordResetRow,
    StaffSessionRow,
)
from core import Clock

log = logging.getLogger(__name__)

PATH = "/oauth/password"
LIFE = timedelta(minutes=30)
AN_HOUR = timedelta(hours=1)
LETTERS_PER_EMAIL = 3
LETTERS_PER_PLACE = 20


class Passwords:
    """Answers ``/oauth/password``: asking for a letter, and setting a new password with what it brings. Thread-safe."""

    def __init__(
        self, database: Database, clock: Clock, accounts: Accounts, pages: Pages, strongroom: Strongroom
    ) -> None:
        self._database = database
        self._clock = clock
        self._accounts = accounts
        self._pages = pages
        self._strongroom = strongroom

    def code_of(self, reset_id: str) -> str:
        """What the letter brings: made from the service's key, so that it is kept nowhere."""
        return self._strongroom.mark("password", reset_id)

    def ask(self, call: Call) -> Response:
        """Where a person asks for a letter; the answer is the same whether there is an account or not."""
        if call.method != "POST":
            return self._show(call, code="")
        email = self._pages.form(call).get("email", "")
        try:
            self._order(email, call.place)
        except AccountRefused as refused:
            return self._show(call, code="", email=email, problem=str(refused.args[0]))
        return self._pages.show(call, "message.html", {"which": "password-asked"})

    def choose(self, call: Call) -> Response:
        """Where the letter leads: looking spends nothing, a new password does."""
        code = str(call.route["code"])
        with self._database.read() as session:
            known = session.scalar(_good(code, self._clock.now())) is not None
        if not known:
            return self._gone(call)
        if call.method != "POST":
            return self._show(call, code=code)
        try:
            hashed = self._accounts.hashed(self._pages.form(call).get("password", ""))
        except AccountRefused as refused:
            return self._show(call, code=code, problem=str(refused.args[0]))
        if not self._set(code, hashed, call.place):
            return self._gone(call)
        log.info("a new password was set by letter")
        return self._pages.show(call, "message.html", {"which": "password-set"})

    def _order(self, email: str, place: str) -> None:
        """Let a letter be written. Raises `AccountRefused` (email, wait-hour)."""
        email, now, reset_id = tidy_email(email), self._clock.now(), str(uuid4())
        buckets = {f"password place:{place}": LETTERS_PER_PLACE, f"password email:{email}": LETTERS_PER_EMAIL}
        self._accounts.spend(buckets, AN_HOUR, "wait-hour")
        with self._database.write() as session:
            mine = select(AccountRow.id).where(AccountRow.email == email, AccountRow.password_hash != "-")  # noqa: S105 - no password fits
            account_id = None if email.endswith(f"@{NO_ADDRESS}") else session.scalar(mine)
            session.add(
                PasswordResetRow(
                    id=reset_id, digest=digest(self.code_of(reset_id)), account_id=account_id, expires=now + LIFE
                )
            )

    def _set(self, code: str, hashed: str, place: str) -> bool:
        """Set the password and end all that the old one opened; false where another was faster."""
        now = self._clock.now()
        with self._database.write() as session:
            found = session.scalar(_good(code, now))
            if found is None or found.account_id is None:
                return False
            # The account first: two letters of one account wait for each other here, and the second finds none.
            account = session.get(AccountRow, found.account_id, with_for_update=True)
            session.expire(found)
            if account is None or session.scalar(_good(code, now)) is None:
                return False
            account.password_hash = hashed
            _end_all(session, account.id, now)
            for bucket in buckets_of(account.email, place):
                attempts_in(session, bucket, now).count = 0
        return True

    def _gone(self, call: Call) -> Response:
        return self._pages.show(call, "message.html", {"which": "password-gone"}, status=404)

    def _show(self, call: Call, *, code: str, email: str = "", problem: str = "") -> Response:
        values = {"code": code, "email": email, "problem": problem, "action": f"{PATH}/{code}" if code else PATH}
        status = {"": 200, "wait-hour": 429}.get(problem, 422)
        return self._pages.show(call, "password.html", values, status=status)


def _good(code: str, now: datetime) -> Select[PasswordResetRow]:
    mine = (PasswordResetRow.digest == digest(code), PasswordResetRow.account_id.is_not(None))
    return select(PasswordResetRow).where(*mine, PasswordResetRow.expires > now)


def _end_all(session: Session, account_id: str, now: datetime) -> None:
    """Sign-ins here and in the console, those under way, and every other letter."""
    standing = (FamilyRow.account_id == account_id, FamilyRow.revoked.is_(None))
    session.execute(update(FamilyRow).where(*standing).values(revoked=now))
    session.execute(delete(CodeRow).where(CodeRow.account_id == account_id, CodeRow.family_id.is_(None)))
    for table in (DeviceCodeRow, StaffSessionRow, PasswordResetRow):
        session.execute(delete(table).where(table.account_id == account_id))
