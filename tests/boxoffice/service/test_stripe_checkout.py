"""Payments on the hosted Checkout pages of npm's emulate, through Stripe's own library."""

import json
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests
import stripe as library

from app.cli import parser
from app.commands.serve import config_of
from boxoffice.service import StripeAccess, open_desk
from boxoffice.service.database import engine_for
from core import CinemaError
from tests.boxoffice.postgresql import ask
from tests.boxoffice.service.stripe_emulators import KEY, PATIENCE_S, SECRET, Line, Stripe, emulate, free_port, line_to
from tests.boxoffice.service.test_pages_in_chromium import browser as browser  # noqa: PLC0414 - a fixture

NOTICES = "/v1/payments/stripe/notices"


class House:
    """A box office that takes its money by Stripe."""

    def __init__(self, office: Any, stripe: Stripe, line: Line) -> None:
        self.office, self.stripe, self.line = office, stripe, line

    def to_checkout(self, viewer: Any) -> tuple[dict[str, Any], str]:
        """An order, and the page at Stripe on which it is to be paid."""
        order = viewer.order().json()
        return order, self.press_pay(order).headers["Location"]

    def press_pay(self, order: dict[str, Any]) -> requests.Response:
        till = self.office.till()
        path = urlsplit(order["checkout_url"]).path
        answer: requests.Response = till.submit(till.open(order["checkout_url"]), f"{path}/pay", method="stripe")
        return answer

    def state(self, viewer: Any, order: dict[str, Any]) -> str:
        return str(viewer.ask("GET", f"/v1/orders/{order['id']}").json()["state"])

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        engine = engine_for(self.office.config.database_url)
        try:
            with engine.connect() as connection:
                return [tuple(row) for row in connection.exec_driver_sql(query)]
        finally:
            engine.dispose()

    def tell(self, event: dict[str, Any], *, secret: str = SECRET, age_s: int = 0) -> requests.Response:
        body = json.dumps(event)
        signed = library.WebhookSignature.generate_signature_header(body, secret, int(time.time()) - age_s)
        return self.send(body, signed)

    def send(self, body: str, signature: str) -> requests.Response:
        headers = {"Stripe-Signature": signature, "Content-Type": "application/json"}
        return requests.post(self.office.base_url + NOTICES, data=body.encode(), headers=headers, timeout=20)


def event_about(page: str, kind: str = "checkout.session.completed", name: str = "evt_1") -> dict[str, Any]:
    session = page.rpartition("/")[2]
    return {"id": name, "object": "event", "type": kind, "data": {"object": {"id": session}}}


@pytest.fixture
def open_house(open_office: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., House]]:
    from contextlib import ExitStack

    monkeypatch.setattr("boxoffice.service.stripe_provider.TIMEOUT_S", 2)
    with ExitStack() as stack:

        def opened(*, told: bool = True, through_line: bool = True, kinds: tuple[str, ...] = ()) -> House:
            port = free_port()
            stripe = stack.enter_context(emulate(f"http://127.0.0.1:{port}{NOTICES}" if told else None))
            line = stack.enter_context(line_to(stripe))
            access = StripeAccess(KEY, (SECRET,), line.url if through_line else stripe.url, kinds)
            return House(open_office(port=port, stripe=access), stripe, line)

        yield opened


@pytest.fixture
def house(open_house: Callable[..., House]) -> House:
    """Stripe tells nothing by itself: only what a test makes happen brings an order forward."""
    return open_house(told=False)


@pytest.mark.e2e
def test_a_ticket_is_paid_on_stripes_page_in_a_real_browser(open_house: Callable[..., House], browser: Any) -> None:
    house = open_house(through_line=False)
    viewer = house.office.newcomer()
    order = viewer.order().json()
    browser.open(order["checkout_url"])
    browser.click("button[value=stripe]")
    browser.says(".checkout-total", "$6.90")  # it writes every currency with a dollar
    browser.click(".checkout-pay-btn")
    browser.says("h1", "Done, go back to Smart Cinema")
    assert house.state(viewer, order) == "issued"
    assert len(viewer.tickets()) == 1
    assert house.rows("SELECT count(*) FROM payment_notice") == [(1,)]


