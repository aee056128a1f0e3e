"""Money given back: never more than was taken, never twice, and never without revoking what it paid for."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import stripe as library
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from boxoffice.service import ServiceConfig, StripeAccess, make_vouchers, open_desk
from boxoffice.service.orders import Orders
from boxoffice.service.tables import OrderRow, PaymentRow, RefundRow
from core import CinemaError, Code, Money
from tests.boxoffice.service.stripe_emulators import (
    KEY,
    PATIENCE_S,
    SECRET,
    Line,
    Stripe,
    free_port,
    line_to,
    localstripe,
)
from tests.boxoffice.service.test_stripe_checkout import NOTICES

ROOT = Path(__file__).parents[3]
CARD, DECLINED, SECURE = "4242424242424242", "4000000000000341", "4000002760003184"


class Reader:
    """A card reader: its PaymentIntents are at localstripe, and the office's orders are paid with them."""

    def __init__(self, office: Any, stripe: Stripe, line: Line) -> None:
        self.office, self.stripe, self.line = office, stripe, line

    def hold(self, order: dict[str, Any], card: str = CARD) -> dict[str, Any]:
        """Ask a card for the order's price; the answer of Stripe."""
        method = self.stripe.ask(
            "POST", "/v1/payment_methods", type="card",
            **{"card[number]": card, "card[exp_month]": 12, "card[exp_year]": 2040, "card[cvc]": "123"},
        )  # fmt: skip
        intent = self.stripe.ask(
            "POST", "/v1/payment_intents", amount=690, currency="eur", payment_method=method["id"],
            **{"metadata[order_id]": order["id"]},
        )  # fmt: skip
        with open_desk(self.office.config) as desk, desk.database.write() as session:
            row = session.get_one(OrderRow, order["id"])
            payment = desk.till.attempt(session, row, "stripe")
            payment.reference, payment.page = intent["id"], "/"
            row.payment, row.method, row.state = payment.id, "stripe", "pending"
        confirmed = self.stripe.ask("POST", f"/v1/payment_intents/{intent['id']}/confirm")
        held: dict[str, Any] = intent | {"confirmed": confirmed}
        return held

    def sold(self) -> tuple[Any, dict[str, Any]]:
        """A viewer with a ticket, paid by card."""
        viewer = self.office.newcomer()
        order = viewer.order().json()
        self.hold(order)
        assert self.becomes(viewer, order, "issued")
        return viewer, order

    def becomes(self, viewer: Any, order: dict[str, Any], state: str) -> bool:
        deadline = time.monotonic() + PATIENCE_S
        path = f"/v1/orders/{order['id']}"
        while (now := viewer.ask("GET", path).json()["state"]) != state and time.monotonic() < deadline:
            viewer.ask("GET", f"{path}?wait_s=5&unless={now}")
        return bool(now == state)

    def given_back(self) -> list[int]:
        return [refund["amount"] for refund in self.stripe.ask("GET", "/v1/refunds", limit=100)["data"]]


