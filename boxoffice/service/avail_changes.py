"""Changing avails: what a file would change is told first, then done in one transaction, and can be taken back."""

import hashlib
from collections.abc import Mapping
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from boxoffice.rules import Avail, cut_off
from boxoffice.service.avail_sheets import FILE_BYTES, Known, Listing, canonical, read_avails, write_avails
from boxoffice.service.config import ServiceConfig
from boxoffice.service.database import Database
from boxoffice.service.tables import AvailChangeRow, AvailRow, TicketRow, TitleRow
from boxoffice.service.terms import avails_of, facts_of, row_of
from core import CinemaError, Clock, Code, Money, SystemClock

FORMS = ("csv", "xlsx", "toml")


@dataclass(frozen=True)
class TitleChange:
    """What happens to one title's avails."""

    title_id: str
    kind: str
    """adds, moves, changes or withdraws"""
    cuts_off: int
    """Sold tickets that the new windows would cut off, were they not protected."""
    lines: tuple[str, ...]
    moves: int = 0
    """How many windows are others than before."""


@dataclass(frozen=True)
class Difference:
    """What an import would change, or changed."""

    titles: tuple[TitleChange, ...]

    def __str__(self) -> str:
        if not self.titles:
            return "Nothing changes."
        adds, changes, withdraws = (
            sum(title.kind == kind for title in self.titles) for kind in ("adds", "changes", "withdraws")
        )
        moves = sum(title.moves for title in self.titles)
        cut = sum(title.cuts_off for title in self.titles)
        parts = [
            f"adds {_count(adds, 'title')}" if adds else "",
            f"moves {_count(moves, 'window')}" if moves else "",
            f"changes {_count(changes, 'title')}" if changes else "",
            f"withdraws {_count(withdraws, 'title')}" if withdraws else "",
            f"cuts off {_count(cut, 'sold ticket')} (they keep what they were sold)" if cut else "",
        ]
        told = [f"  {title.title_id}: {line}" for title in self.titles for line in title.lines]
        return "\n".join([", ".join(part for part in parts if part), *told])

    def json(self) -> dict[str, Any]:
        """For machines."""
        return {"titles": [asdict(title) for title in self.titles], "summary": str(self).partition("\n")[0]}


def _count(number: int, what: str) -> str:
    return f"{number} {what}" + ("" if number == 1 else "s")


@dataclass(frozen=True)
class AvailFile:
    """A file of avails: its name, its format (one of `FORMS`) and what is in it."""

    name: str
    form: str
    data: bytes


def import_avails(
    config: ServiceConfig, path: Path, made_by: str, *, dry_run: bool = False, clock: Clock | None = None
) -> Difference:
    """Make the avails of every title that the file names those of the file; with ``dry_run``, only tell.

    Raises `AvailsRefused` with all faults, and `CinemaError` (file-missing, file-unreadable, wrong-use).
    """
    file = AvailFile(path.name, form_of(path), _read(path))
    now = (clock or SystemClock()).now()
    with closing(Database(config.database_url)) as database:
        if dry_run:
            with database.read() as session:
                return difference(session, listing_of(session, config, file), now)
        with database.write() as session:
            return accept(session, config, file, made_by, now)


def listing_of(session: Session, config: ServiceConfig, file: AvailFile) -> Listing:
    """What the file says. Raises `AvailsRefused` with all faults."""
    return read_avails(file.data, file.form, known_titles(session), config.zones)


def accept(session: Session, config: ServiceConfig, file: AvailFile, made_by: str, now: datetime) -> Difference:
    """Make the avails those of the file; what changed. Raises `AvailsRefused`."""
    listing = listing_of(session, config, file)
    told = difference(session, listing, now)
    if told.titles:
        source = f"{file.name[:100]} {hashlib.sha256(file.data).hexdigest()}"
        record(session, {title.title_id: listing[title.title_id] for title in told.titles}, made_by, source, now)
    return told


