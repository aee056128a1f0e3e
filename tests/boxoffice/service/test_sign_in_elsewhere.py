"""People sign in with another provider: npm's oidc-provider, which the OpenID Foundation has certified."""

import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from html import unescape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

import pytest

from boxoffice.client import BoxOffice
from boxoffice.service import OpenIdAccess, ServiceConfig
from boxoffice.service.openid import SILENCE, Elsewhere, OpenIdProvider, name_of
from core import Cancel, CinemaError, Code
from tests.boxoffice.certified_provider import Person, certified_provider
from tests.boxoffice.postgresql import ask
from tests.boxoffice.service.conftest import SettableClock
from tests.boxoffice.service.stripe_emulators import free_port
from tests.boxoffice.service.test_screens import Screen

SECRET = "a secret of the box office"
LINK = re.compile(r'<a class="button" href="([^"]+)"')


class Guest(Person):
    """Somebody who takes the other way in on our page, and there says ``said``."""

    said = "continue"

    def walk(self, address: str) -> Any:
        page = self.http.get(address, timeout=20)
        found = LINK.search(page.text)
        assert found, page.text
        assert "Sign in with Filmhaus" in page.text
        page = super().walk(urljoin(page.url, unescape(found[1])))
        return self.submit(page, do=self.said) if "Continue as" in page.text else page


@pytest.fixture(scope="module")
def there() -> Iterator[tuple[str, int]]:
    port = free_port()
    with certified_provider(f"http://127.0.0.1:{port}/oauth/elsewhere/answer") as issuer:
        yield issuer, port


@pytest.fixture
def config(config: ServiceConfig, there: tuple[str, int]) -> ServiceConfig:
    issuer, port = there
    return replace(config, port=port, openid=OpenIdAccess(issuer, "box-office", SECRET, "Filmhaus"))


def sign_in(client: BoxOffice, name: str) -> str:
    guest, cancel = Guest(name), Cancel()
    guest.failed = cancel.cancel
    try:
        return client.sign_in(guest.open, cancel, "en").account.subject
    finally:
        guest.join()


def test_a_person_from_there_has_one_account_here_and_tickets(
    office: Any, open_client: Callable[..., BoxOffice], config: ServiceConfig
) -> None:
    sofa, laptop = open_client("Sofa"), open_client("Laptop")
    first = sign_in(sofa, "mei")
    assert sofa.account is not None
    assert (sofa.account.email, sofa.account.name) == ("mei@example.org", "Dr mei")
    assert sofa.order("paper-moon", "DE").state == "draft"
    assert sign_in(laptop, "mei") == first
    assert sign_in(open_client("Phone"), "li") != first
    assert ask(config.database_url, "SELECT count(*) FROM identity")[0] == 2
    assert not ask(config.database_url, "SELECT count(*) FROM identity WHERE length(subject) <> 64")[0]


def test_an_address_that_is_somebody_s_here_is_not_taken_over(
    office: Any, open_client: Callable[..., BoxOffice]
) -> None:
    office.device().sign_in("mei@example.org", create=True)
    guest, cancel = Guest("mei"), Cancel()
    pages: list[Any] = []

    def browse(address: str) -> bool:
        pages.append(guest.walk(address))
        cancel.cancel()
        return True

    with pytest.raises(CinemaError):
        open_client().sign_in(browse, cancel, "en")
    assert (pages[0].status_code, "already" in pages[0].text) == (409, True)


def test_an_address_that_nobody_vouches_for_is_not_kept(office: Any, open_client: Callable[..., BoxOffice]) -> None:
    client = open_client()
    sign_in(client, "unverified-li")
    assert client.account is not None
    assert client.account.email.endswith("@elsewhere.invalid")


def test_nobody_is_signed_in_who_has_not_said_so_here(
    office: Any, open_client: Callable[..., BoxOffice], config: ServiceConfig
) -> None:
    """The provider knows who it is and asks nothing: the box office does, and a no is a no."""
    guest = Guest("mei")
    guest.said = "deny"
    pages: list[Any] = []
    seen = guest.submit

    def looked(page: Any, **fields: str) -> Any:
        pages.append(page)
        return seen(page, **fields)

    guest.submit = looked  # type: ignore[method-assign]
    with pytest.raises(CinemaError) as refused:
        open_client().sign_in(guest.open, Cancel(), "en")
    guest.join()
    assert refused.value.code is Code.SIGN_IN_DENIED
    assert ("Continue as Dr mei?" in pages[-1].text, "mei@example.org" in pages[-1].text) == (True, True)
    assert ask(config.database_url, "SELECT count(*) FROM account WHERE name = 'Dr mei'")[0] == 0


