"""Who did what in the console: kept with what it was before and after, and shown as one list."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.responses import Response
from starlette.routing import Route

from boxoffice.service.calls import Call
from boxoffice.service.console.figures import ROWS
from boxoffice.service.console.frame import Frame, page_number
from boxoffice.service.console.roles import Action
from boxoffice.service.console.staff import Member
from boxoffice.service.database import Database
from boxoffice.service.tables import AvailChangeRow, ConsoleActRow, Document

AVAILS = "avails"
KINDS = (
    *("search", "refund", "vouchers", "section", "places", "screening", "end-device", "end-staff", "staff"),
    *("venue", "venue-code", "venue-device", "venue-file", "venue-licence", AVAILS),
)
REASON_LETTERS = 200
SHOWN_LETTERS = 2000
SOURCE_LETTERS = 60
"""Of a file's name and digest."""
DEEPEST = 50
"""Pages; older acts are found by their kind."""


@dataclass(frozen=True)
class Act:
    """One line of the list."""

    id: str
    made: datetime
    made_by: str
    kind: str
    about: str
    reason: str
    before: str
    after: str


def note(
    session: Session,
    member: Member,
    kind: str,
    about: str,
    now: datetime,
    *,
    reason: str = "",
    before: Document | None = None,
    after: Document | None = None,
) -> None:
    """Keep that this was done, in the transaction that does it."""
    session.add(
        ConsoleActRow(
            id=str(uuid4()),
            made=now,
            account_id=member.account_id,
            made_by=f"{member.name} ({member.role})",
            action=kind,
            about=about,
            reason=reason[:REASON_LETTERS],
            before=before or {},
            after=after or {},
        )
    )


def acts(session: Session, kind: str, page: int) -> tuple[tuple[Act, ...], bool]:
    """One page (from 0), newest first, and whether older ones follow; ``kind`` is one of `KINDS` or empty for all."""
    page = min(page, DEEPEST)
    reach = (page + 1) * ROWS + 1
    found: list[Act] = []
    if kind != AVAILS:
        query = select(ConsoleActRow).order_by(ConsoleActRow.made.desc(), ConsoleActRow.id).limit(reach)
        query = query.where(ConsoleActRow.action == kind) if kind else query
        found += [
            Act(row.id, row.made, row.made_by, row.action, row.about, row.reason, _told(row.before), _told(row.after))
            for row in session.scalars(query)
        ]
    if kind in {"", AVAILS}:
        changes = select(AvailChangeRow).order_by(AvailChangeRow.made.desc(), AvailChangeRow.id).limit(reach)
        found += [
            Act(
                row.id,
                row.made,
                row.made_by,
                AVAILS,
                ", ".join(sorted(row.after)),
                row.source if len(row.source) <= SOURCE_LETTERS else row.source[:SOURCE_LETTERS] + "…",
                _told(row.before),
                _told(row.after),
            )
            for row in session.scalars(changes)
        ]
    found.sort(key=lambda act: act.made, reverse=True)
    shown = found[page * ROWS : (page + 1) * ROWS]
    return tuple(shown), len(found) > (page + 1) * ROWS and page < DEEPEST


def _told(kept: dict[str, Any]) -> str:
    lines = [f"{name}: {_plain(value)}" for name, value in sorted(kept.items())]
    text = "\n".join(lines)
    return text if len(text) <= SHOWN_LETTERS else text[:SHOWN_LETTERS] + " …"


def _plain(value: object) -> str:
    if isinstance(value, list) and all(isinstance(item, dict) and "territories" in item for item in value):
        return "; ".join(
            f"{','.join(item['territories'])} {item['start']} – {item['end']} {item['zone']}" for item in value
        )
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


class ActPages:
    """Answers ``/console/changes``."""

    def __init__(self, frame: Frame, database: Database) -> None:
        self._frame = frame
        self._database = database

    def routes(self) -> list[Route]:
        """The one address."""
        return [Route("/console/changes", self._frame.guarded(Action.CHANGES, self._list))]

    def _list(self, call: Call, member: Member) -> Response:
        kind = call.query.get("kind", "")
        kind = kind if kind in KINDS else ""
        number = min(page_number(call), DEEPEST)
        with self._database.read() as session:
            found, more = acts(session, kind, number)
        return self._frame.show(call, member, "changes", acts=found, kinds=KINDS, kind=kind, number=number, more=more)
