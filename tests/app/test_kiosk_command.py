import hashlib
import io
import json
import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from app.cli import run
from boxoffice.rules import DoorTicket, Licence, LicensedTicket, time_text, write_door_ticket, write_licence
from core import Cancel, base64url, no_progress
from films import MasterOptions, load_manifest, master
from kiosk import Entry, Ledger, Trouble, write_programme
from tests.films.conftest import TINY_LADDER, Slides
from tests.kiosk.venue import DOOR_KEY, OPERATOR, PROGRAMME
from ui.trouble_words import trouble_words


@pytest.fixture
def venue(tmp_path: Path) -> Path:
    ledger = Ledger.open(tmp_path / "venue", reserve_bytes=1 << 16)
    ledger.admit(Entry("feed000000000001", 2, 2, "friday", "A", "scan"), 100)
    ledger.close()
    return tmp_path / "venue"


@pytest.fixture
def running(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """A venue with an operator and a programme whose first screening is on now."""
    folder, key, file = tmp_path / "venue", tmp_path / "operator.json", tmp_path / "programme.jws"
    key.write_text(json.dumps(OPERATOR.public_jwk))
    now = datetime.now(UTC).replace(microsecond=0)
    friday = replace(PROGRAMME.screenings[0], doors=time_text(now), start=time_text(now + timedelta(minutes=20)))
    programme = replace(PROGRAMME, screenings=(friday, *PROGRAMME.screenings[1:]))
    file.write_text(write_programme(programme, OPERATOR))
    assert run(["kiosk", "enrol", "--data", str(folder), "--operator", str(key), "--json"]) == 0
    assert said(capsys)["operators"] == [OPERATOR.key_id]
    assert run(["kiosk", "programme", "import", "--data", str(folder), str(file)]) == 0
    capsys.readouterr()
    return folder


def on_now(number: int) -> str:
    now = datetime.now(UTC)
    return write_door_ticket(DoorTicket(1, number, 2026, 1, now, now + timedelta(hours=3), 0b11, 1), DOOR_KEY)


def test_a_ticket_is_let_in_once_from_the_command_line(running: Path, capsys: pytest.CaptureFixture[str]) -> None:
    admit = ["kiosk", "admit", "--data", str(running), "--gate", "A", "--json"]
    assert run([*admit, on_now(1)]) == 0
    assert said(capsys)["light"] == "green"
    assert run([*admit, on_now(1)]) == 1
    again = said(capsys)
    assert (again["verdict"], again["inside"], again["may_override"]) == ("used", 1, True)
    assert run([*admit, on_now(1), "--override", "the light never came", "--staff", "mei"]) == 0


def test_who_came_is_exported(running: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["kiosk", "admit", "--data", str(running), "--gate", "A", on_now(1)]) == 0
    assert run(["kiosk", "admit", "--data", str(running), "--gate", "A", on_now(1)]) == 1
    capsys.readouterr()
    assert run(["kiosk", "export", "--data", str(running)]) == 0
    header, line = capsys.readouterr().out.splitlines()
    assert header.startswith("screening,people,admissions,")
    assert line.startswith("friday,1,1,0,0,")
    assert line.endswith(",used:1")


def test_codes_come_one_a_line_too(
    running: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{on_now(1)}\r\nnonsense\n{on_now(2)}\n"))
    assert run(["kiosk", "admit", "-", "--data", str(running), "--gate", "A"]) == 1
    words = [line.split()[:2] for line in capsys.readouterr().out.splitlines()]
    assert words == [["GREEN", "admitted"], ["RED", "not-ours"], ["GREEN", "admitted"]]


def test_an_older_programme_is_status_1_and_an_unknown_gate_is_wrong_use(running: Path, tmp_path: Path) -> None:
    older = tmp_path / "older.jws"
    older.write_text(write_programme(replace(PROGRAMME, seq=1), OPERATOR))
    assert run(["kiosk", "programme", "import", "--data", str(running), str(older)]) == 1
    assert run(["kiosk", "admit", "x", "--data", str(running), "--gate", "Z"]) == 2
    assert run(["kiosk", "admit", "x", "--data", str(tmp_path / "empty"), "--gate", "A"]) == 3


def test_what_is_imported_while_the_venue_is_open_is_put_down_for_it(
    running: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    newer = tmp_path / "newer.jws"
    newer.write_text(write_programme(replace(PROGRAMME, seq=9), OPERATOR))
    with closing(Ledger.open(running)):
        assert run(["kiosk", "programme", "import", "--data", str(running), str(newer), "--json"]) == 0
        assert said(capsys)["put_down"] is True
        assert run(["kiosk", "preflight", "--quick", "--data", str(running)]) == 1  # beside the open door
    assert len(list((running / "inbox").glob("programme-*.jws"))) == 1


def test_the_programme_is_shown_in_its_own_zone(running: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["kiosk", "programme", "show", "--data", str(running)]) == 0
    shown = capsys.readouterr().out
    assert "times in Europe/Berlin" in shown
    assert "2026-11-24 20:00-21:36  one  Saturday  (100 people)" in shown


def test_a_package_is_taken_and_a_wrong_one_is_status_1(
    running: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = MasterOptions(
        package_id="paper-moon-feature",
        title_id="paper-moon",
        names={"en": "Paper Moon"},
        signing_key=OPERATOR,
        ladder=TINY_LADDER,
        segment_ms=1000,
    )
    manifest = master(Slides(frame_count=48), tmp_path / "stick", options, no_progress, Cancel())
    assert run(["kiosk", "ingest", "--data", str(running), str(tmp_path / "stick"), "--json"]) == 0
    taken = said(capsys)
    assert (taken["ok"], taken["errors"]) == (True, [])
    assert (running / "films" / str(taken["folder"]) / "manifest.json").is_file()
    shutil.rmtree(running / "films")
    (tmp_path / "stick" / manifest.video[0].init.path).write_bytes(b"x")
    assert run(["kiosk", "ingest", "--data", str(running), str(tmp_path / "stick")]) == 1
    assert "paper-moon-feature was not taken: 1 errors." in capsys.readouterr().out
    assert run(["kiosk", "ingest", "--data", str(running), str(tmp_path / "nothing")]) == 3


def test_the_page_is_written_and_the_last_result_is_told_again(
    running: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    flight = ["kiosk", "preflight", "--data", str(running)]
    assert run([*flight, "--last"]) == 3
    assert "run: kiosk preflight" in capsys.readouterr().err
    assert run([*flight, "--quick", "--json", "--page", str(tmp_path / "page.html")]) == 1
    found = json.loads(capsys.readouterr().out)
    assert "将会失败" in (tmp_path / "page.html").read_text(encoding="utf-8")
    assert run([*flight, "--last", "--json"]) == 1
    assert json.loads(capsys.readouterr().out) == found
    assert found["first_failure"] == "friday"


def licence_for(device_key: str, manifest: Path, expires: datetime) -> str:
    now = time_text(datetime.now(UTC))
    ends = time_text(expires)
    ticket = LicensedTicket(
        "t", "p", "paper-moon", now, None, now, ends, "UTC", 1, 1, 1, 0, "", seek=False, stills=False
    )
    data = manifest.read_bytes()
    plain = Licence(1, "l", 1, now, now, ends, "", "paper-moon-feature", hashlib.sha256(data).hexdigest(), {}, ticket)
    keys = dict.fromkeys(load_manifest(data).key_ids, b"K" * 16)
    return write_licence(plain, keys, base64url.decode(device_key), OPERATOR)


def test_preflight_names_what_is_missing_until_nothing_is(
    running: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    flight = ["kiosk", "preflight", "--data", str(running), "--json"]
    for package in ("paper-moon-feature", "paper-moon-trailer"):
        options = MasterOptions(
            package_id=package, title_id="paper-moon", names={"en": "P"}, signing_key=OPERATOR, ladder=TINY_LADDER[:1],
        )  # fmt: skip
        assert run(flight) == 1
        missing = said(capsys)["findings"]
        assert isinstance(missing, list)
        assert {item["about"]["package"] for item in missing if item["trouble"] == "film-missing"} >= {package}
        master(Slides(frame_count=24), tmp_path / package, options, no_progress, Cancel())
        assert run(["kiosk", "ingest", "--data", str(running), str(tmp_path / package), "--json"]) == 0
        capsys.readouterr()
    assert run(["kiosk", "enrol", "--data", str(running), "--json"]) == 0
    key = str(said(capsys)["licence_key"])
    for package in ("paper-moon-feature", "paper-moon-trailer"):
        manifest = tmp_path / package / "manifest.json"
        text = licence_for(key, manifest, datetime.now(UTC) + timedelta(days=30))
        (tmp_path / "film.sclic").write_text(text)
        if package.endswith("feature"):
            assert run(["kiosk", "licence", "--data", str(running), str(tmp_path / "film.sclic")]) == 0
            monkeypatch.setattr("sys.stdin", io.StringIO(f"{text}\r\n"))  # as a scanner types its QR code
            assert run(["kiosk", "licence", "--data", str(running), "-"]) == 0
            capsys.readouterr()
            assert run(["kiosk", "licences", "--data", str(running), "--json"]) == 0
            told = said(capsys)["licences"]
            assert isinstance(told, list)
            assert [(item["colour"], item["word"]) for item in told] == [("green", "good")]
    capsys.readouterr()
    assert run(flight) == 1
    troubles = {(item["trouble"], item["about"].get("package")) for item in said(capsys)["findings"]}  # type: ignore[attr-defined]
    assert {trouble for trouble, package in troubles if package == "paper-moon-feature"} == {
        "film-length",
        "sound-track-missing",
        "subtitles-missing",
    }


def test_a_licence_for_another_device_is_refused(
    running: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    master(
        Slides(frame_count=24),
        tmp_path / "f",
        MasterOptions(package_id="f", title_id="f", names={"en": "F"}, signing_key=OPERATOR, ladder=TINY_LADDER[:1]),
        no_progress,
        Cancel(),
    )
    other = base64url.encode(X25519PrivateKey.generate().public_key().public_bytes_raw())
    (tmp_path / "l").write_text(
        licence_for(other, tmp_path / "f" / "manifest.json", datetime.now(UTC) + timedelta(days=9))
    )
    assert run(["kiosk", "licence", "--data", str(running), str(tmp_path / "l")]) == 1
    assert "another device" in capsys.readouterr().err


def test_the_clock_is_confirmed_by_somebody_for_a_reason(running: Path, capsys: pytest.CaptureFixture[str]) -> None:
    clock = ["kiosk", "clock", "--data", str(running)]
    assert run([*clock, "--json"]) == 0
    assert said(capsys)["clock"] == "good"
    assert run([*clock, "--confirm", "new battery"]) == 2
    assert run([*clock, "--confirm", "new battery", "--staff", "mei"]) == 0


def test_every_trouble_has_words_that_need_no_more_than_it_says() -> None:
    about = dict.fromkeys(("package", "file", "language", "screen", "room", "other", "time", "gate"), "x")
    for language in ("en", "zh-Hans"):
        assert set(trouble_words(language)) == set(Trouble)
        assert all(words.format(**about) for pair in trouble_words(language).values() for words in pair)


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
