"""What every page of the console shares: who asks, what the role allows, forms of this very sign-in, and the frame."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from boxoffice.service.calls import BODY_BYTES, Call, call_of, read_body
from boxoffice.service.console.roles import Action
from boxoffice.service.console.staff import Member, Staff
from boxoffice.service.pages import Pages
from boxoffice.service.problems import HttpProblem
from boxoffice.service.strongroom import Strongroom
from core import Code

Answer = Callable[[Call, Member], Response]
LAST_PAGE = 10_000


class Frame:
    """Guards the console's addresses and renders its pages. Thread-safe."""

    def __init__(self, staff: Staff, pages: Pages, strongroom: Strongroom, *, secure: bool) -> None:
        self.staff = staff
        self.pages = pages
        self._strongroom = strongroom
        self.secure = secure
        self.cookie = "__Host-box-office-staff" if secure else "box-office-staff"

    def guarded(self, action: Action, answer: Answer, body_bytes: int = BODY_BYTES) -> Callable[..., Any]:
        """An endpoint for those whose role allows the action; of others no body is read, however large it may be."""

        def let_in(call: Call) -> Member | Response:
            member = self.member(call)
            if member is None:
                return RedirectResponse("/console/sign-in", 303)
            if not member.may(action):
                return self.pages.refuse(call, "role", 403)
            return member

        async def answered(request: Request) -> Response:
            call = call_of(request)
            member = await run_in_threadpool(let_in, call)
            if isinstance(member, Response):
                return member
            whole = replace(call, body=await read_body(request, body_bytes))
            return await run_in_threadpool(answer, whole, member)

        return answered

    def member(self, call: Call) -> Member | None:
        """Who of the staff asks."""
        secret = call.cookies.get(self.cookie, "")
        return self.staff.member(secret) if secret else None

    def form(self, call: Call) -> dict[str, str]:
        """The form, if this very sign-in's page sent it. Raises `HttpProblem` 403."""
        return self._mine(call, self.pages.form(call))

    def upload(self, call: Call) -> tuple[dict[str, str], str, bytes]:
        """The same for a form with a file: its fields, the file's name and its bytes. Raises `HttpProblem`."""
        form, name, data = call.upload()
        return self._mine(call, self.pages.checked(call, form)), name, data

    def show(
        self, call: Call, member: Member, page: str, *, status: int = 200, path: str | None = None, **values: object
    ) -> Response:
        """A page of the console; ``page`` is its template, ``path`` where it stands, if not where it was asked for."""
        token = self._strongroom.mark("console", call.cookies.get(self.cookie, ""))
        shown = {"member": member, "page": page, "actions": Action, "console_token": token, **values}
        return self.pages.show(call, f"console/{page}.html", shown, status=status, path=path)

    def _mine(self, call: Call, form: dict[str, str]) -> dict[str, str]:
        if not self._strongroom.is_marked("console", call.cookies.get(self.cookie, ""), form.get("console_token", "")):
            raise HttpProblem(403, Code.REFUSED, "The form belongs to another sign-in. Reload the page and try again.")
        return form


def page_number(call: Call) -> int:
    """Which page (from 0) is asked for; what is no number is the first."""
    text = call.query.get("page", "0")
    return min(int(text), LAST_PAGE) if text.isascii() and text.isdigit() and len(text) <= 6 else 0