def test_stripe_learns_no_title(house: House) -> None:
    _, page = house.to_checkout(house.office.newcomer())
    products, prices = house.stripe.ask("GET", "/v1/products"), house.stripe.ask("GET", "/v1/prices")
    session = house.stripe.ask("GET", f"/v1/checkout/sessions/{page.rpartition('/')[2]}")
    assert session["metadata"]["order_id"]
    assert "moon" not in json.dumps([products, prices, session]).lower()


def test_ways_to_pay_come_in_the_order_of_the_territory(open_house: Callable[..., House]) -> None:
    house = open_house(kinds=("card", "alipay", "paypal", "wechat_pay"))
    order = house.office.newcomer().order().json()
    assert "PayPal · Card · Alipay · WeChat Pay" in house.office.till().open(order["checkout_url"]).text
    house.press_pay(order)
    wish = next(body for body in house.line.bodies if "client_reference_id" in body)
    given = [value for name, value in parse_qsl(wish) if name.startswith("payment_method_types")]
    assert given == ["paypal", "card", "alipay", "wechat_pay"]


def test_one_price_serves_every_order_of_its_amount(house: House) -> None:
    for _ in range(2):
        house.to_checkout(house.office.newcomer())
    prices = house.stripe.ask("GET", "/v1/prices")["data"]
    assert [(price["unit_amount"], price["currency"]) for price in prices] == [(690, "eur")]


def test_a_buyer_who_never_comes_back_is_told_of_by_stripe(open_house: Callable[..., House]) -> None:
    house = open_house()
    viewer = house.office.newcomer()
    order, page = house.to_checkout(viewer)
    house.stripe.pay(page)
    assert house.state(viewer, order) == "issued"


def test_a_buyer_of_whom_nobody_tells_is_found_by_the_sweeper(house: House) -> None:
    viewer = house.office.newcomer()
    order, page = house.to_checkout(viewer)
    house.stripe.pay(page)
    assert house.state(viewer, order) == "pending"
    with open_desk(house.office.config) as desk:
        desk.orders.sweep()
        desk.orders.sweep()
    assert (house.state(viewer, order), len(viewer.tickets())) == ("issued", 1)


def test_a_replayed_notice_changes_nothing(house: House) -> None:
    viewer = house.office.newcomer()
    order, page = house.to_checkout(viewer)
    house.stripe.pay(page)
    event = event_about(page)
    assert [house.tell(event).status_code for _ in range(3)] == [200, 200, 200]
    assert (house.state(viewer, order), len(viewer.tickets())) == ("issued", 1)
    assert house.rows("SELECT provider, id FROM payment_notice") == [("stripe", "evt_1")]
    asked = len(house.line.asked)
    assert house.tell(event).status_code == 200
    assert len(house.line.asked) == asked


def test_notices_out_of_order_end_the_same(house: House) -> None:
    viewer = house.office.newcomer()
    order, page = house.to_checkout(viewer)
    assert house.tell(event_about(page, "checkout.session.completed", "evt_early")).status_code == 200
    assert house.state(viewer, order) == "pending"
    house.stripe.pay(page)
    assert house.tell(event_about(page, "checkout.session.expired", "evt_wrong")).status_code == 200
    assert house.state(viewer, order) == "issued"
    assert house.tell(event_about(page, "payment_intent.created", "evt_old")).status_code == 200
    assert (house.state(viewer, order), len(viewer.tickets())) == ("issued", 1)


@pytest.mark.parametrize(
    ("secret", "age_s"), [("whsec_other", 0), (SECRET, 301)], ids=["signed by another", "later than 300 s"]
)
def test_a_forged_or_late_notice_is_refused(house: House, secret: str, age_s: int) -> None:
    viewer = house.office.newcomer()
    order, page = house.to_checkout(viewer)
    house.stripe.pay(page)
    assert house.tell(event_about(page), secret=secret, age_s=age_s).status_code == 400
    assert house.state(viewer, order) == "pending"
    assert house.rows("SELECT count(*) FROM payment_notice") == [(0,)]


def test_a_notice_with_an_altered_body_or_without_signature_is_refused(house: House) -> None:
    _, page = house.to_checkout(house.office.newcomer())
    body = json.dumps(event_about(page))
    signed = library.WebhookSignature.generate_signature_header(body, SECRET)
    refused = [
        house.send(body.replace("completed", "expired"), signed),
        house.send(body, ""),
        house.send(body, "t=now,v1=00"),
        house.send(body, signed.partition(",")[2]),
    ]
    assert [answer.status_code for answer in refused] == [400] * 4


