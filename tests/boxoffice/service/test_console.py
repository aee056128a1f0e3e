"""The operator's console: who gets in, what each role may do, and that no other page can act for them."""

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import requests

from app.cli import run
from boxoffice.service import add_staff, console
from boxoffice.service.console.roles import ALLOWED, Action, Role
from boxoffice.service.database import Database
from boxoffice.service.tables import (
    AccountRow,
    OrderRow,
    SectionRow,
    TitleRow,
    VenueAlarmRow,
    VenueDeviceRow,
    VenueRecordRow,
    VenueRow,
)
from core import LANGUAGES, CinemaError, Code
from tests.boxoffice.service.conftest import PASSWORD, Office, Till

PAGES = {
    Action.OVERVIEW: "/console",
    Action.FILMS: "/console/films",
    Action.SEE_VOUCHERS: "/console/vouchers",
    Action.LIST_ORDERS: "/console/orders",
    Action.FIND_PERSON: "/console/find",
    Action.SEE_AVAILS: "/console/avails",
    Action.SEE_SECTIONS: "/console/sections",
    Action.SEE_DEVICES: "/console/devices",
    Action.SEE_VENUES: "/console/venues",
    Action.SEE_STAFF: "/console/staff",
    Action.TAKINGS: "/console/takings",
    Action.NOTES: "/console/notes",
    Action.CHANGES: "/console/changes",
}
FURTHER = {
    "/console/avails/of/paper-moon": Action.SEE_AVAILS,
    "/console/avails/drafts/none": Action.CHANGE_AVAILS,
    "/console/films/paper-moon": Action.FILMS,
    "/console/sections/now": Action.SEE_SECTIONS,
    "/console/takings.csv": Action.TAKINGS,
    "/console/orders/none": Action.FIND_PERSON,
    "/console/people/none": Action.FIND_PERSON,
    "/console/venues/none": Action.SEE_VENUES,
    "/console/venues/none/takings.csv": Action.SEE_VENUES,
}
POSTS = {
    "/console/vouchers": Action.MAKE_VOUCHERS,
    "/console/find": Action.FIND_PERSON,
    "/console/orders/none/refund": Action.REFUND,
    "/console/avails": Action.CHANGE_AVAILS,
    "/console/avails/of/paper-moon": Action.CHANGE_AVAILS,
    "/console/avails/drafts/none": Action.CHANGE_AVAILS,
    "/console/avails/undo/none": Action.CHANGE_AVAILS,
    "/console/films/paper-moon": Action.CHANGE_PLACES,
    "/console/sections": Action.CHANGE_SECTIONS,
    "/console/sections/now": Action.CHANGE_SECTIONS,
    "/console/devices/none/end": Action.END_DEVICE,
    "/console/staff/none/end": Action.END_STAFF,
    "/console/venues": Action.CHANGE_VENUES,
    "/console/venues/none": Action.CHANGE_VENUES,
    "/console/venues/none/files": Action.CHANGE_VENUES,
    "/console/venues/none/stick": Action.CHANGE_VENUES,
}
UPLOADS = {"/console/avails", "/console/venues/none/files", "/console/venues/none/stick"}
CONSOLE = Path(console.__file__).parent
TOKEN = re.compile(r'name="console_token" value="([^"]+)"')
LINK = re.compile(r'href="(/console[^"]*)"')


@pytest.fixture
def staff(office: Office) -> Callable[..., Till]:
    def signed_in(role: Role, language: str = "en") -> Till:
        person: Any = office.newcomer()
        add_staff(office.config, person.email, role)
        till = office.till(language)
        answer = enter(till, person.email)
        assert answer.status_code == 303, answer.text
        return till

    return signed_in


def enter(till: Till, email: str, password: str = PASSWORD) -> requests.Response:
    return till.submit(till.open("/console/sign-in"), "/console/sign-in", email=email, password=password)


def make(till: Till, **fields: str) -> requests.Response:
    page = till.open("/console")
    found = TOKEN.search(page.text)
    assert found
    fields = {"console_token": found[1], "title": "paper-moon", "count": "3", **fields}
    return till.submit(page, "/console/vouchers", **fields)


