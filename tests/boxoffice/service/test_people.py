"""A person's own: where they are signed in, what is kept of them, and the end of it."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import MetaData, select

from boxoffice.client import BoxOffice
from boxoffice.service import ServiceConfig, add_staff, make_vouchers
from boxoffice.service.console.roles import Role
from boxoffice.service.database import Database, engine_for
from boxoffice.service.reports import takings
from core import CinemaError, Code
from tests.boxoffice.postgresql import ask
from tests.boxoffice.service.test_client_meets_service import sign_in
from tests.boxoffice.service.test_passes_and_gifts import give, gross, two_films

YEAR = timedelta(days=366)


def everything_kept(url: str) -> str:
    """Every value of every row, as one text."""
    engine = engine_for(url)
    found = MetaData()
    try:
        found.reflect(engine)
        with engine.connect() as connection:
            return json.dumps(
                {
                    table.name: [list(map(str, row)) for row in connection.execute(select(table))]
                    for table in found.sorted_tables
                }
            )
    finally:
        engine.dispose()


def sign_ins(viewer: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = viewer.ask("GET", "/v1/account/sign-ins").json()["sign_ins"]
    return found


def watched(viewer: Any) -> dict[str, Any]:
    ticket = viewer.buy()
    play = viewer.ask("POST", f"/v1/tickets/{ticket['ticket_id']}/admission").json()
    viewer.ask("POST", f"/v1/plays/{play['id']}/progress", {"position_ms": 9_000, "seen": [[0, 9_000]]})
    return dict(ticket)


def test_a_viewer_sees_every_sign_in_and_ends_one(office: Any) -> None:
    sofa = office.newcomer("Sofa")
    desk = office.device("Desk")
    desk.sign_in(sofa.email)
    desk.tickets()
    found = sign_ins(sofa)
    assert {(one["device"], one["this"]) for one in found} == {("Sofa", True), ("Desk", False)}
    other = next(one["id"] for one in found if not one["this"])
    stranger = office.newcomer()
    assert stranger.ask("POST", f"/v1/account/sign-ins/{other}/end").status_code == 404
    assert sofa.ask("POST", f"/v1/account/sign-ins/{other}/end").status_code == 204
    assert [one["device"] for one in sign_ins(sofa)] == ["Sofa"]
    assert desk.ask("GET", "/v1/tickets").status_code == 401


def test_signing_out_everywhere_ends_this_one_too(office: Any) -> None:
    sofa = office.newcomer("Sofa")
    desk = office.device("Desk")
    desk.sign_in(sofa.email)
    assert sofa.ask("POST", "/v1/account/sign-ins/end").status_code == 204
    assert [one.ask("GET", "/v1/tickets").status_code for one in (sofa, desk)] == [401, 401]
    sofa.sign_in(sofa.email)
    assert len(sign_ins(sofa)) == 1


def test_the_data_hold_what_was_bought_given_and_watched_and_nothing_of_others(
    office: Any, config: ServiceConfig
) -> None:
    viewer, other = office.newcomer(), office.newcomer()
    watched(viewer)
    give(office, viewer)
    order = viewer.order("coming-soon").json()
    viewer.ask("POST", "/v1/vouchers/redeem", {"order_id": order["id"], "code": two_films(config)})
    other.buy()
    document = viewer.ask("GET", "/v1/account/data").json()
    assert document["account"]["email"] == viewer.email
    assert [one["state"] for one in document["orders"]] == ["issued"] * 3
    first = next(one for one in document["tickets"] if one["started"])
    assert (first["title_id"], first["seen"], len(first["plays"])) == ("paper-moon", [[0, 9_000]], 1)
    assert len(document["tickets"]) == 2
    assert [gift["title_id"] for gift in document["gifts"]] == ["paper-moon"]
    assert [one["tickets"] for one in document["passes"]] == [2]
    assert other.email not in json.dumps(document)


def test_deleting_takes_the_person_out_and_leaves_the_books(office: Any, config: ServiceConfig) -> None:
    viewer = office.newcomer()
    watched(viewer)
    _, code = give(office, viewer)
    before, (account,) = gross(config), ask(config.database_url, "SELECT id FROM account WHERE id <> 'nobody'")
    assert viewer.ask("POST", "/v1/account/delete", {"email": "else@example.org"}).status_code == 400
    assert viewer.ask("POST", "/v1/account/delete", {"email": viewer.email.upper()}).status_code == 204
    assert viewer.ask("GET", "/v1/tickets").status_code == 401
    kept = everything_kept(config.database_url)
    for trace in (viewer.email, account, viewer.thumbprint, "9000]"):
        assert trace not in kept, trace
    assert gross(config) == before == (1380, 2)
    friend = office.newcomer()
    assert friend.ask("POST", "/v1/gifts/claim", {"code": code}).ok
    again = office.device("Sofa")
    again.sign_in(viewer.email, create=True)
    assert again.tickets() == []


def test_staff_and_orders_that_are_being_paid_are_in_the_way(office: Any, config: ServiceConfig) -> None:
    viewer = office.newcomer()
    order = viewer.order().json()
    ask(config.database_url, f"UPDATE purchase SET state = 'paid' WHERE id = '{order['id']}' RETURNING id")
    assert viewer.ask("POST", "/v1/account/delete", {"email": viewer.email}).status_code == 409
    assert len(sign_ins(viewer)) == 1
    member = office.newcomer()
    add_staff(config, member.email, Role.SUPPORT)
    assert member.ask("POST", "/v1/account/delete", {"email": member.email}).status_code == 409


def test_an_order_that_nobody_paid_goes_with_the_account(office: Any, config: ServiceConfig) -> None:
    viewer = office.newcomer()
    viewer.order()
    assert viewer.ask("POST", "/v1/account/delete", {"email": viewer.email}).status_code == 204
    assert ask(config.database_url, "SELECT state, account_id FROM purchase") == ("void", "nobody")


def test_what_somebody_watched_is_forgotten_within_a_year_of_need(
    office: Any, config: ServiceConfig, open_office: Callable[..., Any]
) -> None:
    from boxoffice.service.people import People

    viewer = office.newcomer()
    watched(viewer)
    database = Database(config.database_url)
    people = People(database, office.clock, None, None, None)  # type: ignore[arg-type]

    def holders() -> object:
        people._next_sweep = office.clock.now()
        people.sweep()
        return ask(
            config.database_url, "SELECT t.account_id, p.account_id FROM ticket t JOIN purchase p ON p.id = t.order_id"
        )

    (account,) = ask(config.database_url, "SELECT id FROM account WHERE id <> 'nobody'")
    try:
        assert holders() == (account, account)
        office.clock.moved += timedelta(days=300)
        assert holders() == (account, account)
        office.clock.moved += timedelta(days=65)
        assert holders() == ("nobody", "nobody")
        with database.read() as session:
            assert sum(taking.minor for taking in takings(session)) == 690
    finally:
        database.close()
    assert json.loads(str(ask(config.database_url, "SELECT seen FROM ticket")[0]).replace("'", '"')) == []


def test_the_real_client_lists_saves_and_deletes(
    office: Any, config: ServiceConfig, open_client: Callable[..., BoxOffice]
) -> None:
    sofa, desk = open_client("Sofa"), open_client("Desk")
    sign_in(office, sofa, "own@example.org", create=True)
    sign_in(office, desk, "own@example.org", create=False)
    sofa.redeem(sofa.order("paper-moon", "DE").id, make_vouchers(config, "paper-moon", 1)[0])
    desk.tickets()
    here, there = sorted(sofa.sign_ins(), key=lambda one: not one.this)
    assert (here.device, here.this, there.device) == ("Sofa", True, "Desk")
    sofa.end_sign_in(there.id)
    with pytest.raises(CinemaError) as ended:
        desk.tickets()
    assert ended.value.code is Code.SIGN_IN_NEEDED
    assert json.loads(sofa.my_data())["orders"][0]["title_id"] == "paper-moon"
    with pytest.raises(CinemaError) as wrong:
        sofa.delete_account("else@example.org")
    assert wrong.value.code is Code.WRONG_USE
    sofa.delete_account("own@example.org")
    assert sofa.account is None
    assert "own@example.org" not in everything_kept(config.database_url)
