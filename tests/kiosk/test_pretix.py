"""The contract with a real pretix: its signed tickets, its keys and its list of revoked ones.

It takes minutes and half a gigabyte, so it runs where somebody has it: ``pip install pretix==2026.8.0`` in an environment of
its own, whose Python ``SMART_CINEMA_PRETIX`` names. ``SMART_CINEMA_PRETIX_DATA`` may name a folder with a ``db.sqlite3`` that was
migrated before. ``SMART_CINEMA_PRETIX_RECORD`` may name a file: what its REST API answered is written there, which is how
``pretix_answers.json`` came to be.
"""

import contextlib
import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from boxoffice.client.pretix import VERSION
from boxoffice.client.transport import Answer, Request, Transport
from boxoffice.rules import CodeFault, PretixTicket, read_pretix_code, time_text
from core import Cancel
from kiosk.door_rules import Verdict
from kiosk.doors import Door
from kiosk.pretix_lists import pretix_key, revoked_names
from kiosk.programme import Programme, public_key
from kiosk.ticket_lists import REVOKED_TYPE, RevokedTickets
from tests.kiosk.fetching import a_venue, check_fetched, fetch, programme_of_pretix
from tests.kiosk.venue import NOW, OpenLedger

PYTHON = os.environ.get("SMART_CINEMA_PRETIX", "")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(900),
    pytest.mark.skipif(not PYTHON, reason="no pretix here: SMART_CINEMA_PRETIX names the Python that has it"),
]
OFFICE = Path(__file__).with_name("pretix_office.py")


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Where pretix' data and its server's port are, and what its programs need in their environment."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    data = tmp_path_factory.mktemp("pretix")
    (data / "pretix.cfg").write_text(
        f"[pretix]\ninstance_name=Contract\nurl=http://127.0.0.1:{port}\ndatadir={data}\n"
        f"[database]\nbackend=sqlite3\n[django]\nsecret={'contract' * 8}\ndebug=off\n"
    )
    environment = {
        **os.environ,
        "PRETIX_CONFIG_FILE": str(data / "pretix.cfg"),
        "DJANGO_SETTINGS_MODULE": "pretix.settings",
    }
    kept = os.environ.get("SMART_CINEMA_PRETIX_DATA")
    if kept:
        shutil.copy(Path(kept) / "db.sqlite3", data / "db.sqlite3")
    else:
        subprocess.run([PYTHON, "-m", "pretix", "migrate"], env=environment, cwd=data, check=True, capture_output=True)
    return data, port, environment


@pytest.fixture(scope="module")
def pretix(house: Any) -> Any:
    """What pretix said after a day of selling."""
    data, port, environment = house
    done = subprocess.run(
        [PYTHON, str(OFFICE), "t1", f"127.0.0.1:{port}"],
        env=environment,
        cwd=data,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])


@pytest.fixture(scope="module")
def address(house: Any, pretix: Any) -> Iterator[str]:
    """pretix' own server, with its REST API."""
    data, port, environment = house
    command = [PYTHON, "-m", "pretix", "runserver", "--noreload", f"127.0.0.1:{port}"]
    with (
        (data / "server.log").open("wb") as log,
        subprocess.Popen(command, env=environment, cwd=data, stdout=log, stderr=log) as server,
    ):
        try:
            for _ in range(240):
                assert server.poll() is None, (data / "server.log").read_text()[-3000:]
                with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                    break
                time.sleep(0.5)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.kill()


@pytest.fixture
def programme(pretix: Any) -> Programme:
    """Ours, whose screenings are pretix' subevents."""
    return programme_of_pretix(pretix)


def revoked(pretix: Any, programme: Programme) -> RevokedTickets:
    names = revoked_names((one["secret"] for one in pretix["revoked"]["results"]), programme.pretix_keys)
    return RevokedTickets(REVOKED_TYPE, 1, time_text(NOW), 2026, names)


def test_its_tickets_are_let_in_where_they_are_for_and_those_it_revoked_are_not(
    pretix: Any, programme: Programme, open_ledger: OpenLedger
) -> None:
    good, cancelled, replaced, other = pretix["secrets"]
    door = Door(open_ledger(), programme, programme.gates[0], revoked(pretix, programme))
    assert door.scan(good).verdict is Verdict.ADMITTED
    assert door.scan(good).verdict is Verdict.USED
    assert door.scan(cancelled).verdict is Verdict.REVOKED
    assert door.scan(replaced).verdict is Verdict.REVOKED
    assert door.scan(pretix["reissued"]).verdict is Verdict.ADMITTED
    assert door.scan(other).verdict is Verdict.TOO_EARLY
    assert door.scan(good[:-9] + good[-8:]).verdict in (Verdict.NOT_OURS, Verdict.FORGED, Verdict.DAMAGED)


def test_a_venue_fetches_what_it_needs_over_rest(
    pretix: Any, address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    recorded: dict[str, list[object]] = {}

    class Recording(Transport):
        def ask(self, request: Request, cancel: Cancel | None = None) -> Answer:
            asked = request.url + (f"?{urlencode(request.params)}" if request.params else "")
            answer = super().ask(replace(request, accepted=(401, 403, 404)), cancel)
            key = asked if answer.status == 200 else "no token" if request.url == VERSION else "no event"
            recorded[key] = [answer.status, json.loads(answer.body)]
            return super().ask(request, cancel) if answer.status != 200 else answer

    monkeypatch.setattr("boxoffice.client.pretix.Transport", Recording)
    monkeypatch.setattr("boxoffice.client.pretix.PAGE_SIZE", 2)
    venue = a_venue(tmp_path / "venue", programme_of_pretix(pretix))
    assert fetch(monkeypatch, venue, address, "lanternt1", "festival", pretix["token"]) == 0
    check_fetched(pretix, venue, capsys)
    assert fetch(monkeypatch, venue, address, "lanternt1", "festival", "Device tokent1") == 0
    assert fetch(monkeypatch, venue, address, "lanternt1", "festival", "wrong") == 3
    assert fetch(monkeypatch, venue, address, "lanternt1", "nothing", pretix["token"]) == 3
    told = [json.loads(line)["error"]["code"] for line in capsys.readouterr().out.splitlines() if "error" in line]
    assert told == ["sign-in-needed", "refused"]
    if file := os.environ.get("SMART_CINEMA_PRETIX_RECORD"):
        wanted = {
            name: pretix[name]
            for name in ("event", "shows", "item", "secrets", "reissued", "unpaid", "popcorn", "blocked", "race")
        }
        Path(file).write_text(json.dumps({"office": wanted, "answers": recorded}, indent=1))


def test_its_list_of_revoked_tickets_names_exactly_those(pretix: Any, programme: Programme) -> None:
    keys = programme.pretix_ticket_keys
    tickets = [read_pretix_code(secret, keys) for secret in pretix["secrets"]]
    assert all(isinstance(ticket, PretixTicket) for ticket in tickets)
    wanted = {ticket.name for ticket in tickets[1:3] if isinstance(ticket, PretixTicket)}
    assert set(revoked(pretix, programme).tickets) == wanted


def test_the_first_tickets_sold_at_once_need_a_key_made_before(pretix: Any) -> None:
    """pretix' race: each process makes a key of its own, and the tickets of all but the last are good for nothing."""
    counts = {}
    for name in ("race", "no_race"):
        key = public_key(pretix_key(pretix[name]["key"]))
        read = [read_pretix_code(secret, (key,)) for secret in pretix[name]["secrets"]]
        counts[name] = sum(ticket is CodeFault.FORGED for ticket in read)
    assert counts == {"race": 1, "no_race": 0}
