"""Signing in through the browser, and everything that may come back instead."""

import socket
import threading
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from joserfc.jwk import ECKey

from boxoffice.client import BoxOffice, SessionKeyStore
from boxoffice.client.callback import CallbackListener
from core import Cancel, CinemaError, Code

TOKEN = "/oauth/token"


def refused_sign_in(client: BoxOffice, browser: Any, language: str = "en") -> CinemaError:
    with pytest.raises(CinemaError) as refused:
        client.sign_in(browser.open, Cancel(), language)
    browser.join()
    return refused.value


def callback_of(browser: Any) -> str:
    return str(parse_qs(urlsplit(browser.addresses[0]).query)["redirect_uri"][0])


def is_shut(address: str) -> bool:
    parts = urlsplit(address)
    try:
        socket.create_connection((str(parts.hostname), parts.port or 0), 2).close()
    except ConnectionRefusedError:
        return True
    return False


def test_signing_in_gives_the_account_and_a_calm_page(client: BoxOffice, browser: Any, provider: Any) -> None:
    signed_in = client.sign_in(browser.open, Cancel(), "zh-Hans")
    browser.join()
    assert (signed_in.account.name, signed_in.remembered, signed_in.keystore_problem) == ("Mei", True, None)
    assert client.account == signed_in.account
    page = browser.pages[0]
    assert "登录成功" in page.text
    assert 'lang="zh-Hans"' in page.text
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert "http" not in page.text
    assert "src=" not in page.text
    asked = parse_qs(urlsplit(browser.addresses[0]).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert "prompt" not in asked
    assert urlsplit(callback_of(browser)).hostname == "127.0.0.1"
    assert client.tickets() == ()
    assert is_shut(callback_of(browser))
    assert provider.count(TOKEN) == 1


def test_opening_an_account_asks_for_that_page(client: BoxOffice, browser: Any) -> None:
    client.sign_in(browser.open, Cancel(), "en", create=True)
    assert parse_qs(urlsplit(browser.addresses[0]).query)["prompt"] == ["create"]


@pytest.mark.parametrize(
    "parameters", [{"state": "other"}, {"state": ""}, {"iss": "https://other.example"}, {"iss": ""}]
)
def test_a_wrong_state_or_issuer_asks_for_no_token_and_shuts_the_listener(
    client: BoxOffice, browser: Any, provider: Any, parameters: dict[str, str]
) -> None:
    provider.answer_parameters = parameters
    assert refused_sign_in(client, browser).code is Code.SIGN_IN_MISMATCH
    assert provider.count(TOKEN) == 0
    assert is_shut(callback_of(browser))
    assert "did not work" in browser.pages[0].text
    assert client.account is None


def test_a_denial_is_told_as_such(client: BoxOffice, browser: Any, provider: Any) -> None:
    provider.answer_parameters = {"error": "access_denied", "code": ""}
    assert refused_sign_in(client, browser).code is Code.SIGN_IN_DENIED
    assert provider.count(TOKEN) == 0
    assert "You did not sign in." in browser.pages[0].text


def test_a_second_callback_gets_404(
    client: BoxOffice, browser: Any, provider: Any, until: Callable[[Callable[[], object]], None]
) -> None:
    provider.hold_token.clear()
    signing_in = threading.Thread(target=client.sign_in, args=(browser.open, Cancel(), "en"))
    signing_in.start()
    until(lambda: provider.count(TOKEN) == 1)
    second = requests.get(callback_of(browser) + "?code=x&state=y", timeout=5, proxies={"http": ""})
    assert second.status_code == 404
    provider.hold_token.set()
    signing_in.join(20)
    assert client.account
    assert is_shut(callback_of(browser))


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://other.example"},
        {"aud": "somebody-else"},
        {"aud": ["smart-cinema-desktop", "somebody-else"]},
        {"nonce": "other"},
        {"exp": 1},
        {"iat": 4_000_000_000, "exp": 4_000_000_600},
        {"exp": "soon"},
    ],
)
def test_an_id_token_of_somebody_else_signs_nobody_in(
    client: BoxOffice, browser: Any, provider: Any, claims: dict[str, object]
) -> None:
    provider.claims = claims
    assert refused_sign_in(client, browser).code is Code.SIGN_IN_MISMATCH
    assert client.account is None
    assert "did not work" in browser.pages[0].text


def test_an_id_token_signed_by_another_key_signs_nobody_in(client: BoxOffice, browser: Any, provider: Any) -> None:
    provider.id_key = ECKey.generate_key("P-256")
    assert refused_sign_in(client, browser).code is Code.SIGN_IN_MISMATCH
    assert client.account is None


def test_a_provider_that_calls_itself_something_else_is_not_opened(
    client: BoxOffice, browser: Any, provider: Any
) -> None:
    genuine = provider.discovery()
    provider.discovery = lambda: {**genuine, "issuer": "https://other.example"}
    with pytest.raises(CinemaError) as refused:
        client.sign_in(browser.open, Cancel(), "en")
    assert refused.value.code is Code.SIGN_IN_MISMATCH
    assert browser.addresses == []


def test_an_endpoint_without_tls_on_another_machine_is_not_opened(
    client: BoxOffice, browser: Any, provider: Any
) -> None:
    genuine = provider.discovery()
    provider.discovery = lambda: {**genuine, "token_endpoint": "http://other.example/token"}
    with pytest.raises(CinemaError) as refused:
        client.sign_in(browser.open, Cancel(), "en")
    assert refused.value.code is Code.SERVER_ANSWER
    assert browser.addresses == []


