"""Who takes the money. Today only a test provider, plainly named: no money moves."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from boxoffice.service.strongroom import new_secret
from boxoffice.service.tables import TestPaymentRow
from core import Clock, Money


class PaymentState(StrEnum):
    """What the provider says of a payment."""

    OPEN = "open"
    APPROVED = "approved"
    DECLINED = "declined"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class Payment:
    """A payment as the provider knows it."""

    reference: str
    order_id: str
    state: PaymentState
    amount: Money


class PaymentProvider(Protocol):
    """A payment service. Every call may be repeated; ``session`` is the box office's transaction."""

    name: str

    def start(self, session: Session, order_id: str, amount: Money, return_url: str) -> str:
        """Open a payment for the order, or find the one that is open; its reference."""
        ...

    def page(self, reference: str) -> str:
        """The path or URL of the page on which the buyer pays."""
        ...

    def read(self, session: Session, reference: str) -> Payment | None:
        """The payment as it is now."""
        ...

    def cancel(self, session: Session, reference: str) -> bool:
        """Close an open payment; false if it was approved already and so cannot be cancelled."""
        ...


class TestProvider:
    """Stands where a payment service will: its page approves or declines, and nothing is charged."""

    __test__ = False
    name = "test"

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def start(self, session: Session, order_id: str, amount: Money, return_url: str) -> str:
        """Open a payment, one at a time for an order."""
        mine = TestPaymentRow.order_id == order_id
        row = session.scalar(select(TestPaymentRow).where(mine, TestPaymentRow.state.in_(("open", "approved"))))
        if row is None:
            row = TestPaymentRow(
                id=new_secret(),
                order_id=order_id,
                state=PaymentState.OPEN,
                minor=amount.minor,
                currency=amount.currency,
                return_url=return_url,
                created=self._clock.now(),
            )
            session.add(row)
        return row.id

    def page(self, reference: str) -> str:
        """The provider's own page."""
        return f"/test-provider/pay/{reference}"

    def read(self, session: Session, reference: str) -> Payment | None:
        """The payment as it is now."""
        row = session.get(TestPaymentRow, reference)
        if row is None:
            return None
        return Payment(row.id, row.order_id, PaymentState(row.state), Money(row.minor, row.currency))

    def cancel(self, session: Session, reference: str) -> bool:
        """Close an open payment."""
        self._settle(session, reference, PaymentState.CANCELLED)
        payment = self.read(session, reference)
        return payment is None or payment.state is not PaymentState.APPROVED

    def return_url(self, session: Session, reference: str) -> str | None:
        """Where the buyer goes back to."""
        row = session.get(TestPaymentRow, reference)
        return row.return_url if row else None

    def approve(self, session: Session, reference: str) -> bool:
        """The buyer approves; true the first time only."""
        return self._settle(session, reference, PaymentState.APPROVED)

    def decline(self, session: Session, reference: str) -> bool:
        """The buyer declines; true the first time only."""
        return self._settle(session, reference, PaymentState.DECLINED)

    def _settle(self, session: Session, reference: str, state: PaymentState) -> bool:
        still_open = (TestPaymentRow.id == reference, TestPaymentRow.state == PaymentState.OPEN)
        settled = update(TestPaymentRow).where(*still_open).values(state=state).returning(TestPaymentRow.id)
        return session.scalar(settled) is not None
