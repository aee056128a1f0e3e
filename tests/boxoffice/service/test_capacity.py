"""A title with so many tickets: never one more, none held for ever, and money back where the last one went meanwhile."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import requests

from boxoffice.service import make_vouchers
from tests.boxoffice.postgresql import ask


@pytest.fixture
def cap(office: Any) -> Callable[[int], None]:
    def capped(tickets: int) -> None:
        ask(office.config.database_url, f"UPDATE title SET capacity = {tickets} WHERE id = 'paper-moon' RETURNING id")

    return capped


def reasons(answer: requests.Response) -> list[tuple[str, str]]:
    assert answer.status_code == 403, answer.text
    return [(reason["rule"], reason["fix"]) for reason in answer.json()["reasons"]]


def test_a_rush_sells_every_ticket_and_not_one_more(office: Any, cap: Callable[[int], None]) -> None:
    cap(3)
    buyers = [office.newcomer() for _ in range(7)]
    codes = make_vouchers(office.config, "paper-moon", len(buyers))

    def buy(buyer: Any, code: str) -> int:
        order = buyer.order()
        if order.status_code != 201:
            assert reasons(order)[0][0] == "sold-out"
            return 0
        paid = buyer.ask("POST", "/v1/vouchers/redeem", {"code": code, "order_id": order.json()["id"]})
        assert paid.status_code == 200, paid.text
        return 1

    with ThreadPoolExecutor(len(buyers)) as pool:
        assert sum(pool.map(buy, buyers, codes)) == 3
    assert sum(len(buyer.tickets()) for buyer in buyers) == 3
    assert reasons(office.newcomer().order()) == [("sold-out", "none")]


def test_a_place_is_held_at_the_checkout_for_a_while_and_then_anybody_s(
    office: Any, cap: Callable[[int], None]
) -> None:
    cap(1)
    slow, quick = office.newcomer(), office.newcomer()
    held = slow.order().json()
    assert reasons(quick.order()) == [("sold-out", "wait")]
    office.clock.moved += timedelta(minutes=21)
    for viewer in (slow, quick):
        viewer.sign_in(viewer.email)
    quick.buy()
    till = office.till()
    page = till.open(held["checkout_url"])
    refused = till.submit(page, page.url.removeprefix(office.base_url) + "/pay")
    assert refused.status_code == 409
    assert "The last ticket was sold while your order waited. Nothing was charged." in refused.text
    (code,) = make_vouchers(office.config, "paper-moon", 1)
    path = page.url.removeprefix(office.base_url)
    assert "The last ticket was sold" in till.submit(page, path + "/voucher", code=code).text
    (used,) = ask(office.config.database_url, "SELECT count(*) FROM voucher_use")
    assert (used, slow.tickets()) == (0, [])


def test_who_pays_after_the_last_ticket_went_has_the_money_back(office: Any, cap: Callable[[int], None]) -> None:
    cap(1)
    slow, quick = office.newcomer(), office.newcomer()
    order = slow.order().json()
    till = office.till()
    page = till.open(order["checkout_url"])
    to_provider = till.submit(page, page.url.removeprefix(office.base_url) + "/pay").headers["Location"]
    office.clock.moved += timedelta(minutes=21)
    for viewer in (slow, quick):
        viewer.sign_in(viewer.email)
    quick.buy()
    till.submit(till.open(to_provider), to_provider, do="approve")
    told = slow.ask("GET", f"/v1/orders/{order['id']}").json()
    assert (told["state"], slow.tickets()) == ("refunded", [])
    (given_back,) = ask(office.config.database_url, "SELECT sum(minor) FROM refund WHERE state = 'made'")
    assert given_back == order["total"]["minor"]


def test_the_catalogue_tells_how_few_are_left_and_that_they_are_gone(office: Any, cap: Callable[[int], None]) -> None:
    def offered() -> dict[str, Any]:
        office.clock.moved += timedelta(seconds=11)
        titles = requests.get(f"{office.base_url}/v1/catalogue?territory=DE", timeout=20).json()["titles"]
        return next(title["offer"] for title in titles if title["id"] == "paper-moon")

    assert (offered()["state"], offered()["left"]) == ("on-sale", None)
    buyer, other = office.newcomer(), office.newcomer()
    cap(200)
    with_new_version = "UPDATE catalogue_version SET version = version + 1 RETURNING id"
    ask(office.config.database_url, with_new_version)
    assert (offered()["state"], offered()["left"]) == ("on-sale", None)
    cap(2)
    ask(office.config.database_url, with_new_version)
    assert (offered()["state"], offered()["left"]) == ("on-sale", 2)
    buyer.buy()
    assert offered()["left"] == 1
    order = other.order().json()
    sold_out = offered()
    assert (sold_out["state"], sold_out["left"]) == ("sold-out", None)
    assert [(reason["rule"], reason["fix"]) for reason in sold_out["reasons"]] == [("sold-out", "wait")]
    assert other.ask("POST", f"/v1/orders/{order['id']}/cancel").json()["state"] == "void"
    assert offered()["left"] == 1
