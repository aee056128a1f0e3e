"""The console over HTTP: who is signed in, what the role allows, and the pages."""

import csv
import io

from sqlalchemy import select
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from boxoffice.service.accounts import AccountRefused
from boxoffice.service.calls import Call, endpoint
from boxoffice.service.config import ServiceConfig
from boxoffice.service.console.acts import ActPages, note
from boxoffice.service.console.avails import AvailPages
from boxoffice.service.console.devices import DevicePages
from boxoffice.service.console.figures import batches, films, overview, title_name
from boxoffice.service.console.frame import Frame, page_number
from boxoffice.service.console.orders import OrderPages
from boxoffice.service.console.places import PlacePages
from boxoffice.service.console.roles import Action
from boxoffice.service.console.sections import SectionPages
from boxoffice.service.console.staff import Member
from boxoffice.service.console.takings import TakingPages
from boxoffice.service.console.venues import VenuePages
from boxoffice.service.database import Database
from boxoffice.service.note_flags import note_totals
from boxoffice.service.refunds import Refunds
from boxoffice.service.tables import TitleRow
from boxoffice.service.venues import Venues
from boxoffice.service.vouchers import make_vouchers
from core import CinemaError, Clock, Code


class Console:
    """Answers ``/console`` and what lies below it."""

    def __init__(
        self,
        config: ServiceConfig,
        database: Database,
        clock: Clock,
        frame: Frame,
        refunds: Refunds,
        venues: Venues,
    ) -> None:
        self._config = config
        self._database = database
        self._clock = clock
        self._frame = frame
        self._parts = (
            OrderPages(frame, database, clock, refunds),
            AvailPages(frame, config, database, clock),
            PlacePages(frame, config, database, clock),
            SectionPages(frame, database, clock),
            DevicePages(frame, database, clock),
            VenuePages(frame, database, clock, venues),
            TakingPages(frame, config, database, clock),
            ActPages(frame, database),
        )

    def routes(self) -> list[Route]:
        """Every address, each with the action that its role must allow."""
        guarded = self._frame.guarded
        return [
            Route("/console/sign-in", endpoint(self._sign_in), methods=["GET", "POST"]),
            Route("/console/sign-out", endpoint(self._sign_out), methods=["POST"]),
            Route("/console", guarded(Action.OVERVIEW, self._overview)),
            Route("/console/films", guarded(Action.FILMS, self._films)),
            Route("/console/notes", guarded(Action.NOTES, self._notes)),
            Route("/console/vouchers", guarded(Action.SEE_VOUCHERS, self._vouchers)),
            Route("/console/vouchers", guarded(Action.MAKE_VOUCHERS, self._make_vouchers), methods=["POST"]),
            *(route for part in self._parts for route in part.routes()),
        ]

    def _sign_in(self, call: Call) -> Response:
        if call.method != "POST":
            return self._frame.pages.show(call, "console/sign_in.html", {"problem": "", "email": ""})
        form = self._frame.pages.form(call)
        email = form.get("email", "")
        try:
            secret = self._frame.staff.sign_in(email, form.get("password", ""), call.place)
        except AccountRefused as refused:
            problem = str(refused.args[0])
            values = {"problem": problem, "email": email[:254]}
            return self._frame.pages.show(
                call, "console/sign_in.html", values, status=429 if problem == "wait" else 422
            )
        response = RedirectResponse("/console", 303)
        response.set_cookie(
            self._frame.cookie, secret, httponly=True, samesite="strict", secure=self._frame.secure, path="/"
        )
        return response

    def _sign_out(self, call: Call) -> Response:
        self._frame.form(call)
        self._frame.staff.sign_out(call.cookies.get(self._frame.cookie, ""))
        response = RedirectResponse("/console/sign-in", 303)
        response.delete_cookie(
            self._frame.cookie, path="/", secure=self._frame.secure, httponly=True, samesite="strict"
        )
        return response

    def _overview(self, call: Call, member: Member) -> Response:
        with self._database.read() as session:
            day = overview(session, self._config, self._clock.now())
        return self._frame.show(call, member, "overview", day=day, zone=self._config.reporting_zone)

    def _films(self, call: Call, member: Member) -> Response:
        page = page_number(call)
        with self._database.read() as session:
            found, more = films(session, self._frame.pages.language(call), page, self._clock.now())
        return self._frame.show(call, member, "films", films=found, number=page, more=more)

    def _notes(self, call: Call, member: Member) -> Response:
        language = self._frame.pages.language(call)
        with self._database.read() as session:
            notes = note_totals(session)
            names = {title.id: title_name(title, language) for title in session.scalars(select(TitleRow))}
        return self._frame.show(call, member, "notes", notes=notes, names=names)

    def _vouchers(self, call: Call, member: Member, problem: str = "") -> Response:
        language = self._frame.pages.language(call)
        with self._database.read() as session:
            titles, _ = films(session, language, 0, self._clock.now())
            made = batches(session, language)
        status = 422 if problem else 200
        return self._frame.show(call, member, "vouchers", status=status, titles=titles, batches=made, problem=problem)

    def _make_vouchers(self, call: Call, member: Member) -> Response:
        form = self._frame.form(call)
        count = form.get("count", "")
        try:
            number = int(count) if count.isascii() and count.isdigit() and len(count) <= 3 else 0
            codes = make_vouchers(self._config, form.get("title", "")[:255], number, self._clock)
        except CinemaError as error:
            return self._vouchers(call, member, "title" if error.code == Code.NOT_FOUND else "count")
        with self._database.write() as session:
            made = {"vouchers": number}
            note(session, member, "vouchers", form.get("title", "")[:255], self._clock.now(), after=made)
        text = io.StringIO()
        csv.writer(text).writerows([["voucher"], *([code] for code in codes)])
        headers = {"Content-Disposition": 'attachment; filename="vouchers.csv"', "Cache-Control": "no-store"}
        return Response(text.getvalue(), headers=headers, media_type="text/csv")
