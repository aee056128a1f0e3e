"""Buying: the order goes to the hosted checkout in the browser; this page notices its completion by itself."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from PySide6.QtCore import Slot
from PySide6.QtGui import QGuiApplication

from boxoffice.client import Order, Title
from core import Cancel, CinemaError, Job
from ui.formats import Formats
from ui.props import showing
from ui.viewer.services import Services


@dataclass(frozen=True)
class CheckoutInputs:
    """What the page is made of."""

    formats: Formats
    title: Title | None = None
    order: Order | None = None
    redeeming: bool = False
    error: str = ""
    voucher_error: str = ""


@dataclass(frozen=True)
class CheckoutProps:
    """What QML shows; ``step`` is preparing, waiting, done, void or failed."""

    card: object
    step: str
    total: str
    redeeming: bool
    error: str
    voucher_error: str


def derive_checkout(inputs: CheckoutInputs, card: object) -> CheckoutProps:
    """An order that is issued is done; one that is void or refunded can only be begun again."""
    state = inputs.order.state if inputs.order else None
    if inputs.error:
        step = "failed"
    elif state is None:
        step = "preparing"
    elif state in ("issued", "used"):
        step = "done"
    elif state in ("void", "refunded"):
        step = "void"
    else:
        step = "waiting"
    total = inputs.order.total if inputs.order else inputs.title.offer.price if inputs.title else None
    return CheckoutProps(card, step, inputs.formats.money(total), inputs.redeeming, inputs.error, inputs.voucher_error)


class CheckoutViewModel(showing(CheckoutProps)):  # type: ignore[misc]
    """One purchase at a time; ``bought`` is called when its ticket is issued."""

    def __init__(self, services: Services, bought: Callable[[Order], None]) -> None:
        self._services = services
        self._bought = bought
        self._inputs = CheckoutInputs(services.formats)
        self._card: object = None
        self._territory = ""
        self._job: Job | None = None
        self._voucher: Job | None = None
        super().__init__(derive_checkout(self._inputs, None))

    def buy(self, title: Title, card: object, territory: str) -> None:
        """Order a ticket for a title, in the catalogue's territory, and open its checkout."""
        self.leave()
        self._card = card
        self._feed(formats=self._services.formats, title=title, order=None, error="", voucher_error="", redeeming=False)
        self._territory = territory
        self._job = self._services.jobs.run(
            lambda _cancel: self._services.box_office.order(title.id, territory), self._ordered, self._failed
        )

    def relabel(self) -> None:
        """Show the same purchase in the language that holds now."""
        self._feed(formats=self._services.formats)

    @Slot()
    def try_again(self) -> None:
        """Begin the purchase anew."""
        if self._inputs.title:
            self.buy(self._inputs.title, self._card, self._territory)

    @Slot()
    def open_again(self) -> None:
        """Open the checkout page once more."""
        if self._inputs.order:
            self._services.open_url(self._inputs.order.checkout_url)

    @Slot()
    def copy_address(self) -> None:
        """Put the checkout's address on the clipboard."""
        if self._inputs.order:
            QGuiApplication.clipboard().setText(self._inputs.order.checkout_url)

    @Slot(str)
    def redeem(self, code: str) -> None:
        """Pay with a voucher."""
        order = self._inputs.order
        if order is None or not code.strip() or self._inputs.redeeming:
            return
        self._feed(redeeming=True, voucher_error="")
        self._voucher = self._services.jobs.run(
            lambda _cancel: self._services.box_office.redeem(order.id, code.strip()), self._redeemed, self._not_redeemed
        )

    @Slot()
    def cancel(self) -> None:
        """Give the order up; an order that is already paid stays."""
        order = self._inputs.order
        self.leave()
        if order and order.state in ("draft", "pending"):
            self._services.jobs.run(
                lambda _cancel: self._services.box_office.cancel_order(order.id),
                lambda _order: None,
                lambda _error: None,
            )

    def leave(self) -> None:
        """Stop waiting; the order stays as it is."""
        for job in (self._job, self._voucher):
            if job:
                job.cancel()
        self._job = self._voucher = None

    def _ordered(self, order: Order) -> None:
        self._feed(order=order)
        if not self._finished(order):
            self._services.open_url(order.checkout_url)
            self._wait(order)

    def _wait(self, order: Order) -> None:
        def work(cancel: Cancel) -> Order:
            return self._services.box_office.wait_for_order(order.id, cancel)

        self._job = self._services.jobs.run(work, self._settled, self._failed)

    def _settled(self, order: Order) -> None:
        self._job = None
        if self.props.step != "done":
            self._feed(order=order)
            self._finished(order)

    def _redeemed(self, order: Order) -> None:
        self._voucher = None
        if self._job:
            self._job.cancel()
        self._feed(order=order, redeeming=False)
        if not self._finished(order):
            self._wait(order)

    def _not_redeemed(self, error: CinemaError) -> None:
        self._voucher = None
        self._feed(redeeming=False, voucher_error=error.code)

    def _failed(self, error: CinemaError) -> None:
        self._job = None
        self._feed(error=error.code)

    def _finished(self, order: Order) -> bool:
        done = order.state in ("issued", "used")
        if done:
            self._bought(order)
        return done

    def _feed(self, **changes: object) -> None:
        self._inputs = replace(self._inputs, **changes)  # type: ignore[arg-type]
        self.show(derive_checkout(self._inputs, self._card))
