import json
import sqlite3
from pathlib import Path

import pytest

from app.cli import run
from kiosk import Entry, Ledger


@pytest.fixture
def venue(tmp_path: Path) -> Path:
    ledger = Ledger.open(tmp_path / "venue", reserve_bytes=1 << 16)
    ledger.admit(Entry("feed000000000001", 2, 2, "friday", "A", "scan"), 100)
    ledger.close()
    return tmp_path / "venue"


def said(capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    return dict(json.loads(capsys.readouterr().out))


def test_a_sound_ledger_is_status_0(venue: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["kiosk", "audit", "--data", str(venue), "--json"]) == 0
    report = said(capsys)
    assert (report["ok"], report["records"], report["people"], report["signed_to"]) == (True, 2, 2, 2)


def test_an_edited_ledger_is_status_1_and_says_what(venue: Path, capsys: pytest.CaptureFixture[str]) -> None:
    db = sqlite3.connect(venue / "ledger.sqlite3")
    with db:
        db.execute("UPDATE admissions SET people = 1")
    db.close()
    assert run(["kiosk", "audit", "--data", str(venue)]) == 1
    assert "The admission of record 2 is not what was recorded." in capsys.readouterr().out


def test_a_folder_without_a_venue_is_status_3(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["kiosk", "audit", "--data", str(tmp_path), "--json"]) == 3
    assert not (tmp_path / "device-key.pem").exists()
