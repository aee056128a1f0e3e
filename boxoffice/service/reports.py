"""Nightly reports of gross and admissions, with adjustments to the days before, and settlement from what was reported.

A day is closed when it is over in every time zone. A reported day is never rewritten: what changes it later is a line
of a later night that names it.
"""

import csv
import io
import json
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from boxoffice.rules.gross import Figures, Key, Taking, corrections, lines_of, shared
from boxoffice.service.config import ServiceConfig
from boxoffice.service.database import Database
from boxoffice.service.orders import WITHOUT_MONEY
from boxoffice.service.tables import OrderRow, PlayRow, RefundRow, ReportedDayRow, TicketRow
from core import CinemaError, Clock, Code, Money, SystemClock

FORMS = ("csv", "json", "xml")
NAMESPACE = "urn:smart-cinema:takings:1"
COLUMNS = ("kind", "day", "title", "territory", "currency", "gross", "tickets", "admissions")
SHARES_BYTES = 1 << 20
WESTERNMOST = timedelta(hours=12)


def takings(session: Session, since: datetime | None = None) -> Iterator[Taking]:
    """What happened to tickets: sold, let in, given back. Vouchers took no money when they were redeemed.

    Money counts on the day it was given back, the ticket on the day it was withdrawn; what was withdrawn before refunds
    had rows of their own is counted at its price. With ``since``, tickets of which nothing happened later are left out.
    """
    given_back: dict[str, list[RefundRow]] = defaultdict(list)
    for refund in session.scalars(select(RefundRow).where(RefundRow.state != "refused")):
        given_back[refund.order_id].append(refund)
    admitted = select(PlayRow.ticket_id, func.min(PlayRow.created).label("at")).group_by(PlayRow.ticket_id).subquery()
    query = (
        select(TicketRow, OrderRow.method, admitted.c.at)
        .join(OrderRow, OrderRow.id == TicketRow.order_id)
        .outerjoin(admitted, admitted.c.ticket_id == TicketRow.id)
    )
    if since is not None:
        late = select(RefundRow.order_id).where(RefundRow.made >= since)
        query = query.where(
            or_(
                TicketRow.bought >= since,
                TicketRow.refunded >= since,
                admitted.c.at >= since,
                TicketRow.order_id.in_(late),
            )
        )
    for row, method, entered in session.execute(query):
        minor = 0 if method in WITHOUT_MONEY else row.minor
        about = (row.title_id, row.territory, row.currency)
        yield Taking(*about, row.bought, minor, 1)
        if entered is not None:
            yield Taking(*about, entered, admissions=1)
        refunds = given_back.get(row.order_id, [])
        for refund in refunds:
            if refund.made is not None and refund.minor:
                yield Taking(*about, refund.made, -refund.minor, sold=row.bought)
        if row.refunded is not None:
            yield Taking(*about, row.refunded, 0 if refunds else -minor, -1, sold=row.bought)


def closed_day(now: datetime) -> date:
    """The last day that is over everywhere on Earth at ``now``."""
    return (now.astimezone(UTC) - WESTERNMOST).date() - timedelta(days=1)


def report_night(config: ServiceConfig, clock: Clock | None = None) -> date:
    """Report the days that closed since the last night, and what has changed in those before; the night's day.

    A night that was reported already is left as it is.
    """
    now = (clock or SystemClock()).now()
    night = closed_day(now)
    with closing(Database(config.database_url)) as database, database.write() as session:
        done = session.scalar(select(func.max(ReportedDayRow.night)))
        if done is not None and done >= night.isoformat():
            return date.fromisoformat(done)
        standing = lines_of(takings(session), lambda title: config.reporting_zones.get(title, config.reporting_zone))
        standing = {key: figures for key, figures in standing.items() if key.day <= night}
        reported, editions = _reported(session)
        todo: dict[date, list[dict[str, Any]]] = {night: []} if night not in editions else {}
        for key, figures in corrections(standing, reported).items():
            todo.setdefault(key.day, []).append(_kept(key, figures))
        session.add_all(
            ReportedDayRow(
                day=day.isoformat(), edition=editions.get(day, -1) + 1, night=night.isoformat(), made=now, lines=lines
            )
            for day, lines in todo.items()
        )
    return night


def _reported(session: Session) -> tuple[dict[Key, Figures], dict[date, int]]:
    """All that was reported, added up, and the last edition of each day."""
    lines: dict[Key, Figures] = defaultdict(Figures)
    editions: dict[date, int] = {}
    for row in session.scalars(select(ReportedDayRow).order_by(ReportedDayRow.day, ReportedDayRow.edition)):
        editions[date.fromisoformat(row.day)] = row.edition
        for kept in row.lines:
            lines[_key(row.day, kept)] += _figures(kept)
    return dict(lines), editions


