"""What somebody with bad intentions, or bad luck, tries."""

import re
import secrets
import socket
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
import requests

from boxoffice.service import ServiceConfig
from tests.boxoffice.postgresql import ask
from tests.boxoffice.service.conftest import PASSWORD


def test_a_chosen_language_stays_until_the_order_is_paid(office: Any) -> None:
    url = office.newcomer().order().json()["checkout_url"]
    till = office.till()
    till.open(url + "?lang=zh-Hans")
    assert '<html lang="zh-Hans">' in till.pay(url).text


def test_two_devices_at_the_door_at_once_and_one_gets_in(office: Any) -> None:
    first = office.newcomer("Sofa")
    first.buy()
    devices = {"Sofa": first, "Laptop": office.second_device(first, "Laptop")}
    path = f"/v1/tickets/{first.tickets()[0]['id']}/admission"
    together = Barrier(2)

    def enter(name: str) -> tuple[str, int, dict[str, Any]]:
        together.wait(10)
        answer = devices[name].ask("POST", path)
        return name, answer.status_code, answer.json()

    with ThreadPoolExecutor(2) as pool:
        inside, outside = sorted(pool.map(enter, devices), key=lambda found: found[1])
    assert (inside[1], outside[1]) == (200, 403)
    assert outside[2]["reasons"][0]["device"] == inside[0]


def test_a_payment_approved_before_a_crash_is_issued_after_it(
    open_office: Callable[[], Any], config: ServiceConfig
) -> None:
    office = open_office()
    viewer = office.newcomer()
    order = viewer.order().json()
    till = office.till()
    till.submit(till.open(order["checkout_url"]), urlsplit(order["checkout_url"]).path + "/pay")
    ask(config.database_url, "UPDATE test_payment SET state = 'approved' RETURNING state")
    again = open_office()
    viewer.office, viewer.base_url = again, again.base_url
    viewer.sign_in(viewer.email)
    deadline = time.monotonic() + 15
    while viewer.ask("GET", f"/v1/orders/{order['id']}").json()["state"] != "issued":
        assert time.monotonic() < deadline
    assert len(viewer.tickets()) == 1


def test_somebody_elses_order_and_progress_are_not_there(office: Any) -> None:
    owner, other = office.newcomer(), office.newcomer()
    order = owner.buy()
    play = owner.ask("POST", f"/v1/tickets/{order['ticket_id']}/admission").json()
    seen = {"position_ms": 1000, "seen": [[0, 1000]]}
    tries = [
        other.ask("GET", f"/v1/orders/{order['id']}"),
        other.ask("POST", f"/v1/orders/{order['id']}/cancel"),
        other.ask("POST", "/v1/vouchers/redeem", {"code": "WRONG", "order_id": order["id"]}),
        other.ask("POST", f"/v1/plays/{play['id']}/progress", seen),
        office.second_device(owner).ask("POST", f"/v1/plays/{play['id']}/progress", seen),
    ]
    assert [answer.status_code for answer in tries] == [404] * 5
    assert other.tickets() == []


@pytest.mark.parametrize(
    "changed", [{"htm": "POST"}, {"htu": "/v1/orders"}, {"ath": "x" * 43}, {"iat": 1}, {"jti": ""}, {"key": "other"}]
)
def test_a_proof_made_for_another_call_is_refused(office: Any, changed: dict[str, Any]) -> None:
    viewer = office.newcomer()
    token = viewer.tokens["access_token"]
    if "key" in changed:
        proof = office.device().proof("GET", "/v1/tickets", token)
    else:
        claims = {**changed, "htu": office.base_url + changed["htu"]} if "htu" in changed else changed
        proof = viewer.proof("GET", "/v1/tickets", token, **claims)
    headers = {"Authorization": f"DPoP {token}", "DPoP": proof}
    assert viewer.http.get(office.base_url + "/v1/tickets", headers=headers, timeout=10).status_code == 401


def test_a_proof_serves_once(office: Any) -> None:
    viewer = office.newcomer()
    token = viewer.tokens["access_token"]
    headers = {"Authorization": f"DPoP {token}", "DPoP": viewer.proof("GET", "/v1/tickets", token)}
    asked = [viewer.http.get(office.base_url + "/v1/tickets", headers=headers, timeout=10) for _ in range(2)]
    assert [answer.status_code for answer in asked] == [200, 401]


def test_a_form_from_elsewhere_is_refused(office: Any) -> None:
    url = office.newcomer().order().json()["checkout_url"]
    till, stranger = office.till(), office.till()
    token = "form_token"
    page = stranger.open(url)
    till.open(url)
    assert till.submit(page, urlsplit(url).path + "/pay").status_code == 403
    answer = till.http.post(url + "/pay", data={token: "x"}, allow_redirects=False, timeout=10)
    assert answer.status_code == 403


def test_vouchers_cannot_be_tried_for_ever(office: Any) -> None:
    viewer = office.newcomer()
    order = viewer.order().json()
    answers = [
        viewer.ask("POST", "/v1/vouchers/redeem", {"code": secrets.token_hex(8), "order_id": order["id"]})
        for _ in range(25)
    ]
    assert answers[0].status_code == 422
    assert answers[-1].status_code == 429


