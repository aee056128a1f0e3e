"""Who belongs to the staff, and their sign-ins to the console."""

from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from boxoffice.service.accounts import AccountRefused, Accounts, tidy_email
from boxoffice.service.config import ServiceConfig
from boxoffice.service.console.roles import ALLOWED, Action, Role
from boxoffice.service.database import Database
from boxoffice.service.strongroom import digest, new_secret
from boxoffice.service.tables import AccountRow, ConsoleActRow, StaffRow, StaffSessionRow
from core import CinemaError, Clock, Code, SystemClock

IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)
_STEP = timedelta(minutes=1)


@dataclass(frozen=True)
class Member:
    """A member of staff who is signed in."""

    account_id: str
    name: str
    role: Role

    def may(self, action: Action) -> bool:
        """Whether the role allows it."""
        return self.role in ALLOWED[action]


class Staff:
    """Sign-ins of staff: they end after `IDLE` without a request, and at the latest after `LONGEST`. Thread-safe."""

    def __init__(self, database: Database, clock: Clock, accounts: Accounts) -> None:
        self._database = database
        self._clock = clock
        self._accounts = accounts

    def sign_in(self, email: str, password: str, place: str) -> str:
        """A new sign-in's secret. Raises `AccountRefused`; who is no staff is told the same as a wrong password."""
        person = self._accounts.check(email, password, place)
        now, secret = self._clock.now(), new_secret()
        with self._database.write() as session:
            if session.get(StaffRow, person.id) is None:
                msg = "wrong"
                raise AccountRefused(msg)
            session.execute(delete(StaffSessionRow).where(StaffSessionRow.seen <= now - IDLE))
            session.add(StaffSessionRow(digest=digest(secret), account_id=person.id, created=now, seen=now))
        return secret

    def member(self, secret: str) -> Member | None:
        """Who is signed in with this secret, by the role of this moment."""
        now = self._clock.now()
        with self._database.read() as session:
            query = (
                select(StaffSessionRow, StaffRow.role, AccountRow.name)
                .join(StaffRow, StaffRow.account_id == StaffSessionRow.account_id)
                .join(AccountRow, AccountRow.id == StaffRow.account_id)
            )
            found = session.execute(query.where(StaffSessionRow.digest == digest(secret))).first()
        if found is None or not _lives(found[0], now):
            return None
        if now - found[0].seen >= _STEP:
            with self._database.write() as session:
                row = session.get(StaffSessionRow, found[0].digest)
                if row is None:
                    return None
                row.seen = now
        return Member(found[0].account_id, found[2], Role(found[1]))

    def sign_out(self, secret: str) -> None:
        """End this sign-in."""
        with self._database.write() as session:
            session.execute(delete(StaffSessionRow).where(StaffSessionRow.digest == digest(secret)))


def add_staff(config: ServiceConfig, email: str, role: Role, clock: Clock | None = None) -> None:
    """Give the account of this address a role, instead of any it had. Raises `CinemaError` (wrong-use, not-found)."""
    with closing(Database(config.database_url)) as database, database.write() as session:
        account_id = _account_of(session, email)
        if account_id is None:
            raise CinemaError(Code.NOT_FOUND, "There is no account for this address. Open one first.")
        row, now = session.get(StaffRow, account_id), (clock or SystemClock()).now()
        before = row.role if row else None
        if row is None:
            session.add(StaffRow(account_id=account_id, role=str(role), created=now))
        else:
            row.role = str(role)
        if before != role:
            _note(session, account_id, before, str(role), now)


def remove_staff(config: ServiceConfig, email: str, clock: Clock | None = None) -> None:
    """Take the account's role away and end its sign-ins to the console; the account and its tickets stay.

    Raises `CinemaError` (wrong-use, not-found).
    """
    with closing(Database(config.database_url)) as database, database.write() as session:
        account_id = _account_of(session, email)
        row = session.get(StaffRow, account_id) if account_id else None
        if row is None:
            raise CinemaError(Code.NOT_FOUND, "Nobody of the staff has this address.")
        session.execute(delete(StaffSessionRow).where(StaffSessionRow.account_id == row.account_id))
        _note(session, row.account_id, row.role, None, (clock or SystemClock()).now())
        session.delete(row)


def _note(session: Session, account_id: str, before: str | None, after: str | None, now: datetime) -> None:
    """Roles are given at the service's own machine, so nobody of the console is named."""
    session.add(
        ConsoleActRow(
            id=str(uuid4()),
            made=now,
            account_id="",
            made_by="smart-cinema staff",
            action="staff",
            about=account_id,
            reason="",
            before={"role": before},
            after={"role": after},
        )
    )


def list_staff(config: ServiceConfig) -> tuple[tuple[str, Role], ...]:
    """Every member's e-mail address and role."""
    query = select(AccountRow.email, StaffRow.role).join(StaffRow, StaffRow.account_id == AccountRow.id)
    with closing(Database(config.database_url)) as database, database.read() as session:
        return tuple((email, Role(role)) for email, role in session.execute(query.order_by(AccountRow.email)))


def _account_of(session: Session, email: str) -> str | None:
    try:
        return session.scalar(select(AccountRow.id).where(AccountRow.email == tidy_email(email)))
    except AccountRefused as error:
        raise CinemaError(Code.WRONG_USE, "This does not look like an e-mail address.") from error


def _lives(row: StaffSessionRow, now: datetime) -> bool:
    return now - row.seen < IDLE and now - row.created < LONGEST
