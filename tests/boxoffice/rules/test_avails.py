"""Where, when and for how much."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boxoffice.rules import Avail, Fix, OfferState, Rule, offer_for
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