@pytest.mark.parametrize("path", ["/", "/nowhere", "/v1/orders/x/cancel", "/%2e%2e/etc/passwd"])
def test_a_person_at_a_wrong_address_reads_a_page_and_a_program_a_problem(office: Any, path: str) -> None:
    url = office.base_url + path
    page = requests.get(url, headers={"Accept": "text/html", "Accept-Language": "zh-CN"}, timeout=5)
    told = requests.get(url, headers={"Accept": "application/json"}, timeout=5)
    assert page.status_code == told.status_code >= 400
    assert page.headers["content-type"].startswith("text/html")
    assert '<html lang="zh-Hans"' in page.text
    assert "script" not in page.text
    assert told.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("path", ["//evil.example/", "/%09/evil.example/", "/%5cevil.example/", "/%22%3e%3cb%3e"])
def test_a_page_of_ours_leads_to_no_other_host(office: Any, path: str) -> None:
    page = requests.get(office.base_url + path, headers={"Accept": "text/html"}, timeout=5)
    assert page.status_code == 404
    assert '<a href="/' in page.text
    assert re.findall(r'href="(?!/[\w%.-])[^"]*"', page.text) == []
    assert "<b>" not in page.text


@pytest.mark.parametrize("path", ["/console/venues/none/stick", "/console/venues/none/files", "/console/avails"])
def test_nobody_who_is_not_signed_in_makes_the_console_read_an_upload(office: Any, path: str) -> None:
    host, port = "127.0.0.1", urlsplit(office.base_url).port
    with socket.create_connection((host, port or 0), timeout=5) as line:
        line.sendall(
            f"POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: multipart/form-data; boundary=x\r\n"
            "Content-Length: 60000000\r\n\r\n".encode()
        )
        assert line.recv(12) == b"HTTP/1.1 303"


def test_whoever_hangs_up_in_the_middle_is_no_fault_of_ours(office: Any, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", "boxoffice.service.access")
    host, port = "127.0.0.1", urlsplit(office.base_url).port
    with socket.create_connection((host, port or 0), timeout=5) as line:
        line.sendall(f"POST /oauth/token HTTP/1.1\r\nHost: {host}\r\nContent-Length: 100\r\n\r\na=b".encode())
    deadline = time.monotonic() + 10
    while "POST /oauth/token 400" not in caplog.text:
        assert time.monotonic() < deadline, caplog.text
        assert "ERROR" not in caplog.text
        time.sleep(0.02)


def test_what_is_somebody_elses_is_neither_read_nor_touched(office: Any) -> None:
    owner, other = office.newcomer(), office.newcomer()
    order = owner.buy()
    ticket = f"/v1/tickets/{order['ticket_id']}"
    play = owner.ask("POST", f"{ticket}/admission").json()
    sign_in = owner.ask("GET", "/v1/account/sign-ins").json()["sign_ins"][0]["id"]
    tries: list[tuple[str, str, Any]] = [
        ("GET", f"/v1/orders/{order['id']}/receipt", None),
        ("POST", f"{ticket}/admission", None),
        ("POST", f"{ticket}/licence", {"device_key": "A" * 43}),
        ("POST", f"{ticket}/note-flags", {"flags": []}),
        ("GET", f"/v1/plays/{play['id']}/keys/2k-1", None),
        ("POST", f"/v1/account/sign-ins/{sign_in}/end", None),
        ("GET", f"/v1/media/{play['package']['id']}/manifest.json", None),
    ]
    before = owner.ask("GET", "/v1/account/data").json()
    for method, path, document in tries:
        answer = other.ask(method, path, document)
        assert answer.status_code in {400, 403, 404}, (path, answer.text)
        assert "paper" not in answer.text
    assert owner.ask("GET", "/v1/account/data").json() | {"made": before["made"]} == before
    assert owner.ask("POST", "/v1/account/delete", {"email": other.email}).status_code >= 400


@pytest.mark.parametrize("path", ["/v1/media/\0/a", "/v1/orders/\0", "/v1/plays/\0/keys/a", "/v1/plays/a/keys/\0"])
def test_an_address_with_a_nul_is_refused_and_not_failed_at(office: Any, path: str) -> None:
    viewer = office.newcomer()
    token = viewer.tokens["access_token"]
    headers = {"Authorization": f"DPoP {token}", "DPoP": viewer.proof("GET", path, token)}
    answer = viewer.http.get(office.base_url + path.replace("\0", "%00"), headers=headers, timeout=10)
    assert 400 <= answer.status_code < 500, answer.text
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("name", ["nonce", "state", "scope"])
def test_a_nul_in_a_sign_in_fails_at_nothing(office: Any, name: str) -> None:
    device, till = office.newcomer(), office.till()
    query = device.authorize_query("v" * 43)
    path = "/oauth/authorize?" + urlencode({**query, name: f"{query[name]} \0"})
    answer = till.submit(till.open(path), path, email=device.email, password=PASSWORD, do="sign-in")
    assert answer.status_code in {303, 400}, answer.text
