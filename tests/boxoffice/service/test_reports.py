"""The night's files: each day once, and afterwards only what changed."""

import csv
import io
import json
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from sqlalchemy import select

import boxoffice.service
from app.cli import run
from boxoffice.service import make_vouchers, open_desk
from boxoffice.service.database import Database
from boxoffice.service.reports import NAMESPACE, closed_day, night_file, report_night, settle
from boxoffice.service.tables import TicketRow
from core import CinemaError, Money


def lines(office: Any, night: date) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(night_file(office.config, night, "csv").decode())))


def refund_all(office: Any) -> None:
    database = Database(office.config.database_url)
    with database.write() as session:
        for row in session.scalars(select(TicketRow)):
            row.refunded = office.clock.now()
    database.close()


def shares(folder: Path, *parts: tuple[str, int]) -> Path:
    path = folder / "shares.toml"
    path.write_text(
        "".join(f'[[share]]\ntitle = "paper-moon"\nholder = "{who}"\nbasis_points = {part}\n' for who, part in parts)
    )
    return path


def test_a_day_is_reported_once_and_then_adjusted(office: Any, tmp_path: Path) -> None:
    viewer = office.newcomer()
    viewer.buy()
    (ticket,) = viewer.tickets()
    viewer.ask("POST", f"/v1/tickets/{ticket['id']}/admission")
    sold_on = office.clock.now().date().isoformat()
    office.clock.moved = timedelta(days=2)
    night = report_night(office.config, office.clock)
    (line,) = lines(office, night)
    assert line == {
        "kind": "day", "day": sold_on, "title": "paper-moon", "territory": "DE",
        "currency": "EUR", "gross": "6.90", "tickets": "1", "admissions": "1",
    }  # fmt: skip
    first = night_file(office.config, night, "csv")
    refund_all(office)
    assert report_night(office.config, office.clock) == night
    office.clock.moved = timedelta(days=3)
    next_night = report_night(office.config, office.clock)
    assert night_file(office.config, night, "csv") == first
    (line,) = lines(office, next_night)
    assert (line["kind"], line["day"], line["gross"], line["tickets"], line["admissions"]) == (
        "adjustment", sold_on, "-6.90", "-1", "0",
    )  # fmt: skip
    office.clock.moved = timedelta(days=4)
    assert lines(office, report_night(office.config, office.clock)) == []


def test_a_voucher_is_a_ticket_and_no_gross(office: Any) -> None:
    viewer = office.newcomer()
    (code,) = make_vouchers(office.config, "paper-moon", 1)
    order = viewer.order().json()
    answer = viewer.ask("POST", "/v1/vouchers/redeem", {"code": code, "order_id": order["id"]})
    assert answer.status_code == 200, answer.text
    office.clock.moved = timedelta(days=2)
    (line,) = lines(office, report_night(office.config, office.clock))
    assert (line["gross"], line["tickets"]) == ("0.00", "1")


def test_part_of_the_price_given_back_lowers_gross_and_no_tickets(office: Any) -> None:
    order = office.newcomer().buy()
    sold_on = office.clock.now().date().isoformat()
    office.clock.moved = timedelta(days=2)
    report_night(office.config, office.clock)
    nights = []
    for days, amount in ((3, Money(190, "EUR")), (4, None)):
        with open_desk(office.config, office.clock) as desk:
            desk.refunds.give_back(order["id"], reason="late start", by="Mei", amount=amount)
        office.clock.moved = timedelta(days=days + 2)
        (line,) = lines(office, report_night(office.config, office.clock))
        nights.append((line["kind"], line["day"], line["gross"], line["tickets"]))
    assert nights == [("adjustment", sold_on, "-1.90", "0"), ("adjustment", sold_on, "-5.00", "-1")]


def test_the_three_forms_say_the_same_and_the_xml_keeps_to_its_schema(office: Any) -> None:
    office.newcomer().buy()
    office.clock.moved = timedelta(days=2)
    night = report_night(office.config, office.clock)
    table = lines(office, night)
    document = json.loads(night_file(office.config, night, "json"))
    assert [{name: str(value) for name, value in line.items()} for line in document["lines"]] == table
    root = ET.fromstring(night_file(office.config, night, "xml"))  # noqa: S314 - written a line above
    assert [line.attrib for line in root] == table
    schema = ET.parse(Path(boxoffice.service.__file__).parent / "takings.xsd")  # noqa: S314 - our own
    xs = "{http://www.w3.org/2001/XMLSchema}"
    assert (schema.getroot().get("targetNamespace"), root.tag) == (NAMESPACE, f"{{{NAMESPACE}}}takings")
    assert {one.get("name") for one in schema.iter(f"{xs}attribute")} == {*table[0], "night"}


def test_settlement_is_what_was_reported_to_the_cent(office: Any, tmp_path: Path) -> None:
    for _ in range(2):
        office.newcomer().buy()
    office.clock.moved = timedelta(days=2)
    night = report_night(office.config, office.clock)
    span = (night - timedelta(days=9), night)
    parts = settle(office.config, shares(tmp_path, ("Studio", 3333), ("Sales", 3333), ("Cinema", 3334)), *span)
    assert sum(Decimal(part["amount"]) for part in parts) == Decimal("13.80")
    assert {part["holder"]: part["amount"] for part in parts} == {"Studio": "4.60", "Sales": "4.60", "Cinema": "4.60"}
    with pytest.raises(CinemaError):
        settle(office.config, shares(tmp_path, ("Studio", 9999)), *span)
    empty = tmp_path / "none.toml"
    empty.write_text("share = []")
    with pytest.raises(CinemaError, match="paper-moon"):
        settle(office.config, empty, *span)


def test_a_day_closes_when_it_is_over_everywhere() -> None:
    assert closed_day(datetime.fromisoformat("2026-12-02T11:59:59+00:00")) == date(2026, 11, 30)
    assert closed_day(datetime.fromisoformat("2026-12-02T12:00:00+00:00")) == date(2026, 12, 1)


def test_the_command_line_writes_the_night_and_settles(office: Any, tmp_path: Path, capsys: Any) -> None:
    place = ["--data", str(office.config.data_dir), "--database", office.config.database_url, "--json"]
    assert run(["report", "--out", str(tmp_path / "out"), "--zone", "Asia/Shanghai", *place]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [Path(path).suffix for path in told["files"]] == [".csv", ".json", ".xml"]
    assert all(Path(path).stat().st_size for path in told["files"])
    path = shares(tmp_path, ("Studio", 10_000))
    assert run(["settle", str(path), "--from", "2026-01-01", "--to", "2026-12-31", *place]) == 0
    assert json.loads(capsys.readouterr().out) == {"lines": []}
    assert run(["report", "--out", str(tmp_path), "--zone", "Mars/Base", *place]) == 2
