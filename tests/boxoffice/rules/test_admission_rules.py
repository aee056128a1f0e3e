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
    again_allowed_ms,
    is_watched,
    seen_ms,
    ticket_state,
    union,
)
from boxoffice.rules.tickets import FINISH

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


FILM_MS = 100 * 60_000
PERCENT = st.integers(0, 200)


def sat(seen: int, shown: int, percent: int | None) -> TicketFacts:
    device = DeviceFacts("tv", "Sofa")
    return TicketFacts("a", OPEN, TERMS, FILM_MS, OPEN, device, seen, shown_ms=shown, replay_percent=percent)


@given(st.integers(0, FILM_MS), st.integers(0, 9 * FILM_MS), PERCENT, st.integers(0, FILM_MS))
def test_within_the_allowance_every_minute_not_yet_seen_can_be_seen(
    seen: int, more: int, percent: int, unseen: int
) -> None:
    """Seeing again counts only beyond what the house rules allow, and then minute for minute."""
    allowed = again_allowed_ms(percent, FILM_MS)
    assert allowed is not None
    again = min(more, allowed)
    assert admit(sat(seen, seen + again, percent), "a", "tv", OPEN).allowed
    ticket = sat(seen, seen + more, percent)
    decision = admit(ticket, "a", "tv", OPEN)
    assert ticket.consumed_ms == seen + max(0, more - allowed)
    assert decision.allowed == (more <= allowed or seen + more - allowed < FILM_MS)
    assert [reason.rule for reason in decision.reasons] == ([] if decision.allowed else [Rule.REPLAYED])
    later = sat(min(FILM_MS, seen + unseen), min(FILM_MS, seen + unseen) + more, percent)
    assert later.consumed_ms >= ticket.consumed_ms, "what was consumed is never given back"


@given(st.integers(0, FILM_MS), st.integers(0, 99 * FILM_MS), PERCENT)
def test_where_the_house_rules_set_no_limit_or_a_larger_one_nothing_more_is_refused(
    seen: int, again: int, percent: int
) -> None:
    assert admit(sat(seen, seen + again, None), "a", "tv", OPEN).allowed
    if admit(sat(seen, seen + again, percent), "a", "tv", OPEN).allowed:
        assert admit(sat(seen, seen + again, percent + 10), "a", "tv", OPEN).allowed


@given(st.lists(st.tuples(st.integers(0, FILM_MS), st.integers(0, 30_000)), max_size=20))
def test_twenty_crashes_with_half_a_minute_seen_twice_never_use_up_a_ticket(crashes: list[tuple[int, int]]) -> None:
    seen: tuple[tuple[int, int], ...] = ()
    shown = position = 0
    for forward, back in crashes:
        end = min(FILM_MS, position + forward)
        seen = union([*seen, (position, end)], running_time_ms=FILM_MS)
        shown, position = shown + end - position, max(0, end - back)
        assert admit(sat(seen_ms(seen), shown, 0), "a", "tv", OPEN).allowed


@given(st.timedeltas(timedelta(), timedelta(hours=47)))
def test_who_sits_there_already_is_not_cut_off_and_a_new_sitting_is_refused(after: timedelta) -> None:
    now = OPEN + after
    ticket = sat(FILM_MS, 3 * FILM_MS, 10)
    assert not admit(ticket, "a", "tv", now).allowed
    sitting = admit(ticket.going_on(OPEN, now), "a", "tv", now)
    assert sitting.allowed == (after < timedelta(milliseconds=FILM_MS) + FINISH)