@pytest.fixture
def reader(open_office: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> Iterator[Reader]:
    monkeypatch.setattr("boxoffice.service.stripe_provider.TIMEOUT_S", 1)
    port = free_port()
    with ExitStack() as stack:
        stripe = stack.enter_context(localstripe(f"http://127.0.0.1:{port}{NOTICES}"))
        line = stack.enter_context(line_to(stripe))
        yield Reader(open_office(port=port, stripe=StripeAccess(KEY, (SECRET,), line.url)), stripe, line)


def refund(config: ServiceConfig, order: dict[str, Any], minor: int | None = None, key: str | None = None) -> Any:
    with open_desk(config) as desk:
        amount = None if minor is None else Money(minor, "EUR")
        return desk.refunds.give_back(order["id"], reason="no sound", by="Ada", amount=amount, key=key)


def test_a_card_pays_and_stripes_notice_issues_the_ticket(reader: Reader) -> None:
    viewer, _ = reader.sold()
    assert len(viewer.tickets()) == 1


def test_a_declined_card_charges_nothing_and_the_order_can_be_cancelled(reader: Reader) -> None:
    viewer = reader.office.newcomer()
    order = viewer.order().json()
    assert reader.hold(order, DECLINED)["confirmed"]["http_status"] == 402
    with open_desk(reader.office.config) as desk:
        assert desk.orders.fulfil(order["id"]) == "pending"
    assert viewer.ask("POST", f"/v1/orders/{order['id']}/cancel").json()["state"] == "void"
    assert viewer.tickets() == []


@pytest.mark.parametrize("success", [True, False], ids=["proven", "not proven"])
def test_a_card_with_3d_secure_pays_only_once_its_owner_is_proven(reader: Reader, success: bool) -> None:
    viewer = reader.office.newcomer()
    order = viewer.order().json()
    intent = reader.hold(order, SECURE)
    assert intent["confirmed"]["status"] == "requires_action"
    with open_desk(reader.office.config) as desk:
        assert desk.orders.fulfil(order["id"]) == "pending"
    reader.stripe.ask(
        "POST", f"/v1/payment_intents/{intent['id']}/_authenticate",
        client_secret=intent["client_secret"], success=str(success).lower(),
    )  # fmt: skip
    with open_desk(reader.office.config) as desk:
        assert desk.orders.fulfil(order["id"]) == ("issued" if success else "pending")
    assert len(viewer.tickets()) == success


def test_a_whole_refund_goes_back_and_revokes_the_ticket_and_its_keys(reader: Reader) -> None:
    viewer, order = reader.sold()
    (ticket,) = viewer.tickets()
    play = viewer.ask("POST", f"/v1/tickets/{ticket['id']}/admission").json()
    key = f"/v1/plays/{play['id']}/keys/2k-1"
    assert viewer.ask("GET", key).status_code == 200
    made = refund(reader.office.config, order)
    assert (made["state"], made["amount"], made["order_state"]) == (
        "made",
        {"minor": 690, "currency": "EUR"},
        "refunded",
    )
    assert reader.given_back() == [690]
    stopped = viewer.ask("GET", key)
    assert (stopped.status_code, stopped.json()["reasons"][0]["rule"]) == (403, "refunded")
    assert viewer.tickets()[0]["state"] == "refunded"
    assert viewer.ask("GET", f"/v1/orders/{order['id']}").json()["state"] == "refunded"


def test_parts_go_back_until_nothing_is_left_and_only_then_the_ticket(reader: Reader) -> None:
    viewer, order = reader.sold()
    assert refund(reader.office.config, order, 200)["order_state"] == "issued"
    assert viewer.tickets()[0]["allowed"]
    with pytest.raises(CinemaError) as caught:
        refund(reader.office.config, order, 491)
    assert caught.value.code is Code.WRONG_USE
    assert refund(reader.office.config, order)["order_state"] == "refunded"
    with pytest.raises(CinemaError):
        refund(reader.office.config, order, 1)
    assert sorted(reader.given_back()) == [200, 490]


def test_refunds_asked_at_once_never_exceed_what_was_taken(reader: Reader) -> None:
    _, order = reader.sold()

    def ask(_: int) -> bool:
        try:
            refund(reader.office.config, order, 300)
        except CinemaError:
            return False
        return True

    with ThreadPoolExecutor(6) as pool:
        assert sorted(pool.map(ask, range(6))) == [False] * 4 + [True] * 2
    assert reader.given_back() == [300, 300]


def test_the_same_wish_is_refunded_once(reader: Reader) -> None:
    _, order = reader.sold()
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda _: refund(reader.office.config, order, 100, "complaint 7"), range(4)))
    assert len({one["id"] for one in made}) == 1
    assert reader.given_back() == [100]
    with pytest.raises(CinemaError):
        refund(reader.office.config, order, 200, "complaint 7")


@pytest.mark.parametrize("fault", ["down", "slow", "lose"])
def test_a_refund_whose_line_fails_is_made_later_and_once(reader: Reader, fault: str) -> None:
    viewer, order = reader.sold()
    reader.line.fault = fault
    asked = refund(reader.office.config, order)
    assert (asked["state"], asked["order_state"]) == ("asked", "refunded")
    assert viewer.tickets()[0]["state"] == "refunded"
    reader.line.fault = None
    reader.office.clock.moved = timedelta(minutes=3)
    with open_desk(reader.office.config, reader.office.clock) as desk:
        desk.orders.sweep()
        desk.orders.sweep()
        assert desk.account_of(order["id"])["refunds"][0]["state"] == "made"
    assert reader.given_back() == [690]


