"""Seen intervals, windows, devices and the decision."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from boxoffice.rules import (
    DeviceFacts,
    Rule,
    SaleTerms,
    TicketFacts,
    TicketState,
    admit,
    is_watched,
    seen_ms,
    ticket_state,
    union,
)

OPEN, CLOSE = datetime(2026, 10, 1, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC)
LENGTH = 200
INTERVALS = st.lists(st.tuples(st.integers(-20, 260), st.integers(-20, 260)), max_size=12)
SPANS = st.timedeltas(timedelta(days=-30), timedelta(days=30))
MOMENTS = st.datetimes(datetime(2026, 8, 1), datetime(2027, 2, 1), timezones=st.just(UTC))
TERMS = SaleTerms(OPEN, CLOSE, "Europe/Berlin", 30 * 86400, 48 * 3600)


@given(INTERVALS, INTERVALS)
def test_a_union_holds_exactly_the_moments_seen(first: list[tuple[int, int]], second: list[tuple[int, int]]) -> None:
    together = union(first, second, running_time_ms=LENGTH)
    moments = {ms for start, end in first + second for ms in range(max(0, start), min(LENGTH, end))}
    assert {ms for start, end in together for ms in range(start, end)} == moments
    assert seen_ms(together) == len(moments)
    assert all(left[1] < right[0] for left, right in pairwise(together))
    assert union(together, running_time_ms=LENGTH) == together


def test_seventy_percent_is_watched() -> None:
    assert [is_watched(seen, 100) for seen in (69, 70, 100)] == [False, True, True]


@given(MOMENTS, MOMENTS, SPANS, SPANS, st.integers(1, 10**7), st.integers(1, 10**6))
def test_a_moved_window_never_refuses_what_was_allowed(
    bought: datetime, now: datetime, start: timedelta, end: timedelta, unlock_s: int, watch_s: int
) -> None:
    moved = TERMS.moved(OPEN + start, CLOSE + end, unlock_s, watch_s)
    for started in (None, bought):
        before = TicketFacts("a", bought, TERMS, LENGTH, started)
        after = TicketFacts("a", bought, moved, LENGTH, started)
        if before.unlock_by > before.terms.window_start and bought >= OPEN and admit(before, "a", "d", now).allowed:
            assert admit(after, "a", "d", now).allowed


@given(MOMENTS, MOMENTS, st.booleans(), st.integers(0, LENGTH))
def test_a_decision_and_a_state_never_contradict_each_other(
    bought: datetime, now: datetime, begun: bool, seen: int
) -> None:
    ticket = TicketFacts("a", bought, TERMS, LENGTH, bought if begun else None, None, seen if begun else 0)
    decision = admit(ticket, "a", "d", now)
    if ticket_state(ticket, now) is TicketState.ENDED:
        assert not decision.allowed
    assert all(reason.at is not None and reason.zone == "Europe/Berlin" for reason in decision.reasons)


def test_every_reason_is_given_not_only_the_first() -> None:
    ticket = TicketFacts("a", OPEN, TERMS, LENGTH, None, DeviceFacts("tv", "Sofa"), 0, OPEN)
    rules = [reason.rule for reason in admit(ticket, "a", "laptop", CLOSE).reasons]
    assert rules == [Rule.REFUNDED, Rule.ENDED, Rule.OTHER_DEVICE]


def test_somebody_else_learns_nothing_but_that_it_is_not_theirs() -> None:
    ticket = TicketFacts("a", OPEN, TERMS, LENGTH, None, DeviceFacts("tv", "Sofa"))
    assert [reason.rule for reason in admit(ticket, "b", "tv", OPEN).reasons] == [Rule.NOT_YOURS]


def test_a_viewing_that_began_may_finish_after_the_film_is_gone() -> None:
    began = CLOSE - timedelta(hours=1)
    ticket = TicketFacts("a", OPEN, TERMS, LENGTH, began)
    assert admit(ticket, "a", "d", CLOSE + timedelta(hours=46)).allowed
    assert not admit(ticket, "a", "d", CLOSE + timedelta(hours=47)).allowed


WATCHING = st.lists(
    st.tuples(st.integers(0, 48 * 3600 - 1), st.integers(0, LENGTH), st.integers(0, LENGTH)), max_size=20
)


@given(WATCHING)
def test_however_often_it_is_interrupted_no_paid_minute_is_lost(stretches: list[tuple[int, int, int]]) -> None:
    """Any number of crashes, at any places: whoever began goes on until the watch window ends or it was watched."""
    device = DeviceFacts("tv", "Sofa")
    seen: tuple[tuple[int, int], ...] = ()
    for after_s, start, end in sorted(stretches):
        ticket = TicketFacts("a", OPEN, TERMS, LENGTH, OPEN, device, seen_ms(seen))
        assert admit(ticket, "a", "tv", OPEN + timedelta(seconds=after_s)).allowed
        more = union([*seen, (start, end)], running_time_ms=LENGTH)
        assert seen_ms(more) >= seen_ms(seen), "what was seen is never forgotten"
        assert seen_ms(more) <= LENGTH, "seeing it again does not use it up"
        seen = more
