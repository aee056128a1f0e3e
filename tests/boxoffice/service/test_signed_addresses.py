"""Media by signed addresses: no token, one play, some hours; keys stay behind tokens."""

import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import requests

from boxoffice.client import BoxOffice, SessionKeyStore
from boxoffice.service import make_vouchers
from core import Cancel
from player.presentation import unheard
from tests.boxoffice.service.test_client_meets_service import sign_in
from ui.viewer.viewing import open_ticket

SEGMENT = "video/2k/00001.m4s"


@pytest.fixture
def offices(open_office: Callable[..., Any]) -> tuple[Any, Any]:
    """One that sells, and one on the same database that hands out media as a CDN would."""
    origin = open_office()
    return open_office(mirrors=(f"{origin.base_url}/v1/signed",), sign_mirrors=True), origin


def get(address: str, path: str = "", **headers: str) -> requests.Response:
    return requests.get(f"{address}/{path}" if path else address, headers=headers, timeout=20)


def test_a_film_is_played_from_signed_addresses(offices: tuple[Any, Any], films_folder: Path) -> None:
    office, origin = offices
    with ExitStack() as stack:
        client = BoxOffice(office.base_url, SessionKeyStore(), office.clock, "Sofa")
        stack.callback(client.close)
        sign_in(office, client, "signed@example.org", create=True)
        catalogue = client.catalogue("DE")
        client.redeem(client.order("paper-moon", "DE").id, make_vouchers(office.config, "paper-moon", 1)[0])
        (ticket,) = client.tickets()
        viewing = open_ticket(client, ticket.id, catalogue.signers, Cancel())
        piece = viewing.feature.presentation.video[0].pieces[0]
        data = viewing.feature.fetch(piece.path, piece.size_bytes, Cancel(), unheard)
    assert data == (films_folder / "paper-moon" / piece.path).read_bytes()
    counted = (
        'boxoffice_requests_total{method="GET",route="/v1/signed/{grant}/{package_id}/{path:path}",status="200"} 1.0'
    )
    deadline = time.monotonic() + 20
    while counted not in (figures := requests.get(f"{origin.base_url}/metrics", timeout=20).text):
        assert time.monotonic() < deadline, figures  # an answer counts once its last byte is out
        time.sleep(0.05)


def test_an_address_is_good_for_its_package_and_its_time_alone(offices: tuple[Any, Any], films_folder: Path) -> None:
    office, origin = offices
    viewer = office.newcomer()
    play = viewer.ask("POST", f"/v1/tickets/{viewer.buy()['ticket_id']}/admission").json()
    (address,) = play["package"]["mirrors"]
    part = get(address, SEGMENT, Range="bytes=0-9")
    assert (part.status_code, part.content) == (206, (films_folder / "paper-moon" / SEGMENT).read_bytes()[:10])
    assert get(address).status_code == 204
    assert get(address, "../manifest.json").status_code == 403
    assert get(address, "video/2k/none.m4s").status_code == 404

    base, _, grant = address.removesuffix(f"/{play['package']['id']}").rpartition("/")
    expires, play_id, mark = grant.split(".")
    forged = (
        f"{int(expires) + 3600}.{play_id}.{mark}",
        f"{expires}.{play_id[:-1]}x.{mark}",
        f"{expires}.{play_id}.{mark[:-1]}" + ("A" if mark[-1] != "A" else "B"),
        f"{expires}.{play_id}",
        "x.y.z",
        f"{'9' * 100}.{play_id}.{mark}",
    )
    assert [get(f"{base}/{one}/paper-moon-feature", SEGMENT).status_code for one in forged] == [403] * len(forged)
    assert get(f"{base}/{grant}/coming-soon-feature", SEGMENT).status_code == 403
    assert get(f"{origin.base_url}/v1/plays/{play['id']}/keys/2k-1").status_code == 401

    told = viewer.ask("POST", f"/v1/plays/{play['id']}/progress", {"position_ms": 0, "seen": []}).json()
    assert told["mirrors"] == [address]
    origin.clock.moved += timedelta(hours=5, minutes=1)
    office.clock.moved += timedelta(hours=5, minutes=1)
    assert get(address, SEGMENT).status_code == 403
    viewer.sign_in(viewer.email)
    (renewed,) = viewer.ask("POST", f"/v1/plays/{play['id']}/progress", {"position_ms": 0, "seen": []}).json()[
        "mirrors"
    ]
    assert get(renewed, SEGMENT).status_code == 200


def test_the_catalogue_names_no_mirror_that_wants_a_signature(offices: tuple[Any, Any]) -> None:
    titles = requests.get(f"{offices[0].base_url}/v1/catalogue", timeout=20).json()["titles"]
    assert all(title["package"]["mirrors"] == [] for title in titles)
