"""Sign-ins of viewers' devices, kiosks and staff in the console, and ending one."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from boxoffice.service.calls import Call
from boxoffice.service.console.acts import note
from boxoffice.service.console.figures import ROWS
from boxoffice.service.console.frame import Frame, page_number
from boxoffice.service.console.roles import Action
from boxoffice.service.console.staff import IDLE, LONGEST, Member
from boxoffice.service.database import Database
from boxoffice.service.problems import not_found
from boxoffice.service.tables import AccountRow, FamilyRow, StaffRow, StaffSessionRow
from core import Clock


@dataclass(frozen=True)
class SignedIn:
    """One sign-in of a device or a kiosk; whose it is is not told."""

    id: str
    device: str
    """As it calls itself; empty where it does not."""
    key: str
    """The first letters of its key's thumbprint (RFC 7638)."""
    created: datetime
    revoked: datetime | None


@dataclass(frozen=True)
class StaffSignedIn:
    """One sign-in of staff to the console."""

    id: str
    name: str
    role: str
    created: datetime
    seen: datetime


def sign_ins(session: Session, page: int, account_id: str | None = None) -> tuple[tuple[SignedIn, ...], bool]:
    """One page of sign-ins, newest first: all that live, or all of one account."""
    mine = FamilyRow.account_id == account_id if account_id else FamilyRow.revoked.is_(None)
    query = select(FamilyRow).where(mine).order_by(FamilyRow.created.desc(), FamilyRow.id)
    rows = list(session.scalars(query.offset(page * ROWS).limit(ROWS + 1)))
    found = tuple(
        SignedIn(row.id, row.device_name or "", row.thumbprint[:8], row.created, row.revoked) for row in rows[:ROWS]
    )
    return found, len(rows) > ROWS


def staff_sign_ins(session: Session, now: datetime) -> tuple[StaffSignedIn, ...]:
    """The staff that is signed in, latest first."""
    query = (
        select(StaffSessionRow, AccountRow.name, StaffRow.role)
        .join(StaffRow, StaffRow.account_id == StaffSessionRow.account_id)
        .join(AccountRow, AccountRow.id == StaffRow.account_id)
        .where(StaffSessionRow.seen > now - IDLE, StaffSessionRow.created > now - LONGEST)
        .order_by(StaffSessionRow.seen.desc())
        .limit(ROWS)
    )
    return tuple(
        StaffSignedIn(row.digest, name, role, row.created, row.seen) for row, name, role in session.execute(query)
    )


class DevicePages:
    """Answers ``/console/devices``."""

    def __init__(self, frame: Frame, database: Database, clock: Clock) -> None:
        self._frame = frame
        self._database = database
        self._clock = clock

    def routes(self) -> list[Route]:
        """Every address, each with the action that its role must allow."""
        guarded = self._frame.guarded
        return [
            Route("/console/devices", guarded(Action.SEE_DEVICES, self._list)),
            Route("/console/devices/{id}/end", guarded(Action.END_DEVICE, self._end), methods=["POST"]),
            Route("/console/staff", guarded(Action.SEE_STAFF, self._staff)),
            Route("/console/staff/{id}/end", guarded(Action.END_STAFF, self._end_staff), methods=["POST"]),
        ]

    def _list(self, call: Call, member: Member) -> Response:
        number = page_number(call)
        with self._database.read() as session:
            found, more = sign_ins(session, number)
        return self._frame.show(call, member, "devices", devices=found, number=number, more=more)

    def _end(self, call: Call, member: Member) -> Response:
        self._frame.form(call)
        now, family_id = self._clock.now(), str(call.route["id"])
        living = update(FamilyRow).where(FamilyRow.id == family_id, FamilyRow.revoked.is_(None))
        with self._database.write() as session:
            if session.get(FamilyRow, family_id) is None:
                raise not_found()
            if session.scalar(living.values(revoked=now).returning(FamilyRow.id)) is not None:
                note(session, member, "end-device", family_id, now, before={"state": "live"}, after={"state": "ended"})
        return RedirectResponse("/console/devices", 303)

    def _staff(self, call: Call, member: Member) -> Response:
        with self._database.read() as session:
            found = staff_sign_ins(session, self._clock.now())
        return self._frame.show(call, member, "staff", people=found)

    def _end_staff(self, call: Call, member: Member) -> Response:
        self._frame.form(call)
        now, digest = self._clock.now(), str(call.route["id"])
        with self._database.write() as session:
            row = session.get(StaffSessionRow, digest)
            if row is None:
                raise not_found()
            about = row.account_id
            session.execute(delete(StaffSessionRow).where(StaffSessionRow.digest == digest))
            note(session, member, "end-staff", about, now, before={"state": "live"}, after={"state": "ended"})
        return RedirectResponse("/console/staff", 303)
