"""One wish, one charge, one ticket."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit

from boxoffice.service import ServiceConfig, make_vouchers
from tests.boxoffice.postgresql import ask


def charges(config: ServiceConfig) -> tuple[int, int]:
    (paid,) = ask(config.database_url, "SELECT count(*) FROM test_payment WHERE state = 'approved'")
    (tickets,) = ask(config.database_url, "SELECT count(*) FROM ticket")
    return paid, tickets


def test_a_double_click_makes_one_order(office: Any) -> None:
    viewer = office.newcomer()
    key = str(uuid.uuid4())
    with ThreadPoolExecutor(6) as pool:
        orders = [answer.json()["id"] for answer in pool.map(lambda _: viewer.order(key=key), range(6))]
    assert len(set(orders)) == 1


def test_two_tabs_and_two_devices_are_charged_once(office: Any, config: ServiceConfig) -> None:
    first = office.newcomer()
    second = office.second_device(first)
    with ThreadPoolExecutor(2) as pool:
        orders = [answer.json() for answer in pool.map(lambda viewer: viewer.order(), (first, second))]
    assert orders[0]["id"] == orders[1]["id"]

    def pay(order: dict[str, Any]) -> int:
        status: int = office.till().pay(order["checkout_url"]).status_code
        return status

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(pay, orders * 2)) == [200] * 4
    assert charges(config) == (1, 1)


def test_a_second_ticket_takes_an_explicit_wish(office: Any, config: ServiceConfig) -> None:
    viewer = office.newcomer()
    viewer.buy()
    order = viewer.order().json()
    till = office.till()
    page = till.open(order["checkout_url"])
    assert "You already hold an unused ticket for this film." in page.text
    path = urlsplit(order["checkout_url"]).path
    refused = till.submit(page, path + "/pay")
    assert (refused.status_code, charges(config)) == (409, (1, 1))
    assert "Tick the box" in refused.text
    till.pay(order["checkout_url"], again="yes")
    assert charges(config) == (2, 2)


def test_waiting_ends_when_the_order_is_paid(office: Any) -> None:
    viewer = office.newcomer()
    order = viewer.order().json()
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(viewer.ask, "GET", f"/v1/orders/{order['id']}?wait_s=20&unless=draft")
        office.till().pay(order["checkout_url"])
        answer = waiting.result(timeout=15).json()
    assert answer["state"] in {"pending", "issued"}


def test_a_declined_payment_charges_nothing_and_can_be_tried_again(office: Any, config: ServiceConfig) -> None:
    viewer = office.newcomer()
    order = viewer.order().json()
    back = office.till().pay(order["checkout_url"], "decline")
    assert "Nothing was charged" in back.text
    assert viewer.ask("GET", f"/v1/orders/{order['id']}").json()["state"] == "draft"
    assert "Done, go back to Smart Cinema" in office.till().pay(order["checkout_url"]).text
    assert charges(config) == (1, 1)


def test_a_cancelled_order_cannot_be_paid(office: Any, config: ServiceConfig) -> None:
    viewer = office.newcomer()
    order = viewer.order().json()
    till = office.till()
    to_provider = till.submit(till.open(order["checkout_url"]), urlsplit(order["checkout_url"]).path + "/pay")
    provider = till.open(to_provider.headers["Location"])
    assert viewer.ask("POST", f"/v1/orders/{order['id']}/cancel").json()["state"] == "void"
    till.submit(provider, to_provider.headers["Location"], do="approve")
    assert charges(config) == (0, 0)


def test_a_voucher_pays_once(office: Any, config: ServiceConfig) -> None:
    (code,) = make_vouchers(config, "paper-moon", 1)
    viewer, other = office.newcomer(), office.newcomer()
    order, theirs = viewer.order().json(), other.order().json()
    till = office.till()
    page = till.open(order["checkout_url"])
    path = urlsplit(order["checkout_url"]).path + "/voucher"
    assert till.submit(page, path, code="WRONG").status_code == 422
    assert till.submit(page, path, code=code.lower()).status_code == 303
    assert viewer.ask("GET", f"/v1/orders/{order['id']}").json()["state"] == "issued"
    refused = other.ask("POST", "/v1/vouchers/redeem", {"code": code, "order_id": theirs["id"]})
    assert (refused.status_code, refused.json()["code"]) == (422, "voucher-invalid")
    assert charges(config) == (0, 1)


def test_an_altered_amount_is_not_issued(office: Any, config: ServiceConfig) -> None:
    viewer = office.newcomer()
    order = viewer.order().json()
    till = office.till()
    to_provider = till.submit(till.open(order["checkout_url"]), urlsplit(order["checkout_url"]).path + "/pay")
    provider = till.open(to_provider.headers["Location"])
    ask(config.database_url, "UPDATE test_payment SET minor = 1 RETURNING minor")
    till.submit(provider, to_provider.headers["Location"], do="approve")
    assert viewer.ask("GET", f"/v1/orders/{order['id']}").json()["ticket_id"] is None


def test_a_key_that_named_another_purchase_is_refused(office: Any) -> None:
    viewer = office.newcomer()
    key = str(uuid.uuid4())
    assert viewer.order("paper-moon", key).status_code == 201
    assert viewer.order("coming-soon", key).status_code == 422


def test_what_is_not_sold_is_refused_with_its_reason(office: Any) -> None:
    answer = office.newcomer().order("long-gone")
    assert (answer.status_code, answer.json()["code"], answer.json()["reasons"][0]["rule"]) == (403, "refused", "ended")


def test_a_checkout_address_cannot_be_guessed_or_altered(office: Any) -> None:
    viewer = office.newcomer()
    url = viewer.order().json()["checkout_url"]
    other = office.newcomer().order().json()["id"]
    mark = url.rpartition(".")[2]
    for wrong in (url[:-1] + ("A" if url[-1] != "A" else "B"), f"{office.base_url}/checkout/{other}.{mark}"):
        assert office.till().open(wrong).status_code == 404
