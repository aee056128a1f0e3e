"""The real client against the real service: nothing in between but HTTP."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from boxoffice.client import BoxOffice, DeviceCodes, SessionKeyStore
from boxoffice.service import make_vouchers
from core import Cancel, CinemaError, Code
from player.gateway.keys import KeyRing
from player.gateway.line import Line, Observer
from player.presentation import unheard
from ui.viewer.viewing import open_ticket

PASSWORD = "lantern-festival"


def sign_in(office: Any, client: BoxOffice, email: str, *, create: bool, answer: str = "") -> Any:
    """Signs in as a person with a browser would: opens the page, fills in its form, follows it back."""
    pages: list[str] = []
    threads: list[threading.Thread] = []

    def browse(address: str) -> None:
        till = office.till()
        page = till.open(address)
        assert page.status_code == 200, page.text
        target = address[len(office.base_url) :]
        do = answer or ("create" if create else "sign-in")
        back = till.submit(page, target, email=email, password=PASSWORD, name="Mei", do=do)
        assert back.status_code == 303, back.text
        pages.append(till.open(back.headers["Location"]).text)

    def open_browser(address: str) -> bool:
        thread = threading.Thread(target=browse, args=(address,))
        threads.append(thread)
        thread.start()
        return True

    try:
        return client.sign_in(open_browser, Cancel(), "en", create=create), pages
    finally:
        for thread in threads:
            thread.join(20)


def pay(office: Any, checkout_url: str, answer: str = "approve") -> threading.Thread:
    thread = threading.Thread(target=office.till().pay, args=(checkout_url, answer))
    thread.start()
    return thread


def test_a_viewer_signs_in_pays_watches_and_signs_out(office: Any, open_client: Callable[..., BoxOffice]) -> None:
    store = SessionKeyStore()
    client = open_client("客厅 Sofa", store)
    assert client.restore(Cancel()) is None
    signed_in, pages = sign_in(office, client, "mei@example.org", create=True)
    assert (signed_in.account.email, signed_in.account.name, signed_in.remembered) == ("mei@example.org", "Mei", True)
    assert "You are signed in." in pages[0]

    catalogue = client.catalogue("DE")
    title = catalogue.title("paper-moon")
    assert title
    assert title.offer.state == "on-sale"
    assert client.image(title.poster) == b"\xff\xd8poster"
    assert client.image(title.poster) == b"\xff\xd8poster"

    order = client.order("paper-moon", catalogue.territory)
    assert (order.state, order.total) == ("draft", title.offer.price)
    paying = pay(office, order.checkout_url)
    issued = client.wait_for_order(order.id, Cancel())
    paying.join(20)
    assert issued.state == "issued"
    (ticket,) = client.tickets()
    assert (ticket.id, ticket.allowed, ticket.device) == (issued.ticket_id, True, None)

    play = client.admit(ticket.id)
    manifest, _data = client.manifest(play.package, catalogue.signers)
    assert manifest.package_id == play.package.id
    segment = manifest.video[0].segments[0]
    media = client.media(play.package, segment.file.path, segment.file.size_bytes, 10.0)
    assert len(media) == segment.file.size_bytes
    assert client.key(play.id, "2k-1") == b"K" * 16

    started = client.progress(play.id, 9_000, [(0, 9_000)]).ticket
    assert (started.state, started.seen_ms, started.position_ms) == ("started", 9_000, 9_000)
    assert started.device
    assert (started.device.name, started.device.this) == ("客厅 Sofa", True)

    client.sign_out()
    assert client.account is None
    with pytest.raises(CinemaError) as refused:
        client.tickets()
    assert refused.value.code is Code.SIGN_IN_NEEDED
    assert client.restore(Cancel()) is None


class Mirror(ThreadingHTTPServer):
    """A plain file server over the films' folders by package id; ``spoil`` changes what it answers."""

    daemon_threads = False

    def __init__(self, films: Path) -> None:
        self.films = films
        self.heads: list[dict[str, str]] = []
        self.spoil: Callable[[bytes], bytes | None] = lambda data: data
        super().__init__(("127.0.0.1", 0), MirrorHandler)
        threading.Thread(target=self.serve_forever).start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/films"

    def close(self) -> None:
        self.shutdown()
        self.server_close()


