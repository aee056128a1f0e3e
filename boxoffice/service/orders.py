"""Purchases: drafts, payments, and the one place where a paid order becomes a ticket."""

import hashlib
import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from enum import StrEnum
from types import SimpleNamespace
from typing import Any, NoReturn
from uuid import uuid4

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from boxoffice.rules import Reason, TicketState, offer_for, sold_out, ticket_state
from boxoffice.service.accounts import attempts_in, attempts_so_far
from boxoffice.service.capacity import OPEN, places_taken, seats_taken
from boxoffice.service.database import Database
from boxoffice.service.gifts import gift_code
from boxoffice.service.payments import Payment, PaymentState
from boxoffice.service.prepared import Transaction
from boxoffice.service.problems import HttpProblem, Refusal, not_found
from boxoffice.service.refunds import Refunds
from boxoffice.service.sales import ORDER, ORDER_COLUMNS, REDEEMED, Avails, Wish, paying, uses, wish
from boxoffice.service.screenings import offer_of
from boxoffice.service.strongroom import Strongroom, digest
from boxoffice.service.tables import (
    AccountRow,
    AttemptRow,
    Document,
    IdempotencyRow,
    OrderRow,
    PaymentRow,
    ScreeningRow,
    TicketRow,
    TitleRow,
)
from boxoffice.service.terms import MAY_WATCH, avails_of, facts_of, terms_of
from boxoffice.service.till import Till
from boxoffice.service.vouchers import VoucherRefused, check_use, passes_of, tidy_voucher
from boxoffice.service.wire import money_json, time_json, time_of
from core import CinemaError, Clock, Code, Money

log = logging.getLogger(__name__)

VOUCHER, FREE = "voucher", "free"
WITHOUT_MONEY = (VOUCHER, FREE)
"""Methods of orders that take none."""
DRAFT_LIFE = timedelta(hours=24)
ALERT_AFTER = timedelta(minutes=15)
REFUND_AFTER = timedelta(minutes=60)
WRONG_VOUCHERS = 10
RACES = 3
"""How often a wish that lost a race looks again."""
BY_LIMIT = 200


class FreeReason(StrEnum):
    """Why a ticket is given for nothing."""

    PRESS = "press"
    JURY = "jury"
    GUEST = "guest"
    STAFF = "staff"
    GOODWILL = "goodwill"


