"""What viewers say of notes: counted once each, and never with who said it."""

import logging
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import inspect, text

from boxoffice.client.note_flags import NoteFlags, SaidOfNote
from boxoffice.service import ServiceConfig, add_staff
from boxoffice.service.console.roles import Role
from boxoffice.service.database import Database
from boxoffice.service.note_flags import MOST_EVER, note_totals
from core import CinemaError, Code
from tests.boxoffice.postgresql import ask
from tests.boxoffice.service.test_console import enter


def totals(config: ServiceConfig) -> dict[str, dict[str, int]]:
    database = Database(config.database_url)
    with database.read() as session:
        found = {item.note: dict(item.counts) for item in note_totals(session)}
    database.close()
    return found


def bought(viewer: Any, **fields: str) -> str:
    viewer.buy(**fields)
    return str(viewer.tickets()[0]["id"])


def flags(*said: tuple[str, str, str]) -> dict[str, Any]:
    return {"flags": [{"id": name, "note": note, "flag": flag} for name, note, flag in said]}


def test_flags_are_counted_by_note_and_once_however_often_they_are_sent(office: Any, config: ServiceConfig) -> None:
    viewer, other = office.newcomer(), office.newcomer()
    path, others = (f"/v1/tickets/{bought(who)}/note-flags" for who in (viewer, other))
    said = flags(("a" * 36, "riddle", "loved"), ("b" * 36, "moon", "wrong"))
    for _ in range(2):
        assert viewer.ask("POST", path, said).status_code == 204
    assert other.ask("POST", others, flags(("c" * 36, "riddle", "loved"))).status_code == 204
    assert totals(config) == {"moon": {"wrong": 1}, "riddle": {"loved": 2}}


def test_other_flags_are_refused_and_so_is_who_holds_no_ticket(office: Any, config: ServiceConfig) -> None:
    viewer = office.newcomer()
    path = f"/v1/tickets/{bought(viewer)}/note-flags"
    documents: tuple[dict[str, Any], ...] = (
        {},
        {"flags": []},
        {"flags": ["x"]},
        flags(("a", "riddle", "hated")),
        flags(("", "riddle", "loved")),
        flags(("a", "n" * 81, "loved")),
        flags(("a", "riddle\0", "loved")),
        {"flags": [{"id": "a", "note": "b", "flag": "loved", "who": "me"}]},
        flags(*[(str(n), "riddle", "loved") for n in range(51)]),
    )
    for document in documents:
        assert viewer.ask("POST", path, document).status_code == 400, document
    assert office.newcomer().ask("POST", path, flags(("a", "riddle", "loved"))).status_code == 404
    assert totals(config) == {}


def test_one_viewer_does_not_outvote_all_others(office: Any, config: ServiceConfig) -> None:
    viewer = office.newcomer()
    path = f"/v1/tickets/{bought(viewer)}/note-flags"
    answers = [
        viewer.ask("POST", path, flags(*[(f"{turn}-{n}", "riddle", "wrong") for n in range(50)])).status_code
        for turn in range(3)
    ]
    assert answers == [204, 204, 429]
    assert totals(config) == {"riddle": {"wrong": 1}}
    office.clock.moved += timedelta(minutes=16)
    viewer.sign_in(viewer.email)
    bought(viewer, again="yes")
    for ticket in viewer.tickets():
        later = flags(("other-id", "riddle", "wrong"), ("more", "riddle", "loved"), ("new", "moon", "loved"))
        assert viewer.ask("POST", f"/v1/tickets/{ticket['id']}/note-flags", later).status_code == 204
    assert totals(config) == {"moon": {"loved": 1}, "riddle": {"wrong": 1, "loved": 1}}, "each word once for a person"
    ask(config.database_url, "UPDATE ticket SET refunded = bought RETURNING id")
    assert viewer.ask("POST", path, flags(("late", "riddle", "wrong"))).status_code == 404


