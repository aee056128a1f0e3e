"""What a show leaves behind: its state for the next process, its journal for the ledger."""

from datetime import UTC, timedelta
from pathlib import Path

import pytest

from core import CinemaError
from films import SigningKey, TrustedKeys
from kiosk import LedgerView, OperatorFiles, ShowJournal, audit, take_shows, trust, write_programme
from kiosk.crashes import Crash
from kiosk.ledger_file import looking_into, records_of
from kiosk.records import Kind, read_record
from kiosk.show import Alarm, Mode, Phase, Show, Slide
from kiosk.show_state import dump_state, keep_state, kept_state, parse_state, show_from, state_of
from tests.kiosk.venue import NOW, OPERATOR, PROGRAMME, OpenLedger, SetClocks, screening

PLAN = PROGRAMME.screenings[0]


def shows_in(venue: Path) -> list[tuple[object, object]]:
    with looking_into(venue / "ledger.sqlite3") as db:
        records = [read_record(data) for _seq, data, _hash in records_of(db)]
    return [(item.facts["what"], item.facts["number"]) for item in records if item.kind is Kind.SHOW]


def written(venue: Path, device: str, *what: str) -> None:
    journal = ShowJournal(venue, device, "friday-x")
    for word in what:
        journal.write(NOW, "good", word, {"position_ms": 5})
    journal.close()


def test_the_ledger_takes_every_line_in_once(tmp_path: Path, open_ledger: OpenLedger) -> None:
    venue, ledger = tmp_path / "venue", open_ledger()
    written(venue, ledger.device, "started", "item")
    assert (take_shows(venue, ledger), take_shows(venue, ledger)) == (2, 0)
    written(venue, ledger.device, "done")
    assert take_shows(venue, ledger) == 1
    assert shows_in(venue) == [("started", 1), ("item", 2), ("done", 3)]
    ledger.close()
    key = SigningKey.load_or_create(venue / "device-key.pem")
    assert audit(venue / "ledger.sqlite3", key.key_id, TrustedKeys.of(key.public_jwk)).ok


def test_half_a_line_is_no_record_and_the_next_follows_the_last_whole_one(
    tmp_path: Path, open_ledger: OpenLedger
) -> None:
    venue, ledger = tmp_path / "venue", open_ledger()
    written(venue, ledger.device, "started", "item")
    file = venue / "shows" / "friday-x.journal"
    whole = file.read_bytes()
    for cut in range(whole.index(b"\n") + 1, len(whole)):
        file.write_bytes(whole[:cut])
        written(venue, ledger.device, "interrupted")
        lines = file.read_bytes().splitlines()
        assert [read_record(line).facts["what"] for line in lines] == ["started", "interrupted"]
    assert take_shows(venue, ledger) == 2


def test_a_journal_of_another_device_or_one_that_was_altered_is_not_taken_in(
    tmp_path: Path, open_ledger: OpenLedger
) -> None:
    venue, ledger = tmp_path / "venue", open_ledger()
    written(venue, "another device", "started")
    assert take_shows(venue, ledger) == 0
    (venue / "shows" / "friday-x.journal").unlink()
    written(venue, ledger.device, "started", "item", "done")
    file = venue / "shows" / "friday-x.journal"
    file.write_bytes(file.read_bytes().replace(b'"item"', b'"skip"'))
    assert take_shows(venue, ledger) == 2, "the altered line still follows; what comes after it does not"


def test_a_journal_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    (tmp_path / "shows").write_text("no folder")
    with pytest.raises(CinemaError) as caught:
        ShowJournal(tmp_path, "device", "friday-x")
    assert caught.value.code == "ledger-unwritable"


def test_a_show_is_found_again_as_it_was(tmp_path: Path) -> None:
    crashes = (Crash(2, 60_000, NOW),)
    show = Show(
        PLAN, Mode.MANUAL, Phase.HELD, 2, 60_000, Slide.HOLD, go=True, kept_ms=60_000,
        started=NOW, crashes=crashes, alarms=(Alarm.HOOK,),
    )  # fmt: skip
    keep_state(tmp_path, state_of(show, NOW, "en", "zh-Hans"))
    state = kept_state(tmp_path, "one")
    assert state is not None
    assert parse_state(dump_state(state)) == state
    assert (state.subtitles, state.notes, state.left_ms) == ("en", "zh-Hans", PLAN.playlist[2].duration_ms - 60_000)
    assert show_from(state, PROGRAMME) == show
    assert kept_state(tmp_path, "two") is None


def test_the_state_of_a_show_that_was_moved_is_not_gone_on_with() -> None:
    moved = screening("friday", 1, "one", NOW + timedelta(hours=2))
    assert show_from(state_of(Show(moved), NOW), PROGRAMME) is None


def test_a_ledger_in_use_can_be_looked_into(tmp_path: Path, open_ledger: OpenLedger) -> None:
    venue, ledger = tmp_path / "venue", open_ledger()
    trust(venue, OPERATOR.public_jwk)
    OperatorFiles(venue, ledger).take_programme(write_programme(PROGRAMME, OPERATOR))
    view = LedgerView(venue, SetClocks(NOW + timedelta(minutes=3)))
    assert view.files.programme() == PROGRAMME
    assert (view.inside("friday"), view.device) == (0, ledger.device)
    assert view.time().now == NOW + timedelta(minutes=3)
    assert view.time().now.tzinfo is UTC