def _kept(key: Key, figures: Figures) -> dict[str, Any]:
    return {"title": key.title, "territory": key.territory, "currency": key.currency, **asdict(figures)}


def _key(day: str, kept: Mapping[str, Any]) -> Key:
    return Key(date.fromisoformat(day), kept["title"], kept["territory"], kept["currency"])


def _figures(kept: Mapping[str, Any]) -> Figures:
    return Figures(kept["minor"], kept["tickets"], kept["admissions"])


def night_file(config: ServiceConfig, night: date, form: str) -> bytes:
    """A night's report as ``csv``, ``json`` or ``xml`` (takings.xsd); the same bytes however often it is asked for."""
    with closing(Database(config.database_url)) as database, database.read() as session:
        query = select(ReportedDayRow).where(ReportedDayRow.night == night.isoformat())
        rows = [
            _line(row, kept)
            for row in session.scalars(query.order_by(ReportedDayRow.day, ReportedDayRow.edition))
            for kept in row.lines
        ]
    if form == "json":
        return (json.dumps({"night": night.isoformat(), "lines": rows}, ensure_ascii=False, indent=1) + "\n").encode()
    if form == "xml":
        root = ET.Element("takings", {"xmlns": NAMESPACE, "night": night.isoformat()})
        for row in rows:
            ET.SubElement(root, "line", {name: str(value) for name, value in row.items()})
        ET.indent(root)
        return bytes(ET.tostring(root, "utf-8", xml_declaration=True)) + b"\n"
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, COLUMNS)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def _line(row: ReportedDayRow, kept: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "kind": "adjustment" if row.edition else "day",
        "day": row.day,
        "title": kept["title"],
        "territory": kept["territory"],
        "currency": kept["currency"],
        "gross": f"{Money(kept['minor'], kept['currency']).decimal:f}",
        "tickets": kept["tickets"],
        "admissions": kept["admissions"],
    }


def settle(config: ServiceConfig, shares: Path, first: date, last: date) -> list[dict[str, Any]]:
    """What each rights holder gets of what was reported for the days ``first`` to ``last``; sums are the gross.

    Raises `CinemaError` (wrong-use, file-unreadable) for shares that are unreadable, missing or make no whole.
    """
    by_title = read_shares(shares)
    with closing(Database(config.database_url)) as database, database.read() as session:
        reported, _ = _reported(session)
    gross: dict[tuple[str, str, str], int] = defaultdict(int)
    for key, figures in reported.items():
        if first <= key.day <= last:
            gross[key.title, key.territory, key.currency] += figures.minor
    missing = sorted({title for title, _, _ in gross} - set(by_title))
    if missing:
        raise CinemaError(Code.WRONG_USE, f"Nobody's share is named for {', '.join(missing)}.")
    return [
        {
            "title": title,
            "territory": territory,
            "currency": currency,
            "holder": holder,
            "amount": f"{Money(part, currency).decimal:f}",
            "minor": part,
        }
        for (title, territory, currency), minor in sorted(gross.items())
        for holder, part in shared(minor, by_title[title]).items()
    ]


def read_shares(path: Path) -> dict[str, dict[str, int]]:
    """Shares in basis points by title and holder, from ``[[share]]`` tables. Raises `CinemaError`."""
    try:
        with path.open("rb") as file:
            document = tomllib.loads(file.read(SHARES_BYTES).decode("utf-8"))
    except OSError as error:
        raise CinemaError(Code.FILE_UNREADABLE, f"The shares {path} cannot be read.") from error
    except ValueError as error:
        raise CinemaError(Code.WRONG_USE, f"{path.name} is no TOML of shares: {error}.") from error
    found: dict[str, dict[str, int]] = {}
    try:
        for share in document["share"]:
            holders = found.setdefault(str(share["title"]), {})
            if str(share["holder"]) in holders or type(share["basis_points"]) is not int:
                raise CinemaError(Code.WRONG_USE, "A holder has one share of a title, in whole basis points.")
            holders[str(share["holder"])] = share["basis_points"]
        for holders in found.values():
            shared(0, holders)
    except (KeyError, TypeError, ValueError) as error:
        raise CinemaError(Code.WRONG_USE, f"{path.name} lacks or misstates something: {error}.") from error
    return found
