"""Signing in with a code that is entered elsewhere (RFC 8628): the right words, and never asking too often."""

from typing import Any

import pytest

from boxoffice.client import BoxOffice, DeviceCodes
from core import Cancel, Cancelled, CinemaError, Code

PENDING = "authorization_pending"


class CountingCancel(Cancel):
    """Lets no time pass, and notes how much should have."""

    def __init__(self, give_up_after: int = 1_000) -> None:
        super().__init__()
        self.pauses: list[float] = []
        self.give_up_after = give_up_after

    def wait(self, timeout_s: float) -> bool:
        """Note the pause before a question."""
        self.pauses.append(timeout_s)
        if len(self.pauses) >= self.give_up_after:
            self.cancel()
        return self.cancelled


def refusal(client: BoxOffice, cancel: Cancel) -> CinemaError:
    with pytest.raises(CinemaError) as refused:
        client.sign_in_elsewhere(lambda _codes: None, cancel)
    return refused.value


def test_the_code_is_shown_and_the_sign_in_is_as_any_other(client: BoxOffice, provider: Any) -> None:
    provider.device_answers = [PENDING, PENDING, ""]
    shown: list[DeviceCodes] = []
    cancel = CountingCancel()
    signed_in = client.sign_in_elsewhere(shown.append, cancel)
    assert (shown[0].user_code, shown[0].address) == ("LNTR-MPVS", "http://127.0.0.1/device")
    assert "a-device-code" not in repr(shown[0])
    assert (signed_in.account.name, signed_in.remembered, client.account) == ("Mei", True, signed_in.account)
    assert client.tickets() == ()
    assert cancel.pauses == [5, 5, 5]


def test_slow_down_makes_every_later_pause_longer(client: BoxOffice, provider: Any) -> None:
    provider.device_answers = [PENDING, "slow_down", PENDING, "slow_down", PENDING, ""]
    cancel = CountingCancel()
    client.sign_in_elsewhere(lambda _codes: None, cancel)
    assert cancel.pauses == [5, 5, 10, 10, 15, 15]


@pytest.mark.parametrize(
    ("error", "code"),
    [
        ("access_denied", Code.SIGN_IN_DENIED),
        ("expired_token", Code.SIGN_IN_TIMED_OUT),
        ("invalid_grant", Code.SIGN_IN_TIMED_OUT),
        ("something_else", Code.SERVER_ERROR),
    ],
)
def test_what_ends_the_waiting_ends_it_at_once(client: BoxOffice, provider: Any, error: str, code: Code) -> None:
    provider.device_answers = [PENDING, error]
    assert refusal(client, CountingCancel()).code is code
    assert (provider.device_answers, client.account) == ([], None)


def test_a_bad_line_is_asked_less_often(client: BoxOffice, provider: Any) -> None:
    provider.device_answers = [""]
    answer, failures = provider._token, [1, 2]

    def failing(asked: Any) -> Any:
        return provider._json({}, 503) if failures and failures.pop() else answer(asked)

    provider.replies["/oauth/token"] = failing
    cancel = CountingCancel()
    client.sign_in_elsewhere(lambda _codes: None, cancel)
    assert cancel.pauses == [5, 10, 20]


def test_a_code_that_ran_out_is_not_asked_for_any_more(client: BoxOffice, provider: Any) -> None:
    provider.device_codes["expires_in"] = 1
    provider.device_codes["interval"] = 1
    provider.device_answers = [PENDING] * 10
    assert refusal(client, Cancel()).code is Code.SIGN_IN_TIMED_OUT
    assert len(provider.device_answers) >= 8


def test_waiting_can_be_called_off(client: BoxOffice, provider: Any) -> None:
    provider.device_answers = [PENDING] * 10
    with pytest.raises(Cancelled):
        client.sign_in_elsewhere(lambda _codes: None, CountingCancel(give_up_after=3))
    assert provider.count("/oauth/token") == 2


@pytest.mark.parametrize(
    "changes",
    [{"user_code": "<b>"}, {"interval": 0}, {"expires_in": "soon"}, {"verification_uri": "file:///x"}, {"device_code": "a b"}],
)  # fmt: skip
def test_codes_that_make_no_sense_are_refused(client: BoxOffice, provider: Any, changes: dict[str, object]) -> None:
    provider.device_codes |= changes
    assert refusal(client, CountingCancel()).code is Code.SERVER_ANSWER


def test_a_box_office_without_codes_says_so(client: BoxOffice, provider: Any) -> None:
    genuine = provider.discovery()
    del genuine["device_authorization_endpoint"]
    provider.discovery = lambda: genuine
    assert "own browser" in refusal(client, CountingCancel()).message


def test_five_seconds_where_the_box_office_names_no_pause(client: BoxOffice, provider: Any) -> None:
    provider.device_codes.pop("interval")
    provider.device_answers = [""]
    cancel = CountingCancel()
    client.sign_in_elsewhere(lambda _codes: None, cancel)
    assert cancel.pauses == [5]
