"""When preflight runs, and what it leaves behind."""

from dataclasses import replace
from datetime import UTC, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from boxoffice.rules import time_text
from kiosk import (
    Flown,
    Light,
    Preflight,
    PreflightReport,
    Reason,
    Trouble,
    due,
    fingerprint_of,
    keep_report,
    kept_report,
    report_of,
)
from kiosk.preflight import preflight
from tests.kiosk.test_preflight import FACTS
from tests.kiosk.venue import NOW, PROGRAMME

BERLIN = ZoneInfo("Europe/Berlin")
QUIET = replace(PROGRAMME, screenings=(PROGRAMME.screenings[2],))
DOORS = QUIET.screenings[0].doors_at
LAST = Flown(NOW, "monday", "a", decoded=False)


@pytest.mark.parametrize(
    ("flown", "after", "boot", "print_now", "reason"),
    [
        (None, timedelta(), "monday", "a", Reason.BOOT),
        (LAST, timedelta(minutes=1), "monday", "a", None),
        (LAST, timedelta(minutes=1), "tuesday", "a", Reason.BOOT),
        (LAST, timedelta(minutes=1), "monday", "b", Reason.CHANGE),
        (LAST, timedelta(hours=7, minutes=59), "monday", "a", None),
        (LAST, timedelta(hours=8, minutes=1), "monday", "a", Reason.NIGHT),
    ],
)
def test_it_runs_at_the_start_after_a_change_and_at_night(
    flown: Flown | None, after: timedelta, boot: str, print_now: str, reason: Reason | None
) -> None:
    assert due(QUIET, flown, NOW + after, boot, print_now, BERLIN) is reason


def test_an_hour_before_doors_it_runs_once_and_decodes() -> None:
    begins = DOORS - timedelta(minutes=60)
    early = Flown(begins - timedelta(minutes=1), "monday", "a", decoded=True)
    assert due(QUIET, early, begins - timedelta(seconds=1), "monday", "a", BERLIN) is None
    assert due(QUIET, early, begins, "monday", "b", BERLIN) is Reason.DOORS
    undecoded = Flown(begins, "monday", "a", decoded=False)
    assert due(QUIET, undecoded, begins, "monday", "a", BERLIN) is Reason.DOORS
    done = replace(undecoded, decoded=True)
    assert due(QUIET, done, DOORS - timedelta(seconds=1), "monday", "a", BERLIN) is None
    assert due(QUIET, early, DOORS, "monday", "a", BERLIN) is None


def test_while_a_show_is_on_nothing_but_the_next_doors_is_looked_at() -> None:
    show = QUIET.screenings[0]
    assert due(QUIET, LAST, show.start_at, "tuesday", "b", BERLIN) is None
    assert due(QUIET, LAST, show.end_at, "tuesday", "b", BERLIN) is Reason.BOOT
    beside = replace(show, id="beside", room="two", doors=time_text(show.end_at), start=time_text(show.end_at))
    both = replace(QUIET, screenings=(show, beside))
    assert due(both, LAST, show.end_at - timedelta(minutes=50), "monday", "a", BERLIN) is Reason.DOORS


def test_every_change_of_what_is_looked_at_changes_the_fingerprint(tmp_path: Path) -> None:
    seen = {fingerprint_of(tmp_path)}
    (tmp_path / "programme.jws").write_text("1")
    seen.add(fingerprint_of(tmp_path))
    for folder in ("licences", "slides", "films/paper-moon@1"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "file").write_text("1")
        seen.add(fingerprint_of(tmp_path))
    (tmp_path / "licences" / "file").unlink()
    seen.add(fingerprint_of(tmp_path))
    assert len(seen) == 6
    (tmp_path / "ledger.sqlite3").write_text("somebody came in")
    (tmp_path / "films" / ".coming").mkdir()
    assert fingerprint_of(tmp_path) in seen


def made(result: Preflight) -> PreflightReport:
    return report_of(result, PROGRAMME, NOW, "monday", "a", hashed=True, decoded=False)


def test_a_report_is_kept_and_a_file_that_is_none_is_no_report(tmp_path: Path) -> None:
    report = made(preflight(PROGRAMME, replace(FACTS, films={}, sold=None)))
    assert kept_report(tmp_path) is None
    keep_report(tmp_path, report)
    again = kept_report(tmp_path)
    assert again == report
    assert again.light is Light.RED
    assert again.first_failure
    assert (again.first_failure.trouble, again.first_failure.screening) == (Trouble.FILM_MISSING, "friday")
    assert (again.flown.at, again.flown.decoded) == (NOW.astimezone(UTC), False)
    (tmp_path / "preflight.json").write_text("{}")
    assert kept_report(tmp_path) is None
