"""The box office's takings in the console: by film, territory and day, as pictures, tables and a file."""

import csv
import io
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.responses import Response
from starlette.routing import Route

from boxoffice.rules.gross import Figures, Key
from boxoffice.service.calls import Call
from boxoffice.service.config import ServiceConfig
from boxoffice.service.console.figures import ROWS, lines_between, title_name
from boxoffice.service.console.frame import Frame
from boxoffice.service.console.roles import Action
from boxoffice.service.console.staff import Member
from boxoffice.service.database import Database
from boxoffice.service.tables import TitleRow
from core import Clock, Money

DAYS = 30
LONGEST_DAYS = 366
BARS = 12
"""Of a picture; the table under it has them all, to `ROWS`."""


@dataclass(frozen=True)
class Line:
    """One bar and one row."""

    name: str
    gross: Money
    tickets: int
    admissions: int
    share: float
    """Of the longest bar, 0 to 1."""


@dataclass(frozen=True)
class Chart:
    """Lines of one currency."""

    by: str
    """film, territory or day"""
    currency: str
    lines: tuple[Line, ...]
    more: int
    """How many were left out."""


def charts(lines: dict[Key, Figures], names: dict[str, str]) -> tuple[Chart, ...]:
    """By film, territory and day, for each currency."""
    found = []
    for currency in sorted({key.currency for key in lines}):
        for by in ("film", "territory", "day"):
            sums: dict[str, Figures] = defaultdict(Figures)
            for key, figures in lines.items():
                if key.currency == currency:
                    sums[{"film": key.title, "territory": key.territory, "day": key.day.isoformat()}[by]] += figures
            most = max(1, *(figures.minor for figures in sums.values()), 1)
            order = sorted(sums) if by == "day" else sorted(sums, key=lambda one: (-sums[one].minor, one))
            order = order[-ROWS:] if by == "day" else order[:ROWS]
            shown = tuple(
                Line(
                    names.get(one, one) if by == "film" else one,
                    Money(sums[one].minor, currency),
                    sums[one].tickets,
                    sums[one].admissions,
                    max(0, sums[one].minor) / most,
                )
                for one in order
            )
            found.append(Chart(by, currency, shown, len(sums) - len(shown)))
    return tuple(found)


def names_of(session: Session, language: str) -> dict[str, str]:
    """Every film's name by its id."""
    return {row.id: title_name(row, language) for row in session.scalars(select(TitleRow))}


class TakingPages:
    """Answers ``/console/takings``."""

    def __init__(self, frame: Frame, config: ServiceConfig, database: Database, clock: Clock) -> None:
        self._frame = frame
        self._config = config
        self._database = database
        self._clock = clock

    def routes(self) -> list[Route]:
        """Every address, each with the action that its role must allow."""
        return [
            Route("/console/takings", self._frame.guarded(Action.TAKINGS, self._page)),
            Route("/console/takings.csv", self._frame.guarded(Action.TAKINGS, self._file)),
        ]

    def _days(self, call: Call) -> tuple[date, date, bool]:
        """The days that are asked for, and whether they could be read."""
        today = self._clock.now().astimezone(ZoneInfo(self._config.reporting_zone)).date()
        usual = today - timedelta(days=DAYS - 1), today
        if "from" not in call.query and "to" not in call.query:
            return (*usual, True)
        try:
            first, last = date.fromisoformat(call.query.get("from", "")), date.fromisoformat(call.query.get("to", ""))
        except ValueError:
            return (*usual, False)
        good = date(1990, 1, 1) <= first <= last <= date(2200, 1, 1) and last - first < timedelta(days=LONGEST_DAYS)
        return (first, last, True) if good else (*usual, False)

    def _page(self, call: Call, member: Member) -> Response:
        first, last, good = self._days(call)
        with self._database.read() as session:
            lines = lines_between(session, self._config, first, last)
            names = names_of(session, self._frame.pages.language(call))
        return self._frame.show(
            call,
            member,
            "takings",
            charts=charts(lines, names),
            bars=BARS,
            first=first,
            last=last,
            zone=self._config.reporting_zone,
            problem=not good,
            status=200 if good else 422,
        )

    def _file(self, call: Call, _member: Member) -> Response:
        first, last, good = self._days(call)
        text = io.StringIO(newline="")
        writer = csv.writer(text)
        writer.writerow(["day", "title", "territory", "currency", "gross", "tickets", "admissions"])
        with self._database.read() as session:
            for key, of in lines_between(session, self._config, first, last).items():
                gross = f"{Money(of.minor, key.currency).decimal:f}"
                writer.writerow([key.day, key.title, key.territory, key.currency, gross, of.tickets, of.admissions])
        name = f"takings-{first}-{last}.csv"
        headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
        return Response(text.getvalue(), 200 if good else 422, headers, "text/csv")
