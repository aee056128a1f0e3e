from typing import Any

import pytest
from PySide6.QtGui import QGuiApplication

from boxoffice.client import SignedIn
from core import CinemaError, Code
from ui.viewer import Services
from ui.viewer.sign_in import SignInViewModel


@pytest.fixture
def arrived() -> list[SignedIn]:
    return []


@pytest.fixture
def page(services: Services, arrived: list[SignedIn]) -> SignInViewModel:
    return SignInViewModel(services, arrived.append)


def test_signing_in_waits_for_the_browser_and_then_hands_over_the_account(
    page: Any, jobs: Any, box_office: Any, opened: list[str], arrived: list[SignedIn], sample: Any
) -> None:
    page.sign_in()
    assert (page.waiting, page.addressKnown, opened) == (True, False, [])
    jobs.settle()
    assert opened == [sample.SIGN_IN_URL]
    assert (page.waiting, page.error, page.keystoreProblem) == (False, "", "")
    assert [signed_in.account for signed_in in arrived] == [sample.ACCOUNT]
    assert box_office.named("sign_in") == [("sign_in", "en", False)]


def test_a_new_account_is_asked_for_in_the_interface_language(
    page: Any, jobs: Any, box_office: Any, services: Services
) -> None:
    services.preferences.change(language="zh-Hans")
    page.create_account()
    jobs.settle()
    assert box_office.named("sign_in") == [("sign_in", "zh-Hans", True)]


def test_while_waiting_the_address_can_be_opened_again_and_copied(page: Any, opened: list[str], sample: Any) -> None:
    page.open_again()
    page.sign_in()
    page._opened(page._turn, sample.SIGN_IN_URL)
    assert (page.waiting, page.addressKnown) == (True, True)
    page.open_again()
    page.copy_address()
    assert opened == [sample.SIGN_IN_URL] * 2
    assert QGuiApplication.clipboard().text() == sample.SIGN_IN_URL


def test_cancelling_ends_the_wait_and_nothing_is_handed_over(
    page: Any, jobs: Any, opened: list[str], arrived: list[SignedIn]
) -> None:
    page.sign_in()
    page.cancel()
    jobs.settle()
    assert (page.waiting, opened, arrived) == (False, [], [])


@pytest.mark.parametrize("code", [Code.SIGN_IN_DENIED, Code.SIGN_IN_TIMED_OUT, Code.SIGN_IN_MISMATCH, Code.OFFLINE])
def test_a_sign_in_that_fails_says_why_and_can_be_repeated(
    code: Code, page: Any, jobs: Any, box_office: Any, arrived: list[SignedIn]
) -> None:
    answer, box_office.sign_in_answer = box_office.sign_in_answer, CinemaError(code, "It failed.")
    page.sign_in()
    jobs.settle()
    assert (page.waiting, page.error, arrived) == (False, str(code), [])
    box_office.sign_in_answer = answer
    page.sign_in()
    assert page.error == ""
    jobs.settle()
    assert len(arrived) == 1


def test_without_a_key_store_the_viewer_is_told_that_the_session_is_not_remembered(
    page: Any, jobs: Any, box_office: Any, sample: Any
) -> None:
    box_office.sign_in_answer = SignedIn(sample.ACCOUNT, False, Code.KEYSTORE_UNAVAILABLE)
    page.sign_in()
    jobs.settle()
    assert page.keystoreProblem == "keystore-unavailable"
