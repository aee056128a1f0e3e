"""What viewers say of a film's notes: totals for their commentators, and never who said it.

Of a flag a keyed digest of account, note and word is kept, so that each word of a viewer about a note counts once,
however often and from wherever it is sent: no account, device or time. The key is the service's own (`Strongroom`).
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from boxoffice.service.accounts import attempts_in
from boxoffice.service.calls import Call
from boxoffice.service.database import Database, insert_once
from boxoffice.service.problems import HttpProblem
from boxoffice.service.strongroom import Strongroom
from boxoffice.service.tables import NoteFlagRow, TicketRow
from core import CinemaError, Clock, Code

FLAGS = ("loved", "unclear", "wrong")
MOST = 50
"""In one request."""
MOST_OF_A_TICKET = 100
"""In a quarter of an hour: a film has no more notes than a viewer comes to in that time."""

MOST_EVER, EVER = 1000, timedelta(days=365)
"""Of a ticket in all, while anybody looks at what was said: names of notes are not checked, so one ticket must not
fill the list with names of its own.
"""


@dataclass(frozen=True)
class Flag:
    """One word of one viewer about one note."""

    id: str
    """Random; the same when it is sent again."""
    note: str
    flag: str


@dataclass(frozen=True)
class NoteTotals:
    """How often each word was said of a note."""

    title_id: str
    note: str
    counts: Counter[str] = field(default_factory=Counter)


def flags_of(call: Call) -> list[Flag]:
    """The flags of a request. Raises `CinemaError` (wrong-use)."""
    items = call.json().get("flags")
    if not isinstance(items, list) or not 1 <= len(items) <= MOST:
        raise CinemaError(Code.WRONG_USE, f"flags is a list of 1 to {MOST}.")
    flags = []
    for item in items:
        if not isinstance(item, dict) or set(item) != {"id", "note", "flag"} or item["flag"] not in FLAGS:
            raise CinemaError(Code.WRONG_USE, f"A flag has an id, a note and a flag: {', '.join(FLAGS)}.")
        if not all(isinstance(value, str) and 1 <= len(value) <= 80 and value.isprintable() for value in item.values()):
            raise CinemaError(Code.WRONG_USE, "A flag's id and note are texts of at most 80 characters.")
        flags.append(Flag(**item))
    return flags


class NoteFlags:
    """Takes flags. Thread-safe."""

    def __init__(self, database: Database, clock: Clock, strongroom: Strongroom) -> None:
        self._database, self._clock, self._strongroom = database, clock, strongroom

    def add(self, account_id: str, ticket_id: str, flags: Sequence[Flag]) -> None:
        """Count the flags of whoever holds a ticket of the film. Raises `CinemaError` (not-found)."""
        with self._database.write() as session:
            ticket = session.get(TicketRow, ticket_id)
            if ticket is None or ticket.account_id != account_id or ticket.refunded is not None:
                raise CinemaError(Code.NOT_FOUND, "There is no such ticket.")
            now, bucket = self._clock.now(), self._strongroom.mark("note flags", ticket_id)
            said, ever = attempts_in(session, bucket, now), attempts_in(session, f"{bucket} ever", now, EVER)
            said.count += len(flags)
            ever.count += len(flags)
            if said.count > MOST_OF_A_TICKET or ever.count > MOST_EVER:
                raise HttpProblem(429, Code.REFUSED, "That is much to say at once; send the rest later.")
            for flag in flags:
                once = self._strongroom.mark("note flag", f"{account_id} {ticket.title_id} {flag.flag} {flag.note}")
                row = {"digest": once, "title_id": ticket.title_id, "note": flag.note, "flag": flag.flag}
                session.execute(insert_once(session, NoteFlagRow, **row))


def note_totals(session: Session, title_id: str | None = None) -> list[NoteTotals]:
    """What was said of each note, by title and note; the most disputed first."""
    query = select(NoteFlagRow.title_id, NoteFlagRow.note, NoteFlagRow.flag, func.count()).group_by(
        NoteFlagRow.title_id, NoteFlagRow.note, NoteFlagRow.flag
    )
    if title_id is not None:
        query = query.where(NoteFlagRow.title_id == title_id)
    totals: dict[tuple[str, str], NoteTotals] = {}
    for title, note, flag, count in session.execute(query):
        totals.setdefault((title, note), NoteTotals(title, note)).counts[flag] = count
    return sorted(
        totals.values(), key=lambda item: (-item.counts["wrong"] - item.counts["unclear"], item.title_id, item.note)
    )