def export_avails(config: ServiceConfig, form: str) -> bytes:
    """Every title's avails as a file."""
    with closing(Database(config.database_url)) as database, database.read() as session:
        listing = {title: canonical(avails) for title, avails in avails_of(session).items()}
        return write_avails(listing, form, known_titles(session))


def undo_avails(
    config: ServiceConfig, made_by: str, change_id: str | None = None, clock: Clock | None = None
) -> Difference:
    """Take back a change of avails, by default the last that was not taken back: they are what they were before.

    Raises `CinemaError`: not-found where there is none, avails-changed where something newer changed them.
    """
    now = (clock or SystemClock()).now()
    with closing(Database(config.database_url)) as database, database.write() as session:
        return undo(session, made_by, change_id, now)


def undo(session: Session, made_by: str, change_id: str | None, now: datetime) -> Difference:
    """Take back a change of avails; raises as `undo_avails`."""
    change = _undoable(session, change_id)
    current = {title: avails_json(avails) for title, avails in avails_of(session).items()}
    newer = sorted(title for title, avails in change.after.items() if current.get(title, []) != avails)
    if newer:
        raise CinemaError(
            Code.AVAILS_CHANGED,
            f"Nothing was undone: the avails of {', '.join(newer)} changed since. Undo that change first.",
            {"titles": newer},
        )
    listing = {title: avails_from(avails) for title, avails in change.before.items()}
    told = difference(session, listing, now)
    record(session, listing, made_by, f"undo of {change.id}", now, undoes=change.id)
    return told


def _undoable(session: Session, change_id: str | None) -> AvailChangeRow:
    undone = select(AvailChangeRow.undoes).where(AvailChangeRow.undoes.is_not(None))
    open_ = select(AvailChangeRow).where(AvailChangeRow.undoes.is_(None), AvailChangeRow.id.not_in(undone))
    if change_id is not None:
        open_ = open_.where(AvailChangeRow.id == change_id)
    change = session.scalar(open_.order_by(AvailChangeRow.made.desc(), AvailChangeRow.id).limit(1))
    if change is None:
        raise CinemaError(Code.NOT_FOUND, "There is no change of avails to undo.")
    return change


def known_titles(session: Session) -> list[Known]:
    """The titles that avails may name."""
    rows = session.scalars(select(TitleRow).order_by(TitleRow.id))
    return [Known(row.id, row.facts.get("eidr"), str(row.facts.get("original_name", row.id))) for row in rows]


def record(
    session: Session, listing: Listing, made_by: str, source: str, now: datetime, *, undoes: str | None = None
) -> str:
    """Write these titles' avails and who changed them; the change's id."""
    current = avails_of(session)
    change = AvailChangeRow(
        id=str(uuid4()),
        made=now,
        made_by=made_by,
        source=source,
        before={title: avails_json(current.get(title, [])) for title in listing},
        after={title: avails_json(avails) for title, avails in listing.items()},
        undoes=undoes,
    )
    session.add(change)
    session.execute(delete(AvailRow).where(AvailRow.title_id.in_(listing)))
    session.add_all(
        row_of(title, place, avail) for title, found in listing.items() for place, avail in enumerate(found)
    )
    session.flush()
    return change.id


def difference(session: Session, listing: Listing, now: datetime) -> Difference:
    """What would change if these were the titles' avails."""
    current = avails_of(session)
    changes = []
    for title_id, new in sorted(listing.items()):
        old = canonical(current.get(title_id, []))
        fresh = canonical(new)
        if set(old) != set(fresh):
            cut = _cut_off(session, title_id, old, fresh, now)
            kind, lines = _kind(old, fresh), _lines(old, fresh, cut)
            changes.append(TitleChange(title_id, kind, cut, lines, _moved(old, fresh) if kind == "moves" else 0))
    return Difference(tuple(changes))


def _kind(old: tuple[Avail, ...], new: tuple[Avail, ...]) -> str:
    if not old or not new:
        return "withdraws" if old else "adds"
    return "moves" if {_window(avail) for avail in old} != {_window(avail) for avail in new} else "changes"