class Orders:
    """The till. Thread-safe; ``changed`` is told the id of every order whose state moved, after the commit."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        strongroom: Strongroom,
        till: Till,
        refunds: Refunds,
        issuer: str,
        changed: Callable[[str], None],
    ) -> None:
        self._database = database
        self._clock = clock
        self._strongroom = strongroom
        self._till = till
        self._refunds = refunds
        self._issuer = issuer
        self._changed = changed
        self._avails = Avails()

    def place(
        self, account_id: str, title_id: str, territory: str, key: str, screening_id: str | None = None
    ) -> dict[str, Any]:
        """An order for one ticket: the one that ``key`` named before, or the one still open for this title, or a new
        one. Raises `CinemaError` (not-found, refused) and `HttpProblem` 422 for a key that named another purchase.
        """
        for _ in range(RACES):
            try:
                return self._place(account_id, title_id, territory, key, screening_id)
            except IntegrityError:  # another wish of this person was a moment faster: now it can be seen
                continue
        return self._place(account_id, title_id, territory, key, screening_id)

    def _place(
        self, account_id: str, title_id: str, territory: str, key: str, screening_id: str | None
    ) -> dict[str, Any]:
        wanted = "\n".join((title_id, territory, *([screening_id] if screening_id else [])))
        asked = hashlib.sha256(wanted.encode()).hexdigest()
        with self._database.transaction() as transaction:
            found = wish(transaction, account_id, title_id, key)
            if found.named is not None:
                if found.asked != asked:
                    log.warning("an idempotency key came back with another request")
                    raise HttpProblem(422, Code.WRONG_USE, "This Idempotency-Key was used for another purchase.")
                return self._json(transaction.session, transaction.session.get_one(OrderRow, found.named))
            named = {"account_id": account_id, "key": key, "request_sha256": asked}
            same = (found.open_territory, found.open_screening) == (territory, screening_id)
            if found.open is not None and (found.open_state != "draft" or same):
                session = transaction.session
                session.add(IdempotencyRow(order_id=found.open, **named))
                return self._json(session, session.get_one(OrderRow, found.open))
            if found.open is not None:
                moved = update(OrderRow).where(OrderRow.id == found.open, OrderRow.state == "draft")
                transaction.session.execute(moved.values(state="void"))
            order = self._draft(transaction, account_id, title_id, territory, found, screening_id)
            ORDER.write(transaction, {"purchase": order, "idempotency": {**named, "order_id": order["id"]}})
            log.info("order %s placed", order["id"])
            return self._order_json(SimpleNamespace(**order))

    def give(
        self,
        account_id: str,
        title_id: str,
        territory: str,
        reason: FreeReason,
        by: str,
        screening_id: str | None = None,
    ) -> dict[str, Any]:
        """A ticket for nothing, with its reason, inside the title's or its screening's window and capacity.

        Raises `CinemaError` (not-found, refused, wrong-use).
        """
        if not 0 < len(by.strip()) <= BY_LIMIT:
            raise CinemaError(Code.WRONG_USE, f"Say who gives the ticket, in up to {BY_LIMIT} letters.")
        with self._database.transaction() as transaction:
            session = transaction.session
            session.get_one(AccountRow, account_id, with_for_update={"key_share": True})
            mine = (OrderRow.account_id == account_id, OrderRow.title_id == title_id, OrderRow.state.in_(OPEN))
            if session.scalar(select(OrderRow.id).where(*mine)) is not None:
                raise CinemaError(Code.WRONG_USE, "This person is about to buy that ticket; their order comes first.")
            found = wish(transaction, account_id, title_id, "")
            order = OrderRow(**self._draft(transaction, account_id, title_id, territory, found, screening_id))
            order.minor, order.method, order.reason, order.given_by = 0, FREE, str(reason), by.strip()
            session.add(order)
            session.flush()
            self._issue(session, order)
            return self._json(session, order)

    def _draft(
        self,
        transaction: Transaction,
        account_id: str,
        title_id: str,
        territory: str,
        found: Wish,
        screening_id: str | None = None,
    ) -> dict[str, Any]:
        """The row of a new order. Raises `CinemaError` (not-found) and `Refusal`."""
        now = self._clock.now()
        if not found.is_known:
            raise not_found()
        avails = self._avails.of(transaction, title_id, found.catalogue)
        if screening_id is None:
            offer = offer_for(avails, territory, now)
        else:
            offer = offer_of(transaction.session, title_id, screening_id, avails, territory, now)
        if not offer.sellable or offer.price is None:
            raise Refusal(offer.reasons)
        terms = terms_of(offer)
        if found.capacity is not None or screening_id is not None:
            self._keep_place(transaction.session, title_id, screening_id, terms)
        return {
            "id": str(uuid4()),
            "account_id": account_id,
            "title_id": title_id,
            "territory": territory,
            "state": "draft",
            "minor": offer.price.minor,
            "currency": offer.price.currency,
            "terms": terms,
            "created": now,
            "changed": now,
            "payment": None,
            "method": None,
            "again": False,
            "gift": False,
            "reason": None,
            "given_by": None,
            "screening_id": screening_id,
        }

    def _keep_place(
        self, session: Session, title_id: str, screening_id: str | None, terms: Document, order_id: str | None = None
    ) -> None:
        """Raise `Refusal` where no ticket is left for this order; until the transaction ends nobody else gets one."""
        if reason := self._sold_out(session, title_id, screening_id, terms, order_id):
            raise Refusal((reason,))

    def _sold_out(
        self, session: Session, title_id: str, screening_id: str | None, terms: Document, order_id: str | None
    ) -> Reason | None:
        """Why there is no place, of the title or of its screening; who asks at the same time waits for the answer."""
        until, zone = time_of(terms["window_end"]), str(terms["zone"])
        title = select(TitleRow.capacity).where(TitleRow.id == title_id)
        if session.scalar(title) is not None:
            capacity = session.scalar(title.with_for_update(key_share=True))
            taken = places_taken(session, [title_id], self._clock.now(), order_id)[title_id]
            if reason := sold_out(capacity, taken, until, zone):
                return reason
        if screening_id is None:
            return None
        row = session.get(ScreeningRow, screening_id, with_for_update={"key_share": True})
        if row is None:
            raise not_found()
        taken = seats_taken(session, [screening_id], self._clock.now(), order_id)[screening_id]
        return sold_out(row.capacity, taken, until, zone)

    def get(self, account_id: str, order_id: str) -> dict[str, Any]:
        """The order, if it is this account's. Raises `CinemaError` (not-found)."""
        with self._database.read() as session:
            return self._json(session, self._of_account(session, account_id, order_id))

    def cancel(self, account_id: str, order_id: str) -> dict[str, Any]:
        """Void an order that is not paid; one that was paid meanwhile is issued instead."""
        with self._database.read() as session:
            unpaid = self._of_account(session, account_id, order_id).state in {"draft", "pending"}
        if unpaid and self._close(order_id):
            with self._database.write() as session:
                order = session.get_one(OrderRow, order_id, with_for_update=True)
                if order.state in {"draft", "pending"} and order.payment is None:
                    self._move(order, "void")
        self._changed(order_id)
        return self.get(account_id, order_id)

    def _close(self, order_id: str) -> bool:
        """Close the order's open payment; false if it was paid meanwhile, and then the order is fulfilled."""
        with self._database.read() as session:
            payment_id = session.get_one(OrderRow, order_id).payment
        if payment_id is None:
            return True
        if not self._till.close(payment_id):
            self.fulfil(order_id)
            return False
        with self._database.write() as session:
            order = session.get_one(OrderRow, order_id, with_for_update=True)
            if order.state != "pending" or order.payment != payment_id:
                return order.state == "draft"
            payment = session.get_one(PaymentRow, payment_id)
            payment.state, payment.settled = PaymentState.CANCELLED, self._clock.now()
            order.payment = order.method = None
            self._move(order, "draft")
        return True

    def checkout_secret(self, order_id: str) -> str:
        """The unguessable last part of the order's checkout address."""
        return f"{order_id}.{self._strongroom.mark('checkout', order_id)}"

    def order_of_secret(self, secret: str) -> str:
        """The order's id. Raises `CinemaError` (not-found) for an address that this service did not make."""
        order_id, _, mark = secret.partition(".")
        if len(secret) > 100 or not self._strongroom.is_marked("checkout", order_id, mark):
            raise not_found()
        return order_id

    def start_payment(self, order_id: str, *, again: bool, method: str | None = None, gift: bool = False) -> str | None:
        """Open the payment for an order; the address to pay at, or none if there is nothing to pay.

        ``gift``: the ticket will wait for whoever has its code. Raises `HttpProblem` 409 where the buyer holds an
        unused ticket for the title and has not said that another one is meant, and 503 where the provider does not
        answer.
        """
        method = method or self._till.methods[0]
        self._till.provider(method)
        if self.fulfil(order_id) not in {"draft", "pending"}:
            return None
        with self._database.write() as session:
            order = session.get_one(OrderRow, order_id, with_for_update=True)
            if order.state not in {"draft", "pending"}:
                return None
            sure = again or gift or order.again
            if not sure and self.holds_unused(session, order.account_id, order.title_id):
                raise HttpProblem(409, Code.WRONG_USE, "There is an unused ticket for this title already.")
            self._keep_place(session, order.title_id, order.screening_id, order.terms, order.id)
            order.changed = self._clock.now()
            order.again, order.gift = order.again or again, gift
            elsewhere = order.payment is not None and order.method != method
            if not elsewhere:
                order.payment, order.method = self._till.attempt(session, order, method).id, method
                self._move(order, "pending")
            payment_id = order.payment
        self._changed(order_id)
        if elsewhere:
            closed = self._close(order_id)
            return self.start_payment(order_id, again=again, method=method, gift=gift) if closed else None
        return self._till.open(payment_id or "", f"/checkout/{self.checkout_secret(order_id)}")

    def fulfil(self, order_id: str) -> str:
        """Bring the order to where its payment stands: issue the ticket once, or go back to draft; the new state.

        Called by the provider's notice, the return page and the sweeper; calling it again changes nothing. Raises
        `HttpProblem` 503 where the provider does not answer.
        """
        with self._database.read() as session:
            order = session.get(OrderRow, order_id)
        if order is None:
            raise not_found()
        if order.state not in {"pending", "paid"} or order.payment is None:
            return order.state
        seen = self._till.look(order.payment)
        if order.state == "pending" and (seen is None or seen.state is PaymentState.OPEN):
            return order.state
        if seen and seen.order_id != order_id:
            log.error("order %s: its payment names another order; not issued", order_id)
            return order.state
        return self._fulfil(order_id, order.payment, seen)

    def paid_at_venue(self, order_id: str, by: str) -> str:
        """Staff took the money for a pending order and say so; the new state. Raises `CinemaError` (wrong-use)."""
        if not by.strip():
            raise CinemaError(Code.WRONG_USE, "Say who took the money.")
        with self._database.read() as session:
            order = session.get(OrderRow, order_id)
            payment = session.get(PaymentRow, order.payment) if order and order.payment else None
        if order is None:
            raise not_found()
        if payment is None or payment.provider != "venue" or payment.reference is None:
            raise CinemaError(Code.WRONG_USE, "This order is not to be paid at the venue.")
        taken = Money(payment.minor, payment.currency)
        seen = Payment(payment.reference, order_id, PaymentState.APPROVED, taken, payment.reference)
        return self._fulfil(order_id, payment.id, seen, by)

    def _fulfil(self, order_id: str, payment_id: str, seen: Payment | None, by: str | None = None) -> str:
        with self._database.write() as session:
            order = session.get_one(OrderRow, order_id, with_for_update=True)
            payment = session.get_one(PaymentRow, payment_id, with_for_update=True)
            if seen and seen.state is not PaymentState.OPEN and payment.state == PaymentState.OPEN:
                self._till.settle(payment, seen)
                payment.taken_by = by
            sold_out = self._settled(session, order, payment)
            state = order.state
        self._changed(order_id)
        if sold_out:
            return str(self._refunds.give_back(order_id, reason="sold out", by="box office")["order_state"])
        return state

    def _settled(self, session: Session, order: OrderRow, payment: PaymentRow) -> bool:
        """Bring the order after its payment; true if it was paid and nothing is left to issue."""
        if order.payment != payment.id or order.state not in {"pending", "paid"} or payment.state == PaymentState.OPEN:
            return False
        if payment.state != PaymentState.APPROVED:
            order.payment = order.method = None
            self._move(order, "draft")
            return False
        self._move(order, "paid")
        if (payment.minor, payment.currency) != (order.minor, order.currency):
            log.error("order %s: what was paid is not what was asked; not issued", order.id)
            return False
        try:
            with session.begin_nested():
                self._issue(session, order)
        except CinemaError as error:
            log.error("order %s is paid and cannot be issued: %s", order.id, error.code)
            return error.code is Code.SOLD_OUT
        return False

    def redeem(
        self,
        order_id: str,
        code: str = "",
        account_id: str | None = None,
        *,
        pass_id: str | None = None,
        again: bool = True,
    ) -> dict[str, Any]:
        """Pay an order with a voucher or a pass, by its code or, for a pass that is the account's already, by its id.

        One that was paid meanwhile keeps its payment, and the voucher stays unused. Raises `CinemaError`
        (voucher-invalid, not-found) and `HttpProblem` 429 after ten wrong codes of an account in a quarter of an hour.
        """
        named = pass_id or digest(tidy_voucher(code))
        try:
            told = self._redeem(order_id, named, account_id, held=pass_id is not None, again=again)
            if told is None and self._close(order_id):
                told = self._redeem(order_id, named, account_id, held=pass_id is not None, again=again)
            return told or self._told(order_id)
        except VoucherRefused:
            with self._database.write() as session:
                self._wrong_vouchers(session, session.get_one(OrderRow, order_id)).count += 1
            raise

    def _wrong_vouchers(self, session: Session, order: OrderRow) -> AttemptRow:
        return attempts_in(session, f"voucher:{order.account_id}", self._clock.now())

    def _redeem(
        self, order_id: str, named: str, account_id: str | None, *, held: bool, again: bool
    ) -> dict[str, Any] | None:
        with self._database.transaction() as transaction:
            now = self._clock.now()
            order = paying(transaction, order_id, named)
            if order is None or (account_id is not None and order.account_id != account_id):
                self._refuse_voucher(transaction.session, order_id, account_id, now)
            used = uses(transaction, order_id, order.account_id, named, now)
            if used.wrong >= WRONG_VOUCHERS:
                raise _too_many_wrong()
            if held and order.voucher_account_id != order.account_id:
                raise VoucherRefused
            if used.paid_by == named:
                return self._json(transaction.session, transaction.session.get_one(OrderRow, order_id))
            if order.state not in {"draft", "pending"}:
                raise CinemaError(Code.VOUCHER_INVALID, "This order needs no voucher.")
            sure = again or order.again
            if not sure and self.holds_unused(transaction.session, order.account_id, order.title_id):
                raise HttpProblem(409, Code.WRONG_USE, "There is an unused ticket for this title already.")
            if order.payment is not None:
                return None
            check_use(transaction, order, used.titles, now)
            has_places = order.capacity is not None or order.screening_id is not None
            if has_places and self._is_sold_out(transaction.session, order):
                raise _others_were_faster()
            closed = {
                "id": order.id,
                "state": "issued",
                "changed": now,
                "method": VOUCHER,
                "payment": None,
                "gift": False,
            }
            paid = {"order_id": order.id, "voucher": named, "title_id": order.title_id}
            ticket = self._ticket(order, now)
            REDEEMED.write(transaction, {"voucher_use": paid, "ticket": ticket, "purchase": closed})
            log.info("order %s: %s -> issued", order.id, order.state)
            issued = SimpleNamespace(**{name: getattr(order, name) for name in ORDER_COLUMNS} | closed)
        self._changed(order_id)
        return self._order_json(issued, ticket["id"])

    def _refuse_voucher(self, session: Session, order_id: str, account_id: str | None, now: datetime) -> NoReturn:
        """Say why no such order could be paid with no such voucher."""
        owner = session.scalar(select(OrderRow.account_id).where(OrderRow.id == order_id))
        if owner is None or (account_id is not None and owner != account_id):
            raise not_found()
        if attempts_so_far(session, f"voucher:{owner}", now) >= WRONG_VOUCHERS:
            raise _too_many_wrong()
        raise VoucherRefused

    def _ticket(self, order: OrderRow | SimpleNamespace, now: datetime, gift: str | None = None) -> dict[str, Any]:
        """The row of an order's ticket."""
        return {
            "id": str(uuid4()),
            "order_id": order.id,
            "item": 0,
            "account_id": order.account_id,
            "title_id": order.title_id,
            "territory": order.territory,
            "minor": order.minor,
            "currency": order.currency,
            "bought": now,
            "terms": order.terms,
            "position_ms": 0,
            "seen": [],
            "gift": gift,
            "screening_id": order.screening_id,
            "shown_ms": 0,
        }

    def _is_sold_out(self, session: Session, order: OrderRow | SimpleNamespace) -> bool:
        return self._sold_out(session, order.title_id, order.screening_id, order.terms, order.id) is not None

    def _issue(self, session: Session, order: OrderRow) -> None:
        """Raises `CinemaError` (sold-out) where others took the last ticket while this order was not held."""
        if self._is_sold_out(session, order):
            raise _others_were_faster()
        gift = digest(tidy_voucher(gift_code(self._strongroom, order.id))) if order.gift else None
        session.add(TicketRow(**self._ticket(order, self._clock.now(), gift)))
        self._move(order, "issued")
        session.flush()

    def sweep(self) -> None:
        """Issue what was paid and not issued, give back what cannot be, and void drafts of yesterday."""
        now = self._clock.now()
        with self._database.read() as session:
            waiting = list(session.scalars(select(OrderRow).where(OrderRow.state.in_(OPEN))))
        silent = set()
        for order in waiting:
            if order.state == "pending" and order.method in silent:
                continue
            try:
                self._look_after(order.id, now - order.changed)
            except HttpProblem:
                log.warning("order %s waits for its payment provider; others of it are not tried now", order.id)
                silent.add(order.method)
            except Exception as error:
                log.error("order %s could not be swept: %s", order.id, type(error).__name__)
        self._refunds.sweep()

    def _look_after(self, order_id: str, since: timedelta) -> None:
        state = self.fulfil(order_id)
        if state == "paid" and since > REFUND_AFTER:
            log.error("order %s has been paid for more than 60 min and is not issued; it is refunded", order_id)
            self._refunds.give_back(order_id, reason="not issued", by="box office")
        elif state == "paid" and since > ALERT_AFTER:
            log.error("order %s has been paid for more than 15 min and is not issued", order_id)
        elif state in {"draft", "pending"} and since > DRAFT_LIFE and self._close(order_id):
            with self._database.write() as session:
                order = session.get_one(OrderRow, order_id, with_for_update=True)
                if order.state == "draft" and order.payment is None:
                    self._move(order, "void")
            self._changed(order_id)

    def passes(self, account_id: str) -> list[dict[str, Any]]:
        """The passes that are this account's and still pay for something."""
        with self._database.read() as session:
            return passes_of(session, account_id, self._clock.now())

    def holds_unused(self, session: Session, account_id: str, title_id: str) -> bool:
        """Whether this person has a ticket for the title that can still be started."""
        now = self._clock.now()
        title = session.get_one(TitleRow, title_id)
        avails = avails_of(session, title_id).get(title_id, [])
        mine = select(TicketRow).where(TicketRow.account_id == account_id, TicketRow.title_id == title_id, MAY_WATCH)
        return any(
            ticket_state(facts_of(row, title.running_time_ms, avails, now), now) is TicketState.UNUSED
            for row in session.scalars(mine)
        )

    def gift_of(self, order: OrderRow | SimpleNamespace) -> str | None:
        """The code of the gift that was bought, if it was one and is paid."""
        return gift_code(self._strongroom, order.id) if order.gift and order.state == "issued" else None

    def _told(self, order_id: str) -> dict[str, Any]:
        with self._database.read() as session:
            return self._json(session, session.get_one(OrderRow, order_id))

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
        return self._order_json(order, ticket.id if ticket else None, "used" if used else None)

    def _order_json(
        self, order: OrderRow | SimpleNamespace, ticket_id: str | None = None, state: str | None = None
    ) -> dict[str, Any]:
        return {
            "id": order.id,
            "state": state or order.state,
            "title_id": order.title_id,
            "screening_id": order.screening_id,
            "total": money_json(Money(order.minor, order.currency)),
            "checkout_url": f"{self._issuer}/checkout/{self.checkout_secret(order.id)}",
            "ticket_id": None if order.gift else ticket_id,
            "gift": self.gift_of(order),
            "created": time_json(order.created),
        }


def _too_many_wrong() -> HttpProblem:
    return HttpProblem(429, Code.VOUCHER_INVALID, "Too many wrong vouchers. Wait a quarter of an hour.")


def _others_were_faster() -> CinemaError:
    return CinemaError(Code.SOLD_OUT, "The last ticket was sold meanwhile.")
