"""Orders in the console: listed without persons, found with a reason that is kept, refunded after a second question."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from boxoffice.service.accounts import AccountRefused, tidy_email
from boxoffice.service.calls import Call
from boxoffice.service.console.acts import REASON_LETTERS, note
from boxoffice.service.console.devices import sign_ins
from boxoffice.service.console.figures import ROWS, amount_of, title_name
from boxoffice.service.console.frame import Frame, page_number
from boxoffice.service.console.roles import Action
from boxoffice.service.console.staff import Member
from boxoffice.service.database import Database
from boxoffice.service.payments import PaymentState
from boxoffice.service.people import NOBODY
from boxoffice.service.problems import not_found
from boxoffice.service.refunds import Refunds
from boxoffice.service.tables import (
    AccountRow,
    ConsoleActRow,
    OrderRow,
    PaymentRow,
    RefundRow,
    TicketRow,
    TitleRow,
)
from core import CinemaError, Clock, Money

STATES = ("draft", "pending", "paid", "issued", "used", "refunded", "void")
LOOK = timedelta(hours=1)
"""For so long after a search with a reason its finder may see the person's orders."""
SEARCH = "search"


@dataclass(frozen=True)
class Listed:
    """An order in a list; with its film only where the person was looked for."""

    id: str
    state: str
    total: Money
    territory: str
    changed: datetime
    film: str = ""
    screening: str = ""


@dataclass(frozen=True)
class Step:
    """Something that happened to an order."""

    at: datetime
    what: str
    amount: Money | None = None
    detail: str = ""


@dataclass(frozen=True)
class Cap:
    """What can still be given back."""

    left: Money
    taken: Money | None
    """None where no money was taken: such an order is made void."""


@dataclass(frozen=True)
class Wish:
    """A refund that was asked for and is asked about once more."""

    amount: Money
    whole: bool
    reason: str
    key: str


def listed(session: Session, state: str, page: int) -> tuple[tuple[Listed, ...], bool]:
    """One page of orders, newest first, and whether more follow; without whose they are and for what."""
    query = select(OrderRow).order_by(OrderRow.created.desc(), OrderRow.id)
    query = query.where(OrderRow.state == state) if state else query
    rows = list(session.scalars(query.offset(page * ROWS).limit(ROWS + 1)))
    return tuple(_listed(row) for row in rows[:ROWS]), len(rows) > ROWS


def timeline(session: Session, order: OrderRow) -> tuple[Step, ...]:
    """What happened to an order, in its order."""
    steps = [Step(order.created, "placed", Money(order.minor, order.currency))]
    for payment in session.scalars(select(PaymentRow).where(PaymentRow.order_id == order.id)):
        amount = Money(payment.minor, payment.currency)
        steps.append(Step(payment.created, "payment-begun", amount, payment.provider))
        if payment.settled is not None:
            steps.append(Step(payment.settled, f"payment-{payment.state}", amount, payment.provider))
    for ticket in session.scalars(select(TicketRow).where(TicketRow.order_id == order.id)):
        steps.append(Step(ticket.bought, "ticket"))
        if ticket.started is not None:
            steps.append(Step(ticket.started, "started", detail=ticket.device_name or ""))
        if ticket.refunded is not None:
            steps.append(Step(ticket.refunded, "revoked"))
    for refund in session.scalars(select(RefundRow).where(RefundRow.order_id == order.id)):
        amount = Money(refund.minor, refund.currency)
        steps.append(Step(refund.asked, "refund-asked", amount, f"{refund.reason} – {refund.asked_by}"))
        if refund.made is not None:
            steps.append(Step(refund.made, "refund-made", amount))
    return tuple(sorted(steps, key=lambda step: step.at))


def cap_of(session: Session, order: OrderRow) -> Cap | None:
    """What is left to give back; none where nothing is."""
    taken = select(PaymentRow).where(PaymentRow.order_id == order.id, PaymentRow.state == PaymentState.APPROVED)
    payment = session.scalar(taken.order_by(PaymentRow.attempt.desc()).limit(1))
    if payment is None:
        free = order.state == "issued" and order.payment is None
        return Cap(Money(0, order.currency), None) if free else None
    left = payment.minor - payment.refunded_minor
    return Cap(Money(left, payment.currency), Money(payment.minor, payment.currency)) if left else None