def test_a_refund_that_stripe_refuses_is_told_and_may_be_tried_again(reader: Reader) -> None:
    _, order = reader.sold()
    with open_desk(reader.office.config) as desk, desk.database.write() as session:
        payment = session.scalars(select(PaymentRow)).one()
        charge, payment.charge = payment.charge, "pi_gone"
    assert refund(reader.office.config, order)["state"] == "refused"
    with open_desk(reader.office.config) as desk, desk.database.write() as session:
        payment = session.scalars(select(PaymentRow)).one()
        assert payment.refunded_minor == 0
        payment.charge = charge
    assert refund(reader.office.config, order)["state"] == "made"
    assert reader.given_back() == [690]


def test_the_database_itself_keeps_the_cap(office: Any) -> None:
    viewer = office.newcomer()
    viewer.buy()
    too_much = text("UPDATE payment SET refunded_minor = minor + 1")
    with open_desk(office.config) as desk, pytest.raises(IntegrityError), desk.database.write() as session:
        session.execute(too_much)


def test_a_voucher_order_is_made_void_and_no_money_moves(office: Any) -> None:
    (code,) = make_vouchers(office.config, "paper-moon", 1)
    viewer = office.newcomer()
    order = viewer.order().json()
    viewer.ask("POST", "/v1/vouchers/redeem", {"code": code, "order_id": order["id"]})
    with pytest.raises(CinemaError):
        refund(office.config, order, 690)
    made = refund(office.config, order)
    assert (made["amount"]["minor"], made["order_state"]) == (0, "void")
    assert viewer.tickets()[0]["state"] == "refunded"


def test_an_order_that_was_not_paid_is_not_refunded(office: Any) -> None:
    order = office.newcomer().order().json()
    with pytest.raises(CinemaError):
        refund(office.config, order)
    with pytest.raises(CinemaError) as caught:
        refund(office.config, {"id": "nobody's"})
    assert caught.value.code is Code.NOT_FOUND


def test_who_and_why_are_kept(office: Any) -> None:
    issued = office.newcomer().buy()
    refund(office.config, issued, 190)
    with open_desk(office.config) as desk:
        (row,) = desk.account_of(issued["id"])["refunds"]
        assert (row["by"], row["reason"], row["amount"]) == ("Ada", "no sound", {"minor": 190, "currency": "EUR"})
        with pytest.raises(CinemaError):
            desk.refunds.give_back(issued["id"], reason=" ", by="Ada")


def sweep(office: Any, minutes: int) -> None:
    office.clock.moved = timedelta(minutes=minutes)
    with open_desk(office.config, office.clock) as desk:
        desk.orders.sweep()


def paid_but_altered(office: Any) -> tuple[Any, dict[str, Any]]:
    viewer = office.newcomer()
    order = viewer.order().json()
    till = office.till()
    to_provider = till.submit(
        till.open(order["checkout_url"]), f"/checkout/{order['checkout_url'].rpartition('/')[2]}/pay"
    )
    provider = till.open(to_provider.headers["Location"])
    with open_desk(office.config) as desk, desk.database.write() as session:
        session.execute(text("UPDATE test_payment SET minor = 100"))
    till.submit(provider, to_provider.headers["Location"], do="approve")
    return viewer, order


def test_what_is_paid_and_not_issued_alerts_in_15_min_and_goes_back_in_60(
    office: Any, caplog: pytest.LogCaptureFixture
) -> None:
    viewer, order = paid_but_altered(office)
    path = f"/v1/orders/{order['id']}"
    assert viewer.ask("GET", path).json()["state"] == "paid"
    sweep(office, 14)
    assert "15 min" not in caplog.text
    sweep(office, 16)
    assert "paid for more than 15 min" in caplog.text
    with open_desk(office.config) as desk:
        assert desk.account_of(order["id"])["state"] == "paid"
    sweep(office, 61)
    with open_desk(office.config) as desk:
        account = desk.account_of(order["id"])
    (row,) = account["refunds"]
    assert account["state"] == "refunded"
    assert (row["amount"]["minor"], row["reason"], row["by"]) == (100, "not issued", "box office")


