from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boxoffice.rules.trusted_time import (
    AHEAD,
    BACK,
    EARLIEST,
    ClockReading,
    ClockState,
    Mark,
    confirmed,
    trusted_time,
    with_evidence,
)

KNOWN = datetime(2026, 11, 23, 19, tzinfo=UTC)
MARK = Mark(KNOWN, "monday", 3_600_000)
SECOND = timedelta(seconds=1)


def reading(wall: datetime, *, boot: str = "tuesday", since_boot_ms: int = 0) -> ClockReading:
    return ClockReading(wall, boot, since_boot_ms)


@pytest.mark.parametrize(
    "wall",
    [KNOWN - timedelta(days=1), KNOWN - timedelta(days=3653), datetime(1970, 1, 1, tzinfo=UTC), KNOWN - BACK - SECOND],
)
def test_a_clock_put_back_is_wrong_and_time_stands_at_the_mark(wall: datetime) -> None:
    judged = trusted_time(reading(wall), MARK)
    assert (judged.state, judged.now, judged.mark.time) == (ClockState.BEHIND, KNOWN, KNOWN)


def test_a_few_minutes_back_are_nothing_but_do_not_count() -> None:
    judged = trusted_time(reading(KNOWN - BACK), MARK)
    assert (judged.state, judged.now) == (ClockState.GOOD, KNOWN)


@pytest.mark.parametrize(
    "wall", [KNOWN + timedelta(days=365), datetime(2038, 1, 19, 3, 14, 8, tzinfo=UTC), KNOWN + AHEAD + SECOND]
)
def test_a_clock_put_far_ahead_burns_no_window_until_staff_confirm(wall: datetime) -> None:  # fmt: skip
    judged = trusted_time(reading(wall), MARK)
    assert (judged.state, judged.now, judged.mark.time) == (ClockState.AHEAD, KNOWN, KNOWN)
    after = trusted_time(reading(wall), confirmed(reading(wall), MARK))
    assert (after.state, after.now) == (ClockState.GOOD, wall)


def test_what_a_trusted_key_signed_later_is_evidence_for_a_clock_that_is_ahead() -> None:
    wall = KNOWN + timedelta(days=4)
    mark = with_evidence(reading(wall), MARK, wall - timedelta(hours=2))
    assert trusted_time(reading(wall), mark).state is ClockState.GOOD


def test_evidence_never_takes_time_back() -> None:
    assert with_evidence(reading(KNOWN), MARK, KNOWN - timedelta(days=9)).time == KNOWN
    assert confirmed(reading(KNOWN - timedelta(days=9)), MARK).time == KNOWN


def test_a_machine_that_slept_counts_its_sleep_whatever_its_wall_clock_says() -> None:
    asleep = timedelta(hours=8)
    since = MARK.since_boot_ms + int(asleep.total_seconds() * 1000)
    judged = trusted_time(reading(KNOWN, boot="monday", since_boot_ms=since), MARK)
    assert (judged.state, judged.now) == (ClockState.BEHIND, KNOWN + asleep)


def test_a_wall_clock_ahead_is_measured_against_the_time_since_the_machine_started() -> None:
    days = timedelta(days=3)
    since = MARK.since_boot_ms + int(days.total_seconds() * 1000)
    assert trusted_time(reading(KNOWN + days, boot="monday", since_boot_ms=since), MARK).state is ClockState.GOOD
    assert (
        trusted_time(reading(KNOWN + days, boot="monday", since_boot_ms=MARK.since_boot_ms), MARK).state
        is ClockState.AHEAD
    )


def test_the_first_start_believes_any_clock_that_is_not_before_the_release() -> None:
    assert trusted_time(reading(KNOWN), None).state is ClockState.GOOD
    judged = trusted_time(reading(datetime(1970, 1, 1, tzinfo=UTC)), None)
    assert (judged.state, judged.now) == (ClockState.BEHIND, EARLIEST)


def test_only_the_moment_counts_and_not_the_zone_it_is_told_in() -> None:
    summer, winter = timezone(timedelta(hours=2)), timezone(timedelta(hours=1))
    assert trusted_time(reading(KNOWN.astimezone(summer)), MARK) == trusted_time(
        reading(KNOWN.astimezone(winter)), MARK
    )


WALLS = st.datetimes(datetime(1971, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))


@given(st.lists(st.tuples(WALLS, st.sampled_from("abc"), st.integers(0, 10**10)), min_size=1))
def test_trusted_time_never_goes_back(readings: list[tuple[datetime, str, int]]) -> None:
    mark, before = None, EARLIEST
    for wall, boot, since in readings:
        judged = trusted_time(ClockReading(wall, boot, since), mark)
        assert judged.now >= before
        assert judged.mark.time == judged.now
        mark, before = judged.mark, judged.now
