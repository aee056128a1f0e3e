"""To the cent: days, corrections and shares."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boxoffice.rules.gross import Figures, Key, Taking, corrections, lines_of, shared

MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2026, 3, 1)).map(lambda at: at.replace(tzinfo=UTC))


@st.composite
def takings(draw: st.DrawFn) -> list[Taking]:
    found = []
    for _ in range(draw(st.integers(0, 12))):
        about = (
            draw(st.sampled_from("ab")),
            draw(st.sampled_from(("DE", "US-CA"))),
            draw(st.sampled_from(("EUR", "JPY"))),
        )
        at, minor = draw(MOMENTS), draw(st.integers(0, 10_000))
        found.append(Taking(*about, at, minor, 1))
        if draw(st.booleans()):
            later = at + timedelta(days=draw(st.integers(0, 40)))
            found.append(Taking(*about, later, -minor, -1, sold=at))
    return found


@given(
    st.integers(-(10**12), 10**12),
    st.dictionaries(st.text(min_size=1, max_size=5), st.integers(1, 500), min_size=1, max_size=8),
)
def test_shares_make_the_whole_to_the_cent(minor: int, weights: dict[str, int]) -> None:
    *_, last = weights
    weights[last] += 10_000 - sum(weights.values())
    parts = shared(minor, weights)
    assert sum(parts.values()) == minor
    assert all(abs(parts[name] * 10_000 - minor * share) < 10_000 for name, share in weights.items())


def test_the_largest_remainders_get_what_is_left() -> None:
    assert shared(100, {"b": 3333, "a": 3333, "c": 3334}) == {"b": 33, "a": 33, "c": 34}
    assert shared(1, {"b": 5000, "a": 5000}) == {"b": 0, "a": 1}
    assert shared(-1, {"b": 5000, "a": 5000}) == {"b": -1, "a": 0}
    for wrong in ({"a": 9_999}, {"a": 10_001, "b": -1}, {}):
        with pytest.raises(ValueError, match="basis points"):
            shared(1, wrong)


@given(takings())
def test_no_cent_is_lost_between_the_takings_and_the_days(found: list[Taking]) -> None:
    lines = lines_of(found, lambda _: "Asia/Shanghai")
    for currency in ("EUR", "JPY"):
        taken = sum(one.minor for one in found if one.currency == currency)
        assert sum(figures.minor for key, figures in lines.items() if key.currency == currency) == taken


@given(takings(), st.lists(MOMENTS, max_size=4))
def test_what_was_reported_and_its_corrections_are_what_stands(found: list[Taking], nights: list[datetime]) -> None:
    reported: dict[Key, Figures] = {}
    for night in [*sorted(nights), datetime(2030, 1, 1, tzinfo=UTC)]:
        now = lines_of([one for one in found if one.at <= night], lambda _: "UTC")
        for key, change in corrections(now, reported).items():
            reported[key] = reported.get(key, Figures()) + change
    standing = lines_of(found, lambda _: "UTC")
    blank = Figures()
    assert {key: one for key, one in reported.items() if one != blank} == {
        key: one for key, one in standing.items() if one != blank
    }


def test_a_day_is_the_films_and_a_late_refund_counts_on_its_own() -> None:
    sold = datetime(2026, 1, 1, 20, tzinfo=UTC)
    about = ("a", "DE", "EUR")
    early, late = sold + timedelta(days=14), sold + timedelta(days=15)
    assert lines_of([Taking(*about, sold, 690, 1)], lambda _: "Asia/Shanghai") == {
        Key(date(2026, 1, 2), *about): Figures(690, 1)
    }
    for back, day in ((early, date(2026, 1, 1)), (late, date(2026, 1, 16))):
        lines = lines_of([Taking(*about, back, -690, -1, sold=sold)], lambda _: "UTC")
        assert lines == {Key(day, *about): Figures(-690, -1)}
