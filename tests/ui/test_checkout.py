from typing import Any

import pytest
from PySide6.QtGui import QGuiApplication

from core import CinemaError, Code
from ui.viewer import Services
from ui.viewer.checkout import CheckoutViewModel

OFFLINE = CinemaError(Code.OFFLINE, "The box office cannot be reached.")


@pytest.fixture
def bought() -> list[Any]:
    return []


@pytest.fixture
def page(services: Services, bought: list[Any]) -> CheckoutViewModel:
    return CheckoutViewModel(services, bought.append)


def test_a_purchase_opens_the_browser_and_notices_its_completion_by_itself(
    page: Any, jobs: Any, box_office: Any, opened: list[str], bought: list[Any], sample: Any
) -> None:
    page.buy(sample.title(), {"name": "Lantern Street"}, "DE")
    assert (page.step, opened) == ("preparing", [])
    jobs.settle()
    assert (page.step, page.total, opened) == ("waiting", "€6.90", [sample.CHECKOUT_URL])
    jobs.settle()
    assert page.step == "done"
    assert [order.ticket_id for order in bought] == ["t1"]
    assert box_office.named("order") == [("order", "lantern-street", "DE")]
    assert jobs.held == []


def test_a_screening_is_ordered_by_its_name_also_when_it_is_tried_again(
    page: Any, jobs: Any, box_office: Any, sample: Any
) -> None:
    page.buy(sample.title(), None, "DE", "premiere")
    page.try_again()
    jobs.settle()
    assert box_office.named("order")[-1] == ("order", "lantern-street", "DE", "premiere")


def test_the_browser_can_be_opened_again_and_the_address_copied(
    page: Any, jobs: Any, opened: list[str], sample: Any
) -> None:
    page.buy(sample.title(), None, "DE")
    jobs.settle()
    page.open_again()
    page.copy_address()
    assert opened == [sample.CHECKOUT_URL] * 2
    assert QGuiApplication.clipboard().text() == sample.CHECKOUT_URL


def test_a_voucher_pays_the_order_and_the_wait_ends(
    page: Any, jobs: Any, box_office: Any, bought: list[Any], sample: Any
) -> None:
    page.buy(sample.title(), None, "DE")
    jobs.settle()
    waiting = jobs.held[0]
    page.redeem("  LANTERN-1 ")
    page.redeem("LANTERN-1")
    assert page.redeeming
    jobs.held[-1].settle()
    assert (page.step, page.redeeming) == ("done", False)
    assert waiting.switch.cancelled
    assert box_office.named("redeem") == [("redeem", "o1", "LANTERN-1")]
    assert len(bought) == 1


def test_a_wrong_voucher_says_so_and_the_wait_goes_on(page: Any, jobs: Any, box_office: Any, sample: Any) -> None:
    box_office.redeem_answer = CinemaError(Code.VOUCHER_INVALID, "There is no such voucher.")
    page.buy(sample.title(), None, "DE")
    jobs.settle()
    page.redeem("WRONG")
    jobs.held[-1].settle()
    assert (page.step, page.voucherError, page.redeeming) == ("waiting", "voucher-invalid", False)
    jobs.held[0].settle()
    assert page.step == "done"


def test_an_order_that_came_to_nothing_can_be_begun_again(page: Any, jobs: Any, box_office: Any, sample: Any) -> None:
    box_office.settled_answer = sample.order("void")
    page.buy(sample.title(), None, "DE")
    jobs.settle_all()
    assert page.step == "void"
    page.try_again()
    assert page.step == "preparing"
    jobs.settle()
    assert page.step == "waiting"
    assert len(box_office.named("order")) == 2


def test_an_unreachable_box_office_is_said_in_a_code(page: Any, jobs: Any, box_office: Any, sample: Any) -> None:
    box_office.order_answer = OFFLINE
    page.buy(sample.title(), None, "DE")
    jobs.settle()
    assert (page.step, page.error) == ("failed", "offline")


def test_cancelling_gives_an_unpaid_order_up_and_silences_the_wait(
    page: Any, jobs: Any, box_office: Any, bought: list[Any], sample: Any
) -> None:
    page.buy(sample.title(), None, "DE")
    jobs.settle()
    page.cancel()
    jobs.settle_all()
    assert box_office.named("cancel_order") == [("cancel_order", "o1")]
    assert box_office.named("wait_for_order") == []
    assert bought == []


def test_leaving_the_page_keeps_the_order(page: Any, jobs: Any, box_office: Any, sample: Any) -> None:
    page.buy(sample.title(), None, "DE")
    jobs.settle()
    page.leave()
    jobs.settle_all()
    assert box_office.named("cancel_order") == []


def test_the_price_is_written_in_the_language_that_holds_now(
    page: Any, jobs: Any, services: Services, sample: Any
) -> None:
    page.buy(sample.title(), None, "DE")
    jobs.settle()
    changed: list[str] = []
    page.totalChanged.connect(lambda: changed.append(page.total))
    page.stepChanged.connect(lambda: changed.append("step"))
    services.preferences.change(language="zh-Hans")
    page.relabel()
    assert page.total == "€6.90"
    assert changed == []
