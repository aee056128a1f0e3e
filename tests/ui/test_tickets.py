from dataclasses import replace
from datetime import UTC, timedelta
from typing import Any

import pytest

from boxoffice.client import Device, Reason
from ui.formats import Formats
from ui.viewer.cards import usable_ticket
from ui.viewer.tickets import TicketsInputs, TicketsViewModel, derive_tickets

ENGLISH = Formats("en", UTC)


def test_tickets_that_can_be_used_come_first_then_the_newest(sample: Any) -> None:
    tickets = tuple(
        sample.ticket(name, state, bought=sample.NOW - timedelta(days=days))
        for name, state, days in (("a", "watched", 0), ("b", "unused", 3), ("c", "started", 9), ("d", "unused", 1))
    )
    props = derive_tickets(TicketsInputs(ENGLISH, sample.catalogue(), tickets, signed_in=True))
    assert [card["id"] for card in props.cards] == ["c", "d", "b", "a"]


def test_a_card_names_the_film_the_windows_and_the_place(sample: Any) -> None:
    started = sample.ticket(
        state="started", started=sample.NOW, watch_by=sample.NOW + timedelta(hours=48), position_ms=15_000
    )
    (card,) = derive_tickets(TicketsInputs(ENGLISH, sample.catalogue(), (started,), signed_in=True)).cards
    assert (card["name"], card["position"], card["progress"], card["allowed"]) == ("Lantern Street", "0:15", 0.25, True)
    assert card["finishBy"]
    (card,) = derive_tickets(
        TicketsInputs(Formats("zh-Hans", UTC), sample.catalogue(), (started,), signed_in=True)
    ).cards
    assert card["name"] == "灯街"


def test_another_device_is_named_and_this_one_is_not(sample: Any) -> None:
    for this, name in ((False, "Living room"), (True, "")):
        held = sample.ticket(device=Device("jkt", "Living room", this))
        (card,) = derive_tickets(TicketsInputs(ENGLISH, sample.catalogue(), (held,), signed_in=True)).cards
        assert card["otherDevice"] == name


def test_a_reason_has_its_time_in_both_zones_and_its_fix(sample: Any) -> None:
    at = sample.NOW.replace(month=6, day=14, hour=21, minute=59)
    ended = sample.ticket(state="ended", reasons=(Reason("ended", at, "Asia/Shanghai", "buy-again", None),))
    (card,) = derive_tickets(TicketsInputs(ENGLISH, sample.catalogue(), (ended,), signed_in=True)).cards
    (reason,) = card["reasons"]
    assert (reason["rule"], reason["fix"]) == ("ended", "buy-again")
    assert "05:59" in reason["at"]
    assert "Shanghai" in reason["at"]
    assert "21:59" in reason["atHere"]


@pytest.mark.parametrize(
    ("changes", "shown"),
    [
        ({}, (False, False, "")),
        ({"signed_in": True}, (False, True, "")),
        ({"signed_in": True, "loading": True}, (True, False, "")),
        ({"signed_in": True, "error": "offline"}, (False, False, "offline")),
    ],
)
def test_without_tickets_the_page_says_why_it_is_bare(changes: dict[str, Any], shown: tuple[bool, bool, str]) -> None:
    props = derive_tickets(replace(TicketsInputs(ENGLISH), **changes))
    assert (props.loading, props.empty, props.error) == shown


@pytest.mark.usefixtures("application")
def test_only_what_changed_signals(sample: Any) -> None:
    page = TicketsViewModel(TicketsInputs(ENGLISH, sample.catalogue(), (sample.ticket(),), signed_in=True))
    heard: list[str] = []
    page.cardsChanged.connect(lambda: heard.append("cards"))
    page.signedInChanged.connect(lambda: heard.append("signedIn"))
    page.feed(tickets=(sample.ticket(),))
    assert heard == []
    page.feed(tickets=())
    assert heard == ["cards"]


def test_a_film_under_way_is_resumed_before_a_new_ticket_is_begun(sample: Any) -> None:
    fresh, under_way = sample.ticket("a"), sample.ticket("b", "started")
    spent = sample.ticket("c", "ended")
    assert usable_ticket((spent, fresh, under_way), "lantern-street") is under_way
    assert usable_ticket((spent,), "lantern-street") is None
    assert usable_ticket((fresh,), "another") is None
