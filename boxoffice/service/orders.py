"""Purchases: drafts, payments, and the one place where a paid order becomes a ticket."""

import hashlib
import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from boxoffice.rules import TicketState, offer_for, ticket_state
from boxoffice.service.accounts import attempts_in, attempts_so_far
from boxoffice.service.database import Database
from boxoffice.service.payments import PaymentProvider, PaymentState
from boxoffice.service.problems import HttpProblem, Refusal, not_found
from boxoffice.service.strongroom import Strongroom, digest
from boxoffice.service.tables import (
    AccountRow,
    AttemptRow,
    IdempotencyRow,
    OrderRow,
    TicketRow,
    TitleRow,
    VoucherRow,
)
from boxoffice.service.terms import avails_of, facts_of, terms_of
from boxoffice.service.wire import money_json, time_json
from core import CinemaError, Clock, Code, Money

log = logging.getLogger(__name__)

OPEN = ("draft", "pending", "paid")
DRAFT_LIFE = timedelta(hours=24)
ALERT_AFTER = timedelta(minutes=15)
WRONG_VOUCHERS = 10


class Orders:
    """The till. Thread-safe; ``changed`` is told the id of every order whose state moved, after the commit."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        strongroom: Strongroom,
        provider: PaymentProvider,
        issuer: str,
        changed: Callable[[str], None],
    ) -> None:
        self._database = database
        self._clock = clock
        self._strongroom = strongroom
        self._provider = provider
        self._issuer = issuer
        self._changed = changed

    def place(self, account_id: str, title_id: str, territory: str, key: str) -> dict[str, Any]:
        """An order for one ticket: the one that ``key`` named before, or the one still open for this title, or a new
        one. Raises `CinemaError` (not-found, refused) and `HttpProblem` 422 for a key that named another purchase.
        """
        asked = hashlib.sha256(f"{title_id}\n{territory}".encode()).hexdigest()
        with self._database.write() as session:
            session.get(AccountRow, account_id, with_for_update={"key_share": True})  # one wish of a person at a time
            known = session.get(IdempotencyRow, (account_id, key))
            if known is not None:
                if known.request_sha256 != asked:
                    log.warning("an idempotency key came back with another request")
                    raise HttpProblem(422, Code.WRONG_USE, "This Idempotency-Key was used for another purchase.")
                return self._json(session, session.get_one(OrderRow, known.order_id))
            mine = (OrderRow.account_id == account_id, OrderRow.title_id == title_id, OrderRow.state.in_(OPEN))
            order = session.scalar(select(OrderRow).where(*mine))
            if order is None or (order.state == "draft" and order.territory != territory):
                if order is not None:
                    order.state = "void"
                    session.flush()
                order = self._draft(session, account_id, title_id, territory)
            session.add(IdempotencyRow(account_id=account_id, key=key, request_sha256=asked, order_id=order.id))
            return self._json(session, order)

    def _draft(self, session: Session, account_id: str, title_id: str, territory: str) -> OrderRow:
        now = self._clock.now()
        avails = avails_of(session, title_id).get(title_id, [])
        if not avails and session.get(TitleRow, title_id) is None:
            raise not_found()
        offer = offer_for(avails, territory, now)
        if not offer.sellable or offer.price is None:
            raise Refusal(offer.reasons)
        order = OrderRow(
            id=str(uuid4()),
            account_id=account_id,
            title_id=title_id,
            territory=territory,
            state="draft",
            minor=offer.price.minor,
            currency=offer.price.currency,
            terms=terms_of(offer),
            created=now,
            changed=now,
            again=False,
        )
        session.add(order)
        session.flush()
        log.info("order %s placed", order.id)
        return order

    def get(self, account_id: str, order_id: str) -> dict[str, Any]:
        """The order, if it is this account's. Raises `CinemaError` (not-found)."""
        with self._database.read() as session:
            return self._json(session, self._of_account(session, account_id, order_id))

    def cancel(self, account_id: str, order_id: str) -> dict[str, Any]:
        """Void an order that is not paid; one that was paid meanwhile is issued instead."""
        with self._database.write() as session:
            order = self._of_account(session, account_id, order_id)
            if order.state in {"draft", "pending"}:
                if order.payment is None or self._provider.cancel(session, order.payment):
                    self._move(order, "void")
                else:
                    self._fulfil(session, order)
            told = self._json(session, order)
        self._changed(order_id)
        return told

    def checkout_secret(self, order_id: str) -> str:
        """The unguessable last part of the order's checkout address."""
        return f"{order_id}.{self._strongroom.mark('checkout', order_id)}"

    def order_of_secret(self, secret: str) -> str:
        """The order's id. Raises `CinemaError` (not-found) for an address that this service did not make."""
        order_id, _, mark = secret.partition(".")
        if len(secret) > 100 or not self._strongroom.is_marked("checkout", order_id, mark):
            raise not_found()
        return order_id

    def start_payment(self, order_id: str, *, again: bool) -> str | None:
        """Open the payment for an order; the address to pay at, or none if there is nothing to pay.

        Raises `HttpProblem` 409 where the buyer holds an unused ticket for the title and has not said that another
        one is meant.
        """
        with self._database.write() as session:
            order = session.get_one(OrderRow, order_id, with_for_update=True)
            if order.state not in {"draft", "pending"}:
                return None
            if self.holds_unused(session, order.account_id, order.title_id) and not (again or order.again):
                raise HttpProblem(409, Code.WRONG_USE, "There is an unused ticket for this title already.")
            order.again = order.again or again
            back = f"/checkout/{self.checkout_secret(order.id)}/done"
            price = Money(order.minor, order.currency)
            order.payment = self._provider.start(session, order.id, price, back)
            order.method = self._provider.name
            self._move(order, "pending")
            page = self._provider.page(order.payment)
        self._changed(order_id)
        return page

    def fulfil(self, order_id: str) -> str:
        """Bring the order to where its payment stands: issue the ticket once, or go back to draft; the new state.

        Called by the provider's notice, the return page and the sweeper; calling it again changes nothing.
        """
        with self._database.write() as session:
            order = session.get(OrderRow, order_id, with_for_update=True)
            if order is None:
                raise not_found()
            self._fulfil(session, order)
            state = order.state
        self._changed(order_id)
        return state

    def _fulfil(self, session: Session, order: OrderRow) -> None:
        if order.state not in {"pending", "paid"} or order.payment is None:
            return
        payment = self._provider.read(session, order.payment)
        if payment is None or payment.state is PaymentState.OPEN:
            return
        if payment.state is not PaymentState.APPROVED:
            order.payment = None
            self._move(order, "draft")
            return
        if payment.order_id != order.id or payment.amount != Money(order.minor, order.currency):
            log.error("order %s: what was paid is not what was asked; not issued", order.id)
            return
        self._issue(session, order)

    def redeem(self, order_id: str, code: str, account_id: str | None = None, *, again: bool = True) -> dict[str, Any]:
        """Pay an order with a voucher.

        Raises `CinemaError` (voucher-invalid, not-found) and `HttpProblem` 429 after ten wrong codes of an account in
        a quarter of an hour.
        """
        try:
            return self._redeem(order_id, code, account_id, again=again)
        except CinemaError as error:
            if error.code is Code.VOUCHER_INVALID and not isinstance(error, HttpProblem):
                with self._database.write() as session:
                    self._wrong_vouchers(session, session.get_one(OrderRow, order_id)).count += 1
            raise

    def _wrong_vouchers(self, session: Session, order: OrderRow) -> AttemptRow:
        return attempts_in(session, f"voucher:{order.account_id}", self._clock.now())

    def _redeem(self, order_id: str, code: str, account_id: str | None, *, again: bool) -> dict[str, Any]:
        with self._database.write() as session:
            order = session.get(OrderRow, order_id, with_for_update=True)
            if order is None or (account_id is not None and order.account_id != account_id):
                raise not_found()
            if attempts_so_far(session, f"voucher:{order.account_id}", self._clock.now()) >= WRONG_VOUCHERS:
                raise HttpProblem(429, Code.VOUCHER_INVALID, "Too many wrong vouchers. Wait a quarter of an hour.")
            used = digest(tidy_voucher(code))
            voucher = session.get(VoucherRow, used, with_for_update=True)
            if voucher is not None and voucher.order_id == order.id:
                return self._json(session, order)
            if voucher is None or voucher.title_id != order.title_id or voucher.order_id is not None:
                raise CinemaError(Code.VOUCHER_INVALID, "This voucher is not known, is used, or is for another title.")
            if order.state not in {"draft", "pending"}:
                raise CinemaError(Code.VOUCHER_INVALID, "This order needs no voucher.")
            if not again and not order.again and self.holds_unused(session, order.account_id, order.title_id):
                raise HttpProblem(409, Code.WRONG_USE, "There is an unused ticket for this title already.")
            if order.payment is not None and not self._provider.cancel(session, order.payment):
                self._fulfil(session, order)
                return self._json(session, order)
            voucher.order_id = order.id
            order.method, order.payment = "voucher", None
            self._issue(session, order)
            told = self._json(session, order)
        self._changed(order_id)
        return told

    def _issue(self, session: Session, order: OrderRow) -> None:
        session.add(
            TicketRow(
                id=str(uuid4()),
                order_id=order.id,
                item=0,
                account_id=order.account_id,
                title_id=order.title_id,
                territory=order.territory,
                minor=order.minor,
                currency=order.currency,
                bought=self._clock.now(),
                terms=order.terms,
                position_ms=0,
                seen=[],
            )
        )
        self._move(order, "issued")
        session.flush()

    def sweep(self) -> None:
        """Issue what was paid and not issued, and void drafts of yesterday."""
        now = self._clock.now()
        with self._database.read() as session:
            waiting = list(session.scalars(select(OrderRow).where(OrderRow.state.in_(OPEN))))
        for order in waiting:
            if order.state != "draft":
                state = self.fulfil(order.id)
                if state == "paid" and now - order.changed > ALERT_AFTER:
                    log.error("order %s has been paid for more than 15 min and is not issued", order.id)
            if now - order.changed > DRAFT_LIFE:
                self._expire(order.id)

    def _expire(self, order_id: str) -> None:
        with self._database.write() as session:
            order = session.get_one(OrderRow, order_id, with_for_update=True)
            stale = order.state in {"draft", "pending"} and self._clock.now() - order.changed > DRAFT_LIFE
            if stale and (order.payment is None or self._provider.cancel(session, order.payment)):
                self._move(order, "void")
        self._changed(order_id)

    def holds_unused(self, session: Session, account_id: str, title_id: str) -> bool:
        """Whether this person has a ticket for the title that can still be started."""
        now = self._clock.now()
        title = session.get_one(TitleRow, title_id)
        avails = avails_of(session, title_id).get(title_id, [])
        mine = select(TicketRow).where(TicketRow.account_id == account_id, TicketRow.title_id == title_id)
        return any(
            ticket_state(facts_of(row, title.running_time_ms, avails, now), now) is TicketState.UNUSED
            for row in session.scalars(mine)
        )

    def _of_account(self, session: Session, account_id: str, order_id: str) -> OrderRow:
        order = session.get(OrderRow, order_id, with_for_update=True)
        if order is None or order.account_id != account_id:
            raise not_found()
        return order

    def _move(self, order: OrderRow, state: str) -> None:
        if order.state != state:
            log.info("order %s: %s -> %s", order.id, order.state, state)
            order.state, order.changed = state, self._clock.now()

    def _json(self, session: Session, order: OrderRow) -> dict[str, Any]:
        of_order = select(TicketRow).where(TicketRow.order_id == order.id)
        ticket = None if order.state in OPEN else session.scalar(of_order)
        used = ticket is not None and ticket.started is not None and order.state == "issued"
        return {
            "id": order.id,
            "state": "used" if used else order.state,
            "title_id": order.title_id,
            "total": money_json(Money(order.minor, order.currency)),
            "checkout_url": f"{self._issuer}/checkout/{self.checkout_secret(order.id)}",
            "ticket_id": ticket.id if ticket else None,
            "created": time_json(order.created),
        }


def tidy_voucher(code: str) -> str:
    """The code as it is compared: without spaces and dashes, upper case."""
    return "".join(code.split()).replace("-", "").upper()[:64]
