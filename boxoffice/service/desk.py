"""Orders, payments and refunds put together, for the service and for staff."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from boxoffice.service.catalogue import tidy_territory
from boxoffice.service.config import ServiceConfig
from boxoffice.service.database import Database
from boxoffice.service.orders import FreeReason, Orders
from boxoffice.service.payments import TestProvider, VenueProvider
from boxoffice.service.problems import not_found
from boxoffice.service.providers import providers_of
from boxoffice.service.refunds import Refunds, refund_json
from boxoffice.service.strongroom import Strongroom
from boxoffice.service.tables import AccountRow, OrderRow, PaymentRow, RefundRow, TicketRow
from boxoffice.service.till import Till
from boxoffice.service.wire import money_json, time_json
from core import CinemaError, Clock, Code, Money, SystemClock


@dataclass(frozen=True)
class Desk:
    """What handles money. Thread-safe."""

    database: Database
    till: Till
    refunds: Refunds
    orders: Orders

    def account_of(self, order_id: str) -> dict[str, Any]:
        """An order with its payments and refunds, for staff. Raises `CinemaError` (not-found)."""
        with self.database.read() as session:
            order = session.get(OrderRow, order_id)
            if order is None:
                raise not_found()
            payments = session.scalars(
                select(PaymentRow).where(PaymentRow.order_id == order_id).order_by(PaymentRow.attempt)
            )
            refunds = session.scalars(select(RefundRow).where(RefundRow.order_id == order_id).order_by(RefundRow.asked))
            tickets = session.scalars(select(TicketRow).where(TicketRow.order_id == order_id))
            return {
                "id": order.id,
                "state": order.state,
                "method": order.method,
                "total": money_json(Money(order.minor, order.currency)),
                "created": time_json(order.created),
                "payments": [_payment_json(payment) for payment in payments],
                "refunds": [refund_json(refund) for refund in refunds],
                "tickets": [{"id": ticket.id, "refunded": time_json(ticket.refunded)} for ticket in tickets],
            }


def desk_of(
    config: ServiceConfig, database: Database, clock: Clock, strongroom: Strongroom, changed: Callable[[str], None]
) -> Desk:
    """The desk of a configured box office; ``changed`` is told the id of every order whose state moved."""
    ours = (TestProvider(database, clock), VenueProvider())
    till = Till(database, clock, providers_of(config, database, clock), ours)
    refunds = Refunds(database, clock, till, changed)
    return Desk(database, till, refunds, Orders(database, clock, strongroom, till, refunds, config.issuer, changed))


@contextmanager
def open_desk(config: ServiceConfig, clock: Clock | None = None) -> Iterator[Desk]:
    """A desk beside the running service, on the same database."""
    database = Database(config.database_url)
    try:
        yield desk_of(config, database, clock or SystemClock(), Strongroom(config.data_dir), lambda _order: None)
    finally:
        database.close()


def give_ticket(
    config: ServiceConfig,
    email: str,
    title_id: str,
    territory: str,
    reason: str,
    by: str,
    clock: Clock | None = None,
    *,
    screening_id: str | None = None,
) -> dict[str, Any]:
    """A ticket for nothing to the account of this address; its order. Raises as `Orders.give`."""
    with open_desk(config, clock) as desk:
        with desk.database.read() as session:
            account = session.scalar(select(AccountRow.id).where(AccountRow.email == email.casefold()))
        if account is None:
            raise CinemaError(Code.NOT_FOUND, "There is no such account.")
        return desk.orders.give(account, title_id, tidy_territory(territory), FreeReason(reason), by, screening_id)


def _payment_json(payment: PaymentRow) -> dict[str, Any]:
    return {
        "provider": payment.provider,
        "state": payment.state,
        "amount": money_json(Money(payment.minor, payment.currency)),
        "refunded": money_json(Money(payment.refunded_minor, payment.currency)),
        "reference": payment.reference,
        "created": time_json(payment.created),
        "settled": time_json(payment.settled),
        "taken_by": payment.taken_by,
    }
