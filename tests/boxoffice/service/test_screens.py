"""Signing a screen in from a browser elsewhere (RFC 8628), against the running service."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest

GRANT = "urn:ietf:params:oauth:grant-type:device_code"


class Screen:
    """A device that shows a code."""

    def __init__(self, office: Any) -> None:
        self.office = office
        self.device = office.device("Hall")
        answer = self.device.http.post(
            office.base_url + "/oauth/device",
            data={"client_id": "smart-cinema-desktop", "scope": "openid email profile offline_access"},
            timeout=10,
        )
        assert answer.status_code == 200, answer.text
        self.codes = answer.json()

    def ask(self) -> Any:
        return self.device.token({"grant_type": GRANT, "device_code": self.codes["device_code"]})

    def answer(self, do: str, **fields: str) -> Any:
        till = self.office.till()
        address = urlsplit(self.codes["verification_uri_complete"])
        path = f"{address.path}?{address.query}"
        given = {"user_code": self.codes["user_code"], "password": "lantern-festival", **fields}
        return till.submit(till.open(path), path, do=do, **given)


@pytest.fixture
def screen(office: Any) -> Screen:
    return Screen(office)


def test_a_screen_is_signed_in_once_somebody_allows_it(office: Any, screen: Screen) -> None:
    viewer = office.newcomer()
    assert screen.ask().json()["error"] == "authorization_pending"
    page = screen.answer("sign-in", email=viewer.email, user_code=screen.codes["user_code"].lower().replace("-", " "))
    assert "The screen is signed in" in page.text
    given = screen.ask()
    assert given.status_code == 200, given.text
    screen.device.tokens = given.json()
    assert screen.device.ask("GET", "/v1/tickets").status_code == 200
    assert screen.ask().json()["error"] == "invalid_grant"
    assert "No screen is waiting" in screen.answer("sign-in", email=viewer.email).text


def test_a_newcomer_opens_an_account_for_a_screen(screen: Screen) -> None:
    assert screen.answer("create", email="new@example.org", name="Mei").status_code == 200
    assert screen.ask().status_code == 200


def test_a_refusal_reaches_the_screen_and_ends_the_code(screen: Screen) -> None:
    assert "stays signed out" in screen.answer("deny").text
    assert [screen.ask().json()["error"] for _ in range(2)] == ["access_denied", "invalid_grant"]


def test_a_code_runs_out(office: Any, screen: Screen) -> None:
    office.clock.moved += timedelta(seconds=601)
    assert screen.ask().json()["error"] == "expired_token"
    assert "No screen is waiting" in screen.answer("deny").text


def test_asking_too_often_is_slowed_down_and_the_pause_grows(office: Any, screen: Screen) -> None:
    told = [screen.ask().json()["error"] for _ in range(2)]
    office.clock.moved += timedelta(seconds=6)
    told.append(screen.ask().json()["error"])
    office.clock.moved += timedelta(seconds=16)
    told.append(screen.ask().json()["error"])
    assert told == ["authorization_pending", "slow_down", "slow_down", "authorization_pending"]


def test_a_wrong_password_allows_nothing_and_keeps_the_code(office: Any, screen: Screen) -> None:
    viewer = office.newcomer()
    refused = screen.answer("sign-in", email=viewer.email, password="wrong-password")
    assert (refused.status_code, "do not belong together" in refused.text) == (422, True)
    assert screen.codes["user_code"] in refused.text
    assert screen.ask().json()["error"] == "authorization_pending"


def test_guessing_codes_is_held_back(screen: Screen) -> None:
    tried = [screen.answer("deny", user_code=f"BBBB-BBB{letter}").status_code for letter in "BCDFGHJKLMNPQRSTVWXZB"]
    assert (tried[0], tried[-1]) == (422, 429)
    assert screen.answer("deny").status_code == 429


def test_a_form_from_elsewhere_decides_nothing(office: Any, screen: Screen) -> None:
    data = {"user_code": screen.codes["user_code"], "do": "deny", "form_token": "x"}
    assert office.till().http.post(office.base_url + "/device", data=data, timeout=10).status_code == 403
    assert screen.ask().json()["error"] == "authorization_pending"


def test_screens_that_ask_without_end_are_held_back(office: Any) -> None:
    def begin(client: str) -> int:
        status: int = (
            office.till()
            .http.post(office.base_url + "/oauth/device", data={"client_id": client}, timeout=10)
            .status_code
        )
        return status

    assert begin("somebody-else") == 401
    assert {begin("smart-cinema-desktop") for _ in range(60)} == {200}
    assert begin("smart-cinema-desktop") == 429
