"""Venues in the console: their devices, what these go by, what came from them, and what somebody should look at."""

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from boxoffice.service.calls import Call
from boxoffice.service.console.acts import note
from boxoffice.service.console.figures import ROWS
from boxoffice.service.console.frame import Frame
from boxoffice.service.console.roles import Action
from boxoffice.service.console.staff import Member
from boxoffice.service.database import Database
from boxoffice.service.problems import not_found
from boxoffice.service.tables import (
    PackageRow,
    VenueDeviceRow,
    VenueFileRow,
    VenueLicenceRow,
    VenueRecordRow,
    VenueRow,
)
from boxoffice.service.venue_api import take_stick
from boxoffice.service.venue_reports import alarms, venue_doubles, venue_takings
from boxoffice.service.venues import FILE_BYTES, TYPES, Venues
from core import CinemaError, Clock, Code, Money

STICK_UPLOAD_BYTES = 64 << 20
COLUMNS = ("title", "shows", "admissions", "currency", "gross", "tickets")


@dataclass(frozen=True)
class Listed:
    """A venue in the list."""

    id: str
    name: str
    devices: int
    seen: datetime | None


class VenuePages:
    """Answers ``/console/venues``."""

    def __init__(self, frame: Frame, database: Database, clock: Clock, venues: Venues) -> None:
        self._frame, self._database, self._clock = frame, database, clock
        self._venues = venues

    def routes(self) -> list[Route]:
        """Every address, each with the action that its role must allow."""
        guarded = self._frame.guarded
        see, change = Action.SEE_VENUES, Action.CHANGE_VENUES
        return [
            Route("/console/venues", guarded(see, self._list)),
            Route("/console/venues", guarded(change, self._make), methods=["POST"]),
            Route("/console/venues/{id}", guarded(see, self._one)),
            Route("/console/venues/{id}", guarded(change, self._change), methods=["POST"]),
            Route("/console/venues/{id}/files", guarded(change, self._file, FILE_BYTES + (1 << 16)), methods=["POST"]),
            Route("/console/venues/{id}/stick", guarded(change, self._stick, STICK_UPLOAD_BYTES), methods=["POST"]),
            Route("/console/venues/{id}/takings.csv", guarded(see, self._takings)),
        ]

    def _list(self, call: Call, member: Member, problem: str = "") -> Response:
        with self._database.read() as session:
            query = (
                select(VenueRow.id, VenueRow.name, func.count(VenueDeviceRow.id), func.max(VenueDeviceRow.seen))
                .outerjoin(VenueDeviceRow, VenueDeviceRow.venue_id == VenueRow.id)
                .group_by(VenueRow.id, VenueRow.name)
                .order_by(VenueRow.name, VenueRow.id)
                .limit(ROWS)
            )
            found = [Listed(*row) for row in session.execute(query)]
        return self._frame.show(call, member, "venues", venues=found, problem=problem, status=422 if problem else 200)

    def _make(self, call: Call, member: Member) -> Response:
        form = self._frame.form(call)
        try:
            with self._database.write() as session:
                row = self._venues.make(session, form.get("name", ""))
                note(session, member, "venue", row.id, self._clock.now(), after={"name": row.name})
                path = f"/console/venues/{row.id}"
        except CinemaError:
            return self._list(call, member, "name")
        return RedirectResponse(path, 303)

    def _one(self, call: Call, member: Member, problem: str = "", code: str = "") -> Response:
        venue_id = str(call.route["id"])
        with self._database.read() as session:
            venue = self._venue(session, venue_id)
            by_device = (
                select(VenueRecordRow.device_id, func.count())
                .where(VenueRecordRow.venue_id == venue_id)
                .group_by(VenueRecordRow.device_id)
            )
            counts = {device: count for device, count in session.execute(by_device)}  # noqa: C416 - rows are no pairs to mypy
            devices = list(
                session.scalars(
                    select(VenueDeviceRow)
                    .where(VenueDeviceRow.venue_id == venue_id)
                    .order_by(VenueDeviceRow.name, VenueDeviceRow.id)
                )
            )
            files = {
                row.kind: row for row in session.scalars(select(VenueFileRow).where(VenueFileRow.venue_id == venue_id))
            }
            permits = list(session.scalars(select(VenueLicenceRow).where(VenueLicenceRow.venue_id == venue_id)))
            packages = list(session.scalars(select(PackageRow.id).order_by(PackageRow.id).limit(ROWS)))
            values = {
                "venue": venue,
                "devices": devices,
                "counts": counts,
                "files": files,
                "permits": permits,
                "packages": packages,
                "takings": [
                    (line, Money(line.minor, line.currency) if line.currency else None)
                    for line in venue_takings(session, venue_id)
                ],
                "doubles": venue_doubles(session, venue_id),
                "alarms": alarms(session, venue_id),
            }
        status = 422 if problem else 200
        kinds = tuple(TYPES)
        path = f"/console/venues/{venue_id}"
        return self._frame.show(
            call, member, "venue", problem=problem, code=code, kinds=kinds, status=status, path=path, **values
        )

    def _change(self, call: Call, member: Member) -> Response:
        form, venue_id = self._frame.form(call), str(call.route["id"])
        step, _, device_id = form.get("do", "").partition(":")
        steps: dict[str, Callable[[Session], str]] = {
            "code": lambda session: self._new_code(session, member, venue_id),
            "remove": lambda session: self._remove(session, member, venue_id, device_id),
            "permit": lambda session: self._permit(session, member, venue_id, form),
        }
        if step not in steps:
            raise not_found()
        try:
            with self._database.write() as session:
                code = steps[step](session)
        except CinemaError as error:
            if error.code is not Code.WRONG_USE:
                raise
            return self._one(call, member, "window")
        if code:
            return self._one(call, member, code=code)
        return RedirectResponse(f"/console/venues/{venue_id}", 303)

    def _new_code(self, session: Session, member: Member, venue_id: str) -> str:
        code = self._venues.new_code(self._venue(session, venue_id))
        note(session, member, "venue-code", venue_id, self._clock.now())
        return code

    def _remove(self, session: Session, member: Member, venue_id: str, device_id: str) -> str:
        row = session.get(VenueDeviceRow, device_id)
        if row is None or row.venue_id != venue_id:
            raise not_found()
        if row.removed is None:
            row.removed = self._clock.now()
            note(session, member, "venue-device", device_id, row.removed, after={"state": "removed"})
        return ""

    def _permit(self, session: Session, member: Member, venue_id: str, form: dict[str, str]) -> str:
        try:
            start, end = (datetime.fromisoformat(form.get(name, "")).replace(tzinfo=UTC) for name in ("start", "end"))
        except ValueError as error:
            raise CinemaError(Code.WRONG_USE, "A window has two times.") from error
        package = form.get("package", "")
        self._venues.permit(session, venue_id, package, start, end)
        after = {"package": package, "start": start.isoformat(), "end": end.isoformat()}
        note(session, member, "venue-licence", venue_id, self._clock.now(), after=after)
        return ""

    def _file(self, call: Call, member: Member) -> Response:
        form, _name, data = self._frame.upload(call)
        kind, venue_id = form.get("kind", ""), str(call.route["id"])
        if kind not in TYPES:
            raise not_found()
        try:
            with self._database.write() as session:
                seq = self._venues.put(session, venue_id, kind, data.decode("latin-1"))
                note(session, member, "venue-file", venue_id, self._clock.now(), after={"kind": kind, "number": seq})
        except CinemaError as error:
            if error.code is not Code.PROGRAMME_REFUSED:
                raise
            return self._one(call, member, "file")
        return RedirectResponse(f"/console/venues/{venue_id}", 303)

    def _stick(self, call: Call, member: Member) -> Response:
        _form, _name, data = self._frame.upload(call)
        try:
            receipt = take_stick(self._database, self._clock, self._venues, data)
        except CinemaError:
            return self._one(call, member, "stick")
        headers = {"Content-Disposition": 'attachment; filename="receipt.jws"', "Cache-Control": "no-store"}
        return Response(receipt, headers=headers, media_type="application/jose")

    def _takings(self, call: Call, _member: Member) -> Response:
        venue_id = str(call.route["id"])
        with self._database.read() as session:
            self._venue(session, venue_id)
            lines = venue_takings(session, venue_id)
        text = io.StringIO()
        table = csv.writer(text, lineterminator="\n")
        table.writerow(COLUMNS)
        for line in lines:
            gross = f"{Money(line.minor, line.currency).decimal:f}" if line.currency else "0"
            table.writerow((line.title, line.shows, line.admissions, line.currency, gross, line.tickets))
        headers = {"Content-Disposition": 'attachment; filename="takings.csv"', "Cache-Control": "no-store"}
        return Response(text.getvalue(), headers=headers, media_type="text/csv")

    def _venue(self, session: Session, venue_id: str) -> VenueRow:
        row = session.get(VenueRow, venue_id)
        if row is None:
            raise not_found()
        return row