def test_one_ticket_does_not_fill_the_list_slowly_with_names_of_its_own(office: Any, config: ServiceConfig) -> None:
    viewer = office.newcomer()
    path = f"/v1/tickets/{bought(viewer)}/note-flags"
    for turn in range(MOST_EVER // 50 + 20):
        if turn % 2 == 0:
            office.clock.moved += timedelta(minutes=16)
            viewer.sign_in(viewer.email)
        viewer.ask("POST", path, flags(*[(f"{turn}-{n}", f"invented-{turn}-{n}", "wrong") for n in range(50)]))
    assert len(totals(config)) == MOST_EVER


def test_nothing_that_is_kept_or_logged_tells_who_said_it(
    office: Any, config: ServiceConfig, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    viewer = office.newcomer()
    ticket = bought(viewer)
    viewer.ask("POST", f"/v1/tickets/{ticket}/note-flags", flags(("one-random-id", "riddle", "unclear")))
    database = Database(config.database_url)
    with database.read() as session:
        (row,) = session.execute(text("SELECT * FROM note_flag")).mappings()
        columns = {column["name"] for column in inspect(session.get_bind()).get_columns("note_flag")}
        account = session.execute(text("SELECT account_id, order_id FROM ticket")).one()
    database.close()
    assert columns == {"digest", "title_id", "note", "flag"}
    kept = " ".join(map(str, row.values()))
    for telling in (*account, ticket, viewer.email, "one-random-id"):
        assert telling not in kept
    assert "riddle" not in caplog.text
    assert "unclear" not in caplog.text


def test_commentators_see_totals_in_the_console_and_nobody_s_name(office: Any) -> None:
    commentator = office.newcomer()
    add_staff(office.config, commentator.email, Role.FESTIVAL)
    desk = office.till()
    enter(desk, commentator.email)
    assert "Nobody has said anything" in desk.open("/console/notes").text
    viewer = office.newcomer()
    path = f"/v1/tickets/{bought(viewer)}/note-flags"
    viewer.ask("POST", path, flags(("a", "riddle", "wrong"), ("b", "<i>moon</i>", "loved")))
    page = desk.open("/console/notes").text
    assert re.search(r"riddle</bdi></th><td>1</td><td>0</td><td>0</td>", page)
    assert "&lt;i&gt;moon" in page
    assert viewer.email not in page


def test_the_queue_keeps_what_the_line_does_not_take_and_sends_it_later_once(tmp_path: Path) -> None:
    line: list[CinemaError | None] = [CinemaError(Code.OFFLINE, "off"), None, None]
    sent: list[tuple[str, str, str, str]] = []

    def send(ticket: str, said: Any) -> None:
        refusal = line.pop(0)
        if refusal:
            raise refusal
        sent.extend((ticket, item.id, item.note, item.flag) for item in said)

    queue = NoteFlags(tmp_path, send)
    queue.say("t1", "riddle", "loved")
    assert (sent, queue.said("t1")) == ([], {"riddle": "loved"})
    again = NoteFlags(tmp_path, send)
    again.say("t1", "riddle", "wrong")
    again.say("t1", "moon", "wrong")
    assert [(ticket, note, flag) for ticket, _, note, flag in sent] == [
        ("t1", "riddle", "loved"),
        ("t1", "moon", "wrong"),
    ]
    again.settle()
    assert len({name for _, name, _, _ in sent}) == len(sent) == 2


def test_what_the_box_office_will_never_take_is_not_sent_for_ever(tmp_path: Path) -> None:
    asked: list[str] = []

    def send(ticket: str, _said: Any) -> None:
        asked.append(ticket)
        raise CinemaError(Code.NOT_FOUND, "no such ticket")

    queue = NoteFlags(tmp_path, send)
    queue.say("gone", "riddle", "loved")
    queue.settle()
    assert asked == ["gone"]


@pytest.mark.parametrize("data", [b"", b"{}", b"[1]", b'[{"id": 1}]', b"\xff"])
def test_a_broken_file_of_flags_begins_anew(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "note-flags.json").write_bytes(data)
    queue = NoteFlags(tmp_path, lambda _ticket, _said: None)
    assert queue.said("t") == {}
    queue.say("t", "riddle", "loved")
    assert queue.said("t") == {"riddle": "loved"}
    assert SaidOfNote("a", "t", "n", "loved").sent is False
