"""What staff does in the console, from the first page to the last: by real requests to a running service."""

import re
import tomllib
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import requests

from boxoffice.service import add_staff
from boxoffice.service.console.roles import Role
from boxoffice.service.database import Database
from boxoffice.service.tables import ConsoleActRow
from tests.boxoffice.service.conftest import PASSWORD, Office, Till

TOKEN = re.compile(r'name="console_token" value="([^"]+)"')
WINDOW = re.compile(r'name="(start|end|price)"[^>]* value="([^"]+)"')


class Desk:
    """A member of staff at a browser."""

    def __init__(self, till: Till) -> None:
        self.till = till

    def see(self, path: str) -> str:
        answer = self.till.open(path)
        assert answer.status_code == 200, answer.text
        return answer.text

    def do(self, path: str, **fields: str) -> requests.Response:
        page = self.till.open("/console")
        found = TOKEN.search(page.text)
        assert found
        return self.till.submit(page, path, console_token=found[1], **fields)

    def upload(self, name: str, data: bytes) -> requests.Response:
        page = self.till.open("/console").text
        form = {field: re.search(f'name="{field}" value="([^"]+)"', page) for field in ("form_token", "console_token")}
        fields = {field: found[1] for field, found in form.items() if found}
        url = self.till.base_url + "/console/avails"
        return self.till.http.post(url, data=fields, files={"file": (name, data)}, allow_redirects=False, timeout=20)

    def accept(self, to_draft: requests.Response, **changes: str) -> requests.Response:
        assert to_draft.status_code == 303, to_draft.text
        path = to_draft.headers["Location"]
        seen = re.search(r'name="seen" value="([^"]+)"', self.see(path))
        assert seen
        return self.do(path, **{"do": "accept", "seen": seen[1], **changes})


@pytest.fixture
def desk(office: Office) -> Callable[..., Desk]:
    def opened(role: Role = Role.OPERATOR, language: str = "en") -> Desk:
        person: Any = office.newcomer()
        add_staff(office.config, person.email, role)
        till = office.till(language)
        page = till.open("/console/sign-in")
        assert till.submit(page, "/console/sign-in", email=person.email, password=PASSWORD).status_code == 303
        return Desk(till)

    return opened


def test_a_person_s_orders_open_only_after_a_search_with_a_reason(office: Office, desk: Callable[..., Desk]) -> None:
    viewer: Any = office.newcomer()
    order = viewer.buy()
    support = desk(Role.SUPPORT)
    path = f"/console/orders/{order['id']}"
    closed = support.till.open(path)
    assert closed.status_code == 422
    assert "Search first" in closed.text
    assert "Paper Moon" not in closed.text
    assert support.do("/console/find", wanted=order["id"], reason=" ").status_code == 422
    assert support.till.open(path).status_code == 422
    found = support.do("/console/find", wanted=viewer.email.upper(), reason="Cannot find the ticket")
    assert found.status_code == 303
    person = support.see(found.headers["Location"])
    assert viewer.email in person
    assert order["id"] in person
    assert "Ticket issued" in support.see(path)
    assert desk(Role.SUPPORT).till.open(path).status_code == 422
    kept = desk().see("/console/changes?kind=search")
    assert "Cannot find the ticket" in kept
    assert viewer.email not in kept
    for _ in range(3):
        assert support.till.open("/console").status_code == 200
        office.clock.moved += timedelta(minutes=21)
    assert "Search first" in support.till.open(path).text


