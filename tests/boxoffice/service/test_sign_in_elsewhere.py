"""People sign in with another provider: npm's oidc-provider, which the OpenID Foundation has certified."""

import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from html import unescape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest

from boxoffice.client import BoxOffice
from boxoffice.service import OpenIdAccess, ServiceConfig
from boxoffice.service.elsewhere import SILENCE, Elsewhere, SignInElsewhere, _name
from core import Cancel, CinemaError, Code
from tests.boxoffice.certified_provider import Person, certified_provider
from tests.boxoffice.postgresql import ask
from tests.boxoffice.service.conftest import SettableClock
from tests.boxoffice.service.stripe_emulators import free_port

SECRET = "a secret of the box office"
LINK = re.compile(r'<a class="button" href="([^"]+)"')


class Guest(Person):
    """Somebody who takes the other way in on our page."""

    def walk(self, address: str) -> Any:
        page = self.http.get(address, timeout=20)
        found = LINK.search(page.text)
        assert found, page.text
        assert "Sign in with Filmhaus" in page.text
        return super().walk(urljoin(page.url, unescape(found[1])))


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
    assert _name({"name": told}) == name


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
    nobody: Any = None
    elsewhere = SignInElsewhere(nobody, clock, access, nobody, nobody, nobody, "http://127.0.0.1:1")
    for asked in (1, 1, 2):
        with pytest.raises(Elsewhere):
            elsewhere._discovered(access)
        assert len(calls) == asked
        clock.moved += SILENCE / 2
    server.shutdown()
    server.server_close()
