"""Where a viewer is decides what is sold; what hides it refuses with a reason and a way out."""

import http.client
import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st

from boxoffice.service import ServiceConfig, allow_territory
from boxoffice.service.addresses import client_address
from boxoffice.service.places import AddressBook
from core import CinemaError, Code
from tests.boxoffice.service.mmdb import write_mmdb

GERMAN, CHINESE, VPN, CALIFORNIAN, UNKNOWN = "2.125.160.1", "1.0.1.9", "2.125.160.99", "8.8.8.8", "9.9.9.9"


@pytest.fixture
def place(open_office: Any, tmp_path: Path) -> Any:
    countries = write_mmdb(
        tmp_path / "city.mmdb",
        {
            "2.125.160.0/24": {"country": {"iso_code": "DE"}},
            "1.0.1.0/24": {"country": {"iso_code": "CN"}},
            "8.8.8.0/24": {"country": {"iso_code": "US"}, "subdivisions": [{"iso_code": "CA"}]},
        },
    )
    hiding = write_mmdb(tmp_path / "hiding.mmdb", {f"{VPN}/32": {"is_anonymous": True}})
    return open_office(geoip=countries, geoip_anonymous=hiding, trusted_proxies=1)


def order(viewer: Any, address: str, territory: str = "DE", title_id: str = "paper-moon") -> Any:
    document = {"title_id": title_id, "territory": territory}
    headers = {"Idempotency-Key": str(uuid.uuid4()), "X-Forwarded-For": address}
    return viewer.ask("POST", "/v1/orders", document, **headers)


def reasons(answer: Any) -> list[tuple[str, str]]:
    assert answer.status_code == 403, answer.text
    return [(one["rule"], one["fix"]) for one in answer.json()["reasons"]]


def catalogue(office: Any, address: str, asked: str = "DE") -> Any:
    url = f"{office.base_url}/v1/catalogue?territory={asked}"
    with requests.Session() as http_:
        http_.trust_env = False
        return http_.get(url, headers={"X-Forwarded-For": address}, timeout=20).json()


def test_the_address_decides_and_not_what_is_asked(place: Any) -> None:
    assert catalogue(place, GERMAN, "CN")["territory"] == "DE"
    assert catalogue(place, CALIFORNIAN)["territory"] == "US-CA"
    viewer = place.newcomer()
    assert reasons(order(viewer, CHINESE)) == [("territory", "contact")]
    assert reasons(order(viewer, CHINESE, "CN")) == [("territory", "none")]
    assert order(viewer, GERMAN).status_code == 201


@pytest.mark.parametrize(
    ("address", "rule"),
    [
        (VPN, "place-hidden"),
        (UNKNOWN, "place-unknown"),
        ("10.1.2.3", "place-unknown"),
        ("127.0.0.1", "place-unknown"),
        ("::1", "place-unknown"),
        ("garbage", "place-unknown"),
        (f"::ffff:{VPN}", "place-hidden"),
    ],
)
def test_an_address_that_says_nothing_is_refused_and_told_whom_to_ask(place: Any, address: str, rule: str) -> None:
    assert reasons(order(place.newcomer(), address)) == [(rule, "contact")]
    shown = catalogue(place, address)
    assert shown["territory"] == "ZZ"
    assert {one["offer"]["reasons"][0]["rule"] for one in shown["titles"]} == {rule}


def test_what_the_client_says_before_the_proxy_is_not_read(place: Any) -> None:
    viewer = place.newcomer()
    assert reasons(order(viewer, f"{GERMAN}, {CHINESE}")) == [("territory", "contact")]
    parts = urlsplit(place.base_url)
    line = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=20)
    line.putrequest("GET", "/v1/catalogue")
    line.putheader("X-Forwarded-For", GERMAN)
    line.putheader("X-Forwarded-For", CHINESE)
    line.endheaders()
    assert b'"territory":"CN"' in line.getresponse().read()
    line.close()


def test_who_goes_around_the_proxy_is_nowhere(place: Any) -> None:
    viewer = place.newcomer()
    assert reasons(viewer.order()) == [("place-unknown", "contact")]


