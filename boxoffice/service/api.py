"""The JSON API: catalogue, orders, tickets, admission, keys, progress, vouchers."""

import asyncio
import re
from typing import Any
from uuid import UUID

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from boxoffice.rules import Fix, Reason, Rule
from boxoffice.service.bells import Bells
from boxoffice.service.calls import Call, read_call
from boxoffice.service.catalogue import Catalogue, tidy_territory
from boxoffice.service.gifts import Gifts
from boxoffice.service.identity import Identity
from boxoffice.service.licences import Licences, device_key_of
from boxoffice.service.note_flags import NoteFlags, flags_of
from boxoffice.service.orders import Orders
from boxoffice.service.places import Places
from boxoffice.service.problems import Refusal
from boxoffice.service.tickets import Tickets, intervals_of, milliseconds_of
from core import CinemaError, Code

WAIT_S = 30
RECHECK_S = 2.0
PRIVATE = {"Cache-Control": "no-store"}
_NAME = re.compile(r"[A-Za-z0-9_.-]{1,100}")


class Api:
    """Answers ``/v1/*`` but media."""

    def __init__(
        self,
        identity: Identity,
        catalogue: Catalogue,
        places: Places,
        orders: Orders,
        gifts: Gifts,
        tickets: Tickets,
        licences: Licences,
        bells: Bells,
        note_flags: NoteFlags,
    ) -> None:
        self._identity = identity
        self._catalogue = catalogue
        self._places = places
        self._orders = orders
        self._gifts = gifts
        self._tickets = tickets
        self._licences = licences
        self._bells = bells
        self._note_flags = note_flags

    def catalogue(self, call: Call) -> Response:
        """``GET /v1/catalogue``."""
        account = self._known(call)
        shown = self._catalogue.prepared(call.query.get("territory"), self._places.of(call.address, account))
        headers = {"Cache-Control": "no-cache", "ETag": shown.etag}
        if shown.etag in [tag.strip().removeprefix("W/") for tag in call.headers.get("if-none-match", "").split(",")]:
            return Response(status_code=304, headers=headers)
        return Response(shown.body, headers=headers, media_type="application/json")

    def _known(self, call: Call) -> str | None:
        """Whose request it is, if it says so rightly: the catalogue is for everybody."""
        try:
            return self._identity.viewer(call).account_id if "authorization" in call.headers else None
        except CinemaError:
            return None

    def place_order(self, call: Call) -> Response:
        """``POST /v1/orders``."""
        viewer = self._identity.viewer(call)
        key = _uuid(call.headers.get("idempotency-key", ""))
        document = call.json()
        title_id, territory = _name(document, "title_id"), tidy_territory(_name(document, "territory"))
        place = self._places.of(call.address, viewer.account_id)
        if place is not None:
            if not place.allows(territory):
                raise Refusal((place.unknown or Reason(Rule.TERRITORY, Fix.CONTACT),))
            territory = place.territory
        screening_id = _name(document, "screening_id") if document.get("screening_id") is not None else None
        order = self._orders.place(viewer.account_id, title_id, territory, key, screening_id)
        return JSONResponse(order, 201, PRIVATE)

    async def order(self, request: Request) -> Response:
        """``GET /v1/orders/{id}``: at once, or when the state is no longer ``unless``, or after ``wait_s``."""
        call = await read_call(request)
        viewer = await run_in_threadpool(self._identity.viewer, call)
        order_id = call.route["order_id"]
        unless = call.query.get("unless")
        deadline = asyncio.get_running_loop().time() + (_wait_s(call.query.get("wait_s", "0")) if unless else 0)
        while True:
            bell = self._bells.listen(order_id)
            try:
                order = await run_in_threadpool(self._orders.get, viewer.account_id, order_id)
                left_s = deadline - asyncio.get_running_loop().time()
                over = left_s <= 0 or self._bells.are_silent or await request.is_disconnected()
                if order["state"] != unless or over:
                    return JSONResponse(order, headers=PRIVATE)
                try:
                    async with asyncio.timeout(min(left_s, RECHECK_S)):
                        await bell.wait()
                except TimeoutError:
                    continue
            finally:
                self._bells.leave(order_id, bell)

    def cancel_order(self, call: Call) -> Response:
        """``POST /v1/orders/{id}/cancel``."""
        viewer = self._identity.viewer(call)
        return JSONResponse(self._orders.cancel(viewer.account_id, call.route["order_id"]), headers=PRIVATE)

    def redeem(self, call: Call) -> Response:
        """``POST /v1/vouchers/redeem``."""
        viewer = self._identity.viewer(call)
        document = call.json()
        order_id = _name(document, "order_id")
        if "pass_id" in document:
            order = self._orders.redeem(order_id, account_id=viewer.account_id, pass_id=_name(document, "pass_id"))
        else:
            order = self._orders.redeem(order_id, _text(document, "code", 64), viewer.account_id)
        return JSONResponse(order, headers=PRIVATE)

    def passes(self, call: Call) -> Response:
        """``GET /v1/passes``."""
        return JSONResponse({"passes": self._orders.passes(self._identity.viewer(call).account_id)}, headers=PRIVATE)

    def gifts(self, call: Call) -> Response:
        """``GET /v1/gifts``."""
        return JSONResponse({"gifts": self._gifts.of(self._identity.viewer(call).account_id)}, headers=PRIVATE)

    def claim(self, call: Call) -> Response:
        """``POST /v1/gifts/claim``."""
        viewer = self._identity.viewer(call)
        ticket_id = self._gifts.claim(viewer.account_id, _text(call.json(), "code", 64))
        return JSONResponse({"ticket_id": ticket_id}, headers=PRIVATE)

    def tickets(self, call: Call) -> Response:
        """``GET /v1/tickets``."""
        return JSONResponse({"tickets": self._tickets.of(self._identity.viewer(call))}, headers=PRIVATE)

    def admit(self, call: Call) -> Response:
        """``POST /v1/tickets/{id}/admission``."""
        viewer = self._identity.viewer(call)
        place = self._places.of(call.address, viewer.account_id)
        return JSONResponse(self._tickets.admit(call.route["ticket_id"], viewer, place), headers=PRIVATE)

    def licence(self, call: Call) -> Response:
        """``POST /v1/tickets/{id}/licence``."""
        viewer = self._identity.viewer(call)
        device_key = device_key_of(call.json())
        place = self._places.of(call.address, viewer.account_id)
        return JSONResponse(self._licences.issue(call.route["ticket_id"], device_key, viewer, place), headers=PRIVATE)

    def flag_notes(self, call: Call) -> Response:
        """``POST /v1/tickets/{id}/note-flags``."""
        viewer = self._identity.viewer(call)
        self._note_flags.add(viewer.account_id, call.route["ticket_id"], flags_of(call))
        return Response(status_code=204, headers=PRIVATE)

    def key(self, call: Call) -> Response:
        """``GET /v1/plays/{id}/keys/{key_id}``: 16 bytes."""
        viewer = self._identity.viewer(call)
        key = self._tickets.key(call.route["play_id"], call.route["key_id"], viewer)
        return Response(key, headers=PRIVATE, media_type="application/octet-stream")

    def progress(self, call: Call) -> Response:
        """``POST /v1/plays/{id}/progress``."""
        viewer = self._identity.viewer(call)
        document = call.json()
        position_ms, seen = milliseconds_of(document.get("position_ms")), intervals_of(document.get("seen"))
        shown_ms = milliseconds_of(document.get("shown_ms", 0))
        told = self._tickets.progress(call.route["play_id"], position_ms, seen, viewer, shown_ms)
        return JSONResponse(told, headers=PRIVATE)


def _text(document: dict[str, Any], name: str, longest: int) -> str:
    value = document.get(name)
    if not isinstance(value, str) or not 1 <= len(value) <= longest:
        raise CinemaError(Code.WRONG_USE, f"{name} is a text of at most {longest} characters.")
    return value


def _name(document: dict[str, Any], name: str) -> str:
    value = _text(document, name, 100)
    if not _NAME.fullmatch(value):
        raise CinemaError(Code.WRONG_USE, f"{name} is not an identifier.")
    return value


def _uuid(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError as error:
        raise CinemaError(Code.WRONG_USE, "An Idempotency-Key (a UUID) is needed.") from error


def _wait_s(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 6:
        raise CinemaError(Code.WRONG_USE, "wait_s is a whole number of seconds.")
    return min(int(text), WAIT_S)