def test_a_refund_in_parts_never_exceeds_the_cap_and_the_last_part_ends_the_ticket(
    office: Office, desk: Callable[..., Desk]
) -> None:
    viewer = office.newcomer()
    order = viewer.buy()
    finance = desk(Role.FINANCE)
    path = f"/console/orders/{order['id']}"
    finance.do("/console/find", wanted=order["id"], reason="Refund wanted")
    for wrong in ("0", "-1", "6.91", "1.005", "NaN", "1e400", "x", ""):
        answer = finance.do(f"{path}/refund", do="ask", amount=wrong, reason="Subtitles missing")
        assert answer.status_code == 422, wrong
    asked = finance.do(f"{path}/refund", do="ask", amount="2.90", reason="Subtitles missing")
    assert "Give back €2.90?" in asked.text
    assert "the ticket stays good" in asked.text
    key = re.search(r'name="key" value="([^"]+)"', asked.text)
    assert key
    for _ in range(2):
        made = finance.do(f"{path}/refund", do="give", amount="2.90", reason="Subtitles missing", key=key[1])
        assert made.status_code == 303
    page = finance.see(path)
    assert "at most €4.00 of the €6.90" in page
    assert viewer.tickets()
    rest = finance.do(f"{path}/refund", do="ask", amount="4", reason="Subtitles missing")
    assert "ends at once" in rest.text
    key = re.search(r'name="key" value="([^"]+)"', rest.text)
    assert key
    finance.do(f"{path}/refund", do="give", amount="4", reason="Subtitles missing", key=key[1])
    assert '<dd id="state">refunded</dd>' in finance.see(path)
    assert finance.do(f"{path}/refund", do="ask", amount="1", reason="Again").status_code == 422
    changes = desk().see("/console/changes?kind=refund")
    assert changes.count("Subtitles missing") == 2
    assert "2.90 EUR" in changes


def test_a_window_moves_only_as_its_diff_was_seen_and_moves_back(office: Office, desk: Callable[..., Desk]) -> None:
    office.newcomer().buy()
    festival = desk(Role.FESTIVAL)
    path = "/console/avails/of/paper-moon"
    window = dict(WINDOW.findall(festival.see(path)))
    never = ("0001-01-01T00:00", "9999-12-31T23:59", "2026-01-01T00:00+05:00")
    for wrong in ({"end": window["start"]}, *({edge: text} for text in never for edge in ("start", "end"))):
        assert festival.do(path, place="0", **{**window, **wrong}).status_code == 422, wrong
    assert festival.do(path, place="7", **window).status_code == 404
    soon = (office.clock.now() + timedelta(hours=2)).replace(tzinfo=None, microsecond=0).isoformat()
    to_draft = festival.do(path, place="0", **{**window, "end": soon})
    told = festival.see(to_draft.headers["Location"])
    assert "moves 1 window" in told
    assert "cuts off 1 sold ticket" in told
    assert desk(Role.FESTIVAL).till.open(to_draft.headers["Location"]).status_code == 404
    assert festival.accept(to_draft, seen="another").status_code == 409
    assert soon not in festival.see(path)
    assert festival.accept(to_draft).status_code == 303
    assert soon in festival.see(path)
    undo = re.search(r"/console/avails/undo/[^\"]+", festival.see("/console/avails"))
    assert undo
    assert festival.do(undo[0]).status_code == 303
    assert dict(WINDOW.findall(festival.see(path))) == window
    assert festival.do(undo[0]).status_code == 422
    kept = desk().see("/console/changes?kind=avails")
    assert kept.count("avails changed<br>") == 2


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.toml", b"avail = 3"),
        ("a.toml", b"\xff"),
        ("a.csv", b""),
        ("a.exe", b"MZ"),
        ("a.xlsx", b"PK\x03\x04 no sheet"),
        ("<b>.toml", b"withdrawn = ['nobody']"),
    ],
)
def test_a_file_that_is_no_avails_changes_nothing(desk: Callable[..., Desk], name: str, data: bytes) -> None:
    festival = desk(Role.FESTIVAL)
    before = festival.see("/console/avails")
    assert festival.upload(name, data).status_code == 422
    assert before.count("<tr>") == festival.see("/console/avails").count("<tr>")


def test_an_uploaded_file_is_told_then_accepted_or_discarded(desk: Callable[..., Desk]) -> None:
    festival = desk(Role.FESTIVAL)
    data = b"withdrawn = ['long-gone']"
    assert tomllib.loads(data.decode())
    to_draft = festival.upload("gone.toml", data)
    assert "withdraws 1 film" in festival.see(to_draft.headers["Location"])
    assert festival.do(to_draft.headers["Location"], do="discard").status_code == 303
    assert festival.till.open(to_draft.headers["Location"]).status_code == 404
    assert "no avail: not for sale" not in festival.see("/console/avails")
    assert festival.accept(festival.upload("gone.toml", data)).status_code == 303
    assert "no avail: not for sale" in festival.see("/console/avails")