class MirrorHandler(BaseHTTPRequestHandler):
    server: Mirror

    def do_GET(self) -> None:
        self.server.heads.append({name.lower(): value for name, value in self.headers.items()})
        _, _, package, path = self.path.split("/", 3)
        data = self.server.spoil((self.server.films / package.removesuffix("-feature") / path).read_bytes())
        self.send_response(503 if data is None else 200)
        self.send_header("Content-Length", str(len(data or b"")))
        self.end_headers()
        self.wfile.write(data or b"")

    def log_message(self, *_words: object, **_more: object) -> None:
        pass


def test_a_film_comes_from_mirrors_without_credentials_and_from_the_box_office_where_they_fail(
    open_office: Callable[..., Any], films_folder: Path
) -> None:
    with ExitStack() as stack:
        near, far = Mirror(films_folder), Mirror(films_folder)
        for mirror in (near, far):
            stack.callback(mirror.close)
        office = open_office(mirrors=(near.address, far.address + "/"))
        client = BoxOffice(office.base_url, SessionKeyStore(), office.clock, "Sofa")
        stack.callback(client.close)
        sign_in(office, client, "mirror@example.org", create=True)
        catalogue = client.catalogue("DE")
        order = client.order("paper-moon", "DE")
        client.redeem(order.id, make_vouchers(office.config, "paper-moon", 1)[0])
        (ticket,) = client.tickets()
        viewing = open_ticket(client, ticket.id, catalogue.signers, Cancel())
        pieces = viewing.feature.presentation.video[0].pieces

        def fetched(number: int) -> bytes:
            piece = pieces[number]
            return viewing.feature.fetch(piece.path, piece.size_bytes, Cancel(), unheard)

        right = [(films_folder / "paper-moon" / piece.path).read_bytes() for piece in pieces]
        assert fetched(0) == right[0]
        assert (len(near.heads), len(far.heads)) == (1, 0)
        near.spoil = lambda _data: None
        assert fetched(1) == right[1]
        far.spoil = lambda data: data[:-1] + b"!"
        assert fetched(2) == right[2]
        assert (len(near.heads), len(far.heads)) == (2, 2)
        assert fetched(3) == right[3]
        assert (len(near.heads), len(far.heads)) == (2, 2)
        told = {name for head in near.heads + far.heads for name in head}
        assert told <= {"host", "user-agent", "accept-encoding", "accept", "connection"}


def test_a_box_office_that_starts_anew_steers_films_that_play_to_other_mirrors(
    open_office: Callable[..., Any], films_folder: Path
) -> None:
    with ExitStack() as stack:
        near, far = Mirror(films_folder), Mirror(films_folder)
        for mirror in (near, far):
            stack.callback(mirror.close)
        office = open_office(mirrors=(near.address, far.address))
        client = BoxOffice(office.base_url, SessionKeyStore(), office.clock, "Sofa")
        stack.callback(client.close)
        sign_in(office, client, "steered@example.org", create=True)
        signers = client.catalogue("DE").signers
        client.redeem(client.order("paper-moon", "DE").id, make_vouchers(office.config, "paper-moon", 1)[0])
        (ticket,) = client.tickets()
        viewing = open_ticket(client, ticket.id, signers, Cancel())
        assert viewing.report
        pieces = viewing.feature.presentation.video[0].pieces

        def fetch(number: int) -> None:
            viewing.feature.fetch(pieces[number].path, pieces[number].size_bytes, Cancel(), unheard)

        fetch(0)
        office.close()
        fetch(1)
        open_office(mirrors=(far.address,), port=urlsplit(office.base_url).port)
        viewing.report(2_000, ((0, 2_000),), 2_000)
        fetch(2)
        assert (len(near.heads), len(far.heads)) == (2, 1)


