"""Who takes the money, behind one interface. No call here may run inside a transaction of the box office."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from sqlalchemy import select, update

from boxoffice.service.database import Database
from boxoffice.service.problems import HttpProblem
from boxoffice.service.strongroom import new_secret
from boxoffice.service.tables import TestPaymentRow
from core import CinemaError, Clock, Code, Money


class PaymentState(StrEnum):
    """What the provider says of a payment."""

    OPEN = "open"
    APPROVED = "approved"
    DECLINED = "declined"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class PaymentWish:
    """What a provider is asked to take."""

    key: str
    """Names this attempt for ever (Idempotency-Key): asking again finds the payment that it opened."""
    order_id: str
    amount: Money
    checkout: str
    """Path of the order's checkout page; the buyer comes back to ``/done`` below it."""
    territory: str = ""
    """Where it is bought: the provider may put first what is usual there."""


@dataclass(frozen=True)
class OpenedPayment:
    """A payment that waits for its buyer."""

    reference: str
    page: str
    """Path or URL where the buyer pays."""


@dataclass(frozen=True)
class Payment:
    """A payment as the provider knows it."""

    reference: str
    order_id: str
    state: PaymentState
    amount: Money
    charge: str = ""
    """What a refund names at the provider."""


@dataclass(frozen=True)
class Notice:
    """A provider's message that something about payments changed; only what it names is believed, not what it says."""

    id: str
    references: tuple[str, ...]


class RefundRefused(CinemaError):
    """The provider will never make this refund: no money moved."""


class PaymentProvider(Protocol):
    """A payment service. Every call may be repeated, and raises `HttpProblem` 503 where the service cannot be asked."""

    name: str
    pages: str
    """Origin of its pages where that is not the box office's own: a form may lead there."""
    kinds: tuple[str, ...]
    """The ways to pay that it was told to offer; none where it decides that itself."""

    def start(self, wish: PaymentWish) -> OpenedPayment:
        """Open the payment, or find the one that this wish opened before."""
        ...

    def read(self, reference: str) -> Payment | None:
        """The payment as it is now; none if there is no such payment."""
        ...

    def cancel(self, reference: str) -> bool:
        """Close an open payment; false if the buyer was faster and so it cannot be cancelled."""
        ...

    def refund(self, payment: Payment, amount: Money, key: str) -> str:
        """Give money back, once for every ``key``; the provider's reference. Raises `RefundRefused`."""
        ...

    def notice(self, body: bytes, signature: str) -> Notice:
        """A message whose sender was proven. Raises `CinemaError` (wrong-use) for any other."""
        ...


def unreachable() -> HttpProblem:
    """The payment service cannot be asked now."""
    message = "The payment service does not answer. Nothing is lost; try again in a moment."
    return HttpProblem(503, Code.SERVER_ERROR, message, {"Retry-After": "30"})


class TestProvider:
    """Stands where a payment service will: its page approves or declines, and nothing is charged."""

    __test__ = False
    name = "test"
    pages = ""
    kinds: tuple[str, ...] = ()

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def start(self, wish: PaymentWish) -> OpenedPayment:
        """Open a payment, one at a time for an order."""
        mine = TestPaymentRow.order_id == wish.order_id
        with self._database.write() as session:
            row = session.scalar(select(TestPaymentRow).where(mine, TestPaymentRow.state.in_(("open", "approved"))))
            if row is None:
                row = TestPaymentRow(
                    id=new_secret(),
                    order_id=wish.order_id,
                    state=PaymentState.OPEN,
                    minor=wish.amount.minor,
                    currency=wish.amount.currency,
                    return_url=f"{wish.checkout}/done",
                    created=self._clock.now(),
                )
                session.add(row)
            return OpenedPayment(row.id, f"/test-provider/pay/{row.id}")

    def read(self, reference: str) -> Payment | None:
        """The payment as it is now."""
        with self._database.read() as session:
            row = session.get(TestPaymentRow, reference)
        if row is None:
            return None
        return Payment(row.id, row.order_id, PaymentState(row.state), Money(row.minor, row.currency), row.id)

    def cancel(self, reference: str) -> bool:
        """Close an open payment."""
        self.settle(reference, PaymentState.CANCELLED)
        payment = self.read(reference)
        return payment is None or payment.state is not PaymentState.APPROVED

    def refund(self, payment: Payment, amount: Money, key: str) -> str:
        """Nothing was charged, so nothing goes back."""
        del payment, amount
        return f"test-{key}"

    def notice(self, body: bytes, signature: str) -> Notice:
        """It sends none."""
        del body, signature
        raise CinemaError(Code.WRONG_USE, "The test provider sends no notices.")

    def return_url(self, reference: str) -> str | None:
        """Where the buyer goes back to."""
        with self._database.read() as session:
            row = session.get(TestPaymentRow, reference)
        return row.return_url if row else None

    def settle(self, reference: str, state: PaymentState) -> bool:
        """The buyer approves or declines, or the box office cancels; true the first time only."""
        still_open = (TestPaymentRow.id == reference, TestPaymentRow.state == PaymentState.OPEN)
        settled = update(TestPaymentRow).where(*still_open).values(state=state).returning(TestPaymentRow.id)
        with self._database.write() as session:
            return session.scalar(settled) is not None


class VenueProvider:
    """The desk of a venue: staff take the money and say so (`Orders.paid_at_venue`)."""

    name = "venue"
    pages = ""
    kinds: tuple[str, ...] = ()

    def start(self, wish: PaymentWish) -> OpenedPayment:
        """The buyer pays at the desk; until then the order's own page says so."""
        return OpenedPayment(f"venue-{wish.key}", f"{wish.checkout}/done")

    def read(self, reference: str) -> Payment | None:
        """Only staff know."""
        del reference
        return None

    def cancel(self, reference: str) -> bool:
        """Nobody else can have taken the money."""
        del reference
        return True

    def refund(self, payment: Payment, amount: Money, key: str) -> str:
        """Staff hand the money back."""
        del payment, amount
        return f"venue-{key}"

    def notice(self, body: bytes, signature: str) -> Notice:
        """It sends none."""
        del body, signature
        raise CinemaError(Code.WRONG_USE, "A venue sends no notices.")
