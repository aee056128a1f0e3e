"""Letters about tickets, out of a folder and through a real mail server."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from threading import Event
from typing import Any
from urllib.parse import urlencode

import pytest
from aiosmtpd.controller import Controller

from boxoffice.service import ServiceConfig, SmtpAccess
from boxoffice.service.letters import Letters
from boxoffice.service.post import NotSent, Outbox, SmtpPost
from tests.boxoffice.postgresql import ask
from tests.boxoffice.service.conftest import PASSWORD
from tests.boxoffice.service.mailroom import ISSUER, Writer, letter_of, letters_in, text_of
from tests.boxoffice.service.stripe_emulators import free_port

pytestmark = pytest.mark.usefixtures("only_the_test_writes")


def test_a_purchase_is_written_once_with_all_that_counts(office: Any, writer: Writer, outbox: Path) -> None:
    viewer = office.newcomer()
    order = viewer.buy()
    writer.sweep()
    writer.sweep()
    (letter,) = letters_in(outbox)
    assert letter["To"] == viewer.email
    assert letter["Subject"] == "Your ticket: The Paper Moon paper-moon"
    for part in (
        "The Paper Moon paper-moon",
        "€6.90",
        "within 48 hours",
        "(UTC)",
        f"smartcinema:ticket/{order['ticket_id']}",
        f"{ISSUER}/checkout/{order['id']}.mark/receipt",
    ):
        assert part in text_of(letter)
    assert all(path.stat().st_mode & 0o077 == 0 for path in outbox.iterdir())


def test_a_letter_holds_no_word_of_whoever_opened_the_account(office: Any, writer: Writer, outbox: Path) -> None:
    """Anybody may open an account for anybody's address: what they write must not reach it from this house."""
    viewer = office.device()
    lure = "Your account is locked, call +49 30 5550123 or visit lanterns.example"
    till, path = office.till(), "/oauth/authorize?" + urlencode(viewer.authorize_query("v" * 43, prompt="create"))
    fields = {"email": "stranger@example.org", "password": PASSWORD, "name": lure, "do": "create"}
    assert till.submit(till.open(path), path, **fields).status_code == 303
    viewer.sign_in("stranger@example.org").buy()
    writer.sweep()
    (letter,) = letters_in(outbox)
    whole = letter.as_string() + text_of(letter)
    assert not [word for word in ("locked", "5550123", "lanterns.example") if word in whole]


def test_a_letter_is_in_the_language_of_the_last_sign_in(office: Any, writer: Writer, outbox: Path) -> None:
    viewer = office.device()
    code = viewer.code("mei@example.org", create=True, verifier="v" * 43, lang="zh-Hans")["code"]
    viewer.tokens = viewer.exchange(code, "v" * 43).json()
    viewer.buy()
    writer.sweep()
    (letter,) = letters_in(outbox)
    assert ("纸月亮" in letter["Subject"], letter["Content-Language"]) == (True, "zh-Hans")
    assert "You have" not in text_of(letter)
    assert "48" in text_of(letter)


def test_whoever_might_forget_a_ticket_is_told_before_its_window_ends(
    office: Any, writer: Writer, outbox: Path
) -> None:
    viewer = office.newcomer()
    viewer.buy()
    office.clock.moved = timedelta(days=5)
    writer.sweep()
    assert letters_in(outbox) == [], "five days on nothing ends yet, and the purchase is no news"
    office.clock.moved = timedelta(days=29)
    writer.sweep()
    office.clock.moved += timedelta(hours=1)
    writer.sweep()
    (letter,) = letters_in(outbox)
    assert letter["Subject"].startswith("Only a little longer")
    assert "waits for you" in text_of(letter)


def test_nobody_is_written_to_about_what_was_given_back(office: Any, writer: Writer, outbox: Path) -> None:
    viewer = office.newcomer()
    viewer.buy()
    ask(office.config.database_url, "UPDATE ticket SET refunded = bought RETURNING id")
    writer.sweep()
    assert letters_in(outbox) == []


def test_what_could_not_be_sent_is_sent_later_and_once(office: Any, outbox: Path) -> None:
    class Broken(Outbox):
        down = True

        def send(self, letter: EmailMessage) -> None:
            if self.down:
                raise NotSent("ConnectionRefusedError")
            super().send(letter)

    post = Broken(outbox)
    writer = Writer(office, post)
    office.newcomer().buy()
    writer.sweep()
    post.down = False
    writer.sweep()
    assert not outbox.exists(), "not before ten minutes have passed"
    office.clock.moved = timedelta(minutes=11)
    writer.sweep()
    writer.sweep()
    assert len(letters_in(outbox)) == 1
    writer.database.close()


@pytest.mark.parametrize("address", ["mei,lin@example.org", "mei..lin@example.org", "<mei@example.org"])
def test_an_address_that_no_letter_can_bear_keeps_nobody_else_s(
    office: Any, writer: Writer, outbox: Path, address: str
) -> None:
    office.device().sign_in(address, create=True).buy()
    viewer = office.newcomer()
    viewer.buy()
    writer.sweep()
    assert [str(letter["To"]) for letter in letters_in(outbox)] == [viewer.email]
    (tries,) = ask(office.config.database_url, "SELECT tries FROM letter WHERE sent IS NULL")
    assert tries == 1, "it is given up in the end"


def test_a_box_office_that_stops_waits_for_no_more_than_the_letter_in_hand(
    office: Any, outbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = Event()

    class Slow(Outbox):
        def send(self, letter: EmailMessage) -> None:
            begun.set()
            time.sleep(0.5)
            super().send(letter)

    writer = Writer(office, Slow(outbox))
    for _ in range(4):
        office.newcomer().buy()
    with ThreadPoolExecutor(1) as pool:
        sweeping = pool.submit(writer.sweep)
        assert begun.wait(10)
        writer.letters.rest()
        sweeping.result(5)
        assert len(letters_in(outbox)) == 1
    writer.database.close()
    rested = Event()
    monkeypatch.setattr(Letters, "rest", lambda _letters: rested.set())
    office.close()
    assert rested.is_set()


class Received:
    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        self.letters.append(letter_of(envelope.content))
        return "250 OK"


def test_letters_go_through_a_mail_server(office: Any, config: ServiceConfig) -> None:
    received = Received()
    server = Controller(received, hostname="127.0.0.1", port=(port := free_port()))
    server.start()
    try:
        writer = Writer(office, SmtpPost(SmtpAccess("127.0.0.1", port)))
        viewer = office.newcomer()
        viewer.buy()
        writer.sweep()
        writer.database.close()
    finally:
        server.stop()
    (letter,) = received.letters
    assert letter["To"] == viewer.email
    with pytest.raises(NotSent):
        SmtpPost(SmtpAccess("127.0.0.1", port)).send(letter)


def test_no_letter_and_no_password_goes_to_a_server_without_tls() -> None:
    received = Received()
    server = Controller(received, hostname="127.0.0.1", port=(port := free_port()))
    server.start()
    try:
        letter = EmailMessage()
        letter["To"], letter["From"] = "a@example.org", "b@example.org"
        with pytest.raises(NotSent):  # the same machine, by a name that is not known to be it
            SmtpPost(SmtpAccess("127.1", port, "user", "secret")).send(letter)
    finally:
        server.stop()
    assert received.letters == []
