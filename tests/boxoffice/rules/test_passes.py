"""What a voucher or a pass pays for."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boxoffice.rules import PassFacts, Unfit, unfit

NOW = datetime(2026, 11, 23, 20, tzinfo=UTC)
VOUCHER = PassFacts(frozenset({"paper-moon"}), 1)
PASS = PassFacts(frozenset({"paper-moon", "river", "snow"}), 2, holder="mei")
TITLES = st.sampled_from(["paper-moon", "river", "snow", "harbour"])
PEOPLE = st.sampled_from(["mei", "anna"])


@pytest.mark.parametrize(
    ("facts", "title", "account", "why"),
    [
        (VOUCHER, "paper-moon", "mei", None),
        (VOUCHER, "river", "mei", Unfit.OTHER_TITLE),
        (PassFacts(frozenset({"paper-moon"}), 1, frozenset({"paper-moon"})), "paper-moon", "mei", Unfit.TITLE_USED),
        (PASS, "river", "mei", None),
        (PASS, "river", "anna", Unfit.OTHER_HOLDER),
        (PassFacts(PASS.titles, 2, frozenset({"river", "snow"})), "paper-moon", "mei", Unfit.USED_UP),
        (PassFacts(None, 3, frozenset({"river"})), "river", "mei", Unfit.TITLE_USED),
        (PassFacts(None, 3, frozenset({"river"})), "harbour", "mei", None),
        (PassFacts(None, 3, until=NOW), "harbour", "mei", Unfit.ENDED),
        (PassFacts(None, 3, until=NOW + timedelta(seconds=1)), "harbour", "mei", None),
    ],
)
def test_a_pass_says_why_it_does_not_pay(facts: PassFacts, title: str, account: str, why: Unfit | None) -> None:
    assert unfit(facts, title, account, NOW) == why


@given(
    st.none() | st.frozensets(TITLES),
    st.integers(1, 4),
    st.lists(st.tuples(TITLES, PEOPLE, st.integers(-5, 5)), max_size=20),
)
def test_however_it_is_used_it_pays_for_so_many_different_titles_of_one_person_in_time(
    titles: frozenset[str] | None, tickets: int, wishes: list[tuple[str, str, int]]
) -> None:
    facts = PassFacts(titles, tickets, until=NOW)
    paid: list[str] = []
    for title, account, hours in wishes:
        at = NOW + timedelta(hours=hours)
        if unfit(facts, title, account, at) is None:
            assert at < NOW
            assert facts.holder in (None, account)
            paid.append(title)
            facts = PassFacts(titles, tickets, facts.used | {title}, account, NOW)
    assert len(paid) == len(set(paid)) <= tickets
    assert facts.left == tickets - len(paid)
    assert titles is None or set(paid) <= titles
