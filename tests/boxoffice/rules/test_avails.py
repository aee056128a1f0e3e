"""Where, when and for how much."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boxoffice.rules import HOLD, Avail, Fix, OfferState, Rule, Taken, offer_for, sold_out
from core import Money

START, END = datetime(2026, 10, 1), datetime(2026, 11, 1)
MOMENTS = st.datetimes(datetime(2026, 8, 1), datetime(2027, 1, 1), timezones=st.just(UTC))


def avail(*territories: str, minor: int = 690, preorder: datetime | None = None, zone: str = "Europe/Berlin") -> Avail:
    return Avail(frozenset(territories or ("DE",)), START, END, zone, Money(minor, "EUR"), preorder)


def test_a_window_opens_and_closes_in_the_territorys_zone_across_the_clock_change() -> None:
    one = avail()
    assert (one.window_start, one.window_end) == (
        datetime(2026, 9, 30, 22, tzinfo=UTC),
        datetime(2026, 10, 31, 23, tzinfo=UTC),
    )


def test_a_territory_named_beats_everywhere_else() -> None:
    offer = offer_for([avail("*", minor=490), avail("DE", minor=690)], "DE", datetime(2026, 10, 5, tzinfo=UTC))
    assert offer.price == Money(690, "EUR")


def test_no_avail_here_says_so() -> None:
    offer = offer_for([avail("DE")], "US", datetime(2026, 10, 5, tzinfo=UTC))
    assert (offer.state, offer.reasons[0].rule) == (OfferState.NOT_HERE, Rule.TERRITORY)


@given(MOMENTS)
def test_an_offer_follows_the_clock_and_says_why_not_now(now: datetime) -> None:
    one = avail(preorder=START - timedelta(days=7))
    offer = offer_for([one], "DE", now)
    expected = (
        OfferState.ENDED
        if now >= one.window_end
        else OfferState.ON_SALE
        if now >= one.window_start
        else OfferState.PRE_ORDER
        if now >= one.sold_from
        else OfferState.COMING
    )
    assert offer.state is expected
    assert bool(offer.reasons) is (offer.state is not OfferState.ON_SALE)
    assert all((reason.fix is Fix.WAIT) == (reason.at is not None and reason.at > now) for reason in offer.reasons)


@pytest.mark.parametrize("territory", ["de", "DEU", "", "D1"])
def test_a_territory_that_is_none_is_refused(territory: str) -> None:
    with pytest.raises(ValueError, match="ISO 3166-1"):
        avail(territory)


def wide(allowed: set[str], denied: set[str] = frozenset(), minor: int = 690) -> Avail:  # type: ignore[assignment]
    return Avail(frozenset(allowed), START, END, "UTC", Money(minor, "EUR"), except_territories=frozenset(denied))


@pytest.mark.parametrize(
    ("allowed", "denied", "territory", "closeness"),
    [
        ({"*"}, set(), "US", 1),
        ({"US"}, set(), "US-CA", 2),
        ({"US-CA"}, set(), "US-CA", 3),
        ({"US-CA"}, set(), "US", 0),  # which state is not known
        ({"*"}, {"US"}, "US-CA", 0),
        ({"US"}, {"US-CA"}, "US-CA", 0),
        ({"US"}, {"US-CA"}, "US-NY", 2),
        ({"US"}, {"US-CA"}, "US", 0),  # it may be California
        ({"*", "US-CA"}, {"US"}, "US-CA", 3),
        ({"US"}, {"US"}, "US", 0),
        ({"CA"}, set(), "US-CA", 0),
    ],
)
def test_what_is_named_more_closely_holds_and_what_is_left_out_as_closely_is_left_out(
    allowed: set[str], denied: set[str], territory: str, closeness: int
) -> None:
    assert wide(allowed, denied).names(territory) == closeness


PLACES = st.sampled_from(["DE", "US", "US-CA", "US-NY", "CN-HK"])
LISTS = st.frozensets(PLACES, max_size=4)


@given(LISTS.filter(bool), LISTS, PLACES)
def test_leaving_more_out_never_lets_anybody_in(allowed: frozenset[str], denied: frozenset[str], here: str) -> None:
    assert wide(set(allowed), set(denied)).names(here) <= wide(set(allowed)).names(here)
    assert wide(set(allowed), {*denied, here}).names(here) == 0


@given(LISTS.filter(bool), LISTS, st.sampled_from(["US-CA", "US-NY"]))
def test_where_the_state_is_not_known_nothing_holds_that_one_of_its_states_forbids(
    allowed: frozenset[str], denied: frozenset[str], state: str
) -> None:
    one = wide(set(allowed), set(denied))
    if one.names("US") and state not in allowed:
        assert one.names(state)


def test_a_state_s_own_avail_hides_its_country_s() -> None:
    offer = offer_for([wide({"US"}, minor=490), wide({"US-CA"}, minor=790)], "US-CA", datetime(2026, 10, 5, tzinfo=UTC))
    assert offer.price == Money(790, "EUR")


@given(MOMENTS, st.integers(-10, 10), st.none() | st.integers(-20, 10))
def test_before_it_is_announced_nothing_is_said_and_nothing_is_sold(
    now: datetime, told_day: int, preorder_day: int | None
) -> None:
    preorder = START + timedelta(days=preorder_day) if preorder_day is not None else None
    announced = START + timedelta(days=told_day)
    one = Avail(
        frozenset({"DE"}), START, END, "Europe/Berlin", Money(690, "EUR"), preorder, announced_from=announced, tier="A"
    )
    offer = offer_for([one], "DE", now)
    assert (offer.state is OfferState.UNANNOUNCED) is (now < one.told_from)
    assert one.told_from <= one.sold_from <= one.window_start
    if offer.state is OfferState.UNANNOUNCED:
        assert (offer.avail, offer.price, offer.window_start, offer.sellable) == (None, None, None, False)
        assert all(reason.at is None for reason in offer.reasons)


@pytest.mark.parametrize("denied", ["*", "us", "US-", "US-CALIF"])
def test_an_exception_that_is_no_territory_is_refused(denied: str) -> None:
    with pytest.raises(ValueError, match="ISO 3166-2"):
        wide({"US"}, {denied})


@given(st.none() | st.integers(1, 50), st.integers(0, 60), st.integers(0, 60))
def test_one_more_is_refused_exactly_where_it_would_be_too_many(capacity: int | None, sold: int, held: int) -> None:
    since = datetime(2026, 10, 1, 12, tzinfo=UTC) if held else None
    until = datetime(2026, 12, 1, tzinfo=UTC)
    reason = sold_out(capacity, Taken(sold, held, since), until, "Europe/Berlin")
    assert (reason is None) == (capacity is None or sold + held + 1 <= capacity)
    if reason and capacity is not None:
        waits = sold < capacity
        assert (reason.rule, reason.fix) == (Rule.SOLD_OUT, Fix.WAIT if waits else Fix.NONE)
        assert (reason.at, reason.zone) == (since + HOLD if waits and since else until, "Europe/Berlin")