def test_a_notice_too_large_is_refused_before_it_is_read(house: House) -> None:
    assert house.tell({"id": "evt_1", "data": {"object": {"id": "x" * 70_000}}}).status_code == 413


def test_a_notice_about_something_else_on_the_account_is_taken_and_forgotten(house: House) -> None:
    assert house.tell(event_about("https://example.org/cs_of_another_shop")).status_code == 200
    assert house.line.asked == []


def test_everybody_at_once_makes_one_ticket(house: House) -> None:
    viewer = house.office.newcomer()
    order, page = house.to_checkout(viewer)
    house.stripe.pay(page)

    def bring_forward(number: int) -> object:
        if number % 2:
            return house.tell(event_about(page, name=f"evt_{number}")).status_code
        return house.office.till().open(f"{order['checkout_url']}/done").status_code

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(bring_forward, range(8))) == {200}
    assert (house.state(viewer, order), len(viewer.tickets())) == ("issued", 1)


def test_two_tabs_pay_one_session(house: House) -> None:
    viewer = house.office.newcomer()
    order = viewer.order().json()
    with ThreadPoolExecutor(4) as pool:
        pages = {answer.headers["Location"] for answer in pool.map(lambda _: house.press_pay(order), range(4))}
    assert len(pages) == 1
    keys = {key for method, path, key in house.line.asked if (method, path) == ("POST", "/v1/checkout/sessions")}
    assert keys == {f"{order['id']}-1"}


def test_an_expired_session_is_replaced_by_a_new_attempt(house: House) -> None:
    viewer = house.office.newcomer()
    order, page = house.to_checkout(viewer)
    house.stripe.ask("POST", f"/v1/checkout/sessions/{page.rpartition('/')[2]}/expire")
    again = house.press_pay(order).headers["Location"]
    assert again != page
    house.stripe.pay(again)
    house.office.till().open(f"{order['checkout_url']}/done")
    assert house.state(viewer, order) == "issued"


def test_a_cancelled_order_cannot_be_paid_at_stripe(house: House) -> None:
    viewer = house.office.newcomer()
    order, page = house.to_checkout(viewer)
    assert viewer.ask("POST", f"/v1/orders/{order['id']}/cancel").json()["state"] == "void"
    assert house.stripe.ask("GET", f"/v1/checkout/sessions/{page.rpartition('/')[2]}")["status"] == "expired"


def test_an_order_cancelled_after_it_was_paid_is_issued(house: House) -> None:
    viewer = house.office.newcomer()
    order, page = house.to_checkout(viewer)
    house.stripe.pay(page)
    assert viewer.ask("POST", f"/v1/orders/{order['id']}/cancel").json()["state"] == "issued"


def test_an_order_cancelled_while_its_session_opens_cannot_be_paid(house: House) -> None:
    viewer = house.office.newcomer()
    house.to_checkout(house.office.newcomer())
    order = viewer.order().json()
    house.line.gate.clear()
    with ThreadPoolExecutor(1) as pool:
        opening = pool.submit(house.press_pay, order)
        sessions = house.stripe.ask("GET", "/v1/checkout/sessions")["data"]
        deadline = time.monotonic() + PATIENCE_S
        while len(sessions) < 2:
            assert time.monotonic() < deadline
            sessions = house.stripe.ask("GET", "/v1/checkout/sessions")["data"]
        assert viewer.ask("POST", f"/v1/orders/{order['id']}/cancel").json()["state"] == "void"
        house.line.gate.set()
        assert opening.result(20).headers["Location"].endswith("/done")
    (session,) = [one for one in sessions if one["metadata"]["order_id"] == order["id"]]
    assert house.stripe.ask("GET", f"/v1/checkout/sessions/{session['id']}")["status"] == "expired"


@pytest.mark.parametrize("fault", ["down", "slow", "lose"])
def test_a_line_that_fails_at_the_start_loses_nothing(house: House, fault: str) -> None:
    viewer = house.office.newcomer()
    order = viewer.order().json()
    house.line.fault = fault
    refused = house.press_pay(order)
    assert refused.status_code == 503
    assert "The payment service does not answer. Nothing was charged" in refused.text
    assert viewer.ask("GET", "/v1/catalogue").status_code == 200
    house.line.fault = None
    house.stripe.pay(house.press_pay(order).headers["Location"])
    assert "Done, go back" in house.office.till().open(f"{order['checkout_url']}/done").text
    assert (house.state(viewer, order), len(viewer.tickets())) == ("issued", 1)