def test_what_one_browser_was_told_is_worth_nothing_in_another_nor_without_our_page(office: Any) -> None:
    guest, device = Guest("mei"), office.device()
    query = urlencode(device.authorize_query("v" * 43))
    page = Person.walk(guest, f"{office.base_url}/oauth/elsewhere?{query}")
    assert "Continue as Dr mei?" in page.text
    path = f"{office.base_url}/oauth/elsewhere/continue"
    assert office.till().http.get(path, timeout=20).status_code == 502
    forged = guest.http.post(path, data={"do": "continue", "form_token": "x"}, timeout=20, allow_redirects=False)
    assert forged.status_code == 403
    cookie = guest.http.cookies.get("box-office-elsewhere", path="/oauth/elsewhere")
    assert cookie
    kept, _, mark = cookie.partition(".")
    for altered in (f"{kept[:-2]}AA.{mark}", f"{kept}.{mark[:-1]}", kept):
        told = office.till().http.get(path, headers={"Cookie": f"box-office-elsewhere={altered}"}, timeout=20)
        assert told.status_code == 502
    office.clock.moved += timedelta(minutes=11)
    assert guest.http.get(path, timeout=20).status_code == 502
    guest.join()


@pytest.mark.parametrize("answer", ["continue", "deny"])
def test_a_screen_is_signed_in_by_somebody_from_there(office: Any, answer: str) -> None:
    screen = Screen(office)
    guest = Guest("mei")
    guest.said = answer
    typed = guest.http.get(f"{office.base_url}/device", timeout=20)
    page = guest.submit(typed, do="elsewhere", user_code=screen.codes["user_code"].lower())
    told = guest.walk(page.url)
    guest.join()
    if answer == "deny":
        assert ("stays signed out" in told.text, screen.ask().json()["error"]) == (True, "access_denied")
        return
    assert "The screen is signed in" in told.text
    given = screen.ask()
    assert given.status_code == 200, given.text
    screen.device.tokens = given.json()
    told = screen.device.ask("GET", "/oauth/userinfo").json()
    assert (told["email"], told["name"]) == ("mei@example.org", "Dr mei")
    path = f"{office.base_url}/oauth/elsewhere?user_code={screen.codes['user_code']}"
    over = office.till().http.get(path, timeout=20, allow_redirects=False)
    assert (over.status_code, "No screen is waiting" in over.text) == (422, True)


def test_saying_no_there_is_told_to_the_viewer(office: Any, open_client: Callable[..., BoxOffice]) -> None:
    guest = Guest("mei", agrees=False)
    with pytest.raises(CinemaError) as refused:
        open_client().sign_in(guest.open, Cancel(), "en")
    guest.join()
    assert refused.value.code is Code.SIGN_IN_DENIED


def test_an_answer_that_this_browser_did_not_ask_for_signs_nobody_in(office: Any) -> None:
    device = office.device()
    till = office.till()
    begun = till.http.get(
        office.base_url + "/oauth/elsewhere", params=device.authorize_query("v" * 43), allow_redirects=False, timeout=20
    )
    assert begun.status_code == 303
    wish = urlsplit(begun.headers["Location"]).query
    assert all(part in wish for part in ("code_challenge_method=S256", "nonce=", "state="))
    for answer in ("code=x&state=other", "code=x", ""):
        page = till.open(f"/oauth/elsewhere/answer?{answer}")
        assert (page.status_code, "Nobody was signed in" in page.text) == (502, True)
    stranger = office.till().open(
        "/oauth/elsewhere/answer?code=x&state=" + wish.partition("state=")[2].partition("&")[0]
    )
    assert stranger.status_code == 502


def test_an_account_from_there_can_be_deleted(
    office: Any, open_client: Callable[..., BoxOffice], config: ServiceConfig
) -> None:
    client = open_client()
    sign_in(client, "mei")
    client.delete_account("mei@example.org")
    assert ask(config.database_url, "SELECT count(*) FROM identity")[0] == 0


@pytest.mark.parametrize(
    ("told", "name"),
    [("Dr\u3000 Mei\n", "Dr Mei"), ("Mei\0\x1b\u202e\ud800", "Mei"), ("\u200b", ""), (None, ""), ("x" * 99, "x" * 80)],
)
def test_a_name_from_there_is_one_that_may_be_here(told: str | None, name: str) -> None:
    assert name_of({"name": told}) == name


def test_a_provider_that_does_not_answer_is_not_waited_for_by_everybody() -> None:
    class Called(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            calls.append(self.path)
            self.send_error(503)

        def log_message(self, *_said: object) -> None:
            pass

    calls: list[str] = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Called)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    access = OpenIdAccess(f"http://127.0.0.1:{server.server_address[1]}", "box-office")
    clock = SettableClock()
    provider = OpenIdProvider(access, clock, "http://127.0.0.1:1/oauth/elsewhere/answer")
    for asked in (1, 1, 2):
        with pytest.raises(Elsewhere):
            provider.discovered()
        assert len(calls) == asked
        clock.moved += SILENCE / 2
    server.shutdown()
    server.server_close()
