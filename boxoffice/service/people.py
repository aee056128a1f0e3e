"""What a person may see, take along and end of their own: sign-ins, their data, the account itself.

The books keep what was paid, for what, where and when, without the person (GDPR 17(3)(b)); what somebody watched is
kept no longer than a year after it was needed (18 U.S.C. 2710(e)).
"""

import logging
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session
from starlette.responses import JSONResponse, Response

from boxoffice.service.authorization import REFRESH
from boxoffice.service.calls import Call
from boxoffice.service.capacity import OPEN
from boxoffice.service.database import Database, insert_once
from boxoffice.service.gifts import Gifts
from boxoffice.service.identity import Identity, Viewer
from boxoffice.service.orders import Orders
from boxoffice.service.problems import HttpProblem, not_found
from boxoffice.service.tables import (
    AccessRow,
    AccountRow,
    CodeRow,
    ConsoleActRow,
    DeviceCodeRow,
    FamilyRow,
    IdempotencyRow,
    IdentityRow,
    OrderRow,
    PasswordResetRow,
    PaymentRow,
    PlayRow,
    RefreshRow,
    RefundRow,
    StaffRow,
    TerritoryExceptionRow,
    TicketRow,
    TitleRow,
    VoucherRow,
)
from boxoffice.service.terms import MAY_WATCH, avails_of, facts_of
from boxoffice.service.wire import money_json, time_json
from core import CinemaError, Clock, Code, Money

log = logging.getLogger(__name__)

NOBODY = "nobody"
"""The account that orders and tickets belong to once the person is forgotten."""
KEPT = timedelta(days=330)
"""After its last use a ticket is somebody's for so long."""
ONCE_A = timedelta(hours=12)
TOGETHER = 500
PRIVATE = {"Cache-Control": "no-store"}


