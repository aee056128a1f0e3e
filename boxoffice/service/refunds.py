"""Money given back: promised in the rows first, never more than was taken, then made by the provider."""

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.orm import Session

from boxoffice.service.database import Database
from boxoffice.service.languages import money_text
from boxoffice.service.payments import Payment, PaymentState, RefundRefused
from boxoffice.service.problems import HttpProblem, not_found
from boxoffice.service.tables import OrderRow, PaymentRow, RefundRow, TicketRow
from boxoffice.service.till import Till
from boxoffice.service.vouchers import put_back
from boxoffice.service.wire import money_json, time_json
from core import CinemaError, Clock, Code, Money

log = logging.getLogger(__name__)

ASK_AGAIN_AFTER = timedelta(minutes=2)
"""Longer than any provider is waited for, so that nobody else is at it."""
TEXT_LIMIT = 200


class Refunds:
    """Gives money back. Thread-safe; ``changed`` is told the id of every order whose state moved."""

    def __init__(self, database: Database, clock: Clock, till: Till, changed: Callable[[str], None]) -> None:
        self._database = database
        self._clock = clock
        self._till = till
        self._changed = changed

    def give_back(
        self, order_id: str, *, reason: str, by: str, amount: Money | None = None, key: str | None = None
    ) -> dict[str, Any]:
        """Refund ``amount`` of an order, or all that is left of it; what was paid with no money becomes void.

        A whole refund revokes the ticket at once. ``key`` names the wish: with the same one nothing happens twice.
        A provider that does not answer is asked again by the sweeper. Raises `CinemaError` (not-found, wrong-use).
        """
        if not reason.strip() or not by.strip() or max(len(reason), len(by), len(key or "")) > TEXT_LIMIT:
            raise CinemaError(Code.WRONG_USE, f"A refund needs a reason and a name, each up to {TEXT_LIMIT} letters.")
        with self._database.write() as session:
            order = session.get(OrderRow, order_id, with_for_update=True)
            if order is None:
                raise not_found()
            known = select(RefundRow).where(RefundRow.order_id == order_id, RefundRow.key == key)
            refund = session.scalar(known) if key else None
            if refund is None:
                refund = self._promise(session, order, amount, key or str(uuid4()))
                refund.reason, refund.asked_by = reason, by
                session.add(refund)
            elif amount is not None and amount != Money(refund.minor, refund.currency):
                raise CinemaError(Code.WRONG_USE, "This key named a refund of another amount.")
            refund_id = refund.id
        self._changed(order_id)
        try:
            self._make(refund_id)
        except HttpProblem as problem:
            if problem.status != 503:
                raise
        return self.of(order_id, refund_id)

    def of(self, order_id: str, refund_id: str) -> dict[str, Any]:
        """One refund, and where its order stands."""
        with self._database.read() as session:
            order, refund = session.get_one(OrderRow, order_id), session.get_one(RefundRow, refund_id)
            return {**refund_json(refund), "order_state": order.state}

    def sweep(self) -> None:
        """Make what was promised and not made; give back what was taken for orders that are closed."""
        promised = select(RefundRow.id).where(*self._due())
        late = (
            select(PaymentRow.order_id)
            .join(OrderRow, OrderRow.id == PaymentRow.order_id)
            .where(
                PaymentRow.state == PaymentState.APPROVED,
                OrderRow.state == "void",
                PaymentRow.refunded_minor < PaymentRow.minor,
            )
        )
        with self._database.read() as session:
            waiting, strays = list(session.scalars(promised)), list(session.scalars(late))
        for refund_id in waiting:
            try:
                self._make(refund_id)
            except HttpProblem:
                log.warning("refund %s waits for its provider", refund_id)
        for order_id in strays:
            self.give_back(order_id, reason="order closed", by="box office")

    def _promise(self, session: Session, order: OrderRow, amount: Money | None, key: str) -> RefundRow:
        now = self._clock.now()
        taken = select(PaymentRow).where(PaymentRow.order_id == order.id, PaymentRow.state == PaymentState.APPROVED)
        payment = session.scalar(taken.order_by(PaymentRow.attempt.desc()).with_for_update())
        refund = RefundRow(
            id=str(uuid4()), order_id=order.id, key=key, minor=0, currency=order.currency, state="made", asked=now
        )
        if payment is None:
            if order.state != "issued" or order.payment is not None:
                raise CinemaError(Code.WRONG_USE, "This order was not paid; there is nothing to give back.")
            if amount is not None and amount.minor:
                raise CinemaError(Code.WRONG_USE, "No money was taken for this order; it can only be made void.")
            refund.made = now
            self._close(session, order, "void")
            begun = select(TicketRow.id).where(TicketRow.order_id == order.id, TicketRow.started.is_not(None))
            if session.scalar(begun) is None:
                put_back(session, order)
            return refund
        left = payment.minor - payment.refunded_minor
        minor = left if amount is None else amount.minor
        if minor <= 0 or minor > left or (amount is not None and amount.currency != payment.currency):
            sum_left = money_text(Money(left, payment.currency), "en")
            message = f"At most {sum_left} of this order can be given back, in that currency."
            raise CinemaError(Code.WRONG_USE, message)
        refunded = PaymentRow.refunded_minor + minor
        kept = update(PaymentRow).where(PaymentRow.id == payment.id, refunded <= PaymentRow.minor)
        if session.scalar(kept.values(refunded_minor=refunded).returning(PaymentRow.id)) is None:
            raise CinemaError(Code.WRONG_USE, "This order was refunded a moment ago.")
        refund.payment_id, refund.minor, refund.currency, refund.state = payment.id, minor, payment.currency, "asked"
        if minor == left and order.state != "void":
            self._close(session, order, "refunded")
        log.info("order %s: refund %s promised", order.id, refund.id)
        return refund

    def _close(self, session: Session, order: OrderRow, state: str) -> None:
        now = self._clock.now()
        log.info("order %s: %s -> %s", order.id, order.state, state)
        order.state, order.changed = state, now
        standing = (TicketRow.order_id == order.id, TicketRow.refunded.is_(None))
        session.execute(update(TicketRow).where(*standing).values(refunded=now))

    def _due(self) -> tuple[ColumnElement[bool], ...]:
        tried = RefundRow.tried
        return RefundRow.state == "asked", or_(tried.is_(None), tried < self._clock.now() - ASK_AGAIN_AFTER)

    def _make(self, refund_id: str) -> None:
        mine = update(RefundRow).where(RefundRow.id == refund_id, *self._due())
        with self._database.write() as session:
            if session.scalar(mine.values(tried=self._clock.now()).returning(RefundRow.id)) is None:
                return
            refund = session.get_one(RefundRow, refund_id)
            row = session.get_one(PaymentRow, refund.payment_id)
        taken = Money(row.minor, row.currency)
        payment = Payment(row.reference or "", row.order_id, PaymentState.APPROVED, taken, row.charge or "")
        amount = Money(refund.minor, refund.currency)
        still_asked = update(RefundRow).where(RefundRow.id == refund_id, RefundRow.state == "asked")
        try:
            reference = self._till.provider_of(row).refund(payment, amount, refund_id)
        except RefundRefused as error:
            log.error("refund %s of order %s was refused by its provider: %s", refund_id, row.order_id, error.message)
            with self._database.write() as session:
                refused = still_asked.values(state="refused").returning(RefundRow.id)
                if session.scalar(refused) is not None:
                    unmade = PaymentRow.refunded_minor - refund.minor
                    session.execute(update(PaymentRow).where(PaymentRow.id == row.id).values(refunded_minor=unmade))
            return
        with self._database.write() as session:
            session.execute(still_asked.values(state="made", reference=reference, made=self._clock.now()))
        log.info("refund %s made", refund_id)


def refund_json(refund: RefundRow) -> dict[str, Any]:
    """A refund as the console and reports write it."""
    return {
        "id": refund.id,
        "order_id": refund.order_id,
        "amount": money_json(Money(refund.minor, refund.currency)),
        "state": refund.state,
        "reason": refund.reason,
        "by": refund.asked_by,
        "asked": time_json(refund.asked),
        "made": time_json(refund.made),
    }
