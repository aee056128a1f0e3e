"""The console over HTTP: who is signed in, what the role allows, and the pages."""

import csv
import io
from collections.abc import Callable
from typing import Any

from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from boxoffice.service.accounts import AccountRefused
from boxoffice.service.calls import Call, endpoint
from boxoffice.service.config import ServiceConfig
from boxoffice.service.console.figures import batches, films, overview
from boxoffice.service.console.roles import Action
from boxoffice.service.console.staff import Member, Staff
from boxoffice.service.database import Database
from boxoffice.service.pages import Pages
from boxoffice.service.problems import HttpProblem
from boxoffice.service.strongroom import Strongroom
from boxoffice.service.vouchers import make_vouchers
from core import CinemaError, Clock, Code

Answer = Callable[[Call, Member], Response]


class Console:
    """Answers ``/console`` and what lies below it."""

    def __init__(
        self,
        config: ServiceConfig,
        database: Database,
        clock: Clock,
        staff: Staff,
        pages: Pages,
        strongroom: Strongroom,
    ) -> None:
        self._config = config
        self._database = database
        self._clock = clock
        self._staff = staff
        self._pages = pages
        self._strongroom = strongroom
        self._secure = config.issuer.startswith("https:")
        self._cookie = "__Host-box-office-staff" if self._secure else "box-office-staff"

    def routes(self) -> list[Route]:
        """Every address, each with the action that its role must allow."""
        return [
            Route("/console/sign-in", endpoint(self._sign_in), methods=["GET", "POST"]),
            Route("/console/sign-out", endpoint(self._sign_out), methods=["POST"]),
            Route("/console", self._guarded(Action.OVERVIEW, self._overview)),
            Route("/console/films", self._guarded(Action.FILMS, self._films)),
            Route("/console/vouchers", self._guarded(Action.SEE_VOUCHERS, self._vouchers)),
            Route("/console/vouchers", self._guarded(Action.MAKE_VOUCHERS, self._make_vouchers), methods=["POST"]),
        ]

    def _guarded(self, action: Action, answer: Answer) -> Callable[..., Any]:
        def checked(call: Call) -> Response:
            member = self._member(call)
            if member is None:
                return RedirectResponse("/console/sign-in", 303)
            if not member.may(action):
                return self._pages.show(call, "message.html", {"which": "role"}, status=403)
            return answer(call, member)

        return endpoint(checked)

    def _member(self, call: Call) -> Member | None:
        secret = call.cookies.get(self._cookie, "")
        return self._staff.member(secret) if secret else None

    def _form(self, call: Call) -> dict[str, str]:
        """The form, if this very sign-in's page sent it. Raises `HttpProblem` 403."""
        form = self._pages.form(call)
        if not self._strongroom.is_marked("console", call.cookies.get(self._cookie, ""), form.get("console_token", "")):
            raise HttpProblem(403, Code.REFUSED, "The form belongs to another sign-in. Reload the page and try again.")
        return form

    def _show(self, call: Call, member: Member, page: str, *, status: int = 200, **values: object) -> Response:
        token = self._strongroom.mark("console", call.cookies.get(self._cookie, ""))
        shown = {"member": member, "page": page, "actions": Action, "console_token": token, **values}
        return self._pages.show(call, f"console/{page}.html", shown, status=status)

    def _sign_in(self, call: Call) -> Response:
        if call.method != "POST":
            return self._pages.show(call, "console/sign_in.html", {"problem": "", "email": ""})
        form = self._pages.form(call)
        email = form.get("email", "")
        try:
            secret = self._staff.sign_in(email, form.get("password", ""), call.client)
        except AccountRefused as refused:
            problem = str(refused.args[0])
            values = {"problem": problem, "email": email[:254]}
            return self._pages.show(call, "console/sign_in.html", values, status=429 if problem == "wait" else 422)
        response = RedirectResponse("/console", 303)
        response.set_cookie(self._cookie, secret, httponly=True, samesite="strict", secure=self._secure, path="/")
        return response

    def _sign_out(self, call: Call) -> Response:
        self._form(call)
        self._staff.sign_out(call.cookies.get(self._cookie, ""))
        response = RedirectResponse("/console/sign-in", 303)
        response.delete_cookie(self._cookie, path="/", secure=self._secure, httponly=True, samesite="strict")
        return response

    def _overview(self, call: Call, member: Member) -> Response:
        with self._database.read() as session:
            day = overview(session, self._clock.now())
        return self._show(call, member, "overview", day=day)

    def _films(self, call: Call, member: Member) -> Response:
        number = call.query.get("page", "0")
        page = int(number) if number.isascii() and number.isdigit() and len(number) <= 6 else 0
        with self._database.read() as session:
            found, more = films(session, self._pages.language(call), page)
        return self._show(call, member, "films", films=found, number=page, more=more)

    def _vouchers(self, call: Call, member: Member, problem: str = "") -> Response:
        language = self._pages.language(call)
        with self._database.read() as session:
            titles, _ = films(session, language, 0)
            made = batches(session, language)
        status = 422 if problem else 200
        return self._show(call, member, "vouchers", status=status, titles=titles, batches=made, problem=problem)

    def _make_vouchers(self, call: Call, member: Member) -> Response:
        form = self._form(call)
        count = form.get("count", "")
        try:
            number = int(count) if count.isascii() and count.isdigit() and len(count) <= 3 else 0
            codes = make_vouchers(self._config, form.get("title", "")[:255], number, self._clock)
        except CinemaError as error:
            return self._vouchers(call, member, "title" if error.code == Code.NOT_FOUND else "count")
        text = io.StringIO()
        csv.writer(text).writerows([["voucher"], *([code] for code in codes)])
        headers = {"Content-Disposition": 'attachment; filename="vouchers.csv"', "Cache-Control": "no-store"}
        return Response(text.getvalue(), headers=headers, media_type="text/csv")