def test_sections_are_made_named_dated_filled_and_ordered_as_the_catalogue_then_shows(
    office: Office, desk: Callable[..., Desk]
) -> None:
    festival = desk(Role.FESTIVAL)
    for wrong in ("Now", "now", "", "a" * 65, "../x"):
        answer = festival.do("/console/sections", do="new", id=wrong, name="Nights", kind="festival")
        assert answer.status_code == 422, wrong
    made = festival.do("/console/sections", do="new", id="nights", name="Lantern Nights", kind="festival")
    assert made.status_code == 303
    path = "/console/sections/nights"
    days = {"starts": "2026-11-01T10:00", "ends": "2026-10-01T10:00"}
    assert festival.do(path, do="facts", name_en="Lantern Nights", name_zh="灯夜", **days).status_code == 422
    days["ends"] = "2036-12-01T10:00"
    assert festival.do(path, do="facts", name_en="Lantern Nights", name_zh="灯夜", **days).status_code == 303
    for title in ("paper-moon", "coming-soon"):
        assert festival.do(path, do="add", title=title).status_code == 303
    assert festival.do(path, do="add", title="paper-moon").status_code == 422
    assert festival.do(path, do="later:paper-moon").status_code == 303
    assert festival.do("/console/sections", do="earlier:nights").status_code == 303
    sections = requests.get(f"{office.base_url}/v1/catalogue?territory=DE", timeout=20).json()["sections"]
    assert [one["id"] for one in sections] == ["nights", "now"]
    assert sections[0]["title_ids"] == ["coming-soon", "paper-moon"]
    assert sections[0]["names"] == {"en": "Lantern Nights", "zh-Hans": "灯夜"}
    assert "灯夜" in desk(language="zh-CN").see("/console/sections")


def test_a_device_s_sign_in_ends_at_once(office: Office, desk: Callable[..., Desk]) -> None:
    viewer: Any = office.newcomer()
    support = desk(Role.SUPPORT)
    found = support.do("/console/find", wanted=viewer.email, reason="Lost laptop")
    end = re.search(r"/console/devices/[^/]+/end", support.see(found.headers["Location"]))
    assert end
    assert viewer.ask("GET", "/v1/tickets").status_code == 200
    assert support.do(end[0]).status_code == 303
    assert viewer.ask("GET", "/v1/tickets").status_code == 401
    assert "sign-in of a device ended" in desk().see("/console/changes")


def test_staff_that_is_signed_out_by_an_operator_is_out(desk: Callable[..., Desk]) -> None:
    support = desk(Role.SUPPORT)
    operator = desk()
    row = re.search(r"<td>support</td>.*?(/console/staff/[^/]+/end)", operator.see("/console/staff"))
    assert row
    assert operator.do(row[1]).status_code == 303
    assert support.till.open("/console").url.endswith("/sign-in")


def test_takings_are_those_of_the_reports_to_the_cent(office: Office, desk: Callable[..., Desk]) -> None:
    viewer = office.newcomer()
    order = viewer.buy()
    office.newcomer().buy()
    finance = desk(Role.FINANCE)
    finance.do("/console/find", wanted=order["id"], reason="Refund wanted")
    path = f"/console/orders/{order['id']}/refund"
    finance.do(path, do="give", amount="0.91", reason="Late", key="k" * 36)
    rows = finance.see("/console/takings.csv").split()
    assert rows[0] == "day,title,territory,currency,gross,tickets,admissions"
    assert [row.partition(",")[2] for row in rows[1:]] == ["paper-moon,DE,EUR,12.89,2,0"]
    page = finance.see("/console/takings")
    assert page.count('<svg class="picture"') == page.count("<table>") == 3
    assert "<td>€12.89</td>" in page
    assert "€12.89" in finance.see("/console")
    for wrong in ("?from=x&to=y", "?from=2026-02-02&to=2026-02-01", "?from=0001-01-01&to=9999-12-31", "?from=1"):
        assert finance.till.open(f"/console/takings{wrong}").status_code == 422


