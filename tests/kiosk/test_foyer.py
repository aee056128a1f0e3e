"""The day as a foyer shows it."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from boxoffice.rules import time_text
from core import CinemaError
from kiosk import Entry, LedgerView, OperatorFiles, ShowItems, keep_state, trust, write_programme
from kiosk.foyer import Stand, day_of, look, poster
from kiosk.ingest import folder_name, library_of
from kiosk.show import Phase, Show
from kiosk.show_state import showing_of, state_of
from kiosk.ticket_lists import SOLD_TYPE, SoldTicket, SoldTickets, write_list
from tests.kiosk.venue import NOW, OPERATOR, PROGRAMME, OpenLedger, SetClocks

FRIDAY, SMALL = PROGRAMME.screenings[0], PROGRAMME.screenings[1]


def test_the_day_has_what_is_still_to_come_with_the_seats_that_are_left() -> None:
    day = day_of(PROGRAMME, NOW, {"friday": 40, "small": 3}, frozenset())
    assert [(show.screening.id, show.seats_left, show.stand) for show in day.shows] == [
        ("friday", 60, Stand.DOORS),
        ("small", 0, Stand.DOORS),
    ]
    assert (day.trailers, day.next_day) == (("paper-moon-trailer",), None)
    assert day.shows[0].package == "paper-moon-feature"


def test_a_show_that_is_on_stays_until_its_end_and_a_cancelled_one_says_so() -> None:
    later = day_of(PROGRAMME, FRIDAY.start_at + timedelta(minutes=1), {}, frozenset({showing_of(SMALL)}))
    assert [show.stand for show in later.shows] == [Stand.NOW, Stand.CANCELLED]
    after = day_of(PROGRAMME, FRIDAY.end_at, {}, frozenset())
    assert (after.shows, after.next_day) == ((), PROGRAMME.screenings[2].start_at)
    assert day_of(PROGRAMME, NOW + timedelta(days=9), {}, frozenset()).next_day is None


def test_a_late_show_belongs_to_the_evening_before() -> None:
    night = FRIDAY.start_at.replace(hour=23, minute=30)  # half past midnight in Berlin
    late = replace(FRIDAY, id="late", session=9, doors=time_text(night), start=time_text(night))
    day = day_of(replace(PROGRAMME, screenings=(FRIDAY, late)), NOW, {}, frozenset())
    assert [show.screening.id for show in day.shows] == ["friday", "late"]


def test_a_seat_is_taken_once_it_is_sold_or_sat_on(tmp_path: Path, open_ledger: OpenLedger) -> None:
    venue, ledger = tmp_path / "venue", open_ledger()
    trust(venue, OPERATOR.public_jwk)
    files = OperatorFiles(venue, ledger)
    files.take_programme(write_programme(PROGRAMME, OPERATOR))
    sold = tuple(SoldTicket(f"{number:016x}", f"K7Q{number}", 1, 3, 1) for number in range(2))
    files.take_sold(write_list(SoldTickets(SOLD_TYPE, 1, time_text(NOW), PROGRAMME.event, sold), OPERATOR))
    ledger.admit(Entry("t", 2, 2, "small", "B", "scan"), 2)
    keep_state(venue, state_of(Show(SMALL, phase=Phase.CANCELLED), NOW))
    day = look(venue, LedgerView(venue, SetClocks()))
    assert [(show.seats_left, show.stand) for show in day.shows] == [(94, Stand.DOORS), (0, Stand.CANCELLED)]


def test_without_a_programme_there_is_no_day(tmp_path: Path, open_ledger: OpenLedger) -> None:
    open_ledger()
    with pytest.raises(CinemaError) as caught:
        look(tmp_path / "venue", LedgerView(tmp_path / "venue"))
    assert caught.value.code == "file-missing"


def test_a_poster_is_what_was_signed_or_none(tmp_path: Path, film: object) -> None:
    import shutil

    folder = film.folder  # type: ignore[attr-defined]
    trust(tmp_path, film.signer.public_jwk)  # type: ignore[attr-defined]
    name = folder_name("paper-moon-feature", (folder / "manifest.json").read_bytes())
    shutil.copytree(folder, library_of(tmp_path) / name)
    with pytest.raises(CinemaError, match="no poster"):
        poster(ShowItems(tmp_path), "paper-moon-feature")
    with pytest.raises(CinemaError, match="not in the library"):
        poster(ShowItems(tmp_path), "another")
