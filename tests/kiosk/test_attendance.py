from datetime import timedelta
from pathlib import Path

import pytest

from core import CinemaError, Code
from kiosk.attendance import Attendance, attendance
from kiosk.doors import Door
from kiosk.records import time_text
from tests.kiosk.venue import NOW, PROGRAMME, OpenLedger, SetClocks, code


def test_who_came_and_who_was_refused_is_counted_while_the_venue_is_open(
    open_ledger: OpenLedger, clocks: SetClocks, tmp_path: Path
) -> None:
    door = Door(open_ledger(), PROGRAMME, PROGRAMME.gates[1])
    door.scan(code(1, people=3))
    clocks.forward(timedelta(minutes=5))
    door.scan(code(1))
    door.override(code(2), "mei", "no reason needed")
    door.override(code(2), "mei", "again")
    door.take_back(door.scan(code(4, people=2)), "mei")
    door.scan("nonsense")
    door.scan(code(3, session=3))
    later = time_text(NOW + timedelta(minutes=5))
    assert attendance(tmp_path / "venue" / "ledger.sqlite3") == (
        Attendance("", 0, 0, 0, 0, "", "", {"not-ours": 1}),
        Attendance("friday", 5, 3, 2, 0, time_text(NOW), later, {"used": 1}),
        Attendance("saturday", 0, 0, 0, 0, "", "", {"too-early": 1}),
    )


def test_there_is_nothing_to_tell_without_a_ledger(tmp_path: Path) -> None:
    with pytest.raises(CinemaError) as caught:
        attendance(tmp_path / "none.sqlite3")
    assert caught.value.code is Code.FILE_MISSING
