"""Payments of orders: opened, looked at and closed. Providers are asked between transactions, never inside one."""

import logging
from collections.abc import Sequence

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from boxoffice.service.database import Database
from boxoffice.service.methods import in_order
from boxoffice.service.payments import Payment, PaymentProvider, PaymentState, PaymentWish, unreachable
from boxoffice.service.problems import not_found
from boxoffice.service.tables import OrderRow, PaymentRow
from core import Clock, Money

log = logging.getLogger(__name__)


class Till:
    """All payment providers of the house. Thread-safe; every call may be repeated."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        providers: Sequence[PaymentProvider],
        former: Sequence[PaymentProvider] = (),
    ) -> None:
        """``providers`` are offered to buyers; ``former`` may have payments from when they were."""
        self._database = database
        self._clock = clock
        self._providers = {provider.name: provider for provider in providers}
        self._known = {provider.name: provider for provider in former} | self._providers
        self.methods = tuple(self._providers)
        """Names of the providers, the usual one first."""

    def provider(self, name: str) -> PaymentProvider:
        """The provider of that name, if it is offered. Raises `CinemaError` (not-found)."""
        if name not in self._providers:
            raise not_found()
        return self._providers[name]

    def provider_of(self, row: PaymentRow) -> PaymentProvider:
        """Who took or takes this payment, offered or not. Raises `HttpProblem` 503 where this house cannot ask it."""
        if row.provider not in self._known:
            log.error("payment %s cannot be asked about: %s is not configured here", row.id, row.provider)
            raise unreachable()
        return self._known[row.provider]

    @property
    def pages(self) -> str:
        """Origins other than the box office's own where a buyer may be led to pay."""
        return " ".join(provider.pages for provider in self._providers.values() if provider.pages)

    def ways(self, territory: str, currency: str) -> list[tuple[str, tuple[str, ...]]]:
        """Every provider with the ways to pay that it will offer there, most expected first; none where it decides."""
        offered = ((provider.name, provider.kinds) for provider in self._providers.values())
        return [(name, in_order(kinds, territory, currency) if kinds else ()) for name, kinds in offered]

    def attempt(self, session: Session, order: OrderRow, method: str) -> PaymentRow:
        """The order's open payment by this method, or a new one, which no provider knows yet."""
        current = session.get(PaymentRow, order.payment) if order.payment else None
        if current is not None and current.state == PaymentState.OPEN and current.provider == method:
            return current
        so_far = select(func.max(PaymentRow.attempt)).where(PaymentRow.order_id == order.id)
        number = (session.scalar(so_far) or 0) + 1
        row = PaymentRow(
            id=f"{order.id}-{number}",
            order_id=order.id,
            attempt=number,
            provider=method,
            state=PaymentState.OPEN,
            minor=order.minor,
            currency=order.currency,
            refunded_minor=0,
            created=self._clock.now(),
        )
        session.add(row)
        session.flush()
        return row

    def open(self, payment_id: str, checkout: str) -> str:
        """Have the provider open the payment; the page to pay on, or where the order stands if it was closed meanwhile.

        Raises `HttpProblem` 503.
        """
        row = self._row(payment_id)
        if row.page is not None:
            return row.page
        with self._database.read() as session:
            territory = session.get_one(OrderRow, row.order_id).territory
        wish = PaymentWish(row.id, row.order_id, Money(row.minor, row.currency), checkout, territory)
        provider = self.provider_of(row)
        opened = provider.start(wish)
        unknown = (PaymentRow.id == payment_id, PaymentRow.reference.is_(None), PaymentRow.state == PaymentState.OPEN)
        with self._database.write() as session:
            session.execute(update(PaymentRow).where(*unknown).values(reference=opened.reference, page=opened.page))
        page = self._row(payment_id).page
        if page is None:
            provider.cancel(opened.reference)
        return page or f"{checkout}/done"

    def look(self, payment_id: str) -> Payment | None:
        """The payment as its provider knows it; none where there is nothing to know. Raises `HttpProblem` 503."""
        row = self._row(payment_id)
        if row.reference is None or row.state != PaymentState.OPEN:
            return None
        return self.provider_of(row).read(row.reference)

    def close(self, payment_id: str) -> bool:
        """Have the provider close an open payment; false if it was paid meanwhile. Raises `HttpProblem` 503."""
        row = self._row(payment_id)
        # A payment whose reference never arrived was shown to nobody, so nobody can pay it.
        return row.reference is None or self.provider_of(row).cancel(row.reference)

    def settle(self, row: PaymentRow, seen: Payment) -> None:
        """Write down how an open payment ended."""
        row.state, row.settled, row.charge = seen.state, self._clock.now(), seen.charge or None
        if seen.state is PaymentState.APPROVED:
            row.minor, row.currency = seen.amount.minor, seen.amount.currency

    def _row(self, payment_id: str) -> PaymentRow:
        with self._database.read() as session:
            return session.get_one(PaymentRow, payment_id)