def test_a_film_whose_sign_in_ran_out_while_the_line_was_down_goes_on_by_itself(
    open_office: Callable[..., Any], films_folder: Path
) -> None:
    with ExitStack() as stack:
        office = open_office()
        client = BoxOffice(office.base_url, SessionKeyStore(), office.clock, "Sofa")
        stack.callback(client.close)
        sign_in(office, client, "outage@example.org", create=True)
        signers = client.catalogue("DE").signers
        client.redeem(client.order("paper-moon", "DE").id, make_vouchers(office.config, "paper-moon", 1)[0])
        (ticket,) = client.tickets()
        viewing = open_ticket(client, ticket.id, signers, Cancel())
        assert viewing.report
        feature, told, noticed = viewing.feature, list[str](), threading.Event()

        def lost() -> None:
            told.append("reconnecting")
            noticed.set()

        line = Line(Observer(lost, lambda: told.append("recovered"), lambda error, _at: told.append(error.code)))
        ring = KeyRing(feature.key, line)
        office.close()
        with ThreadPoolExecutor(2) as waiting:
            key = waiting.submit(ring.key, "2k-1")
            piece = feature.presentation.video[0].pieces[0]
            media = waiting.submit(
                line.read, lambda: feature.fetch(piece.path, piece.size_bytes, Cancel(), unheard), Cancel()
            )
            assert noticed.wait(10)
            later = open_office(port=urlsplit(office.base_url).port)
            # What the access token was good for is over, here and at the box office.
            later.clock.moved = office.clock.moved = timedelta(hours=1)
            assert key.result(30) == b"K" * 16
            assert media.result(30) == (films_folder / "paper-moon" / piece.path).read_bytes()
        assert told == ["reconnecting", "recovered"]
        after = viewing.report(2_000, ((0, 2_000),), 2_000)
        assert after
        assert after.seen_ms == 2_000


def test_what_was_seen_at_an_earlier_sitting_is_known_at_the_next(
    office: Any, open_client: Callable[..., BoxOffice]
) -> None:
    client = open_client()
    sign_in(office, client, "sittings@example.org", create=True)
    client.redeem(client.order("paper-moon", "DE").id, make_vouchers(office.config, "paper-moon", 1)[0])
    (ticket,) = client.tickets()
    first = client.admit(ticket.id)
    assert first.seen == ()
    client.progress(first.id, 9_000, [(5_000, 9_000), (0, 2_000)])
    assert client.admit(ticket.id).seen == ((0, 2_000), (5_000, 9_000))


@pytest.mark.parametrize(
    "mirror", ["http://cdn.example", "https://cdn.example/?x", "ftp://x", "https://", "nothing", "https://a:b@c"]
)
def test_a_mirror_that_is_not_safe_is_refused_when_the_service_starts(config: Any, mirror: str) -> None:
    with pytest.raises(CinemaError) as caught:
        replace(config, mirrors=(mirror,))
    assert caught.value.code is Code.WRONG_USE


def test_a_voucher_pays_an_order_once(office: Any, open_client: Callable[..., BoxOffice]) -> None:
    client = open_client()
    sign_in(office, client, "voucher@example.org", create=True)
    (code,) = make_vouchers(office.config, "paper-moon", 1)
    order = client.order("paper-moon", "DE")
    with pytest.raises(CinemaError) as refused:
        client.redeem(order.id, "NOT-A-VOUCHER")
    assert refused.value.code is Code.VOUCHER_INVALID
    assert client.redeem(order.id, code).state == "issued"
    second = client.order("paper-moon", "DE")
    with pytest.raises(CinemaError) as used:
        client.redeem(second.id, code)
    assert used.value.code is Code.VOUCHER_INVALID
    assert client.cancel_order(second.id).state == "void"


