"""The viewer signs in at a provider that is not ours and that the OpenID Foundation has certified."""

import time
from collections.abc import Iterator

import pytest
import requests

from boxoffice.client import BoxOffice, DeviceCodes, SessionKeyStore
from core import Cancel, CinemaError, Code, SystemClock
from tests.boxoffice.certified_provider import Person, certified_provider


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    with certified_provider() as address:
        yield address


@pytest.fixture
def client(issuer: str) -> Iterator[BoxOffice]:
    office = BoxOffice(issuer, SessionKeyStore(), SystemClock(), "Sofa")
    yield office
    office.close()


@pytest.fixture
def person() -> Iterator[Person]:
    somebody = Person()
    yield somebody
    somebody.join()


def test_the_viewer_signs_in_stays_signed_in_and_signs_out(client: BoxOffice, person: Person) -> None:
    signed_in = client.sign_in(person.open, Cancel(), "en")
    assert (signed_in.account.subject, signed_in.account.email, signed_in.account.name) == (
        "mei",
        "mei@example.org",
        "Dr mei",
    )
    first = client._tokens._refresh_token
    again = client._tokens.refreshed()
    assert again.id_token is not None
    assert client._tokens._refresh_token not in {None, first}, "each refresh brings another token"
    client.sign_out()
    assert client.account is None


def test_saying_no_there_is_told_as_such(client: BoxOffice) -> None:
    person = Person(agrees=False)
    with pytest.raises(CinemaError) as refused:
        client.sign_in(person.open, Cancel(), "en")
    person.join()
    assert (refused.value.code, client.account) == (Code.SIGN_IN_DENIED, None)


class Watched(Cancel):
    """Lets the time between two questions pass at once, so that nobody waits for five seconds."""

    def wait(self, timeout_s: float) -> bool:
        del timeout_s
        time.sleep(0.05)
        return self.cancelled


def test_a_screen_is_signed_in_with_a_code(client: BoxOffice, person: Person) -> None:
    shown: list[DeviceCodes] = []

    def enter(codes: DeviceCodes) -> None:
        shown.append(codes)
        page = person.http.get(codes.address_with_code, timeout=20)
        page = person.submit(page)
        if 'name="confirm"' in page.text:
            page = person.submit(page)
        while 'name="prompt"' in page.text:
            page = person.submit(page)
        assert page.status_code == 200, page.text

    signed_in = client.sign_in_elsewhere(enter, Watched())
    assert shown[0].interval_s == 5
    assert (signed_in.account.subject, client.account) == ("mei", signed_in.account)


def test_a_stolen_refresh_token_is_worth_nothing_on_another_device(
    client: BoxOffice, issuer: str, person: Person
) -> None:
    client.sign_in(person.open, Cancel(), "en")
    stolen = {
        "grant_type": "refresh_token",
        "refresh_token": client._tokens._refresh_token or "",
        "client_id": "smart-cinema-desktop",
    }
    answer = requests.post(f"{issuer}/token", data=stolen, timeout=20)
    assert answer.status_code == 400
