"""Online screenings: sold out by screening, moved with their tickets, and watched from their beginning."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from boxoffice.service import give_ticket, make_vouchers
from boxoffice.service.database import Database
from boxoffice.service.screenings import Plan, plan_of, put, take_back
from core import CinemaError, Code
from tests.boxoffice.postgresql import ask

Announce = Callable[..., Plan]
on_one = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def announce(office: Any) -> Any:
    """Announces or moves screenings of the title that is on sale."""
    database = Database(office.config.database_url)

    def announced(name: str, after: timedelta, capacity: int | None = None, late_s: int = 900) -> Plan:
        start = office.clock.now().replace(microsecond=0) + after
        plan = Plan(name, "paper-moon", start, "Asia/Shanghai", capacity, late_s)
        with database.write() as session:
            put(session, plan, office.clock.now())
        return plan

    yield announced
    database.close()


def shown(office: Any) -> dict[str, dict[str, Any]]:
    office.clock.moved += timedelta(seconds=11)
    titles = office.till().open("/v1/catalogue?territory=DE").json()["titles"]
    return {one["id"]: one for title in titles for one in title["screenings"]}


def reason(answer: Any) -> dict[str, Any]:
    assert answer.status_code == 403, answer.text
    (found,) = answer.json()["reasons"]
    return dict(found)


def test_a_rush_sells_every_place_of_a_screening_and_the_rest_are_told_of_another(
    office: Any, announce: Announce
) -> None:
    announce("premiere", timedelta(hours=2), 3)
    announce("encore", timedelta(hours=5), 50)
    buyers = [office.newcomer() for _ in range(7)]
    codes = make_vouchers(office.config, "paper-moon", len(buyers))

    def buy(buyer: Any, code: str) -> int:
        order = buyer.order(screening_id="premiere")
        if order.status_code != 201:
            assert reason(order)["rule"] == "sold-out"
            return 0
        paid = buyer.ask("POST", "/v1/vouchers/redeem", {"code": code, "order_id": order.json()["id"]})
        assert paid.status_code == 200, paid.text
        return 1

    with ThreadPoolExecutor(len(buyers)) as pool:
        assert sum(pool.map(buy, buyers, codes)) == 3
    late = office.newcomer()
    told = reason(late.order(screening_id="premiere"))
    assert (told["rule"], told["fix"], told["zone"]) == ("sold-out", "other-screening", "Asia/Shanghai")
    there = shown(office)
    assert [there[name]["offer"]["state"] for name in ("premiere", "encore")] == ["sold-out", "pre-order"]
    assert there["premiere"]["offer"]["reasons"] == [told], "the catalogue and the till say the same"
    assert late.order(screening_id="encore").status_code == 201
    assert late.order("coming-soon", screening_id="encore").status_code == 404
    assert late.order(screening_id="none-such").status_code == 404


@on_one
def test_a_place_that_is_held_comes_free_at_the_moment_that_was_told(office: Any, announce: Announce) -> None:
    announce("premiere", timedelta(hours=2), 1)
    slow, quick = office.newcomer(), office.newcomer()
    held = slow.order(screening_id="premiere").json()
    assert held["screening_id"] == "premiere"
    told = reason(quick.order(screening_id="premiere"))
    assert (told["rule"], told["fix"]) == ("sold-out", "wait")
    frees = datetime.fromisoformat(told["at"])
    assert timedelta(minutes=19) < frees - office.clock.now() <= timedelta(minutes=20)
    assert reason(quick.order(screening_id="premiere"))["at"] == told["at"]
    office.clock.moved += frees - office.clock.now()
    for viewer in (slow, quick):
        viewer.sign_in(viewer.email)
    assert quick.order(screening_id="premiere").status_code == 201
    till = office.till()
    page = till.open(held["checkout_url"])
    refused = till.submit(page, page.url.removeprefix(office.base_url) + "/pay")
    assert (refused.status_code, "The last ticket was sold" in refused.text) == (409, True)


@on_one
def test_another_screening_replaces_what_was_only_begun(office: Any, announce: Announce) -> None:
    announce("premiere", timedelta(hours=2), 5)
    announce("encore", timedelta(hours=5), 5)
    viewer = office.newcomer()
    first, again, other, anytime = (
        viewer.order(**wish).json()
        for wish in ({"screening_id": "premiere"}, {"screening_id": "premiere"}, {"screening_id": "encore"}, {})
    )
    assert first["id"] == again["id"]
    assert len({first["id"], other["id"], anytime["id"]}) == 3
    states = [viewer.ask("GET", f"/v1/orders/{one['id']}").json()["state"] for one in (first, other, anytime)]
    assert states == ["void", "void", "draft"]


def bought(office: Any, viewer: Any, screening_id: str) -> dict[str, Any]:
    order = viewer.order(screening_id=screening_id).json()
    (code,) = make_vouchers(office.config, "paper-moon", 1)
    assert viewer.ask("POST", "/v1/vouchers/redeem", {"code": code, "order_id": order["id"]}).status_code == 200
    (ticket,) = viewer.tickets()
    return dict(ticket)


@on_one
def test_a_ticket_opens_with_its_screening_and_whoever_was_let_in_may_finish(office: Any, announce: Announce) -> None:
    plan = announce("premiere", timedelta(minutes=30), 10)
    viewer, late = office.newcomer(), office.newcomer()
    ticket, missed = bought(office, viewer, "premiere"), bought(office, late, "premiere")
    assert (ticket["allowed"], ticket["screening_id"]) == (False, "premiere")
    opens = datetime.fromisoformat(ticket["opens"])
    assert opens == plan.start
    told = reason(viewer.ask("POST", f"/v1/tickets/{ticket['id']}/admission"))
    assert (told["rule"], told["fix"], told["at"]) == ("not-yet", "wait", ticket["opens"])
    office.clock.moved += timedelta(minutes=31)
    for one in (viewer, late):
        one.sign_in(one.email)
    play = viewer.ask("POST", f"/v1/tickets/{ticket['id']}/admission").json()
    viewer.ask("POST", f"/v1/plays/{play['id']}/progress", {"position_ms": 1000, "seen": [[0, 1000]]})
    office.clock.moved += timedelta(minutes=15)
    for one in (viewer, late):
        one.sign_in(one.email)
    assert viewer.ask("POST", f"/v1/tickets/{ticket['id']}/admission").status_code == 200
    assert reason(late.ask("POST", f"/v1/tickets/{missed['id']}/admission"))["rule"] == "ended"


@on_one
def test_a_screening_that_is_put_off_takes_its_tickets_along(office: Any, announce: Announce) -> None:
    announce("premiere", timedelta(minutes=30), 10)
    viewer = office.newcomer()
    ticket = bought(office, viewer, "premiere")
    moved = announce("premiere", timedelta(hours=3), 10)
    (after,) = viewer.tickets()
    assert datetime.fromisoformat(after["opens"]) == moved.start
    length = [
        datetime.fromisoformat(one["unlock_by"]) - datetime.fromisoformat(one["opens"]) for one in (ticket, after)
    ]
    assert length == [timedelta(minutes=15)] * 2
    bought(office, office.newcomer(), "premiere")
    with pytest.raises(CinemaError, match="sold already"):
        announce("premiere", timedelta(hours=3), 1)


@on_one
def test_a_juror_is_given_a_place_of_a_screening_and_it_counts(office: Any, announce: Announce) -> None:
    announce("premiere", timedelta(hours=2), 1)
    juror = office.newcomer()
    given = give_ticket(
        office.config, juror.email, "paper-moon", "DE", "jury", "Mei", office.clock, screening_id="premiere"
    )
    assert (given["screening_id"], juror.tickets()[0]["screening_id"]) == ("premiere", "premiere")
    assert reason(office.newcomer().order(screening_id="premiere"))["rule"] == "sold-out"


def test_only_what_nobody_bought_is_taken_back(office: Any, announce: Announce) -> None:
    for name in ("premiere", "encore"):
        announce(name, timedelta(minutes=30), 10)
    bought(office, office.newcomer(), "premiere")
    database = Database(office.config.database_url)
    with pytest.raises(CinemaError, match="sold or being paid"), database.write() as session:
        take_back(session, "premiere")
    with database.write() as session:
        take_back(session, "encore")
    database.close()
    assert list(shown(office)) == ["premiere"]
    ask(office.config.database_url, "UPDATE ticket SET refunded = bought RETURNING id")
    assert shown(office)["premiere"]["offer"]["left"] == 10


@pytest.mark.parametrize(
    "wrong",
    [
        {"id": "../x"},
        {"capacity": 0},
        {"capacity": True},
        {"capacity": "9"},
        {"late_minutes": 0},
        {"late_minutes": 999},
    ],
)
def test_what_is_no_screening_is_not_published(wrong: dict[str, object]) -> None:
    facts = {"id": "premiere", "start": "2026-12-01T20:00", "zone": "Europe/Berlin", "capacity": 9}
    assert plan_of("paper-moon", facts).start.isoformat() == "2026-12-01T19:00:00+00:00"
    with pytest.raises(CinemaError) as refused:
        plan_of("paper-moon", {**facts, **wrong})
    assert refused.value.code is Code.WRONG_USE
    with pytest.raises(CinemaError):
        replace(plan_of("paper-moon", facts), late_s=0)