def _window(avail: Avail) -> tuple[datetime, datetime]:
    return avail.window_start, avail.window_end


def _moved(old: tuple[Avail, ...], new: tuple[Avail, ...]) -> int:
    """Windows of ``new`` that were not there, or those of ``old`` that are gone, whichever are more."""
    before, after = {_window(avail) for avail in old}, {_window(avail) for avail in new}
    came = sum(_window(avail) not in before for avail in new)
    return max(came, sum(_window(avail) not in after for avail in old))


def _lines(old: tuple[Avail, ...], new: tuple[Avail, ...], cut: int) -> tuple[str, ...]:
    lines = [f"- {_told(avail)}" for avail in old if avail not in new]
    lines += [f"+ {_told(avail)}" for avail in new if avail not in old]
    return (*lines, *([f"cuts off {_count(cut, 'sold ticket')}"] if cut else []))


def _told(avail: Avail) -> str:
    but = f" but {','.join(sorted(avail.except_territories))}" if avail.except_territories else ""
    tier = f", tier {avail.tier}" if avail.tier else ""
    early = f", pre-order from {avail.preorder_from}" if avail.preorder_from else ""
    quiet = f", announced from {avail.announced_from}" if avail.announced_from else ""
    return (
        f"{','.join(sorted(avail.territories))}{but}: {avail.start} to {avail.end} {avail.zone}, "
        f"{avail.price.decimal:f} {avail.price.currency}{tier}{early}{quiet}"
    )


def _cut_off(session: Session, title_id: str, old: tuple[Avail, ...], new: tuple[Avail, ...], now: datetime) -> int:
    running = session.get_one(TitleRow, title_id).running_time_ms
    cut = 0
    for row in session.scalars(select(TicketRow).where(TicketRow.title_id == title_id)):
        ends = [avail.window_end for avail in new if avail.names(row.territory)]
        cut += cut_off((facts_of(row, running, old, now),), max(ends, default=now), now)
    return cut


def avails_json(avails: list[Avail] | tuple[Avail, ...]) -> list[dict[str, Any]]:
    """Avails as the record of changes keeps them, in their order."""
    return [
        {
            "territories": sorted(avail.territories),
            "except_territories": sorted(avail.except_territories),
            "start": avail.start.isoformat(),
            "end": avail.end.isoformat(),
            "zone": avail.zone,
            "minor": avail.price.minor,
            "currency": avail.price.currency,
            "preorder_from": avail.preorder_from.isoformat() if avail.preorder_from else None,
            "announced_from": avail.announced_from.isoformat() if avail.announced_from else None,
            "unlock_s": avail.unlock_s,
            "watch_s": avail.watch_s,
            "tier": avail.tier,
        }
        for avail in avails
    ]


def avails_from(kept: list[Mapping[str, Any]]) -> tuple[Avail, ...]:
    """The avails that `avails_json` wrote."""
    return tuple(
        Avail(
            frozenset(item["territories"]),
            datetime.fromisoformat(item["start"]),
            datetime.fromisoformat(item["end"]),
            item["zone"],
            Money(item["minor"], item["currency"]),
            datetime.fromisoformat(item["preorder_from"]) if item["preorder_from"] else None,
            item["unlock_s"],
            item["watch_s"],
            frozenset(item["except_territories"]),
            datetime.fromisoformat(item["announced_from"]) if item["announced_from"] else None,
            item["tier"],
        )
        for item in kept
    )


def form_of(path: Path) -> str:
    """The file's format by its name. Raises `CinemaError` (wrong-use)."""
    form = path.suffix.lower().removeprefix(".")
    if form not in FORMS:
        raise CinemaError(Code.WRONG_USE, "Avails are read from .csv, .xlsx and .toml files.")
    return form


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(FILE_BYTES + 1)
    except FileNotFoundError as error:
        raise CinemaError(Code.FILE_MISSING, f"There is no file {path}.") from error
    except OSError as error:
        raise CinemaError(Code.FILE_UNREADABLE, f"The file {path} cannot be read.") from error