def test_a_ticket_opens_where_its_film_is_shown_and_goes_on_wherever_its_owner_travels(place: Any) -> None:
    viewer = place.newcomer()
    bought = order(viewer, GERMAN).json()
    place.till().pay(bought["checkout_url"])
    (ticket,) = viewer.tickets()
    path = f"/v1/tickets/{ticket['id']}/admission"
    assert reasons(viewer.ask("POST", path, **{"X-Forwarded-For": CHINESE})) == [("territory", "contact")]
    assert reasons(viewer.ask("POST", path, **{"X-Forwarded-For": VPN})) == [("place-hidden", "contact")]
    play = viewer.ask("POST", path, **{"X-Forwarded-For": GERMAN}).json()
    viewer.ask("POST", f"/v1/plays/{play['id']}/progress", {"position_ms": 900, "seen": [[0, 900]]})
    assert viewer.ask("POST", path, **{"X-Forwarded-For": CHINESE}).status_code == 200


def test_an_operators_exception_holds_until_it_expires(place: Any) -> None:
    viewer = place.newcomer()
    allow_territory(place.config, viewer.email, "DE", 2, "moved house, saw the lease", "Lin")
    assert order(viewer, VPN).status_code == 201
    other = place.newcomer()
    assert reasons(order(other, VPN)) == [("place-hidden", "contact")]
    with pytest.raises(CinemaError) as caught:
        allow_territory(place.config, "nobody@example.org", "DE", 2, "x", "Lin")
    assert caught.value.code is Code.NOT_FOUND
    allow_territory(place.config, other.email, "DE", 1, "trip", "Lin", _Earlier(place.clock))
    assert reasons(order(other, VPN)) == [("place-hidden", "contact")]


class _Earlier:
    def __init__(self, clock: Any) -> None:
        self._clock = clock

    def now(self) -> Any:
        return self._clock.now() - timedelta(days=3)


def test_without_a_database_what_is_asked_is_believed(office: Any) -> None:
    assert catalogue(office, CHINESE, "FR")["territory"] == "FR"
    assert order(office.newcomer(), VPN).status_code == 201


def test_a_new_database_is_read_and_a_broken_one_leaves_the_old(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr("boxoffice.service.places.LOOK_AGAIN_S", 0)
    path = write_mmdb(tmp_path / "a.mmdb", {f"{GERMAN}/32": {"country": {"iso_code": "DE"}}})
    book = AddressBook(path)
    assert book.find(GERMAN) == {"country": {"iso_code": "DE"}}
    path.write_bytes(b"broken")
    assert book.find(GERMAN) == {"country": {"iso_code": "DE"}}
    write_mmdb(path, {f"{GERMAN}/32": {"country": {"iso_code": "AT"}}})
    assert book.find(GERMAN) == {"country": {"iso_code": "AT"}}
    path.write_bytes(b"broken")
    with pytest.raises(CinemaError):
        AddressBook(path)


def test_what_cannot_be_is_no_configuration(config: ServiceConfig) -> None:
    with pytest.raises(CinemaError):
        ServiceConfig(config.data_dir, config.database_url, trusted_proxies=-1)


@given(
    st.lists(st.text(max_size=20), max_size=4),
    st.integers(1, 3),
    st.lists(st.ip_addresses().map(str), min_size=3, max_size=3),
)
def test_nothing_that_a_client_says_moves_what_the_proxies_say(said: list[str], proxies: int, real: list[str]) -> None:
    told = real[:proxies]
    chain = (
        [
            ",".join([*said, *told[:-1]]),
        ]
        if said or told[:-1]
        else []
    )
    assert client_address(told[-1], chain, proxies - 1) == (told[0] if proxies > 1 else told[-1])


def test_a_stale_sign_in_does_not_close_the_catalogue(place: Any) -> None:
    with requests.Session() as line:
        line.trust_env = False
        headers = {"X-Forwarded-For": GERMAN, "Authorization": "DPoP stale"}
        answer = line.get(f"{place.base_url}/v1/catalogue", headers=headers, timeout=20)
    assert (answer.status_code, answer.json()["territory"]) == (200, "DE")
