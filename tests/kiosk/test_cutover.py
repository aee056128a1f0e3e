"""The line between two machines: who knows the secret is answered, and a word counts once."""

import http.client
import json
import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from app.cli import run
from app.venue_show import alone_in
from core import CinemaError
from kiosk import (
    Ledger,
    OperatorFiles,
    Phase,
    Show,
    keep_state,
    kept_state,
    show_from,
    state_of,
    trust,
    write_programme,
)
from kiosk.cutover import Address, ShowClient, ShowServer, shared_secret
from tests.kiosk.venue import NOW, OPERATOR, PROGRAMME, RESERVE

SECRET = b"s" * 64


class First:
    """The machine that shows."""

    def __init__(self) -> None:
        self.handed: list[str] = []
        self.server = ShowServer(Address("127.0.0.1", 0), SECRET, lambda: b'{"at": 1}', self.hand_over)

    def hand_over(self, device: str) -> bytes:
        self.handed.append(device)
        return b'{"at": 2}'

    def client(self, secret: bytes = SECRET) -> ShowClient:
        return ShowClient(Address("127.0.0.1", self.server.port), secret, "second")


@pytest.fixture
def first() -> Iterator[First]:
    first = First()
    yield first
    first.server.close()


def test_it_says_where_it_is_and_hands_over_once_asked(first: First) -> None:
    client = first.client()
    assert client.state() == b'{"at": 1}'
    assert client.hand_over() == b'{"at": 2}'
    assert first.handed == ["second"]


def test_a_word_counts_once_and_only_after_an_answer(first: First) -> None:
    client = first.client()
    with pytest.raises(CinemaError):
        client.hand_over()
    client.state()
    client.hand_over()
    with pytest.raises(CinemaError) as caught:
        client.hand_over()
    assert caught.value.code == "offline"
    assert first.handed == ["second"]


def test_without_the_secret_nothing_is_said(first: First) -> None:
    with pytest.raises(CinemaError):
        first.client(b"x" * 64).state()
    for method, path in (("GET", "/state"), ("POST", "/hand-over"), ("GET", "/../x"), ("PUT", "/state")):
        line = http.client.HTTPConnection("127.0.0.1", first.server.port, timeout=5)
        line.request(method, path, headers={"X-Nonce": "n" * 32, "X-Mac": "0" * 64})
        assert line.getresponse().status in (404, 501)
        line.close()
    assert first.handed == []


def test_a_machine_that_is_gone_is_offline() -> None:
    first = First()
    client = first.client()
    first.server.close()
    with pytest.raises(CinemaError) as caught:
        client.state()
    assert caught.value.code == "offline"


def test_the_secret_is_made_once_and_is_private(tmp_path: Path) -> None:
    file = tmp_path / "cutover.secret"
    secret = shared_secret(file)
    assert (shared_secret(file), len(secret), file.stat().st_mode & 0o777) == (secret, 64, 0o600)
    file.write_text("short")
    with pytest.raises(CinemaError):
        shared_secret(file)


@pytest.mark.parametrize("text", ["", "host", "host:", ":80", "host:x", "host:70000"])
def test_an_address_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(CinemaError):
        Address.of(text)


def test_a_show_s_place_goes_to_another_machine_on_a_stick(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first, second, stranger = (tmp_path / name for name in ("first", "second", "stranger"))
    for venue in (first, second, stranger):
        trust(venue, OPERATOR.public_jwk)
        with closing(Ledger.open(venue, reserve_bytes=RESERVE)) as ledger:
            OperatorFiles(venue, ledger).take_programme(write_programme(PROGRAMME, OPERATOR))
    shared_secret(first / "cutover.secret")
    shutil.copy(first / "cutover.secret", second)
    show = Show(PROGRAMME.screenings[0], phase=Phase.PLAYING, place=2, position_ms=754_321, started=NOW)
    keep_state(first, state_of(show, NOW))
    stick = tmp_path / "show.json"

    def hand_over(venue: Path, *way: str) -> int:
        return run(["kiosk", "hand-over", *way, "--room", "one", "--data", str(venue), "--json"])

    with alone_in(first, "one"):
        assert hand_over(first, "--to", str(stick)) == 3, "it is still shown here"
    assert not stick.exists()
    assert hand_over(first, "--to", str(stick)) == 0
    capsys.readouterr()
    assert hand_over(second, "--from", str(stick)) == 0
    assert json.loads(capsys.readouterr().out)["position_ms"] == 754_321
    taken = kept_state(second, "one")
    assert taken is not None
    assert taken == kept_state(first, "one")
    going = show_from(taken, PROGRAMME)
    assert going is not None
    assert (going.place, going.position_ms, going.phase) == (2, 754_321, Phase.PLAYING)

    assert hand_over(stranger, "--from", str(stick)) == 2, "another secret"
    stick.write_bytes(stick.read_bytes().replace(b"754321", b"754322"))
    assert hand_over(second, "--from", str(stick)) == 2
    assert kept_state(second, "one") == taken
    assert kept_state(stranger, "one") is None
