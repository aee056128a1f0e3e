"""Seeing again what was seen: counted beyond the house rules' allowance, at the box office and on a device alike."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from boxoffice.rules import seen
from boxoffice.service.database import Database
from boxoffice.service.tables import TitleRow
from tests.boxoffice.service.conftest import KEY_ID
from tests.boxoffice.service.shelf import Shelf, refusal, rules

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

LENGTH_MS = 60_000
LEAST_MS = seen.AGAIN_AT_LEAST_MS


@pytest.fixture(autouse=True)
def limited(office: Any) -> None:
    """The film may be seen again by a tenth: by ten minutes, that is, which is the least."""
    database = Database(office.config.database_url)
    with database.write() as session:
        title = session.scalars(select(TitleRow).where(TitleRow.id == "paper-moon")).one()
        title.facts = {**title.facts, "house_rules": {**title.facts["house_rules"], "replay_percent": 10}}
    database.close()


def tell(viewer: Any, play: dict[str, Any], shown_ms: int, seen_to_ms: int = LENGTH_MS) -> dict[str, Any]:
    news = {"position_ms": 0, "seen": [[0, seen_to_ms]], "shown_ms": shown_ms}
    answer = viewer.ask("POST", f"/v1/plays/{play['id']}/progress", news)
    assert answer.status_code == 200, answer.text
    return dict(answer.json()["ticket"])


def test_what_is_seen_again_beyond_the_allowance_uses_the_ticket_up(office: Any) -> None:
    viewer = office.newcomer()
    viewer.buy()
    (ticket,) = viewer.tickets()
    assert (ticket["again_ms"], ticket["again_allowed_ms"]) == (0, LEAST_MS)
    path = f"/v1/tickets/{ticket['id']}/admission"
    play = viewer.ask("POST", path).json()
    assert play["house_rules"]["replay_percent"] == 10
    for _ in range(2):  # a report that is repeated counts once
        told = tell(viewer, play, LENGTH_MS + LEAST_MS - 1)
    assert (told["again_ms"], told["allowed"], told["state"]) == (LEAST_MS - 1, True, "watched")
    again = viewer.ask("POST", path).json()
    told = tell(viewer, again, 2)
    assert (told["again_ms"], told["allowed"]) == (LEAST_MS + 1, False)
    refused = viewer.ask("POST", path)
    (reason,) = refused.json()["reasons"]
    assert (refused.status_code, reason["rule"], reason["fix"]) == (403, "replayed", "buy-again")
    key = f"/v1/plays/{again['id']}/keys/{KEY_ID}"
    assert viewer.ask("GET", key).status_code == 200, "who sits there already is not cut off"
    office.clock.moved += timedelta(hours=2)
    viewer.sign_in(viewer.email)
    assert viewer.ask("GET", key).status_code == 403


def test_what_was_not_seen_yet_can_be_seen_however_much_was_seen_again_within_it(office: Any) -> None:
    viewer = office.newcomer()
    viewer.buy()
    (ticket,) = viewer.tickets()
    play = viewer.ask("POST", f"/v1/tickets/{ticket['id']}/admission").json()
    told = tell(viewer, play, 30_000 + LEAST_MS + 29_999, seen_to_ms=30_000)
    assert (told["allowed"], told["seen_ms"]) == (True, 30_000)


def test_a_kept_film_counts_as_the_box_office_does(shelf: Shelf) -> None:
    shelf.fetch()
    kept = shelf.downloads.open(shelf.ticket_id)
    assert (kept.play.house_rules.replay_percent, kept.play.shown_ms) == (10, 0)
    shelf.downloads.progress(shelf.ticket_id, 0, ((0, LENGTH_MS),), LENGTH_MS + LEAST_MS)
    assert shelf.downloads.open(shelf.ticket_id).play.shown_ms == LENGTH_MS + LEAST_MS
    shelf.downloads.progress(shelf.ticket_id, 0, (), LENGTH_MS + LEAST_MS + 1)
    offline = rules(refusal(lambda: shelf.downloads.open(shelf.ticket_id)))
    online = rules(refusal(lambda: shelf.client.admit(shelf.ticket_id)))
    assert offline == online == ["replayed"]
    (ticket,) = shelf.client.tickets()
    assert (ticket.again_ms, ticket.again_allowed_ms, ticket.allowed) == (LEAST_MS + 1, LEAST_MS, False)


def test_what_was_seen_before_a_film_was_kept_is_in_its_licence(office: Any, shelf: Shelf) -> None:
    play = shelf.client.admit(shelf.ticket_id)
    shelf.client.progress(play.id, 0, ((0, LENGTH_MS),), LENGTH_MS)
    shelf.fetch()
    kept = shelf.downloads.open(shelf.ticket_id).play
    assert (kept.seen, kept.shown_ms) == (((0, LENGTH_MS),), 0)
    shelf.downloads.progress(shelf.ticket_id, 0, ((0, LENGTH_MS),), LEAST_MS + 1)
    assert rules(refusal(lambda: shelf.downloads.open(shelf.ticket_id))) == ["replayed"]
    assert rules(refusal(lambda: shelf.client.admit(shelf.ticket_id))) == ["replayed"]