@pytest.mark.parametrize("role", Role)
def test_each_role_sees_and_does_what_the_table_allows_and_nothing_else(staff: Callable[..., Till], role: Role) -> None:
    till = staff(role)
    for action, path in PAGES.items():
        assert till.open(path).status_code == (200 if role in ALLOWED[action] else 403), path
    assert make(till).status_code == (200 if role in ALLOWED[Action.MAKE_VOUCHERS] else 403)
    for path, action in FURTHER.items():
        assert (till.open(path).status_code == 403) == (role not in ALLOWED[action]), path
    page = till.open("/console")
    found = TOKEN.search(page.text)
    assert found
    for path, action in POSTS.items():
        answer = till.submit(page, path, console_token=found[1])
        assert (answer.status_code == 403) == (role not in ALLOWED[action]), (path, answer.text)
        assert answer.status_code < 500, path
    assert set(ALLOWED) == set(Action) == {*PAGES, *FURTHER.values(), *POSTS.values()}


def test_every_address_of_the_console_is_tried_with_every_role() -> None:
    source = "".join(path.read_text() for path in CONSOLE.glob("*.py"))
    there = set(re.findall(r'Route\("(/console[^"]*)"', source)) - {"/console/sign-in", "/console/sign-out"}
    tried = {*PAGES.values(), *FURTHER, *POSTS}
    patterns = {re.compile(re.sub(r"\{\w+\}", "[^/]+", path)) for path in there}
    assert len(there) > 15
    assert all(any(pattern.fullmatch(path) for path in tried) for pattern in patterns)


def test_no_form_of_the_console_does_anything_without_its_token(office: Office, staff: Callable[..., Till]) -> None:
    till = staff(Role.OPERATOR)
    page = till.open("/console")
    for path in POSTS:
        for fields in ({}, {"console_token": "forged"}):
            if path not in UPLOADS:
                assert till.submit(page, path, **fields).status_code == 403, path
        assert till.http.post(office.base_url + path, data={"do": "new"}, timeout=20).status_code in {403, 415}, path
    upload = {"file": ("a.toml", b"withdrawn = ['paper-moon']")}
    for path in UPLOADS:
        assert till.http.post(office.base_url + path, files=upload, timeout=20).status_code == 403, path


def test_who_is_no_staff_is_told_what_a_wrong_password_is_told(office: Office) -> None:
    viewer: Any = office.newcomer()
    for password in (PASSWORD, "not this one"):
        answer = enter(office.till(), viewer.email, password)
        assert answer.status_code == 422
        assert "do not belong together" in answer.text
    for path in PAGES.values():
        answer = office.till().http.get(office.base_url + path, allow_redirects=False, timeout=20)
        assert (answer.status_code, answer.headers["Location"]) == (303, "/console/sign-in")


def test_a_form_without_this_sign_in_s_token_does_nothing(office: Office, staff: Callable[..., Till]) -> None:
    till, other = staff(Role.OPERATOR), staff(Role.OPERATOR)
    foreign = TOKEN.search(other.open("/console").text)
    assert foreign
    for token in ("", "forged", foreign[1]):
        assert make(till, console_token=token).status_code == 403
    bare = till.http.post(f"{office.base_url}/console/vouchers", data={"title": "paper-moon", "count": "1"}, timeout=20)
    assert bare.status_code == 403
    assert "No vouchers yet." in till.open("/console/vouchers").text


def test_a_sign_in_ends_by_idleness_by_age_and_by_signing_out(office: Office, staff: Callable[..., Till]) -> None:
    till = staff(Role.OPERATOR)
    cookie = next(one for one in till.http.cookies if one.name == "box-office-staff")
    assert cookie.has_nonstandard_attr("HttpOnly")
    assert (cookie.get_nonstandard_attr("SameSite") or "").lower() == "strict"
    for _ in range(25):
        office.clock.moved += timedelta(minutes=28)
        assert till.open("/console/films").url.endswith("/films")
    office.clock.moved += timedelta(minutes=28)
    assert till.open("/console/films").url.endswith("/sign-in")
    till = staff(Role.OPERATOR)
    office.clock.moved += timedelta(minutes=31)
    assert till.open("/console/films").url.endswith("/sign-in")
    till = staff(Role.OPERATOR)
    page = till.open("/console")
    found, kept = TOKEN.search(page.text), till.http.cookies.get("box-office-staff")
    assert found
    assert kept
    assert till.submit(page, "/console/sign-out", console_token=found[1]).status_code == 303
    till.http.cookies.set("box-office-staff", kept)
    assert till.open("/console/films").url.endswith("/sign-in")


