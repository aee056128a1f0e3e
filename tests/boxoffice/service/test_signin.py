"""Sign-in, tokens and proofs against the running service."""

import secrets
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet


def test_the_answer_carries_state_and_issuer_and_the_id_token_says_who(office: Any) -> None:
    device = office.device()
    verifier = secrets.token_urlsafe(48)
    answer = device.code("mei@example.org", create=True, verifier=verifier)
    assert (answer["state"], answer["iss"]) == ("state-1", office.base_url)
    tokens = device.exchange(answer["code"], verifier).json()
    keys = KeySet.import_key_set(device.http.get(office.base_url + "/oauth/jwks", timeout=10).json())
    claims = jwt.decode(tokens["id_token"], keys, algorithms=["ES256"]).claims
    assert {name: claims[name] for name in ("iss", "aud", "email", "name", "nonce")} == {
        "iss": office.base_url,
        "aud": "smart-cinema-desktop",
        "email": "mei@example.org",
        "name": "Mei",
        "nonce": "nonce-1",
    }


@pytest.mark.parametrize(
    "redirect",
    [
        "https://evil.example/callback",
        "http://127.0.0.1.evil.example:80/",
        "http://localhost:4000/cb",
        "http://127.0.0.1/cb",
        "http://user@127.0.0.1:4000/cb",
        "http://127.0.0.1:4000@evil.example/",
        "http://127.0.0.1:4000/cb?next=x",
        "http://127.0.0.1:4000/cb#x",
        "http://127.0.0.1:99999/cb",
        "//evil.example",
        "http://127.0.0.1:4000\\@evil.example/",
        "http://127.0.0.1:4000/\r\nX: y",
    ],
)
def test_an_answer_goes_to_loopback_and_nowhere_else(office: Any, redirect: str) -> None:
    query = office.device().authorize_query("v" * 43, redirect_uri=redirect)
    till = office.till()
    page = till.http.get(f"{office.base_url}/oauth/authorize?{urlencode(query)}", allow_redirects=False, timeout=10)
    assert (page.status_code, "Location" in page.headers) == (400, False)


@pytest.mark.parametrize("changes", [{"code_challenge": ""}, {"code_challenge_method": "plain"}])
def test_pkce_with_s256_is_required(office: Any, changes: dict[str, str]) -> None:
    query = office.device().authorize_query("v" * 43, **changes)
    url = f"{office.base_url}/oauth/authorize?{urlencode(query)}"
    answer = office.till().http.get(url, allow_redirects=False, timeout=10)
    told = parse_qs(urlsplit(answer.headers["Location"]).query)
    assert (told["error"], told["state"], told["iss"]) == (["invalid_request"], ["state-1"], [office.base_url])


def test_declining_tells_the_viewer(office: Any) -> None:
    till = office.till()
    path = "/oauth/authorize?" + urlencode(office.device().authorize_query("v" * 43))
    answer = till.submit(till.open(path), path, do="deny")
    assert parse_qs(urlsplit(answer.headers["Location"]).query)["error"] == ["access_denied"]


def test_a_code_works_once_and_a_second_use_ends_the_sign_in(office: Any) -> None:
    device = office.device()
    verifier = secrets.token_urlsafe(48)
    code = device.code("mei@example.org", create=True, verifier=verifier)["code"]
    assert device.exchange(code, "w" * 43).status_code == 400
    device.tokens = device.exchange(code, verifier).json()
    assert device.ask("GET", "/v1/tickets").status_code == 200
    assert device.exchange(code, verifier).json()["error"] == "invalid_grant"
    assert device.ask("GET", "/v1/tickets").status_code == 401


def test_a_code_is_for_the_device_key_that_asked_for_it(office: Any) -> None:
    device, thief = office.device(), office.device()
    verifier = secrets.token_urlsafe(48)
    bound = {"dpop_jkt": device.thumbprint}
    code = device.code("mei@example.org", create=True, verifier=verifier, **bound)["code"]
    assert thief.exchange(code, verifier).json()["error"] == "invalid_grant"
    assert device.exchange(code, verifier).status_code == 200


def test_a_lost_refresh_answer_does_not_sign_the_viewer_out(office: Any) -> None:
    device = office.newcomer()
    old = device.tokens["refresh_token"]
    assert device.refresh(old).status_code == 200
    again = device.refresh(old)
    assert again.status_code == 200
    device.tokens = again.json()
    assert device.ask("GET", "/v1/tickets").status_code == 200


def test_an_answer_lost_in_an_outage_of_days_is_asked_for_again_with_the_old_token(office: Any) -> None:
    device = office.newcomer()
    old = device.tokens["refresh_token"]
    for _ in range(3):
        assert device.refresh(old).status_code == 200
        office.clock.moved += timedelta(days=2)
    device.tokens = device.refresh(old).json()
    assert device.ask("GET", "/v1/tickets").status_code == 200
    office.clock.moved += timedelta(days=2)
    device.tokens = device.refresh(device.tokens["refresh_token"]).json()
    assert device.ask("GET", "/v1/tickets").status_code == 200


def test_a_token_out_of_an_answer_that_was_asked_for_again_ends_the_sign_in(office: Any) -> None:
    device = office.newcomer()
    old = device.tokens["refresh_token"]
    lost = device.refresh(old).json()["refresh_token"]
    office.clock.moved += timedelta(hours=1)
    device.tokens = device.refresh(old).json()
    assert device.refresh(lost).json()["error"] == "invalid_grant"
    assert device.ask("GET", "/v1/tickets").status_code == 401


