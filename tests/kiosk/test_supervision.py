"""When a venue's processes are started, left alone and killed; and its hours."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from kiosk import VenueSettings, is_busy, power_off_at, screens_on
from kiosk.supervision import (
    LONGEST_WAIT_S,
    SILENT_S,
    STARTING_S,
    STEADY_S,
    Act,
    Watched,
    act,
    ended,
    heard,
    killed,
    started,
    well,
)
from tests.kiosk.venue import NOW, PROGRAMME

DOOR = Watched("door")


def test_it_is_started_at_once_and_again_ever_more_slowly() -> None:
    now, waits, door = 0.0, [], DOOR
    assert act(door, now) is Act.START
    for _ in range(7):
        door = ended(started(door, now), 1, now + 1)
        waits.append(door.wait_s)
        assert act(door, now + 1) is Act.NOTHING
        now += 1 + door.wait_s
        assert act(door, now) is Act.START
    assert waits == [0.5, 1, 2, 4, 8, LONGEST_WAIT_S, LONGEST_WAIT_S]


def test_who_ran_for_long_comes_back_at_once() -> None:
    tired = replace(DOOR, wait_s=8.0)
    assert ended(started(tired, 0), -11, STEADY_S).wait_s == 0.5


def test_whom_staff_closed_stays_closed() -> None:
    door = ended(started(DOOR, 0), 0, 5)
    assert act(door, 1e6) is Act.NOTHING


def test_who_falls_silent_is_killed_and_the_system_is_told_nothing_meanwhile() -> None:
    door = heard(started(DOOR, 0), 5)
    assert act(door, 5 + SILENT_S) is Act.NOTHING
    assert well((door,), 5 + SILENT_S)
    assert act(door, 5.1 + SILENT_S) is Act.KILL
    assert not well((door,), 5.1 + SILENT_S)
    assert ended(killed(door), -9, 30).wait_s == 0.5


def test_who_must_be_heard_at_its_start_has_two_minutes_and_others_have_all_time() -> None:
    assert act(started(DOOR, 0), STARTING_S + 1) is Act.KILL
    assert act(started(replace(DOOR, beats=False), 0), 1e6) is Act.NOTHING


HOURS = VenueSettings(screens_on="10:00", screens_off="01:00", power_off="03:00", rooms=("one",))
DAY = datetime(2026, 12, 24, tzinfo=UTC)


@pytest.mark.parametrize(("hour", "on"), [(9, False), (10, True), (23, True), (0, True), (1, False), (5, False)])
def test_screens_keep_the_venue_s_hours_across_midnight(hour: int, on: bool) -> None:
    assert screens_on(HOURS, PROGRAMME, DAY + timedelta(hours=hour), UTC) is on
    assert screens_on(VenueSettings(), PROGRAMME, DAY + timedelta(hours=hour), UTC)


def test_a_show_and_its_doors_come_before_the_hours() -> None:
    show = PROGRAMME.screenings[0]
    early = replace(HOURS, screens_off="10:01", power_off=f"{show.start_at:%H:%M}")
    assert screens_on(early, PROGRAMME, show.start_at, UTC)
    assert not power_off_at(early, PROGRAMME, show.start_at, UTC)
    assert power_off_at(replace(early, rooms=("three",)), PROGRAMME, show.start_at, UTC)
    assert power_off_at(HOURS, PROGRAMME, DAY + timedelta(hours=3), UTC)
    assert not power_off_at(HOURS, PROGRAMME, DAY + timedelta(hours=3, minutes=1), UTC)
    assert is_busy(PROGRAMME, (), NOW)