class People:
    """Answers ``/v1/account/*``. Thread-safe."""

    def __init__(self, database: Database, clock: Clock, identity: Identity, orders: Orders, gifts: Gifts) -> None:
        self._database = database
        self._clock = clock
        self._identity = identity
        self._orders = orders
        self._gifts = gifts
        self._next_sweep = clock.now()

    def sign_ins(self, call: Call) -> Response:
        """``GET /v1/account/sign-ins``: where the account is signed in, the latest first."""
        viewer = self._identity.viewer(call)
        with self._database.read() as session:
            found = self._sign_ins(session, viewer.account_id, viewer.thumbprint)
        return JSONResponse({"sign_ins": found}, headers=PRIVATE)

    def end_sign_in(self, call: Call) -> Response:
        """``POST /v1/account/sign-ins/{id}/end``."""
        viewer = self._identity.viewer(call)
        mine = (FamilyRow.id == call.route["sign_in_id"], FamilyRow.account_id == viewer.account_id)
        with self._database.write() as session:
            family = session.scalar(select(FamilyRow).where(*mine))
            if family is None:
                raise not_found()
            family.revoked = family.revoked or self._clock.now()
        return Response(status_code=204, headers=PRIVATE)

    def end_all(self, call: Call) -> Response:
        """``POST /v1/account/sign-ins/end``: sign out everywhere, here too."""
        viewer = self._identity.viewer(call)
        mine = (FamilyRow.account_id == viewer.account_id, FamilyRow.revoked.is_(None))
        with self._database.write() as session:
            session.execute(update(FamilyRow).where(*mine).values(revoked=self._clock.now()))
        return Response(status_code=204, headers=PRIVATE)

    def export(self, call: Call) -> Response:
        """``GET /v1/account/data``: everything that is kept of the person, as one JSON document."""
        viewer = self._identity.viewer(call)
        with self._database.read() as session:
            document = self._all_of(session, viewer)
        headers = {**PRIVATE, "Content-Disposition": 'attachment; filename="smart-cinema-my-data.json"'}
        return JSONResponse(document, headers=headers)

    def delete(self, call: Call) -> Response:
        """``POST /v1/account/delete``: at once and for good, where the body names the account's e-mail address."""
        viewer = self._identity.viewer(call)
        named = call.json().get("email")
        with self._database.read() as session:
            account = session.get_one(AccountRow, viewer.account_id)
            staff = session.get(StaffRow, viewer.account_id)
            mine = (OrderRow.account_id == viewer.account_id, OrderRow.state.in_(OPEN))
            open_orders = list(session.scalars(select(OrderRow.id).where(*mine)))
        if not isinstance(named, str) or named.strip().casefold() != account.email:
            raise CinemaError(Code.WRONG_USE, "Name the account's own e-mail address to delete it.")
        if staff is not None:
            raise HttpProblem(409, Code.REFUSED, "The account is staff of this box office; that has to end first.")
        for order_id in open_orders:
            self._orders.cancel(viewer.account_id, order_id)
        with self._database.write() as session:
            _forget(session, viewer.account_id, self._clock)
        log.info("an account was deleted")
        return Response(status_code=204, headers=PRIVATE)

    def sweep(self) -> None:
        """Twice a day: tickets and orders that nobody has needed for long are nobody's from now on."""
        now = self._clock.now()
        if now < self._next_sweep:
            return
        self._next_sweep = now + ONCE_A
        before = now - KEPT
        with self._database.write() as session:
            theirs = (TicketRow.account_id != NOBODY, TicketRow.bought < before)
            avails = avails_of(session)
            old = []
            for ticket in session.scalars(select(TicketRow).where(*theirs).order_by(TicketRow.bought).limit(TOGETHER)):
                length = session.get_one(TitleRow, ticket.title_id).running_time_ms
                facts = facts_of(ticket, length, avails.get(ticket.title_id, []), now)
                if ticket.refunded or (facts.watch_by or facts.unlock_by) < before:
                    old.append(ticket.id)
            if old:
                _ensure_nobody(session, self._clock)
            _unlink_tickets(session, old)
            lone = select(TicketRow.order_id).where(TicketRow.account_id != NOBODY)
            done = (OrderRow.account_id != NOBODY, OrderRow.changed < before, OrderRow.state.not_in(OPEN))
            gone = list(session.scalars(select(OrderRow.id).where(*done, OrderRow.id.not_in(lone)).limit(TOGETHER)))
            if gone:
                _ensure_nobody(session, self._clock)
            _unlink_orders(session, gone)
        if old or gone:
            log.info("%d tickets and %d orders are nobody's now", len(old), len(gone))

    def _sign_ins(self, session: Session, account_id: str, here: str) -> list[dict[str, Any]]:
        now = self._clock.now()
        latest = select(func.max(RefreshRow.expires)).where(RefreshRow.family_id == FamilyRow.id).scalar_subquery()
        mine = select(FamilyRow, latest).where(FamilyRow.account_id == account_id, FamilyRow.revoked.is_(None))
        mine = mine.where(latest.is_not(None))
        found = [(expires - REFRESH, row) for row, expires in session.execute(mine) if expires > now]
        return [
            {
                "id": row.id,
                "device": row.device_name or "",
                "created": time_json(row.created),
                "seen": time_json(seen),
                "this": row.thumbprint == here,
            }
            for seen, row in sorted(found, key=lambda one: one[0], reverse=True)
        ]

    def _all_of(self, session: Session, viewer: Viewer) -> dict[str, Any]:
        account = session.get_one(AccountRow, viewer.account_id)
        orders = session.scalars(select(OrderRow).where(OrderRow.account_id == account.id).order_by(OrderRow.created))
        tickets = select(TicketRow).where(TicketRow.account_id == account.id, MAY_WATCH).order_by(TicketRow.bought)
        vouchers = select(VoucherRow).where(VoucherRow.account_id == account.id)
        place = session.get(TerritoryExceptionRow, account.id)
        return {
            "made": time_json(self._clock.now()),
            "account": {"email": account.email, "name": account.name, "created": time_json(account.created)},
            "sign_ins": self._sign_ins(session, account.id, viewer.thumbprint),
            "orders": [_order_of(session, order) for order in orders],
            "tickets": [_ticket_of(session, ticket) for ticket in session.scalars(tickets)],
            "gifts": self._gifts.of(account.id),
            "passes": [
                {"section_id": row.section_id, "tickets": row.tickets, "ends": time_json(row.ends)}
                for row in session.scalars(vouchers)
            ],
            "territory": {"territory": place.territory, "until": time_json(place.expires), "reason": place.reason}
            if place
            else None,
        }


