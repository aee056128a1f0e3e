"""Staying signed in: rotation, lost answers, many threads, and what ends it."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from boxoffice.client import BoxOffice, SessionKeyStore
from core import Cancel, CinemaError, Code

TOKEN = "/oauth/token"


@pytest.fixture
def store(open_client: Callable[..., BoxOffice], browser: Any) -> SessionKeyStore:
    store = SessionKeyStore()
    open_client(store).sign_in(browser.open, Cancel(), "en")
    return store


def test_an_earlier_sign_in_is_taken_up_and_its_token_rotated(
    open_client: Callable[..., BoxOffice], store: SessionKeyStore, provider: Any
) -> None:
    entry = f"{provider.base_url} sign-in"
    before = store.get(entry)
    client = open_client(store)
    account = client.restore(Cancel())
    assert account
    assert account.email == "mei@example.org"
    assert store.get(entry) not in (None, before)
    assert client.tickets() == ()


def test_nobody_signed_in_is_not_an_error(client: BoxOffice, provider: Any) -> None:
    assert client.restore(Cancel()) is None
    assert provider.asked == []
    with pytest.raises(CinemaError) as refused:
        client.tickets()
    assert refused.value.code is Code.SIGN_IN_NEEDED


def test_sixteen_threads_with_an_old_token_refresh_once(
    open_client: Callable[..., BoxOffice], store: SessionKeyStore, provider: Any
) -> None:
    provider.expires_in = 31
    client = open_client(store)
    provider.expires_in = 600
    before = provider.count(TOKEN)
    start = threading.Barrier(16)
    answers: list[object] = []

    def ask() -> None:
        start.wait()
        answers.append(client.tickets())

    assert client._tokens.load()
    threads = [threading.Thread(target=ask) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert answers == [()] * 16
    assert provider.count(TOKEN) - before == 1


@pytest.mark.parametrize("lost", [1, 2])
def test_a_lost_refresh_answer_is_asked_for_again_with_the_old_token(
    open_client: Callable[..., BoxOffice], store: SessionKeyStore, provider: Any, lost: int
) -> None:
    provider.lose_answers = lost
    client = open_client(store)
    assert client.restore(Cancel())
    assert client.tickets() == ()
    assert provider.revoked == set()


def test_when_every_answer_is_lost_the_viewer_stays_signed_in_and_the_next_try_works(
    open_client: Callable[..., BoxOffice], store: SessionKeyStore, provider: Any
) -> None:
    provider.lose_answers = 3
    client = open_client(store)
    with pytest.raises(CinemaError) as lost:
        client.restore(Cancel())
    assert lost.value.code is Code.OFFLINE
    assert client.restore(Cancel())


@pytest.mark.parametrize(
    ("status", "body"),
    [(500, b"oops"), (503, b"{}"), (400, b'{"error":"invalid_request"}'), (200, b"<html>"), (401, b"")],
)
def test_no_answer_but_invalid_grant_signs_anybody_out(
    open_client: Callable[..., BoxOffice], store: SessionKeyStore, provider: Any, status: int, body: bytes
) -> None:
    from dataclasses import dataclass, field

    @dataclass
    class Reply:
        status: int
        body: bytes
        kind: str = "application/json"
        headers: dict[str, str] = field(default_factory=dict)

    provider.replies[TOKEN] = lambda _asked: Reply(status, body)
    client = open_client(store)
    with pytest.raises(CinemaError) as failed:
        client.restore(Cancel())
    assert failed.value.code is not Code.SIGN_IN_NEEDED
    assert store.get(f"{provider.base_url} sign-in")
    del provider.replies[TOKEN]
    assert client.restore(Cancel())


def test_a_revoked_sign_in_ends_it_and_clears_the_entry(
    open_client: Callable[..., BoxOffice], store: SessionKeyStore, provider: Any
) -> None:
    provider.revoked |= {held.family for held in provider.refreshes.values()}
    client = open_client(store)
    assert client.restore(Cancel()) is None
    assert client.account is None
    assert store.get(f"{provider.base_url} sign-in") is None


def test_a_stolen_refresh_token_without_the_device_key_is_worth_nothing(
    open_client: Callable[..., BoxOffice], store: SessionKeyStore, provider: Any
) -> None:
    stolen = SessionKeyStore()
    stolen.set(f"{provider.base_url} sign-in", store.get(f"{provider.base_url} sign-in") or "")
    thief = open_client(stolen)
    assert thief.restore(Cancel()) is None
    assert provider.count(TOKEN) == 1


def test_an_access_token_that_is_refused_is_replaced_once(signed_in: BoxOffice, provider: Any) -> None:
    provider.access.clear()
    assert signed_in.tickets() == ()
    assert provider.count(TOKEN) == 2
    assert provider.count("/v1/tickets") == 2


def test_a_box_office_that_refuses_every_token_is_asked_twice_and_no_more(signed_in: BoxOffice, provider: Any) -> None:
    provider.clock.moved = timedelta()
    provider._protected = lambda _asked: type(provider)._json(provider, {}, 401)
    with pytest.raises(CinemaError) as refused:
        signed_in.tickets()
    assert refused.value.code is Code.SIGN_IN_NEEDED
    assert provider.count("/v1/tickets") == 2
    assert signed_in.account


class FullStore(SessionKeyStore):
    """Keeps small things only, as a full key store does."""

    def set(self, name: str, value: str) -> None:
        if name.endswith("sign-in"):
            raise CinemaError(Code.KEYSTORE_UNAVAILABLE, "full")
        super().set(name, value)


def test_a_full_key_store_means_signed_in_for_this_session(
    open_client: Callable[..., BoxOffice], browser: Any, provider: Any
) -> None:
    store = FullStore()
    client = open_client(store)
    signed_in = client.sign_in(browser.open, Cancel(), "en")
    assert (signed_in.remembered, signed_in.keystore_problem) == (False, Code.KEYSTORE_UNAVAILABLE)
    provider.access.clear()
    assert client.tickets() == ()
    assert store.get(f"{provider.base_url} sign-in") is None


def test_another_window_of_the_same_viewer_may_rotate_the_token(
    open_client: Callable[..., BoxOffice], store: SessionKeyStore, provider: Any
) -> None:
    first, second = open_client(store), open_client(store)
    assert first.restore(Cancel())
    assert second.restore(Cancel())
    provider.clock.moved = timedelta(minutes=5)
    provider.access.clear()
    assert first.tickets() == ()
    assert second.tickets() == ()
    assert provider.revoked == set()