def test_vouchers_come_once_as_csv_and_pay_and_the_batch_counts_them(
    office: Office, staff: Callable[..., Till]
) -> None:
    till = staff(Role.FESTIVAL)
    answer = make(till)
    codes = answer.text.split()[1:]
    assert len(set(codes)) == 3
    assert answer.headers["Content-Disposition"].startswith("attachment")
    viewer = office.newcomer()
    order = viewer.order().json()
    assert viewer.ask("POST", "/v1/vouchers/redeem", {"code": codes[0], "order_id": order["id"]}).ok
    page = till.open("/console/vouchers").text
    assert "<td>3</td><td>1</td><td>2</td>" in page
    assert not any(code in page for code in codes)
    for count in ("0", "501", "-1", "many", ""):
        assert make(till, count=count).status_code == 422
    assert make(till, title="nothing").status_code == 422


def test_the_overview_counts_what_was_sold_today(office: Office, staff: Callable[..., Till]) -> None:
    assert "nothing yet" in staff(Role.FINANCE).open("/console").text
    office.newcomer().buy()
    till = staff(Role.FINANCE, "zh-Hans")
    assert "6.90" in till.open("/console").text


def test_an_order_paid_without_a_ticket_is_shown_with_its_amount(office: Office, staff: Callable[..., Till]) -> None:
    order = office.newcomer().order().json()
    till = staff(Role.SUPPORT)
    assert order["id"] not in till.open("/console").text
    database = Database(office.config.database_url)
    with database.write() as session:
        row = session.get_one(OrderRow, order["id"])
        row.state, row.changed = "paid", office.clock.now() - timedelta(minutes=16)
    database.close()
    page = till.open("/console").text
    assert order["id"] in page
    assert "<td>€6.90</td>" in page


def test_hostile_names_are_shown_as_text(office: Office, staff: Callable[..., Till]) -> None:
    hostile = "<script>alert(1)</script>\u202e" + "长" * 500
    database = Database(office.config.database_url)
    with database.write() as session:
        row = session.get_one(TitleRow, "paper-moon")
        row.facts = {**row.facts, "names": {"en": hostile}}
    database.close()
    office.newcomer("<script>device").buy()
    for path in ("/console/films", "/console/vouchers", "/console/avails", "/console/avails/of/paper-moon",
                 "/console/sections/now", "/console/takings"):  # fmt: skip
        page = staff(Role.OPERATOR).open(path).text
        assert "<script" not in page
        assert "&lt;script&gt;" in page


def test_what_anybody_wrote_is_text_on_every_page(office: Office, staff: Callable[..., Till]) -> None:
    hostile = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>"
    now, viewer = office.clock.now(), office.newcomer(hostile)
    order: Any = viewer.buy()
    viewer.ask("POST", f"/v1/tickets/{order['ticket_id']}/admission")
    waiting = viewer.order("coming-soon").json()["checkout_url"]
    tills = {language: staff(Role.OPERATOR, language) for language in ("en", "zh-Hans")}
    database = Database(office.config.database_url)
    with database.write() as session:
        for named in (*session.query(TitleRow), *session.query(SectionRow)):
            named.facts = {**named.facts, "names": dict.fromkeys(LANGUAGES, hostile)}
        for account in session.query(AccountRow):
            account.name = hostile
        device = {"x": "x" * 43, "licence_key": "y" * 43, "sale_key": 1, "enrolled": now, "enrolled_by": hostile}
        session.add(VenueRow(id="hall", name=hostile, created=now))
        session.flush()
        session.add(VenueDeviceRow(id="d" * 43, venue_id="hall", name=hostile, **device))
        session.flush()
        session.add(VenueAlarmRow(device_id="d" * 43, code="chain", about=hostile, at=now))
        admission: dict[str, Any] = {"venue_id": "hall", "data": b"", "kind": "admission", "at": now, "received": now}
        admission |= {"screening": hostile, "title": hostile, "ticket": hostile, "gate": hostile, "how": hostile}
        admission |= {"people": 2, "party": 1, "minor": 0, "currency": "", "batch": hostile, "hash": b"h", "prev": b"p"}
        session.add(VenueRecordRow(device_id="d" * 43, seq=1, **admission))
    database.close()
    till = tills["en"]
    token = TOKEN.search(till.open("/console").text)
    assert token
    do = {"console_token": token[1], "reason": hostile}
    till.submit(till.open("/console"), "/console/find", wanted=order["id"], **do)
    refund = f"/console/orders/{order['id']}/refund"
    till.submit(till.open("/console"), refund, do="give", amount="1", key="k" * 36, **do)
    pages = {}
    for language, at in tills.items():
        ahead = {*PAGES.values(), *FURTHER, f"/console/orders/{order['id']}"}
        while ahead:
            path = ahead.pop()
            answer = at.open(path)
            if answer.headers["Content-Type"].startswith("text/html"):
                pages[language, path] = answer.text
                linked = {unescape(one).partition("#")[0] for one in LINK.findall(answer.text)}
                ahead |= {one for one in linked - {seen for spoken, seen in pages if spoken == language}
                          if "lang=" not in one and "page=" not in one and ".csv" not in one}  # fmt: skip
            else:
                assert answer.headers["Content-Disposition"].startswith("attachment"), path
    fields = {"wanted": hostile, "reason": "", "console_token": token[1]}
    pages["en", "find"] = till.submit(till.open("/console"), "/console/find", **fields).text
    for path in (
        waiting,
        f"/device?user_code={quote(hostile)}",
        f"/console/films/paper-moon?screening={quote(hostile)}",
    ):
        pages["en", path] = office.till().open(path).text
    assert len(pages) > 50
    assert [key for key, text in pages.items() if "<script" in text or "<img" in text] == []
    shown = {path for (_, path), text in pages.items() if "&lt;script&gt;" in text}
    assert shown >= {"/console", "/console/films", "/console/vouchers", "/console/avails", "/console/sections",
                     "/console/sections/now", "/console/devices", "/console/venues", "/console/venues/hall",
                     "/console/staff", "/console/takings", "/console/changes", "/console/films/paper-moon", "find",
                     f"/console/orders/{order['id']}", waiting}  # fmt: skip


