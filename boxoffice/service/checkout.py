"""The checkout pages, opened in the buyer's browser, and the test provider's own page."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from starlette.responses import RedirectResponse, Response

from boxoffice.service.calls import Call
from boxoffice.service.database import Database
from boxoffice.service.orders import Orders
from boxoffice.service.pages import Pages
from boxoffice.service.payments import Payment, PaymentState, TestProvider
from boxoffice.service.problems import HttpProblem, Refusal, not_found
from boxoffice.service.tables import OrderRow, TitleRow
from boxoffice.service.taxes import Taxes
from boxoffice.service.till import Till
from boxoffice.service.vouchers import VoucherRefused
from boxoffice.service.wire import time_of
from core import CinemaError, Clock, Code, Money, pick


class Checkout:
    """Answers ``/checkout/{secret}`` and what lies under it."""

    def __init__(
        self, database: Database, clock: Clock, till: Till, orders: Orders, pages: Pages, taxes: Taxes
    ) -> None:
        self._taxes = taxes
        self._database = database
        self._clock = clock
        self._till = till
        self._orders = orders
        self._pages = pages

    def show(self, call: Call) -> Response:
        """What is bought, for how much, and how to pay."""
        return self._page(call, call.query.get("problem", ""))

    def pay(self, call: Call) -> Response:
        """On to the payment provider."""
        order_id = self._orders.order_of_secret(call.route["secret"])
        form = self._pages.form(call)
        try:
            method = form.get("method") or None
            again, gift = form.get("again") == "yes", form.get("gift") == "yes"
            page = self._orders.start_payment(order_id, again=again, method=method, gift=gift)
        except HttpProblem as problem:
            return self._page(call, "provider" if problem.status == 503 else "again", problem.status)
        except Refusal:
            return self._page(call, "sold-out", 409)
        return RedirectResponse(page or f"/checkout/{call.route['secret']}/done", 303)

    def voucher(self, call: Call) -> Response:
        """Pay with a voucher instead."""
        order_id = self._orders.order_of_secret(call.route["secret"])
        form = self._pages.form(call)
        try:
            self._orders.redeem(order_id, form.get("code", ""), again=form.get("again") == "yes")
        except HttpProblem as problem:
            return self._page(call, {429: "wait", 503: "provider"}.get(problem.status, "again"), problem.status)
        except VoucherRefused as refused:
            return self._page(call, f"voucher {refused.why}" if refused.why else "voucher", 422)
        except CinemaError as error:
            sold_out = error.code is Code.SOLD_OUT
            return self._page(call, "sold-out" if sold_out else "voucher", 409 if sold_out else 422)
        return RedirectResponse(f"/checkout/{call.route['secret']}/done", 303)

    def done(self, call: Call) -> Response:
        """The return page: brings the order to where its payment stands."""
        secret = call.route["secret"]
        order_id = self._orders.order_of_secret(secret)
        try:
            state = self._orders.fulfil(order_id)
        except HttpProblem as problem:
            if problem.status != 503:
                raise
            state = "pending"
        if state == "draft":
            return RedirectResponse(f"/checkout/{secret}?problem=declined", 303)
        with self._database.read() as session:
            order = session.get_one(OrderRow, order_id)
        values = {"state": state, "again": call.path, "venue": order.method == "venue", "number": order.id}
        values["gift"] = self._orders.gift_of(order)
        values["receipt"] = f"/checkout/{secret}/receipt"
        return self._pages.show(call, "done.html", values)

    def _page(self, call: Call, problem: str, status: int = 200) -> Response:
        secret = call.route["secret"]
        order_id = self._orders.order_of_secret(secret)
        with self._database.read() as session:
            order = session.get(OrderRow, order_id)
            if order is None:
                raise not_found()
            title = session.get_one(TitleRow, order.title_id)
            unused = self._orders.holds_unused(session, order.account_id, order.title_id)
        if order.state not in {"draft", "pending"}:
            return RedirectResponse(f"/checkout/{secret}/done", 303)
        begins = time_of(order.terms["window_start"])
        opened = max(self._clock.now(), begins)
        closes = min(opened + timedelta(seconds=order.terms["unlock_s"]), time_of(order.terms["window_end"]))
        zone, price = order.terms["zone"], Money(order.minor, order.currency)
        tax = self._taxes.on(order.territory, self._clock.now().astimezone(ZoneInfo(zone)).date())
        part = tax.part_of(price) if tax and price.minor else None
        values = {
            "tax": tax if part else None,
            "part": part,
            "net": Money(price.minor - part.minor, part.currency) if part else None,
            "name": pick(title.facts["names"], self._pages.language(call)),
            "price": price,
            "begins": begins if order.screening_id else None,
            "start_by": closes,
            "zone": zone,
            "watch_hours": order.terms["watch_s"] // 3600,
            "unused": unused,
            "gift": order.gift,
            "problem": problem,
            "path": f"/checkout/{secret}",
            "ways": self._till.ways(order.territory, order.currency),
        }
        path = f"/checkout/{secret}"
        return self._pages.show(call, "checkout.html", values, status=status, form_targets=self._till.pages, path=path)


class TestProviderPages:
    """Answers ``/test-provider/pay/{session}``."""

    __test__ = False

    def __init__(self, provider: TestProvider, till: Till, orders: Orders, pages: Pages) -> None:
        self._provider = provider
        self._till = till
        self._orders = orders
        self._pages = pages

    def show(self, call: Call) -> Response:
        """Approve or decline."""
        payment, back = self._of(call)
        if payment.state is not PaymentState.OPEN:
            return RedirectResponse(back, 303)
        return self._pages.show(call, "test_provider.html", {"price": payment.amount, "path": call.path})

    def settle(self, call: Call) -> Response:
        """The buyer's answer, once; then tell the box office and lead the buyer back."""
        form = self._pages.form(call)
        payment, back = self._of(call)
        answers = {"approve": PaymentState.APPROVED, "decline": PaymentState.DECLINED}
        if (answer := answers.get(form.get("do", ""))) is not None:
            self._provider.settle(payment.reference, answer)
        self._orders.fulfil(payment.order_id)
        return RedirectResponse(back, 303)

    def _of(self, call: Call) -> tuple[Payment, str]:
        """The payment, and where its buyer goes back to. Raises `CinemaError` (not-found), also where real money is."""
        self._till.provider(self._provider.name)
        reference = call.route["session"]
        payment, back = self._provider.read(reference), self._provider.return_url(reference)
        if payment is None or back is None:
            raise not_found()
        return payment, back
