from dataclasses import replace
from datetime import UTC, timedelta
from typing import Any

from boxoffice.client import Catalogue, Section
from core import CinemaError, Code, Money
from ui.formats import Formats
from ui.viewer.home import HomeInputs, HomeViewModel, derive_home, derive_shelf

ENGLISH = Formats("en", UTC)
OFFLINE = CinemaError(Code.OFFLINE, "No line.")


def inputs(sample: Any, **changes: object) -> HomeInputs:
    base = HomeInputs(ENGLISH, sample.NOW, sample.catalogue(), loading=False)
    return replace(base, **changes)  # type: ignore[arg-type]


def section(kind: str, *title_ids: str) -> Section:
    return Section(kind, kind, {"en": kind, "zh-Hans": kind}, {"en": ""}, title_ids, None, None)  # type: ignore[arg-type]


def test_before_the_first_answer_the_page_is_loading_and_not_empty(sample: Any) -> None:
    props = derive_home(HomeInputs(ENGLISH, sample.NOW))
    assert (props.loading, props.empty, props.hero, props.rows, props.error) == (True, False, None, (), "")


def test_looking_again_does_not_blank_what_is_shown(sample: Any) -> None:
    props = derive_home(inputs(sample, loading=True))
    assert (props.loading, props.hero["name"]) == (False, "Lantern Street")


def test_the_first_title_of_the_first_section_leads(sample: Any) -> None:
    one, two = sample.title(), sample.title("two", names={"en": "Two"})
    catalogue = Catalogue("DE", (section("festival", "two"), section("now", one.id)), (one, two), ())
    props = derive_home(inputs(sample, catalogue=catalogue))
    assert props.hero["name"] == "Two"
    assert [row["kind"] for row in props.rows] == ["festival", "now"]


def test_a_section_whose_titles_are_not_offered_here_is_left_out(sample: Any) -> None:
    catalogue = Catalogue("DE", (section("coming", "gone"), section("now", "lantern-street")), (sample.title(),), ())
    assert [row["kind"] for row in derive_home(inputs(sample, catalogue=catalogue)).rows] == ["now"]


def test_a_film_under_way_stands_above_everything_with_its_place(sample: Any) -> None:
    started = sample.ticket(state="started", position_ms=15_000)
    under_way = inputs(sample, tickets=(started,))
    first, *_ = derive_home(under_way).rows
    (card,) = derive_shelf(under_way, first["id"])
    assert (first["kind"], card["position"], card["progress"]) == ("continue", "0:15", 0.25)


def test_cards_are_made_anew_when_they_look_different_and_never_for_the_hour_alone(sample: Any) -> None:
    home = HomeViewModel(inputs(sample))
    home.feed(now=sample.NOW + timedelta(hours=1))
    home.feed(left_by=("now", "lantern-street"))
    assert home.props.edition == 0
    home.feed(catalogue=sample.catalogue())  # the same, fetched anew
    assert home.props.edition == 0
    assert [card["name"] for card in home.cards("now")] == ["Lantern Street"]
    home.feed(formats=Formats("zh-Hans", UTC))
    assert home.props.edition == 1
    assert [card["name"] for card in home.cards("now")] == ["灯街"]
    last_week = sample.title().offer.window_end - timedelta(days=6)
    home.feed(now=last_week)
    assert home.props.edition == 2
    assert home.shelves.rowCount() == 1


def test_a_bought_but_unseen_film_is_not_under_way(sample: Any) -> None:
    props = derive_home(inputs(sample, tickets=(sample.ticket(),)))
    assert [row["kind"] for row in props.rows] == ["now"]
    assert props.hero["hasTicket"]


def test_offline_without_a_programme_is_an_error_and_with_one_a_remark(sample: Any) -> None:
    nothing = derive_home(inputs(sample, catalogue=None, error=OFFLINE))
    kept = derive_home(inputs(sample, error=OFFLINE))
    assert (nothing.error, nothing.offline, nothing.empty) == ("offline", True, False)
    assert (kept.error, kept.offline, kept.hero["name"]) == ("", True, "Lantern Street")


def test_a_programme_without_titles_is_empty(sample: Any) -> None:
    props = derive_home(inputs(sample, catalogue=Catalogue("DE", (), (), ())))
    assert (props.empty, props.error, props.loading) == (True, "", False)


def test_ends_soon_means_within_a_week_and_only_while_it_is_sold(sample: Any) -> None:
    def ends_soon(state: str, days: int) -> object:
        offer = replace(sample.title().offer, state=state, window_end=sample.NOW + timedelta(days=days))
        catalogue = sample.catalogue(sample.title(offer=offer))
        return derive_home(inputs(sample, catalogue=catalogue)).hero["endsSoon"]

    assert (ends_soon("on-sale", 6), ends_soon("on-sale", 8), ends_soon("ended", 6)) == (True, False, False)


def test_words_and_prices_follow_the_language(sample: Any) -> None:
    price = replace(sample.title().offer, price=Money(123_456, "EUR"))
    catalogue = sample.catalogue(sample.title(offer=price))
    english = derive_home(inputs(sample, catalogue=catalogue)).hero
    german = derive_home(inputs(sample, catalogue=catalogue, formats=Formats("de", UTC))).hero
    chinese = derive_home(inputs(sample, catalogue=catalogue, formats=Formats("zh-Hans", UTC))).hero
    assert (english["name"], chinese["name"]) == ("Lantern Street", "灯街")
    assert english["price"] == "€1,234.56"
    assert german["price"].replace("\xa0", " ") == "1.234,56 €"
