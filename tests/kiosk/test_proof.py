"""What was shown, from the ledgers of the machines that showed it."""

from datetime import timedelta
from pathlib import Path

from kiosk import Ledger, ShowJournal, take_shows
from kiosk.proof import plays
from tests.kiosk.venue import NOW, RESERVE, SetClocks

SHOWING = "friday-20261123T192000Z"


def shown(venue: Path, *lines: tuple[float, str, dict[str, object]]) -> Path:
    with_ledger = Ledger.open(venue, clocks=SetClocks(), reserve_bytes=RESERVE)
    journal = ShowJournal(venue, with_ledger.device, SHOWING)
    for seconds, what, facts in lines:
        about = {"screening": "friday", "place": 2, "kind": "feature", "position_ms": 0, **facts}
        journal.write(NOW + timedelta(seconds=seconds), "good", what, about)  # type: ignore[arg-type]
    journal.close()
    take_shows(venue, with_ledger)
    with_ledger.close()
    return venue / "ledger.sqlite3"


def test_a_show_says_what_was_shown_and_what_came_between(tmp_path: Path) -> None:
    file = shown(
        tmp_path,
        (0, "started", {"late_ms": 12}),
        (1, "item", {"package": "paper-moon", "digest": "ab" * 32}),
        (60, "held", {"slide": "intermission", "position_ms": 59_000}),
        (90, "released", {"position_ms": 59_000}),
        (100, "interrupted", {"reason": "restart", "position_ms": 69_000}),
        (107, "resumed", {"how": "back", "position_ms": 64_000}),
        (200, "done", {}),
    )
    (play,) = plays([file])
    assert (play.screening, play.late_ms, play.outcome, len(play.devices)) == ("friday", 12, "done", 1)
    assert play.feature is not None
    assert (play.feature.name, play.feature.sha256) == ("paper-moon", "ab" * 32)
    assert [(item.what, item.why, item.position_ms) for item in play.breaks] == [
        ("held", "intermission", 59_000),
        ("interrupted", "restart", 69_000),
    ]
    assert play.stood_s == 37


def test_two_machines_are_one_show(tmp_path: Path) -> None:
    first = shown(
        tmp_path / "first",
        (0, "started", {}),
        (1, "item", {"package": "paper-moon"}),
        (50, "handed-over", {"device": "b"}),
    )
    second = shown(tmp_path / "second", (51, "taken-over", {"device": "a", "exact": True}), (200, "done", {}))
    (play,) = plays([second, first])
    assert (play.outcome, len(play.devices)) == ("done", 2)
    assert [item.what for item in play.breaks] == ["taken-over"]
    assert play.started < play.ended


def test_a_show_that_never_began_is_told_only_where_it_was_cancelled(tmp_path: Path) -> None:
    assert plays([shown(tmp_path / "a", (0, "ready", {}), (1, "doors", {}))]) == ()
    (play,) = plays([shown(tmp_path / "b", (0, "doors", {}), (1, "cancelled", {"reason": "rain"}))])
    assert (play.started, play.outcome) == ("", "cancelled")
