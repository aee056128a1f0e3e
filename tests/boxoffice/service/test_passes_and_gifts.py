"""Passes for several tickets, tickets for somebody else, and tickets for nothing."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest

from boxoffice.client import BoxOffice
from boxoffice.service import Scope, ServiceConfig, give_ticket, make_passes, make_vouchers, open_desk
from boxoffice.service.database import Database
from boxoffice.service.reports import takings
from core import CinemaError, Code, Money
from tests.boxoffice.postgresql import ask
from tests.boxoffice.service.test_client_meets_service import sign_in

CODE = re.compile(r"[2-9A-Z]{5}(?:-[2-9A-Z]{5}){3}")
IN_DAYS = timedelta(days=1)


def two_films(config: ServiceConfig, **more: Any) -> str:
    return make_passes(config, Scope(section_id="now", tickets=2, **more), 1)[0]


def redeem(viewer: Any, title: str, **how: str) -> Any:
    order = viewer.order(title).json()
    return viewer.ask("POST", "/v1/vouchers/redeem", {"order_id": order["id"], **how})


def gross(config: ServiceConfig) -> tuple[int, int]:
    database = Database(config.database_url)
    with database.read() as session:
        found = list(takings(session))
    database.close()
    return sum(taking.minor for taking in found), sum(taking.tickets for taking in found)


def test_a_pass_pays_for_two_films_of_its_section_and_then_is_used_up(office: Any, config: ServiceConfig) -> None:
    code = two_films(config)
    viewer = office.newcomer()
    assert viewer.ask("GET", "/v1/passes").json() == {"passes": []}
    assert redeem(viewer, "paper-moon", code=code).json()["state"] == "issued"
    (held,) = viewer.ask("GET", "/v1/passes").json()["passes"]
    assert (held["tickets"], held["left"], held["used_title_ids"]) == (2, 1, ["paper-moon"])
    assert (held["names"], held["section_id"], held["ends"]) == ({"en": "On now"}, "now", None)
    assert "paper-moon" not in held["title_ids"]
    assert redeem(viewer, "paper-moon", pass_id=held["id"]).status_code == 422
    assert redeem(viewer, "coming-soon", pass_id=held["id"]).json()["state"] == "issued"
    assert viewer.ask("GET", "/v1/passes").json() == {"passes": []}
    assert sorted(ticket["title_id"] for ticket in viewer.tickets()) == ["coming-soon", "paper-moon"]
    assert gross(config) == (0, 2)


def test_a_pass_is_whose_it_was_first(office: Any, config: ServiceConfig) -> None:
    code = two_films(config)
    first, other = office.newcomer(), office.newcomer()
    redeem(first, "paper-moon", code=code)
    (held,) = first.ask("GET", "/v1/passes").json()["passes"]
    for how in ({"code": code}, {"pass_id": held["id"]}):
        refused = redeem(other, "coming-soon", **how)
        assert (refused.status_code, refused.json()["code"]) == (422, "voucher-invalid")
    assert other.tickets() == []
    till = office.till()
    page = till.open(other.order("coming-soon").json()["checkout_url"])
    said = till.submit(page, urlsplit(page.url).path + "/voucher", code=code)
    assert said.status_code == 422
    assert "This pass is somebody else" in said.text
    assert f'href="{urlsplit(page.url).path}?lang=ko"' in said.text


def test_a_pass_that_nobody_used_cannot_be_named_by_its_id(office: Any, config: ServiceConfig) -> None:
    two_films(config)
    (digest,) = ask(config.database_url, "SELECT digest FROM voucher")
    assert redeem(office.newcomer(), "paper-moon", pass_id=digest).status_code == 422


def test_two_wishes_at_once_use_a_pass_once_each(office: Any, config: ServiceConfig) -> None:
    code = make_passes(config, Scope(tickets=2), 1)[0]
    viewer = office.newcomer()
    orders = [viewer.order(title).json()["id"] for title in ("paper-moon", "coming-soon")]
    bodies = [{"order_id": order, "code": code} for order in orders for _ in range(3)]
    with ThreadPoolExecutor(len(bodies)) as pool:
        answers = list(pool.map(lambda body: viewer.ask("POST", "/v1/vouchers/redeem", body).status_code, bodies))
    assert answers == [200] * len(bodies)
    assert len(viewer.tickets()) == 2
    assert ask(config.database_url, "SELECT count(*) FROM voucher_use") == (2,)


def test_a_pass_ends(office: Any, config: ServiceConfig) -> None:
    code = two_films(config, ends=datetime.now(UTC) + IN_DAYS)
    viewer = office.newcomer()
    assert redeem(viewer, "paper-moon", code=code).ok
    office.clock.moved += 2 * IN_DAYS
    viewer.sign_in(viewer.email)
    assert viewer.ask("GET", "/v1/passes").json() == {"passes": []}
    assert redeem(viewer, "coming-soon", code=code).status_code == 422


def test_an_order_made_void_before_its_film_began_gives_the_pass_its_ticket_back(
    office: Any, config: ServiceConfig
) -> None:
    code = two_films(config)
    viewer = office.newcomer()
    order = redeem(viewer, "paper-moon", code=code).json()
    with open_desk(config, office.clock) as desk:
        desk.refunds.give_back(order["id"], reason="wrong film", by="Mei")
    assert redeem(viewer, "paper-moon", code=code).json()["state"] == "issued"


@pytest.mark.parametrize(
    ("scope", "count", "code"),
    [
        (Scope(section_id="nowhere", tickets=2), 1, Code.NOT_FOUND),
        (Scope(title_id="nothing"), 1, Code.NOT_FOUND),
        (Scope(title_id="paper-moon", tickets=2), 1, Code.WRONG_USE),
        (Scope(tickets=0), 1, Code.WRONG_USE),
        (Scope(tickets=101), 1, Code.WRONG_USE),
        (Scope(tickets=2), 501, Code.WRONG_USE),
        (Scope(tickets=2, ends=datetime(2020, 1, 1, tzinfo=UTC)), 1, Code.WRONG_USE),
    ],
)
def test_passes_that_make_no_sense_are_not_made(
    office: Any, config: ServiceConfig, scope: Scope, count: int, code: Code
) -> None:
    with pytest.raises(CinemaError) as refused:
        make_passes(config, scope, count)
    assert refused.value.code is code
    assert ask(config.database_url, "SELECT count(*) FROM voucher") == (0,)


def give(office: Any, viewer: Any) -> tuple[dict[str, Any], str]:
    order = viewer.order().json()
    done = office.till().pay(order["checkout_url"], gift="yes")
    found = CODE.search(done.text)
    assert found, done.text
    return order, found[0]


def test_a_gift_is_nobody_s_until_its_code_is_used_and_then_the_one_s_who_used_it(
    office: Any, config: ServiceConfig
) -> None:
    giver, friend, late = office.newcomer(), office.newcomer(), office.newcomer()
    order, code = give(office, giver)
    told = giver.ask("GET", f"/v1/orders/{order['id']}").json()
    assert (told["state"], told["ticket_id"], told["gift"]) == ("issued", None, code)
    assert giver.tickets() == friend.tickets() == []
    (waiting,) = giver.ask("GET", "/v1/gifts").json()["gifts"]
    assert (waiting["code"], waiting["claimed"], waiting["title_id"]) == (code, None, "paper-moon")
    office.clock.moved += 5 * IN_DAYS
    for viewer in (giver, friend, late):
        viewer.sign_in(viewer.email)
    taken = friend.ask("POST", "/v1/gifts/claim", {"code": code.lower().replace("-", " ")})
    (ticket,) = friend.tickets()
    assert taken.json() == {"ticket_id": ticket["id"]}
    assert (ticket["state"], ticket["allowed"]) == ("unused", True)
    begins = office.clock.now() + timedelta(days=30)
    assert abs(datetime.fromisoformat(ticket["unlock_by"]) - begins) < timedelta(minutes=5)
    again = friend.ask("POST", "/v1/gifts/claim", {"code": code})
    assert (again.status_code, again.json()) == (200, taken.json())
    refused = late.ask("POST", "/v1/gifts/claim", {"code": code})
    assert (refused.status_code, refused.json()["code"]) == (422, "voucher-invalid")
    assert giver.tickets() == late.tickets() == []
    (gone,) = giver.ask("GET", "/v1/gifts").json()["gifts"]
    assert gone["code"] is None
    assert gone["claimed"] is not None
    assert friend.ask("POST", f"/v1/tickets/{ticket['id']}/admission").status_code == 200
    assert gross(config) == (690, 1)


def test_a_giver_cannot_watch_with_a_gift_before_it_is_their_own(office: Any, config: ServiceConfig) -> None:
    giver = office.newcomer()
    _, code = give(office, giver)
    (ticket_id,) = ask(config.database_url, "SELECT id FROM ticket")
    assert giver.ask("POST", f"/v1/tickets/{ticket_id}/admission").status_code == 404
    assert giver.ask("GET", "/v1/media/paper-moon-feature/manifest.json").status_code in {403, 404}
    assert giver.ask("POST", "/v1/gifts/claim", {"code": code}).ok
    assert giver.ask("POST", f"/v1/tickets/{ticket_id}/admission").ok


def test_a_gift_that_was_refunded_is_nobody_s(office: Any, config: ServiceConfig) -> None:
    giver, friend = office.newcomer(), office.newcomer()
    order, code = give(office, giver)
    with open_desk(config, office.clock) as desk:
        desk.refunds.give_back(order["id"], reason="changed their mind", by="Mei")
    assert friend.ask("POST", "/v1/gifts/claim", {"code": code}).status_code == 422
    (told,) = giver.ask("GET", "/v1/gifts").json()["gifts"]
    assert told["code"] is None
    assert told["refunded"] is not None
    assert gross(config) == (0, 0)


def test_two_friends_at_once_have_one_ticket(office: Any) -> None:
    giver, friends = office.newcomer(), [office.newcomer() for _ in range(4)]
    _, code = give(office, giver)
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda one: one.ask("POST", "/v1/gifts/claim", {"code": code}).status_code, friends))
    assert sorted(answers) == [200, 422, 422, 422]
    assert sum(len(friend.tickets()) for friend in friends) == 1


def test_gift_codes_cannot_be_tried_for_ever(office: Any) -> None:
    viewer = office.newcomer()
    answers = [viewer.ask("POST", "/v1/gifts/claim", {"code": f"WRONG{n}"}).status_code for n in range(12)]
    assert answers == [422] * 10 + [429] * 2


def test_who_gives_one_away_may_buy_one_too(office: Any) -> None:
    viewer = office.newcomer()
    give(office, viewer)
    assert viewer.buy()["state"] == "issued"
    _, code = give(office, viewer)
    assert code
    assert len(viewer.tickets()) == 1


def test_a_ticket_for_nothing_has_a_reason_and_no_gross(office: Any, config: ServiceConfig) -> None:
    critic = office.newcomer()
    order = give_ticket(config, critic.email, "paper-moon", "DE", "press", "Mei", office.clock)
    (ticket,) = critic.tickets()
    assert (ticket["id"], ticket["price"]) == (order["ticket_id"], {"minor": 0, "currency": "EUR"})
    assert ask(config.database_url, "SELECT reason, given_by, method FROM purchase") == ("press", "Mei", "free")
    assert gross(config) == (0, 1)
    assert critic.ask("POST", f"/v1/tickets/{ticket['id']}/admission").ok


def test_a_ticket_for_nothing_keeps_to_window_capacity_and_people(office: Any, config: ServiceConfig) -> None:
    critic = office.newcomer()

    def refused(email: str, title: str, territory: str, reason: str, by: str) -> Code:
        with pytest.raises(CinemaError) as caught:
            give_ticket(config, email, title, territory, reason, by, office.clock)
        return caught.value.code

    assert refused("nobody@example.org", "paper-moon", "DE", "press", "Mei") is Code.NOT_FOUND
    assert refused(critic.email, "nothing", "DE", "press", "Mei") is Code.NOT_FOUND
    assert refused(critic.email, "long-gone", "DE", "press", "Mei") is Code.REFUSED
    assert refused(critic.email, "paper-moon", "US", "press", "Mei") is Code.REFUSED
    assert refused(critic.email, "paper-moon", "DE", "press", " ") is Code.WRONG_USE
    ask(config.database_url, "UPDATE title SET capacity = 1 WHERE id = 'paper-moon' RETURNING id")
    office.newcomer().buy()
    assert refused(critic.email, "paper-moon", "DE", "press", "Mei") is Code.REFUSED
    assert critic.tickets() == []


def test_the_real_client_uses_a_pass_and_takes_a_gift(
    office: Any, config: ServiceConfig, open_client: Callable[..., BoxOffice]
) -> None:
    client = open_client()
    sign_in(office, client, "pass@example.org", create=True)
    assert (client.passes(), client.gifts()) == ((), ())
    client.redeem(client.order("paper-moon", "DE").id, two_films(config))
    (held,) = client.passes()
    assert (held.left, held.pays("paper-moon"), held.pays("coming-soon")) == (1, False, True)
    assert client.use_pass(client.order("coming-soon", "DE").id, held.id).state == "issued"
    _, code = give(office, office.newcomer())
    ticket_id = client.claim(f" {code} ")
    assert ticket_id in {ticket.id for ticket in client.tickets()}
    with pytest.raises(CinemaError) as refused:
        client.claim("NO-GIFT")
    assert refused.value.code is Code.VOUCHER_INVALID
    order = client.order("coming-soon", "DE")
    assert order.total == Money(690, "EUR")
    assert order.gift is None
    client.redeem(order.id, make_vouchers(config, "coming-soon", 1)[0])