@pytest.mark.parametrize("fault", ["down", "slow"])
def test_a_line_that_fails_after_the_payment_loses_nothing(house: House, fault: str) -> None:
    viewer = house.office.newcomer()
    order, page = house.to_checkout(viewer)
    house.stripe.pay(page)
    house.line.fault = fault
    assert "The payment is still under way" in house.office.till().open(f"{order['checkout_url']}/done").text
    assert house.tell(event_about(page)).status_code == 503
    assert viewer.ask("POST", f"/v1/orders/{order['id']}/cancel").status_code == 503
    with open_desk(house.office.config) as desk:
        desk.orders.sweep()
    assert house.state(viewer, order) == "pending"
    house.line.fault = None
    assert house.tell(event_about(page)).status_code == 200
    assert (house.state(viewer, order), len(viewer.tickets())) == ("issued", 1)


def test_other_buyers_are_served_while_stripe_is_slow(house: House) -> None:
    viewer, other = house.office.newcomer(), house.office.newcomer()
    order = viewer.order().json()
    house.line.fault = "slow"
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(house.press_pay, order)
        deadline = time.monotonic() + PATIENCE_S
        while not house.line.asked:
            assert time.monotonic() < deadline
            time.sleep(0.01)
        started = time.monotonic()
        assert other.order().status_code == 201
        assert time.monotonic() - started < 0.8
        assert waiting.result(20).status_code == 503


def test_another_amount_at_stripe_is_not_issued(house: House) -> None:
    viewer = house.office.newcomer()
    order, page = house.to_checkout(viewer)
    ask(house.office.config.database_url, "UPDATE purchase SET minor = 1290 RETURNING id")
    house.stripe.pay(page)
    house.office.till().open(f"{order['checkout_url']}/done")
    assert (house.state(viewer, order), viewer.tickets()) == ("paid", [])


def test_keys_come_from_files_or_the_environment_and_never_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys, secrets = tmp_path / "key", tmp_path / "webhook"
    keys.write_text("rk_live_1\n")
    secrets.write_text("whsec_new\nwhsec_old\n")
    line = ["serve", "--data", str(tmp_path), "--stripe-key-file", str(keys)]
    with pytest.raises(CinemaError):
        config_of(parser().parse_args(line))
    config = config_of(parser().parse_args([*line, "--stripe-webhook-file", str(secrets)]))
    assert config.stripe == StripeAccess("rk_live_1", ("whsec_new", "whsec_old"))
    monkeypatch.setenv("SMART_CINEMA_STRIPE_KEY", "rk_live_2")
    monkeypatch.setenv("SMART_CINEMA_STRIPE_WEBHOOK", "whsec_2")
    assert config_of(parser().parse_args(line[:3])).stripe == StripeAccess("rk_live_2", ("whsec_2",))


def test_one_silent_provider_does_not_hold_up_the_sweeper(house: House) -> None:
    for _ in range(3):
        house.to_checkout(house.office.newcomer())
    house.line.fault = "slow"
    house.line.asked.clear()
    with open_desk(house.office.config) as desk:
        desk.orders.sweep()
    assert len(house.line.asked) == 1


def test_what_was_begun_with_the_test_provider_is_paid_with_money_once_there_is_stripe(
    open_office: Callable[..., Any], open_house: Callable[..., House]
) -> None:
    before = open_office()
    viewer = before.newcomer()
    order = viewer.order().json()
    till = before.till()
    path = urlsplit(order["checkout_url"]).path
    begun = till.submit(till.open(order["checkout_url"]), f"{path}/pay").headers["Location"]
    page = till.open(begun)
    before.close()
    house = open_house(told=False)
    viewer.office, viewer.base_url = house.office, house.office.base_url
    viewer.sign_in(viewer.email)
    till.base_url = house.office.base_url
    assert till.submit(page, begun, do="approve").status_code == till.open(begun).status_code == 404
    same = viewer.order().json()
    assert (same["id"], same["state"]) == (order["id"], "pending")
    to_stripe = house.press_pay(same)
    assert to_stripe.status_code == 303
    house.stripe.pay(to_stripe.headers["Location"])
    assert house.tell(event_about(to_stripe.headers["Location"])).status_code == 200
    assert house.state(viewer, order) == "issued"