class OrderPages:
    """Answers ``/console/orders`` and ``/console/people``."""

    def __init__(self, frame: Frame, database: Database, clock: Clock, refunds: Refunds) -> None:
        self._frame = frame
        self._database = database
        self._clock = clock
        self._refunds = refunds

    def routes(self) -> list[Route]:
        """Every address, each with the action that its role must allow."""
        guarded = self._frame.guarded
        return [
            Route("/console/orders", guarded(Action.LIST_ORDERS, self._list)),
            Route("/console/find", guarded(Action.FIND_PERSON, self._ask_whom)),
            Route("/console/find", guarded(Action.FIND_PERSON, self._find), methods=["POST"]),
            Route("/console/people/{account_id}", guarded(Action.FIND_PERSON, self._person)),
            Route("/console/orders/{order_id}", guarded(Action.FIND_PERSON, self._order)),
            Route("/console/orders/{order_id}/refund", guarded(Action.REFUND, self._refund), methods=["POST"]),
        ]

    def _list(self, call: Call, member: Member) -> Response:
        state = call.query.get("state", "")
        state = state if state in STATES else ""
        number = page_number(call)
        with self._database.read() as session:
            found, more = listed(session, state, number)
        return self._frame.show(
            call, member, "orders", orders=found, states=STATES, state=state, number=number, more=more
        )

    def _ask_whom(self, call: Call, member: Member, problem: str = "", wanted: str = "", reason: str = "") -> Response:
        wanted = wanted or call.query.get("order", "")[:254]
        return self._frame.show(
            call, member, "find", problem=problem, wanted=wanted, reason=reason, status=422 if problem else 200
        )

    def _find(self, call: Call, member: Member) -> Response:
        form = self._frame.form(call)
        wanted, reason = form.get("wanted", "").strip()[:254], " ".join(form.get("reason", "").split())
        if not 3 <= len(reason) <= REASON_LETTERS:
            return self._ask_whom(call, member, "reason", wanted, reason[:REASON_LETTERS])
        with self._database.write() as session:
            order = session.get(OrderRow, wanted)
            account_id = order.account_id if order else self._account(session, wanted)
            note(session, member, SEARCH, account_id or "", self._clock.now(), reason=reason)
        if account_id is None:
            return self._ask_whom(call, member, "nobody", wanted, reason)
        return RedirectResponse(f"/console/orders/{order.id}" if order else f"/console/people/{account_id}", 303)

    def _account(self, session: Session, email: str) -> str | None:
        try:
            return session.scalar(select(AccountRow.id).where(AccountRow.email == tidy_email(email)))
        except AccountRefused:
            return None

    def _may_look(self, session: Session, member: Member, account_id: str) -> bool:
        looked = select(ConsoleActRow.id).where(
            ConsoleActRow.account_id == member.account_id,
            ConsoleActRow.action == SEARCH,
            ConsoleActRow.about == account_id,
            ConsoleActRow.made > self._clock.now() - LOOK,
        )
        return session.scalar(looked.limit(1)) is not None

    def _person(self, call: Call, member: Member) -> Response:
        account_id, number = str(call.route["account_id"]), page_number(call)
        with self._database.read() as session:
            person = session.get(AccountRow, account_id)
            if person is None or account_id == NOBODY or not self._may_look(session, member, account_id):
                return self._ask_whom(call, member, "look")
            language = self._frame.pages.language(call)
            query = (
                select(OrderRow, TitleRow)
                .join(TitleRow, TitleRow.id == OrderRow.title_id)
                .where(OrderRow.account_id == account_id)
                .order_by(OrderRow.created.desc(), OrderRow.id)
            )
            rows = list(session.execute(query.offset(number * ROWS).limit(ROWS + 1)))
            found = tuple(_listed(order, title_name(title, language)) for order, title in rows[:ROWS])
            devices, _ = sign_ins(session, 0, account_id)
            name, email = person.name, person.email
        return self._frame.show(
            call,
            member,
            "person",
            name=name,
            email=email,
            account_id=account_id,
            orders=found,
            devices=devices,
            number=number,
            more=len(rows) > ROWS,
        )

    def _order(self, call: Call, member: Member, problem: str = "", wish: Wish | None = None) -> Response:
        with self._database.read() as session:
            order = session.get(OrderRow, str(call.route["order_id"]))
            if order is None or not self._may_look(session, member, order.account_id):
                return self._ask_whom(call, member, "look", str(call.route["order_id"])[:254])
            title = session.get_one(TitleRow, order.title_id)
            shown = _listed(order, title_name(title, self._frame.pages.language(call)))
            steps, cap, account_id = timeline(session, order), cap_of(session, order), order.account_id
        return self._frame.show(
            call,
            member,
            "order",
            order=shown,
            steps=steps,
            cap=cap,
            account_id="" if account_id == NOBODY else account_id,
            problem=problem,
            wish=wish,
            status=422 if problem else 200,
            path=f"/console/orders/{order.id}",
        )

    def _refund(self, call: Call, member: Member) -> Response:  # noqa: PLR0911 - each answer says another thing
        form, order_id = self._frame.form(call), str(call.route["order_id"])
        with self._database.read() as session:
            order = session.get(OrderRow, order_id)
            if order is None or not self._may_look(session, member, order.account_id):
                raise not_found()
            cap, before = cap_of(session, order), order.state
        reason = " ".join(form.get("reason", "").split())
        key = form.get("key", "")
        if form.get("do") == "give" and self._made(order_id, key):
            return RedirectResponse(f"/console/orders/{order_id}", 303)
        if cap is None:
            return self._order(call, member, "nothing")
        if not 3 <= len(reason) <= REASON_LETTERS:
            return self._order(call, member, "reason")
        amount = amount_of(form.get("amount", ""), cap.left) if cap.taken else cap.left
        if amount is None:
            return self._order(call, member, "amount")
        if form.get("do") != "give" or not 32 <= len(key) <= 64:
            return self._order(call, member, wish=Wish(amount, amount == cap.left, reason, str(uuid4())))
        try:
            wanted = amount if cap.taken else None
            by = f"{member.name} ({member.role})"
            told = self._refunds.give_back(order_id, reason=reason, by=by, amount=wanted, key=key)
        except CinemaError:
            return self._order(call, member, "amount")
        with self._database.write() as session:
            after = {"state": told["order_state"], "refund": f"{amount.decimal:f} {amount.currency}"}
            now = self._clock.now()
            note(session, member, "refund", order_id, now, reason=reason, before={"state": before}, after=after)
        return RedirectResponse(f"/console/orders/{order_id}", 303)

    def _made(self, order_id: str, key: str) -> bool:
        with self._database.read() as session:
            made = select(RefundRow.id).where(RefundRow.order_id == order_id, RefundRow.key == key)
            return session.scalar(made) is not None


def _listed(order: OrderRow, film: str = "") -> Listed:
    total, screening = Money(order.minor, order.currency), (order.screening_id or "") if film else ""
    return Listed(order.id, order.state, total, order.territory, order.changed, film, screening)