def test_a_nonce_asked_for_by_the_token_endpoint_is_given(client: BoxOffice, browser: Any, provider: Any) -> None:
    provider.require_nonce = True
    assert client.sign_in(browser.open, Cancel(), "en").account.name == "Mei"


def test_cancelling_shuts_the_listener_at_once(client: BoxOffice) -> None:
    cancel = Cancel()
    addresses: list[str] = []

    def open_browser(address: str) -> bool:
        addresses.append(parse_qs(urlsplit(address).query)["redirect_uri"][0])
        cancel.cancel()
        return False

    started = time.monotonic()
    with pytest.raises(CinemaError) as stopped:
        client.sign_in(open_browser, cancel, "en")
    assert stopped.value.code is Code.CANCELLED
    assert time.monotonic() - started < 2
    assert is_shut(addresses[0])


def test_nobody_coming_back_ends_the_wait() -> None:
    with CallbackListener("en") as listener, pytest.raises(CinemaError) as ended:
        listener.wait(Cancel(), life_s=0.2)
    assert ended.value.code is Code.SIGN_IN_TIMED_OUT
    assert is_shut(listener.redirect_uri)


def test_a_family_that_cannot_be_listened_on_gives_way_to_the_other() -> None:
    nowhere = (socket.AF_INET, "192.0.2.1")
    with CallbackListener("en", [nowhere, (socket.AF_INET6, "::1")]) as listener:
        assert listener.redirect_uri.startswith("http://[::1]:")
        done: list[int] = []
        browser = threading.Thread(
            target=lambda: done.append(
                requests.get(listener.redirect_uri + "?code=1", timeout=5, proxies={"http": ""}).status_code
            )
        )
        browser.start()
        assert listener.wait(Cancel(), 5) == {"code": "1"}
        listener.conclude("signed-in")
        browser.join(5)
        assert done == [200]
    with pytest.raises(CinemaError) as refused:
        CallbackListener("en", [nowhere])
    assert refused.value.code is Code.INTERNAL


def speak(listener: CallbackListener, request: bytes) -> bytes:
    parts = urlsplit(listener.redirect_uri)
    with socket.create_connection((str(parts.hostname), parts.port or 0), 8) as line:
        received = b""
        try:
            line.sendall(request)
            while chunk := line.recv(4096):
                received += chunk
        except ConnectionError:
            pass
        return received


def test_only_a_get_of_the_secret_path_with_the_right_host_is_taken() -> None:
    with CallbackListener("en") as listener:
        parts = urlsplit(listener.redirect_uri)
        good_host, path = parts.netloc, parts.path
        for line, host in (
            (f"POST {path}?code=1 HTTP/1.1", good_host),
            (f"HEAD {path}?code=1 HTTP/1.1", good_host),
            ("GET /?code=1 HTTP/1.1", good_host),
            (f"GET {path}/../x?code=1 HTTP/1.1", good_host),
            (f"GET {path}?code=1 HTTP/1.1", "evil.example"),
            (f"GET {path}?code=1 HTTP/1.1", f"localhost:{parts.port}"),
            (f"GET http://{good_host}{path}?code=1 HTTP/1.1", good_host),
            (f"GET {path}?code=1&code=2 HTTP/1.1", good_host),
            (f"GET {path}?code HTTP/1.1", good_host),
            ("\x00\x01\x02 garbage", good_host),
        ):
            answer = speak(listener, f"{line}\r\nHost: {host}\r\n\r\n".encode())
            assert answer.startswith(b"HTTP/1.1 404 "), line
        with pytest.raises(CinemaError):
            listener.wait(Cancel(), 0.1)


def test_a_callback_line_of_100_kb_is_cut_off_and_the_next_one_still_counts() -> None:
    with CallbackListener("en") as listener:
        answer = speak(listener, b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\n\r\n")
        assert answer == b"" or answer.startswith(b"HTTP/1.1 431 ")
        assert len(answer) < 1_000
        parts = urlsplit(listener.redirect_uri)
        browser = threading.Thread(
            target=speak, args=(listener, f"GET {parts.path}?code=1 HTTP/1.1\r\nHost: {parts.netloc}\r\n\r\n".encode())
        )
        browser.start()
        assert listener.wait(Cancel(), 5) == {"code": "1"}
        listener.conclude("failed")
        browser.join(5)


def test_slow_connections_delay_nobody_and_are_cut_after_five_seconds() -> None:
    with CallbackListener("en") as listener:
        parts = urlsplit(listener.redirect_uri)
        slow = [socket.create_connection((str(parts.hostname), parts.port or 0), 8) for _ in range(5)]
        started = time.monotonic()
        for line in slow:
            line.sendall(b"G")
        assert speak(listener, b"GET / HTTP/1.1\r\n\r\n").startswith(b"HTTP/1.1 404 ")
        assert time.monotonic() - started < 1
        for line in slow:
            assert line.recv(1) == b""
            line.close()
        assert 4 < time.monotonic() - started < 7


def test_signing_out_revokes_and_forgets_but_keeps_the_device(
    open_client: Callable[..., BoxOffice], browser: Any, provider: Any
) -> None:
    store = SessionKeyStore()
    client = open_client(store)
    client.sign_in(browser.open, Cancel(), "en")
    device = store.get(f"{provider.base_url} device key")
    client.sign_out()
    assert client.account is None
    assert provider.count("/oauth/revoke") == 1
    assert store.get(f"{provider.base_url} sign-in") is None
    client.sign_in(browser.open, Cancel(), "en")
    assert store.get(f"{provider.base_url} device key") == device