def test_what_was_sold_out_meanwhile_goes_back_at_once(office: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise CinemaError(Code.SOLD_OUT, "The last seat went.")

    monkeypatch.setattr(Orders, "_issue", full)
    viewer = office.newcomer()
    order = viewer.order().json()
    page = office.till().pay(order["checkout_url"])
    assert "This order was refunded" in page.text
    with open_desk(office.config) as desk, desk.database.read() as session:
        (row,) = session.scalars(select(RefundRow))
    assert (row.order_id, row.minor, row.reason, row.state) == (order["id"], 690, "sold out", "made")


def test_an_order_is_paid_at_the_venue(open_office: Callable[..., Any]) -> None:
    office = open_office(pay_at_venue=True)
    viewer = office.newcomer()
    order = viewer.order().json()
    told = office.till().pay(order["checkout_url"], method="venue")
    assert order["id"] in told.text
    assert "Show or tell this order number at the desk" in told.text
    with open_desk(office.config) as desk:
        with pytest.raises(CinemaError):
            desk.orders.paid_at_venue(order["id"], " ")
        assert desk.orders.paid_at_venue(order["id"], "Ada") == "issued"
        (payment,) = desk.account_of(order["id"])["payments"]
    assert (payment["provider"], payment["taken_by"], payment["state"]) == ("venue", "Ada", "approved")
    assert len(viewer.tickets()) == 1
    assert refund(office.config, order)["state"] == "made"


def test_a_buyer_may_change_from_the_venue_to_paying_online(open_office: Callable[..., Any]) -> None:
    office = open_office(pay_at_venue=True)
    viewer = office.newcomer()
    order = viewer.order().json()
    office.till().pay(order["checkout_url"], method="venue")
    with open_desk(office.config) as desk:
        desk.orders.start_payment(order["id"], again=False, method="test")
        with pytest.raises(CinemaError):
            desk.orders.paid_at_venue(order["id"], "Ada")
    assert "Done, go back" in office.till().pay(order["checkout_url"], method="test").text
    assert len(viewer.tickets()) == 1


def staff(office: Any, *arguments: str) -> subprocess.CompletedProcess[str]:
    place = ["--data", str(office.config.data_dir), "--database", office.config.database_url]
    command = [sys.executable, "main.py", "orders", *arguments, *place, "--json"]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)


def test_staff_refund_an_order_from_the_command_line(office: Any) -> None:
    order = office.newcomer().buy()
    part = staff(office, "refund", order["id"], "--amount", "1.90", "--reason", "late", "--by", "Ada", "--key", "k")
    assert (part.returncode, json.loads(part.stdout)["amount"]) == (0, {"minor": 190, "currency": "EUR"})
    too_much = staff(office, "refund", order["id"], "--amount", "5.01", "--reason", "late", "--by", "Ada")
    assert (too_much.returncode, json.loads(too_much.stdout)["error"]["code"]) == (2, "wrong-use")
    assert json.loads(staff(office, "show", order["id"]).stdout)["payments"][0]["refunded"]["minor"] == 190
    assert staff(office, "refund", order["id"], "--amount", "1.905", "--reason", "late", "--by", "Ada").returncode == 2


def test_a_refund_of_whoever_has_no_key_to_the_provider_is_made_by_the_box_office(reader: Reader) -> None:
    _, order = reader.sold()
    told = staff(reader.office, "refund", order["id"], "--reason", "late", "--by", "Ada")
    assert (told.returncode, json.loads(told.stdout)["state"]) == (0, "asked"), told.stderr
    assert reader.given_back() == []
    clock = reader.office.clock
    clock.moved += timedelta(minutes=3)
    with open_desk(reader.office.config, clock) as desk:
        desk.refunds.sweep()
    assert reader.given_back() == [690]
    assert json.loads(staff(reader.office, "show", order["id"]).stdout)["refunds"][0]["state"] == "made"


def test_a_signing_secret_may_be_rolled_over(open_office: Callable[..., Any]) -> None:
    import requests

    office = open_office(stripe=StripeAccess(KEY, ("whsec_old", "whsec_new"), f"http://127.0.0.1:{free_port()}"))
    body = json.dumps({"id": "evt_1", "type": "ping", "data": {"object": {"id": "cs_none"}}})
    for secret in ("whsec_old", "whsec_new"):
        signed = library.WebhookSignature.generate_signature_header(body, secret)
        answer = requests.post(office.base_url + NOTICES, data=body, headers={"Stripe-Signature": signed}, timeout=20)
        assert answer.status_code == 200
    assert "whsec" not in repr(office.config)
    assert KEY not in repr(office.config)
