"""A venue that fetches from pretix, and what it must have then: for the real one and for its recorded answers."""

import json
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app.cli import run
from kiosk import Ledger, LedgerView, OperatorFiles, trust, write_programme
from kiosk.door_rules import Verdict
from kiosk.doors import Door
from kiosk.pretix_lists import pretix_key
from kiosk.programme import PretixSale, Programme
from tests.kiosk.venue import OPERATOR, PROGRAMME, RESERVE


def programme_of_pretix(pretix: Any) -> Programme:
    """Ours, whose screenings are pretix' subevents."""
    keys = tuple(pretix_key(text) for text in pretix["event"]["valid_keys"]["pretix_sig1"])
    friday = replace(PROGRAMME.screenings[0], pretix=(PretixSale(pretix["shows"][0], pretix["item"]),))
    saturday = replace(PROGRAMME.screenings[2], pretix=(PretixSale(pretix["shows"][1]),))
    return replace(PROGRAMME, pretix_keys=keys, screenings=(friday, saturday))


def a_venue(folder: Path, programme: Programme) -> Path:
    """Its folder, with the programme."""
    trust(folder, OPERATOR.public_jwk)
    with closing(Ledger.open(folder, reserve_bytes=RESERVE)) as ledger:
        OperatorFiles(folder, ledger).take_programme(write_programme(programme, OPERATOR))
    return folder


def fetch(monkeypatch: pytest.MonkeyPatch, venue: Path, address: str, organizer: str, event: str, token: str) -> int:
    """As staff do it, with the token from the environment; the exit status."""
    monkeypatch.setenv("SMART_CINEMA_PRETIX_TOKEN", token)
    return run(["kiosk", "pretix", address, organizer, event, "--data", str(venue), "--json"])


def check_fetched(pretix: Any, venue: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The day of ``pretix_office.py``, as the door has it."""
    said = json.loads(capsys.readouterr().out)
    # Sold: two of the four, one made anew, the blocked one, and the unpaid one whose check-in list lets it in.
    assert (said["sold"], said["revoked"], said["left_out"]) == (5, 3, 2)
    assert (said["new_keys"], said["unknown_sales"], said["uncovered"]) == ([], [], [])
    files = LedgerView(venue).files
    sold = files.sold()
    assert sold is not None
    assert set(sold.by_reference) == {"ORD0-1", "ORD2-1", "ORD3-1", "BLOCK-1", "LATE1-1"}
    kept = (venue / "pretix.jws").read_text()
    assert "example.org" not in kept
    assert pretix["secrets"][0] not in kept
    with closing(Ledger.open(venue, reserve_bytes=RESERVE)) as ledger:
        programme = files.programme()
        assert programme is not None
        door = Door(ledger, programme, programme.gates[0], files.revoked(), sold)
        _good, cancelled, replaced, _other = pretix["secrets"]
        verdicts = [door.scan(code).verdict for code in (cancelled, replaced, pretix["blocked"])]
        assert verdicts == [Verdict.REVOKED] * 3
        assert door.look_up("BLOCK-1", "mei").verdict is Verdict.REVOKED
        assert door.look_up("CORN-1", "mei").verdict is Verdict.NOT_OURS
        assert door.look_up("ORD1-1", "mei").verdict is Verdict.NOT_OURS
        looked_up, scanned = door.look_up("ord0-1", "mei"), door.scan(pretix["secrets"][0])
        assert looked_up.ticket == scanned.ticket
        assert looked_up.screening == programme.session[1]
