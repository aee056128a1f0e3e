from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from PySide6.QtGui import QGuiApplication

from boxoffice.client import Gift, Pass
from core import CinemaError, Code
from ui.viewer import Services
from ui.viewer.checkout import CheckoutViewModel
from ui.viewer.gifts import GiftsViewModel

AT = datetime(2026, 11, 20, 19, tzinfo=UTC)
WAITING = Gift("o7", "lantern-street", AT, "AAAAA-BBBBB-CCCCC-DDDDD", None, None)


@pytest.fixture
def taken() -> list[int]:
    return []


@pytest.fixture
def gifts(services: Services, taken: list[int]) -> Any:
    return GiftsViewModel(services, lambda: taken.append(1))


def test_gifts_are_shown_as_waiting_taken_or_refunded(gifts: Any, jobs: Any, box_office: Any, sample: Any) -> None:
    gone = Gift("o6", "lantern-street", AT, None, AT, None)
    back = Gift("o5", "lantern-street", AT, None, None, AT)
    box_office.gifts_answer = (WAITING, gone, back)
    gifts.feed(catalogue=sample.catalogue())
    gifts.look()
    jobs.settle()
    assert [(card["state"], card["code"]) for card in gifts.cards] == [
        ("waiting", WAITING.code), ("claimed", ""), ("refunded", "")
    ]  # fmt: skip
    assert gifts.cards[0]["name"] == "Lantern Street"
    gifts.copy(gifts.cards[0]["code"])
    assert QGuiApplication.clipboard().text() == WAITING.code


def test_a_code_is_taken_once_and_the_tickets_are_fetched(gifts: Any, jobs: Any, box_office: Any, taken: Any) -> None:
    gifts.claim("  ")
    assert jobs.held == []
    gifts.claim("AAAAA")
    gifts.claim("AAAAA")
    assert gifts.claiming
    jobs.settle()
    assert (gifts.claiming, gifts.error, taken) == (False, "", [1])
    assert box_office.named("claim") == [("claim", "AAAAA")]


def test_a_wrong_code_says_so(gifts: Any, jobs: Any, box_office: Any, taken: Any) -> None:
    box_office.claim_answer = CinemaError(Code.VOUCHER_INVALID, "No.")
    gifts.claim("AAAAA")
    jobs.settle()
    assert (gifts.error, gifts.claiming, taken) == ("voucher-invalid", False, [])
    gifts.forget()
    assert (gifts.error, gifts.cards) == ("", [])


def test_a_purchase_offers_the_passes_that_pay_for_it(
    services: Services, jobs: Any, box_office: Any, sample: Any
) -> None:
    good = Pass("p1", {"en": "Panorama", "zh-Hans": "全景"}, None, (), 5, 3, None)
    spent = Pass("p2", {}, None, ("lantern-street",), 5, 4, None)
    box_office.passes_answer = (good, spent)
    page: Any = CheckoutViewModel(services, lambda _order: None)
    page.buy(sample.title(), None, "DE")
    jobs.settle()
    assert [(card["id"], card["name"], card["left"]) for card in page.passes] == [("p1", "Panorama", 3)]
    page.use_pass("p1")
    assert page.redeeming
    jobs.settle()
    assert page.step == "done"
    assert box_office.named("use_pass") == [("use_pass", "o1", "p1")]


def test_a_gift_that_is_paid_shows_its_code(services: Services, jobs: Any, box_office: Any, sample: Any) -> None:
    box_office.settled_answer = replace(sample.order("issued"), gift="AAAAA-BBBBB-CCCCC-DDDDD")
    bought: list[Any] = []
    page: Any = CheckoutViewModel(services, bought.append)
    page.buy(sample.title(), None, "DE")
    jobs.settle()
    jobs.settle()
    assert (page.step, page.gift) == ("gift", "AAAAA-BBBBB-CCCCC-DDDDD")
    page.copy_gift()
    assert QGuiApplication.clipboard().text() == "AAAAA-BBBBB-CCCCC-DDDDD"
    assert len(bought) == 1
