from dataclasses import replace
from datetime import UTC, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from boxoffice.client import HouseRules, Reason, SampleNote, Screening
from ui.formats import Formats
from ui.viewer.film import FilmInputs, derive_film

ENGLISH = Formats("en", UTC)


def film(sample: Any, formats: Formats = ENGLISH, tickets: tuple[Any, ...] = (), **title: object) -> Any:
    return derive_film(FilmInputs(formats, sample.NOW, sample.title(**title), tickets))


def offered(sample: Any, state: str, **changes: object) -> Any:
    return film(sample, offer=replace(sample.title().offer, state=state, **changes))


@pytest.mark.parametrize(
    ("state", "can_buy"),
    [("on-sale", True), ("pre-order", True), ("coming", False), ("ended", False), ("not-here", False)],
)
def test_a_ticket_is_sold_only_where_the_box_office_would_sell_it(state: str, can_buy: bool, sample: Any) -> None:
    assert offered(sample, state).can_buy is can_buy


def test_with_a_ticket_one_watches_and_does_not_buy_again(sample: Any) -> None:
    props = film(sample, tickets=(sample.ticket(),))
    assert (props.can_watch, props.can_buy) == (True, False)


def test_a_spent_ticket_does_not_stand_in_the_way_of_another(sample: Any) -> None:
    props = film(sample, tickets=(sample.ticket(state="watched"),))
    assert (props.can_watch, props.can_buy) == (False, True)


def test_the_ticket_under_way_is_the_one_that_goes_on(sample: Any) -> None:
    started = sample.ticket("t2", "started", position_ms=754_000, running_time_ms=1_508_000)
    props = film(sample, tickets=(sample.ticket(), started))
    assert (props.card["position"], props.card["progress"]) == ("12:34", 0.5)


def test_nothing_can_be_pressed_twice_while_it_is_busy(sample: Any) -> None:
    props = derive_film(FilmInputs(ENGLISH, sample.NOW, sample.title(), busy=True))
    assert (props.can_buy, props.can_watch, props.can_play_trailer) == (False, False, False)


def test_without_a_trailer_none_is_offered(sample: Any) -> None:
    assert film(sample).can_play_trailer
    assert not film(sample, trailer=None).can_play_trailer


def test_the_windows_are_in_plain_figures(sample: Any) -> None:
    props = film(sample)
    assert (props.unlock_days, props.watch_hours) == (30, 48)


def test_the_end_of_the_window_is_told_in_the_zone_that_sells_it(sample: Any) -> None:
    end = (sample.NOW + timedelta(days=3)).replace(hour=22, minute=59)
    zone = "Asia/Shanghai"
    offer = replace(sample.title().offer, window_end=end, zone=zone)
    abroad = film(sample, formats=Formats("en", ZoneInfo("Europe/Berlin")), offer=offer).card["ends"]
    at_home = film(sample, formats=Formats("en", ZoneInfo(zone)), offer=offer).card["ends"]
    assert abroad.endswith("06:59 (Shanghai)")
    assert at_home.endswith("06:59")


def test_languages_and_countries_are_named_in_the_interface_language(sample: Any) -> None:
    english, chinese = film(sample), film(sample, formats=Formats("zh-Hans", UTC))
    assert (english.countries, english.spoken) == ("China", "Chinese")
    assert (chinese.countries, chinese.spoken) == ("中国", "中文")


def test_subtitles_for_those_who_do_not_hear_are_named_apart(sample: Any) -> None:
    props = film(sample, subtitles=("en", "en-x-sdh", "zh"))
    assert (props.subtitles, props.sdh) == ("English, Chinese", "English")


def test_the_sample_note_is_in_the_viewers_language_else_in_english(sample: Any) -> None:
    notes = replace(
        sample.title().notes,
        sample=(SampleNote("en", "custom", "Riddles", "…"), SampleNote("zh-Hans", "custom", "灯谜", "……")),
    )
    assert film(sample, notes=notes).sample["title"] == "Riddles"
    assert film(sample, formats=Formats("zh-Hans", UTC), notes=notes).sample["title"] == "灯谜"
    assert film(sample, formats=Formats("fr", UTC), notes=notes).sample["title"] == "Riddles"
    assert film(sample, notes=replace(notes, sample=())).sample is None


def test_a_refusal_carries_its_rule_and_its_moment_in_both_zones(sample: Any) -> None:
    at = (sample.NOW + timedelta(days=3)).replace(hour=12, minute=0)
    reason = Reason("not-yet", at, "Asia/Shanghai", "wait", None)
    props = offered(sample, "coming", reasons=(reason,))
    card = props.reasons[0]
    assert (card["rule"], card["fix"]) == ("not-yet", "wait")
    assert card["at"].endswith("20:00 (Shanghai)")
    assert card["atHere"].endswith("12:00")


def test_before_a_film_is_chosen_the_page_is_bare(sample: Any) -> None:
    props = derive_film(FilmInputs(ENGLISH, sample.NOW))
    assert (props.card, props.can_buy, props.can_watch, props.commentators) == (None, False, False, ())


def screening(sample: Any, state: str = "pre-order", **changes: Any) -> Screening:
    offer = replace(sample.title().offer, state=state, **changes)
    begins = sample.NOW + timedelta(hours=3)
    return Screening("premiere", begins, "Asia/Shanghai", begins + timedelta(minutes=15), offer)


def test_a_screening_is_sold_where_it_has_places_and_else_says_why(sample: Any) -> None:
    full = Reason("sold-out", sample.NOW + timedelta(minutes=20), "Asia/Shanghai", "wait", None)
    (open_, held, sold_out) = (
        film(sample, tickets=tickets, screenings=(screening(sample, **changes),)).screenings[0]
        for tickets, changes in (
            ((), {"left": 3}),
            ((sample.ticket(screening_id="premiere", allowed=False),), {}),
            ((), {"state": "sold-out", "reasons": (full,)}),
        )
    )
    assert (open_["canBuy"], open_["left"], open_["held"]) == (True, 3, False)
    assert (held["canBuy"], held["held"]) == (False, True)
    assert (sold_out["canBuy"], sold_out["reasons"][0]["fix"]) == (False, "wait")
    assert sold_out["reasons"][0]["at"] != sold_out["reasons"][0]["atHere"], "in the territory's time and in one's own"


@pytest.mark.parametrize(("percent", "minutes"), [(None, -1), (0, 10), (50, 60)])
def test_how_much_may_be_seen_again_is_said_before_buying(percent: int | None, minutes: int, sample: Any) -> None:
    rules = HouseRules(True, False, False, False, replay_percent=percent)
    assert film(sample, house_rules=rules, running_time_ms=2 * 3600_000).replay_minutes == minutes