def test_a_second_device_is_refused_and_told_the_name_of_the_first(
    office: Any, open_client: Callable[..., BoxOffice]
) -> None:
    sofa, laptop = open_client("Sofa"), open_client("Laptop")
    sign_in(office, sofa, "two@example.org", create=True)
    sign_in(office, laptop, "two@example.org", create=False)
    order = sofa.order("paper-moon", "DE")
    sofa.redeem(order.id, make_vouchers(office.config, "paper-moon", 1)[0])
    (ticket,) = sofa.tickets()
    play = sofa.admit(ticket.id)
    with pytest.raises(CinemaError) as refused:
        laptop.admit(ticket.id)
    assert refused.value.code is Code.REFUSED
    reasons = refused.value.details["reasons"]
    assert isinstance(reasons, tuple)
    assert [(reason.rule, reason.device) for reason in reasons] == [("other-device", "Sofa")]
    assert sofa.key(play.id, "2k-1") == b"K" * 16
    with pytest.raises(CinemaError) as hidden:
        laptop.key(play.id, "2k-1")
    assert hidden.value.code is Code.NOT_FOUND


def test_the_sign_in_outlives_the_program_and_the_access_token(
    office: Any, open_client: Callable[..., BoxOffice]
) -> None:
    store = SessionKeyStore()
    signed_in, _pages = sign_in(office, open_client("Sofa", store), "again@example.org", create=True)
    later = open_client("Sofa", store)
    assert later.restore(Cancel()) == signed_in.account
    first = store.get(f"{office.base_url} sign-in")
    office.clock.moved = office.clock.moved.__class__(minutes=11)
    assert later.tickets() == ()
    assert store.get(f"{office.base_url} sign-in") != first


@pytest.mark.parametrize("outage", [timedelta(0), timedelta(hours=5)])
def test_a_lost_refresh_answer_does_not_sign_the_viewer_out(
    office: Any, open_client: Callable[..., BoxOffice], outage: timedelta
) -> None:
    store = SessionKeyStore()
    sign_in(office, open_client("Sofa", store), "lost@example.org", create=True)
    before = store.get(f"{office.base_url} sign-in")
    assert before
    answered = open_client("Sofa", store)
    assert answered.restore(Cancel())
    store.set(f"{office.base_url} sign-in", before)
    office.clock.moved += outage
    again = open_client("Sofa", store)
    assert again.restore(Cancel())
    assert again.tickets() == ()


def test_saying_not_now_in_the_browser_is_told_as_such(office: Any, open_client: Callable[..., BoxOffice]) -> None:
    client = open_client()
    with pytest.raises(CinemaError) as denied:
        sign_in(office, client, "nobody@example.org", create=False, answer="deny")
    assert denied.value.code is Code.SIGN_IN_DENIED
    assert client.account is None


def test_a_declined_payment_leaves_the_order_waiting_until_it_is_called_off(
    office: Any, open_client: Callable[..., BoxOffice]
) -> None:
    client = open_client()
    sign_in(office, client, "decline@example.org", create=True)
    order = client.order("paper-moon", "DE")
    assert urlsplit(order.checkout_url).path.startswith("/checkout/")
    pay(office, order.checkout_url, "decline").join(20)
    cancel = Cancel()
    threading.Timer(0.3, cancel.cancel).start()
    with pytest.raises(CinemaError) as stopped:
        client.wait_for_order(order.id, cancel)
    assert stopped.value.code is Code.CANCELLED
    assert client.cancel_order(order.id).state == "void"


def test_a_phone_signs_in_a_screen(office: Any, open_client: Callable[..., BoxOffice]) -> None:
    client, pages = open_client("Hall"), []

    def enter(codes: DeviceCodes) -> None:
        till, path = office.till(), codes.address_with_code[len(office.base_url) :]
        fields = {"user_code": codes.user_code, "email": "hall@example.org", "password": PASSWORD, "name": "Mei"}
        pages.append(till.submit(till.open(path), path, do="create", **fields).text)

    signed_in = client.sign_in_elsewhere(enter, Cancel())
    assert "The screen is signed in" in pages[0]
    assert (signed_in.account.email, client.tickets()) == ("hall@example.org", ())