def test_of_a_deleted_person_s_searches_only_who_searched_is_left(office: Office, desk: Callable[..., Desk]) -> None:
    viewer: Any = office.newcomer()
    order = viewer.buy()
    support = desk(Role.SUPPORT)
    found = support.do("/console/find", wanted=viewer.email, reason="Mei from the choir called")
    person = found.headers["Location"]
    assert viewer.ask("POST", "/v1/account/delete", {"email": viewer.email}).status_code == 204
    assert support.till.open(person).status_code == 422
    kept = desk().see("/console/changes?kind=search")
    assert "(support)" in kept
    assert "choir" not in kept
    assert person.rpartition("/")[2] not in kept
    support.do("/console/find", wanted=order["id"], reason="A late refund")
    page = support.see(f"/console/orders/{order['id']}")
    nobody = re.search(r"/console/people/([^\"]+)", page)
    assert nobody is None or support.till.open(nobody[0]).status_code == 422


def test_a_long_list_comes_in_pages_of_a_hundred(office: Office, desk: Callable[..., Desk]) -> None:
    operator = desk()
    database = Database(office.config.database_url)
    hostile = "<b>\u202eغداً</b>" + "长" * 180
    with database.write() as session:
        for number in range(205):
            made = office.clock.now() - timedelta(minutes=number)
            session.add(
                ConsoleActRow(id=f"act-{number}", made=made, account_id="gone", made_by=hostile, action="search",
                              about="", reason=f"reason-{number}.", before={}, after={"x": hostile})
            )  # fmt: skip
    database.close()
    pages = [operator.see(f"/console/changes?kind=search&page={number}") for number in range(3)]
    assert [page.count("<tr>") - 1 for page in pages] == [100, 100, 5]
    assert "reason-100." in pages[1]
    assert "page=2&amp;kind=search" in pages[1].replace("&kind", "&amp;kind")
    assert "<b>" not in pages[0]
    for odd in ("page=-1", "page=x", "page=99999999", "kind=<b>", "page=9999"):
        assert operator.till.open(f"/console/changes?{odd}").status_code == 200


def test_places_and_screenings_are_set_moved_and_taken_back_and_who_did_it_is_kept(
    office: Office, desk: Callable[..., Desk]
) -> None:
    festival, path = desk(Role.FESTIVAL), "/console/films/paper-moon"
    assert "No screenings" in festival.see(path)
    start = (office.clock.now() + timedelta(hours=2)).strftime("%Y-%m-%dT%H:%M")
    premiere = {"do": "put", "id": "premiere", "start": start, "zone": "UTC", "capacity": "2", "late": "15"}
    assert festival.do(path, **premiere).status_code == 303
    never = ({"start": "0001-01-01T00:00"}, {"start": "9999-12-31T23:59"})
    wrongs = (
        *never,
        {"zone": "Moon"},
        {"start": "soon"},
        {"id": "../x"},
        {"capacity": "0"},
        {"late": "0"},
        {"late": "999"},
    )
    for wrong in wrongs:
        refused = festival.do(path, **{**premiere, **wrong})
        assert (refused.status_code, 'role="alert"' in refused.text) == (422, True), wrong
    viewer: Any = office.newcomer()
    order = viewer.order(screening_id="premiere").json()
    assert "0 + 1 held / 2" in festival.see(path)
    office.till().pay(order["checkout_url"])
    (ticket,) = viewer.tickets()
    page = festival.see(path)
    assert ("1 / 2" in page, "take-back:premiere" in page) == (True, False)
    assert festival.do(path, do="take-back:premiere").status_code == 422
    assert festival.do(path, do="capacity", capacity="0").status_code == 422
    assert festival.do(path, do="capacity", capacity="1").status_code == 303
    told = office.newcomer().order().json()["reasons"]
    assert [reason["rule"] for reason in told] == ["sold-out"]
    later = (office.clock.now() + timedelta(hours=4)).strftime("%Y-%m-%dT%H:%M")
    assert f'value="{start}"' in festival.see(f"{path}?screening=premiere")
    assert festival.do(path, **{**premiere, "start": later, "moving": "yes"}).status_code == 303
    (after,) = viewer.tickets()
    assert after["opens"] > ticket["opens"]
    changes = desk().see("/console/changes?kind=screening")
    assert changes.count("screening changed") == 3  # two, and the choice of the filter
    assert desk(Role.FINANCE).do(path, **premiere).status_code == 403
    assert "New screening" not in desk(Role.FINANCE).see(path)