def _order_of(session: Session, order: OrderRow) -> dict[str, Any]:
    payments = session.scalars(select(PaymentRow).where(PaymentRow.order_id == order.id).order_by(PaymentRow.attempt))
    refunds = session.scalars(select(RefundRow).where(RefundRow.order_id == order.id).order_by(RefundRow.asked))
    return {
        "id": order.id,
        "title_id": order.title_id,
        "screening_id": order.screening_id,
        "territory": order.territory,
        "state": order.state,
        "total": money_json(Money(order.minor, order.currency)),
        "created": time_json(order.created),
        "method": order.method,
        "payments": [
            {
                "provider": row.provider,
                "state": row.state,
                "amount": money_json(Money(row.minor, row.currency)),
                "created": time_json(row.created),
            }
            for row in payments
        ],
        "refunds": [
            {"amount": money_json(Money(row.minor, row.currency)), "reason": row.reason, "asked": time_json(row.asked)}
            for row in refunds
        ],
    }


def _ticket_of(session: Session, ticket: TicketRow) -> dict[str, Any]:
    plays = session.scalars(select(PlayRow.created).where(PlayRow.ticket_id == ticket.id).order_by(PlayRow.created))
    return {
        "id": ticket.id,
        "title_id": ticket.title_id,
        "screening_id": ticket.screening_id,
        "bought": time_json(ticket.bought),
        "terms": ticket.terms,
        "started": time_json(ticket.started),
        "device": ticket.device_name,
        "position_ms": ticket.position_ms,
        "seen": ticket.seen,
        "shown_ms": ticket.shown_ms,
        "refunded": time_json(ticket.refunded),
        "plays": [time_json(moment) for moment in plays],
    }


def _forget(session: Session, account_id: str, clock: Clock) -> None:
    """Take the person out of everything. Raises `HttpProblem` 409 where an order is being paid at this moment."""
    account = session.get_one(AccountRow, account_id, with_for_update=True)
    if session.scalar(select(OrderRow.id).where(OrderRow.account_id == account_id, OrderRow.state.in_(OPEN))):
        raise HttpProblem(409, Code.WRONG_USE, "An order is being paid. Wait until it is settled, then try again.")
    _ensure_nobody(session, clock)
    _unlink_tickets(session, list(session.scalars(select(TicketRow.id).where(TicketRow.account_id == account_id))))
    _unlink_orders(session, list(session.scalars(select(OrderRow.id).where(OrderRow.account_id == account_id))))
    session.execute(update(VoucherRow).where(VoucherRow.account_id == account_id).values(account_id=NOBODY))
    families = select(FamilyRow.id).where(FamilyRow.account_id == account_id)
    for table in (AccessRow, RefreshRow, CodeRow):
        session.execute(delete(table).where(table.family_id.in_(families)))
    for mine in (CodeRow, DeviceCodeRow, TerritoryExceptionRow, IdentityRow, PasswordResetRow, FamilyRow):
        session.execute(delete(mine).where(mine.account_id == account_id))
    looked = update(ConsoleActRow).where(ConsoleActRow.about == account_id)
    session.execute(looked.values(about=NOBODY, reason=""))
    session.delete(account)
    session.flush()


def _unlink_tickets(session: Session, tickets: list[str]) -> None:
    for start in range(0, len(tickets), TOGETHER):
        some = tickets[start : start + TOGETHER]
        nothing: dict[str, Any] = {"thumbprint": None, "device_name": None, "position_ms": 0, "seen": [], "shown_ms": 0}
        bare = update(TicketRow).values(account_id=NOBODY, **nothing)
        session.execute(bare.where(TicketRow.id.in_(some)))
        session.execute(update(PlayRow).where(PlayRow.ticket_id.in_(some)).values(thumbprint="", mark="", shown_ms=0))


def _unlink_orders(session: Session, orders: list[str]) -> None:
    for start in range(0, len(orders), TOGETHER):
        some = orders[start : start + TOGETHER]
        session.execute(delete(IdempotencyRow).where(IdempotencyRow.order_id.in_(some)))
        session.execute(update(OrderRow).where(OrderRow.id.in_(some)).values(account_id=NOBODY))


def _ensure_nobody(session: Session, clock: Clock) -> None:
    values = {"id": NOBODY, "email": NOBODY, "name": "", "password_hash": "-", "created": clock.now()}
    session.execute(insert_once(session, AccountRow, **values))
