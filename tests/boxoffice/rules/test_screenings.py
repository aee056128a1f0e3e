"""Online screenings: when a place may be bought, how many there are, and what moving one does to tickets."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boxoffice.rules import (
    Avail,
    Fix,
    OfferState,
    OnlineScreening,
    Rule,
    SaleTerms,
    Taken,
    TicketFacts,
    admit,
    is_full,
    moved_with,
    offer_for,
    screening_offer,
    sold_out,
    with_others,
    with_places,
)
from core import Money

START = datetime(2026, 10, 10, 18, tzinfo=UTC)
LENGTH_MS = 90 * 60_000
OPENS, CLOSES = datetime(2026, 10, 1), datetime(2026, 11, 1)
MOMENTS = st.datetimes(datetime(2026, 9, 1), datetime(2026, 12, 1), timezones=st.just(UTC))
MINUTES = st.integers(1, 240).map(lambda minutes: minutes * 60)
COUNTS = st.integers(0, 30)


def avail(*, ahead: bool = True) -> Avail:
    sold_from = datetime(2026, 9, 20) if ahead else None
    return Avail(frozenset({"DE"}), OPENS, CLOSES, "UTC", Money(690, "EUR"), sold_from)


def ticket_of(screening: OnlineScreening, now: datetime) -> TicketFacts:
    offer = screening_offer([avail()], screening, LENGTH_MS, "DE", now)
    assert offer.window_start
    assert offer.window_end
    terms = SaleTerms(offer.window_start, offer.window_end, offer.zone, offer.unlock_s, offer.watch_s)
    return TicketFacts("a", now, terms, LENGTH_MS)


@given(MOMENTS, MINUTES)
def test_a_place_is_sold_until_the_doors_close_and_lets_in_from_the_beginning(now: datetime, late_s: int) -> None:
    screening = OnlineScreening("premiere", START, "Asia/Shanghai", 100, late_s)
    offer = screening_offer([avail()], screening, LENGTH_MS, "DE", now)
    assert offer.sellable == (avail().sold_from <= now < screening.doors_close)
    assert [reason.zone for reason in offer.reasons] in ([], ["Asia/Shanghai"])
    if offer.sellable:
        ticket = ticket_of(screening, now)
        for moment in (START - timedelta(seconds=1), START, screening.doors_close - timedelta(seconds=1)):
            assert admit(ticket, "a", "tv", moment).allowed == (moment >= START)
        assert not admit(ticket, "a", "tv", screening.doors_close).allowed


@given(MOMENTS)
def test_it_is_sold_where_the_title_may_be_shown_at_its_beginning_and_nowhere_else(now: datetime) -> None:
    screening = OnlineScreening("premiere", START, "UTC")
    assert screening_offer([avail()], screening, LENGTH_MS, "FR", now).state is OfferState.NOT_HERE
    after = OnlineScreening("encore", datetime(2026, 11, 1, tzinfo=UTC), "UTC")
    assert screening_offer([avail()], after, LENGTH_MS, "DE", now).state is OfferState.ENDED
    unopened = screening_offer([avail(ahead=False)], screening, LENGTH_MS, "DE", now)
    assert unopened.sellable == (datetime(2026, 10, 1, tzinfo=UTC) <= now < screening.doors_close)


def test_who_is_let_in_may_finish_and_an_hour_more() -> None:
    ticket = ticket_of(OnlineScreening("premiere", START, "UTC"), START)
    assert ticket.terms.watch_s == 90 * 60 + 3600


@given(st.none() | st.integers(1, 20), st.none() | st.integers(1, 20), COUNTS, COUNTS, COUNTS, COUNTS)
def test_a_place_is_sold_only_where_title_and_screening_both_have_one(
    of_title: int | None, of_screening: int | None, sold: int, held: int, sold_there: int, held_there: int
) -> None:
    screening = OnlineScreening("premiere", START, "UTC", of_screening)
    whole, there = Taken(sold, held, START), Taken(sold_there, held_there, START)
    offer = screening_offer([avail()], screening, LENGTH_MS, "DE", START)
    offer = with_places(with_places(offer, of_screening, there), of_title, whole)
    free = [
        capacity - taken.sold - taken.held
        for capacity, taken in ((of_title, whole), (of_screening, there))
        if capacity is not None
    ]
    assert offer.sellable == all(places > 0 for places in free)
    if offer.sellable:
        assert offer.left == (min(free) if free else None)
    else:
        (reason,) = offer.reasons
        assert (reason.rule, reason.at is not None) == (Rule.SOLD_OUT, True)


@given(st.none() | st.integers(0, 50), COUNTS, st.integers(1, 9))
def test_one_rule_of_places_for_titles_screenings_and_rooms(capacity: int | None, taken: int, people: int) -> None:
    assert is_full(capacity, taken, people) == (capacity is not None and taken + people > capacity)
    assert is_full(capacity, taken) == (sold_out(capacity, Taken(taken)) is not None)


def test_where_one_is_sold_out_for_good_another_is_named_as_the_way() -> None:
    full = with_places(offer_for([avail()], "DE", START), 3, Taken(3))
    waiting = with_places(offer_for([avail()], "DE", START), 3, Taken(2, 1, START))
    free = with_places(offer_for([avail()], "DE", START), 3, Taken(2))
    assert [reason.fix for offer in with_others([full, waiting, free]) for reason in offer.reasons] == [
        Fix.OTHER_SCREENING,
        Fix.WAIT,
    ]
    assert [reason.fix for offer in with_others([full, waiting]) for reason in offer.reasons] == [Fix.NONE, Fix.WAIT]
    (held,) = waiting.reasons
    assert held.at == START + timedelta(minutes=20)


@given(MINUTES, MINUTES, st.timedeltas(timedelta(days=-5), timedelta(days=5)), MOMENTS)
def test_a_moved_screening_takes_its_tickets_along_and_shortens_none(
    late_s: int, later_s: int, by: timedelta, now: datetime
) -> None:
    sold = ticket_of(OnlineScreening("premiere", START, "UTC", late_s=late_s), datetime(2026, 9, 21, tzinfo=UTC))
    moved = OnlineScreening("premiere", START + by, "UTC", late_s=later_s)
    terms = moved_with(sold.terms, moved, now)
    after = TicketFacts("a", sold.bought, terms, LENGTH_MS)
    assert terms.window_end - terms.window_start >= timedelta(seconds=late_s)
    assert terms.watch_s >= sold.terms.watch_s
    assert admit(after, "a", "tv", max(moved.start, sold.bought)).allowed
    if now >= sold.terms.window_start:
        assert terms.window_end >= sold.terms.window_end, "who is being let in goes on being let in"
    else:
        assert terms.window_start == moved.start


@pytest.mark.parametrize(
    "wrong", [{"start": datetime(2026, 10, 10)}, {"capacity": 0}, {"late_s": 0}], ids=["naive", "no place", "no time"]
)
def test_what_is_no_screening_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="a screening has"):
        OnlineScreening(**{"id": "x", "start": START, "zone": "UTC", **wrong})  # type: ignore[arg-type]
