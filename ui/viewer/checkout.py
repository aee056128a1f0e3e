"""Buying: the order goes to the hosted checkout in the browser; this page notices its completion by itself."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from PySide6.QtCore import Slot
from PySide6.QtGui import QGuiApplication

from boxoffice.client import Order, Pass, Title
from core import Cancel, CinemaError, Job, pick
from ui.formats import Formats
from ui.props import showing
from ui.viewer.services import Services


@dataclass(frozen=True)
class CheckoutInputs:
    """What the page is made of."""

    formats: Formats
    title: Title | None = None
    order: Order | None = None
    passes: tuple[Pass, ...] = ()
    redeeming: bool = False
    error: str = ""
    voucher_error: str = ""


@dataclass(frozen=True)
class CheckoutProps:
    """What QML shows; ``step`` is preparing, waiting, done, gift, void or failed."""

    card: object
    step: str
    total: str
    gift: str
    passes: tuple[object, ...]
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
        step = "gift" if inputs.order and inputs.order.gift else "done"
    elif state in ("void", "refunded"):
        step = "void"
    else:
        step = "waiting"
    total = inputs.order.total if inputs.order else inputs.title.offer.price if inputs.title else None
    return CheckoutProps(
        card,
        step,
        inputs.formats.money(total),
        (inputs.order.gift if inputs.order else None) or "",
        tuple(_pass_card(one, inputs.formats) for one in inputs.passes if inputs.title and one.pays(inputs.title.id)),
        inputs.redeeming,
        inputs.error,
        inputs.voucher_error,
    )


def _pass_card(one: Pass, formats: Formats) -> dict[str, object]:
    return {
        "id": one.id,
        "name": pick(one.names, formats.language) if one.names else "",
        "left": one.left,
        "tickets": one.tickets,
        "ends": formats.moment(one.ends),
    }


class CheckoutViewModel(showing(CheckoutProps)):  # type: ignore[misc]
    """One purchase at a time; ``bought`` is called when its ticket is issued."""

    def __init__(self, services: Services, bought: Callable[[Order], None]) -> None:
        self._services = services
        self._bought = bought
        self._inputs = CheckoutInputs(services.formats)
        self._card: object = None
        self._territory = self._screening = ""
        self._job: Job | None = None
        self._voucher: Job | None = None
        self._passes: Job | None = None
        super().__init__(derive_checkout(self._inputs, None))

    def buy(self, title: Title, card: object, territory: str, screening: str = "") -> None:
        """Order a ticket for a title or one of its screenings, in the catalogue's territory, and open its checkout."""
        self.leave()
        self._card = card
        self._feed(formats=self._services.formats, title=title, order=None, passes=())
        self._feed(error="", voucher_error="", redeeming=False)
        self._territory, self._screening = territory, screening
        self._passes = self._services.jobs.run(
            lambda _cancel: self._services.box_office.passes(),
            lambda passes: self._feed(passes=passes),
            lambda _error: None,
        )
        self._job = self._services.jobs.run(
            lambda _cancel: self._services.box_office.order(title.id, territory, screening or None),
            self._ordered,
            self._failed,
        )

    def relabel(self) -> None:
        """Show the same purchase in the language that holds now."""
        self._feed(formats=self._services.formats)

    @Slot()
    def try_again(self) -> None:
        """Begin the purchase anew."""
        if self._inputs.title:
            self.buy(self._inputs.title, self._card, self._territory, self._screening)

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

    @Slot()
    def copy_gift(self) -> None:
        """Put the gift's code on the clipboard."""
        if self._inputs.order and self._inputs.order.gift:
            QGuiApplication.clipboard().setText(self._inputs.order.gift)

    @Slot(str)
    def redeem(self, code: str) -> None:
        """Pay with a voucher, or with a pass that is used for the first time."""
        if code.strip():
            self._pay(lambda order: self._services.box_office.redeem(order.id, code.strip()))

    @Slot(str)
    def use_pass(self, pass_id: str) -> None:
        """Pay with a pass that is the viewer's."""
        self._pay(lambda order: self._services.box_office.use_pass(order.id, pass_id))

    def _pay(self, with_it: Callable[[Order], Order]) -> None:
        order = self._inputs.order
        if order is None or self._inputs.redeeming:
            return
        self._feed(redeeming=True, voucher_error="")
        self._voucher = self._services.jobs.run(lambda _cancel: with_it(order), self._redeemed, self._not_redeemed)

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
        for job in (self._job, self._voucher, self._passes):
            if job:
                job.cancel()
        self._job = self._voucher = self._passes = None

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
        if self.props.step not in ("done", "gift"):
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
