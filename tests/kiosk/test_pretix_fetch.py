"""Fetching from pretix when things go wrong. The server here is none: it replays what a real pretix 2026.8.0 answered, page by
page (``pretix_answers.json``, recorded by ``test_pretix.py``), and breaks what the test breaks.
"""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from kiosk import Inbox, Ledger, LedgerView, OperatorFiles
from kiosk.doors import Door
from tests.kiosk.fetching import a_venue, check_fetched, fetch, programme_of_pretix
from tests.kiosk.venue import RESERVE

RECORDED = json.loads(Path(__file__).with_name("pretix_answers.json").read_text())
TOKEN = "recorded"
BASE = "/api/v1/organizers/lanternt1/events/festival/"


@dataclass
class Replay:
    """What is answered, and what is broken on the way."""

    address: str = ""
    answers: dict[str, list[Any]] = field(default_factory=lambda: json.loads(json.dumps(RECORDED["answers"])))
    cut: str = ""
    """Answers to what begins so end early."""
    slow: threading.Event = field(default_factory=threading.Event)
    """While set, nothing is answered."""
    asked: list[str] = field(default_factory=list)
    then: Callable[[str], None] = lambda _path: None
    """Called after every answer."""


@pytest.fixture
def replay(monkeypatch: pytest.MonkeyPatch) -> Iterator[Replay]:
    played = Replay()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            played.asked.append(self.path)
            while played.slow.is_set():
                time.sleep(0.05)
            known = self.headers["Authorization"] == f"Token {TOKEN}"
            named = self.path.startswith((BASE, "/api/v1/version"))
            status, said = played.answers.get(
                self.path if known and named else "no event" if known else "no token", (404, {})
            )
            body = json.dumps(said).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            cut = played.cut and self.path.startswith(played.cut)
            self.wfile.write(body[: len(body) // 2] if cut else body)
            played.then(self.path)

        def log_message(self, *_: object) -> None:
            pass

    monkeypatch.setattr("boxoffice.client.pretix.PAGE_SIZE", 2)
    monkeypatch.setattr("boxoffice.client.transport.BACK_OFF_S", 0.001)
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        played.address = f"http://127.0.0.1:{server.server_address[1]}"
        yield played
        played.slow.clear()
        server.shutdown()
        thread.join()


@pytest.fixture
def venue(tmp_path: Path) -> Path:
    return a_venue(tmp_path / "venue", programme_of_pretix(RECORDED["office"]))


Fetch = Callable[..., int]


@pytest.fixture
def fetching(monkeypatch: pytest.MonkeyPatch, venue: Path, replay: Replay) -> Fetch:
    def once(token: str = TOKEN, event: str = "festival", address: str = "") -> int:
        return fetch(monkeypatch, venue, address or replay.address, "lanternt1", event, token)

    return once


def test_all_pages_are_read_and_count(
    fetching: Fetch, replay: Replay, venue: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert fetching() == 0
    check_fetched(RECORDED["office"], venue, capsys)
    assert sum("orderpositions/" in path for path in replay.asked) > 3


REVOKED, SECOND = (
    BASE + "revokedsecrets/?page=1&page_size=2",
    BASE + "orderpositions/?order__status=p&page=2&page_size=2",
)
BREAKS: dict[str, Callable[[Replay], object]] = {
    "cut": lambda it: setattr(it, "cut", BASE + "blockedsecrets/"),
    "cut on a later page": lambda it: setattr(it, "cut", SECOND),
    "a page that is gone": lambda it: it.answers.pop(SECOND),
    "a row that is missing": lambda it: it.answers[REVOKED][1]["results"].pop(),
    "a secret that is none": lambda it: it.answers[REVOKED][1]["results"][0].update(secret=3),
    "a version of another year": lambda it: it.answers["/api/v1/version"][1].update(pretix="2031.1.0"),
    "no version": lambda it: it.answers["/api/v1/version"][1].update(pretix="new"),
    "a fault": lambda it: it.answers.update({REVOKED: [500, {}]}),
    "something else": lambda it: it.answers.update({BASE: [200, []]}),
    "no key": lambda it: it.answers[BASE][1].update(valid_keys={}),
}


@pytest.mark.parametrize("how", BREAKS)
def test_whatever_breaks_the_lists_before_stay_whole(
    how: str, fetching: Fetch, replay: Replay, venue: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert fetching() == 0
    before = (venue / "pretix.jws").read_bytes(), LedgerView(venue).files.sold()
    capsys.readouterr()
    BREAKS[how](replay)
    assert fetching() == 3
    said = capsys.readouterr()
    assert "pretix" in said.out + said.err or "The event has no key" in said.out + said.err
    assert "box office" not in said.out + said.err
    assert ((venue / "pretix.jws").read_bytes(), LedgerView(venue).files.sold()) == before
    assert not list(venue.glob("*.coming"))


def test_a_pretix_that_does_not_answer_is_given_up(
    fetching: Fetch, replay: Replay, venue: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("boxoffice.client.transport.READ_TIMEOUT_S", 0.3)
    replay.slow.set()
    assert fetching() == 3
    said = json.loads(capsys.readouterr().out)["error"]
    assert (said["code"], "pretix cannot be reached" in said["message"]) == ("offline", True)
    assert not (venue / "pretix.jws").exists()


@pytest.mark.parametrize(("token", "event", "code"), [("x", "festival", "sign-in-needed"), (TOKEN, "other", "refused")])
def test_who_may_not_read_is_told_so_and_no_token_is_said(
    token: str, event: str, code: str, fetching: Fetch, venue: Path, capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    assert fetching(token, event) == 3
    said = capsys.readouterr()
    assert code in said.out + said.err
    assert TOKEN not in said.out + said.err + caplog.text
    assert not (venue / "pretix.jws").exists()


def test_a_list_that_changes_between_two_pages_is_read_anew(
    fetching: Fetch, replay: Replay, venue: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first = BASE + "orderpositions/?order__status=p&page=1&page_size=2"
    whole = replay.answers[first][1]["count"]
    replay.answers[first][1]["count"] = whole - 1

    def settle(path: str) -> None:
        if "page=2" in path:
            replay.answers[first][1]["count"] = whole

    replay.then = settle
    assert fetching() == 0
    assert replay.asked.count(first) == 2
    check_fetched(RECORDED["office"], venue, capsys)


def test_an_address_in_an_answer_is_not_followed(fetching: Fetch, replay: Replay) -> None:
    for _status, said in replay.answers.values():
        if isinstance(said, dict) and said.get("next"):
            said["next"] = "http://127.0.0.2:9/steal"
    assert fetching() == 0


def test_only_https_or_this_machine_and_no_token_is_wrong_use(fetching: Fetch, replay: Replay) -> None:
    assert fetching(address="http://pretix.example.org") == 2
    assert fetching("") == 2
    assert fetching("two\nlines") == 2
    assert replay.asked == []


def test_another_events_keys_are_wrong_use_and_a_new_key_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, replay: Replay, capsys: pytest.CaptureFixture[str]
) -> None:
    office = RECORDED["office"]
    programme = programme_of_pretix(office)
    stranger = replace(programme, pretix_keys=("A" * 43,))
    elsewhere = a_venue(tmp_path / "elsewhere", stranger)
    assert fetch(monkeypatch, elsewhere, replay.address, "lanternt1", "festival", TOKEN) == 2
    keys = replay.answers[BASE][1]["valid_keys"]["pretix_sig1"]
    keys.append(office["race"]["key"])
    venue = a_venue(tmp_path / "venue", programme)
    capsys.readouterr()
    assert fetch(monkeypatch, venue, replay.address, "lanternt1", "festival", TOKEN) == 1
    assert len(json.loads(capsys.readouterr().out)["new_keys"]) == 1
    assert (venue / "pretix.jws").exists()


def test_an_open_venue_takes_it_from_the_inbox(
    fetching: Fetch, venue: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with closing(Ledger.open(venue, reserve_bytes=RESERVE)) as ledger:
        files = OperatorFiles(venue, ledger)
        programme = files.programme()
        assert programme is not None
        door = Door(ledger, programme, programme.gates[0])
        assert fetching() == 0
        assert json.loads(capsys.readouterr().out)["put_down"] is True
        assert Inbox(venue, files, door).look() is True
        assert door.look_up("BLOCK-1", "mei").verdict == "revoked"


def test_what_this_device_did_not_sign_is_refused(fetching: Fetch, venue: Path, tmp_path: Path) -> None:
    assert fetching() == 0
    other = a_venue(tmp_path / "other", programme_of_pretix(RECORDED["office"]))
    with closing(Ledger.open(other, reserve_bytes=RESERVE)) as ledger, pytest.raises(Exception, match="signed it"):
        OperatorFiles(other, ledger).take_pretix((venue / "pretix.jws").read_text())