@pytest.mark.parametrize("how", ["late", "another device"])
def test_a_refresh_token_used_again_late_or_elsewhere_ends_the_sign_in(office: Any, how: str) -> None:
    device = office.newcomer()
    old = device.tokens["refresh_token"]
    device.tokens = device.refresh(old).json()
    thief = office.device()
    if how == "late":
        office.clock.moved += timedelta(seconds=1)
        device.tokens = device.refresh(device.tokens["refresh_token"]).json()
        office.clock.moved += timedelta(seconds=90)
        thief = device
    assert thief.refresh(old).json()["error"] == "invalid_grant"
    assert device.refresh(device.tokens["refresh_token"]).status_code == 400
    assert device.ask("GET", "/v1/tickets").status_code == 401


def test_a_proof_is_for_one_request_one_address_and_one_token(office: Any) -> None:
    device = office.newcomer()
    token = device.tokens["access_token"]
    url = office.base_url + "/v1/tickets"

    def ask(proof: str) -> int:
        headers = {"Authorization": f"DPoP {token}", "DPoP": proof}
        status: int = device.http.get(url, headers=headers, timeout=10).status_code
        return status

    good = device.proof("GET", "/v1/tickets", token)
    now = office.clock.now().timestamp()
    assert [
        ask(good),
        ask(good),
        ask(device.proof("POST", "/v1/tickets", token)),
        ask(device.proof("GET", "/v1/orders", token)),
        ask(device.proof("GET", "/v1/tickets", "another")),
        ask(device.proof("GET", "/v1/tickets")),
        ask(device.proof("GET", "/v1/tickets", token, iat=int(now - 600))),
        ask(office.device().proof("GET", "/v1/tickets", token)),
        ask(good[:-2] + "AA"),
        ask("x"),
    ] == [200] + [401] * 9


def test_signing_out_ends_access_too(office: Any) -> None:
    device = office.newcomer()
    data = {"token": device.tokens["refresh_token"]}
    assert device.http.post(office.base_url + "/oauth/revoke", data=data, timeout=10).status_code == 200
    assert device.ask("GET", "/v1/tickets").status_code == 401


def test_an_access_token_lasts_ten_minutes(office: Any) -> None:
    device = office.newcomer()
    office.clock.moved += type(office.clock.moved)(minutes=11)
    assert device.ask("GET", "/v1/tickets").status_code == 401


def test_few_passwords_can_be_tried(office: Any) -> None:
    device = office.newcomer()
    till = office.till()
    path = "/oauth/authorize?" + urlencode(device.authorize_query("v" * 43))
    page = till.open(path)
    tried = [till.submit(page, path, email=device.email, password="wrong-one", do="sign-in") for _ in range(6)]
    assert [answer.status_code for answer in tried] == [422] * 5 + [429]
    assert till.submit(page, path, email=device.email, password="lantern-festival", do="sign-in").status_code == 429
    office.clock.moved += type(office.clock.moved)(minutes=16)
    assert till.submit(page, path, email=device.email, password="lantern-festival", do="sign-in").status_code == 303


def try_from(office: Any, email: str, password: str, address: str) -> int:
    till = office.till()
    till.http.headers["X-Forwarded-For"] = address
    path = "/oauth/authorize?" + urlencode(office.device().authorize_query("v" * 43))
    status: int = till.submit(till.open(path), path, email=email, password=password, do="sign-in").status_code
    return status


def test_a_stranger_who_guesses_keeps_nobody_out_from_elsewhere(open_office: Callable[..., Any]) -> None:
    office = open_office(trusted_proxies=1)
    email = office.newcomer().email
    tried = [try_from(office, email, "wrong-one", f"2001:db8:5:5::{number:x}") for number in range(1, 26)]
    assert tried == [422] * 5 + [429] * 20
    assert try_from(office, email, "lantern-festival", "203.0.113.7") == 303
    assert try_from(office, email, "lantern-festival", "2001:db8:5:5::99") == 429


def test_guesses_from_everywhere_are_few_as_well(open_office: Callable[..., Any]) -> None:
    office = open_office(trusted_proxies=1)
    email = office.newcomer().email
    tried = [try_from(office, email, "wrong-one", f"198.51.100.{number}") for number in range(1, 24)]
    assert tried == [422] * 20 + [429] * 3
    assert try_from(office, email, "lantern-festival", "203.0.113.7") == 429
    office.clock.moved += type(office.clock.moved)(minutes=16)
    assert try_from(office, email, "lantern-festival", "203.0.113.7") == 303


def test_a_form_from_another_site_is_refused(office: Any) -> None:
    path = "/oauth/authorize?" + urlencode(office.device().authorize_query("v" * 43))
    answer = office.till().http.post(office.base_url + path, data={"do": "deny", "form_token": "x"}, timeout=10)
    assert answer.status_code == 403


def test_pages_speak_chinese_and_hold_nothing_from_elsewhere(office: Any) -> None:
    path = "/oauth/authorize?" + urlencode(office.device().authorize_query("v" * 43))
    page = office.till("zh-CN,zh;q=0.9").open(path)
    assert '<html lang="zh-Hans">' in page.text
    assert "晚上好" in page.text
    assert "Good evening" in office.till("zh-CN").open(path + "&lang=en").text
    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "form-action 'self' http://127.0.0.1:49152" in policy
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert "http" not in page.text.replace("/oauth/authorize?", "").replace("http%3A", "")