def test_only_an_account_becomes_staff(office: Office) -> None:
    for email, code in (("nobody@example.org", Code.NOT_FOUND), ("nobody", Code.WRONG_USE)):
        with pytest.raises(CinemaError) as refused:
            add_staff(office.config, email, Role.OPERATOR)
        assert refused.value.code == code


def test_whose_role_is_taken_is_out_at_once_and_may_delete_the_account(office: Office, capsys: Any) -> None:
    person: Any = office.newcomer()
    add_staff(office.config, person.email, Role.FINANCE)
    till = office.till()
    enter(till, person.email)
    assert till.open("/console").status_code == 200
    there = ["--database", office.config.database_url, "--data", str(office.config.data_dir)]
    assert run(["staff", "list", *there]) == 0
    assert f"{person.email}  finance" in capsys.readouterr().out
    assert run(["staff", "remove", person.email, *there]) == 0
    assert "/console/sign-in" in till.open("/console").url
    assert enter(office.till(), person.email).status_code == 422
    assert run(["staff", "remove", person.email, *there]) != 0
    other: Any = office.newcomer()
    add_staff(office.config, other.email, Role.OPERATOR)
    chief = office.till()
    enter(chief, other.email)
    changes = chief.open("/console/changes?kind=staff").text
    assert (changes.count("smart-cinema staff"), changes.count("finance")) == (3, 2)
    assert person.ask("POST", "/v1/account/delete", {"email": person.email}).status_code == 204


def test_other_languages_of_every_refused_form_are_found(staff: Callable[..., Till]) -> None:
    till = staff(Role.OPERATOR)
    page = till.open("/console")
    found = TOKEN.search(page.text)
    venue = till.submit(page, "/console/venues", console_token=found[1] if found else "", name="Lantern House")
    refused = {path.replace("/venues/none", venue.headers["Location"].removeprefix("/console")) for path in POSTS}
    for path in sorted(refused | {"/console/sign-in"}):
        answer = till.submit(page, path, console_token=found[1] if found else "")
        for link in set(re.findall(r'<a href="([^"]+[?&;]lang=[^"]+)"', answer.text)):
            shown = till.http.get(till.base_url + unescape(link), allow_redirects=False, timeout=20)
            assert shown.status_code != 405, (path, link)
            assert (shown.status_code == 404) == (answer.status_code == 404), (path, link)
        without = till.http.post(till.base_url + path, data={}, headers={"Accept": "text/html"}, timeout=20)
        assert without.status_code in {403, 415}, path
        assert "?lang=" not in without.text, path


@pytest.mark.parametrize(("wish", "shown"), [("fr-CA", "en"), ("ko", "en"), ("zh-TW", "zh-Hant-TW"), ("zh", "zh-Hans")])
def test_the_console_speaks_one_language_on_a_page(staff: Callable[..., Till], wish: str, shown: str) -> None:
    page = staff(Role.OPERATOR, wish).open("/console/films").text
    assert f'<html lang="{shown}"' in page
    assert "lang=fr-CA" not in page
    assert "Prix" not in page
