"""Online screenings: which there are, what may be bought of them, and how one is announced, moved and taken back."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from boxoffice.rules import (
    Avail,
    Offer,
    OfferState,
    OnlineScreening,
    Taken,
    moved_with,
    screening_offer,
    with_others,
    with_places,
)
from boxoffice.rules.places import Place
from boxoffice.service.capacity import OPEN, places_taken, seats_taken
from boxoffice.service.problems import not_found
from boxoffice.service.tables import Document, OrderRow, ScreeningRow, TicketRow, TitleRow
from boxoffice.service.terms import sale_terms_of
from boxoffice.service.wire import time_json
from core import CinemaError, Code

SHOWN_AFTER = timedelta(hours=1)
"""A screening whose doors have closed is told of for so long."""
OF_A_TITLE = 200
"""Screenings that are still to come."""
LATE_RANGE_S = range(60, 4 * 3600 + 1)
PLACES = range(1, 1_000_001)
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}")


@dataclass(frozen=True)
class Showing:
    """A title's screening, its title's length and avails."""

    title_id: str
    screening: OnlineScreening
    length_ms: int
    avails: Sequence[Avail]


def screening_of(row: ScreeningRow) -> OnlineScreening:
    """The rules' screening."""
    return OnlineScreening(row.id, row.start, row.zone, row.capacity, row.late_s)


def screenings_of(session: Session, title_id: str | None = None, after: datetime | None = None) -> list[ScreeningRow]:
    """Screenings by their time: of one title, or those that begin ``after`` a moment."""
    query = select(ScreeningRow).order_by(ScreeningRow.start, ScreeningRow.id)
    if title_id is not None:
        query = query.where(ScreeningRow.title_id == title_id)
    if after is not None:
        query = query.where(ScreeningRow.start > after)
    return list(session.scalars(query))


def offers_of(
    session: Session,
    shown: Sequence[Showing],
    place: Place,
    now: datetime,
    of_titles: Mapping[str, tuple[int, Taken]],
) -> dict[str, Offer]:
    """What somebody may buy of each of these screenings; ``of_titles`` are the capped titles' own places."""
    capped = [one.screening.id for one in shown if one.screening.capacity is not None]
    taken = seats_taken(session, capped, now) if capped else {}
    found: dict[str, dict[str, Offer]] = {}
    for one in shown:
        offer = screening_offer(one.avails, one.screening, one.length_ms, place.territory, now)
        if place.unknown is not None and offer.state is not OfferState.UNANNOUNCED:
            offer = replace(screening_offer((), one.screening, 0, place.territory, now), reasons=(place.unknown,))
        if one.screening.id in taken:
            offer = with_places(offer, one.screening.capacity, taken[one.screening.id])
        if one.title_id in of_titles:
            offer = with_places(offer, *of_titles[one.title_id])
        found.setdefault(one.title_id, {})[one.screening.id] = offer
    return {
        screening_id: offer
        for offers in found.values()
        for screening_id, offer in zip(offers, with_others(list(offers.values())), strict=True)
    }


def offer_of(
    session: Session, title_id: str, screening_id: str, avails: Sequence[Avail], territory: str, now: datetime
) -> Offer:
    """What may be bought of one screening; where it is sold out, whether another has places.

    Raises `CinemaError` (not-found) for one that is not this title's.
    """
    title = session.get_one(TitleRow, title_id)
    shown = [
        Showing(title_id, screening_of(row), title.running_time_ms, avails)
        for row in waiting(screenings_of(session, title_id), now)
    ]
    places = {}
    if title.capacity is not None:
        places[title_id] = (title.capacity, places_taken(session, [title_id], now)[title_id])
    found = offers_of(session, shown, Place(territory), now, places).get(screening_id)
    if found is None:
        raise not_found()
    return found


@dataclass(frozen=True)
class Plan:
    """What staff want of a screening. Raises `CinemaError` (wrong-use) for what cannot be."""

    id: str
    title_id: str
    start: datetime
    zone: str
    capacity: int | None
    late_s: int

    def __post_init__(self) -> None:
        if not _ID.fullmatch(self.id):
            raise CinemaError(Code.WRONG_USE, "A screening's id has letters, digits and dashes, at most 100.")
        if self.capacity is not None and self.capacity not in PLACES:
            raise CinemaError(Code.WRONG_USE, "A screening has at least one place and at most a million.")
        if self.late_s not in LATE_RANGE_S:
            raise CinemaError(Code.WRONG_USE, "People are let in for 1 to 240 minutes after the beginning.")


def plan_of(title_id: str, facts: Mapping[str, Any]) -> Plan:
    """A screening as a publication writes it. Raises `CinemaError` (wrong-use), ``KeyError`` and ``ValueError``."""
    zone = ZoneInfo(str(facts["zone"])).key
    wall = datetime.fromisoformat(str(facts["start"]))
    start = wall if wall.tzinfo else wall.replace(tzinfo=ZoneInfo(zone))
    capacity = facts.get("capacity")
    late_minutes = facts.get("late_minutes", 15)
    if isinstance(capacity, bool) or not isinstance(capacity, int | None) or not isinstance(late_minutes, int):
        raise CinemaError(Code.WRONG_USE, "A screening's capacity and late_minutes are whole numbers.")
    return Plan(str(facts["id"]), title_id, start.astimezone(UTC), zone, capacity, late_minutes * 60)


def put(session: Session, plan: Plan, now: datetime) -> ScreeningRow:
    """Announce a screening, or move it: tickets that were sold move with it and lose nothing.

    Raises `CinemaError`: not-found for its title; wrong-use where its id is another title's, or there are fewer places
    than were sold.
    """
    title = session.get(TitleRow, plan.title_id)
    if title is None:
        raise not_found()
    row = session.get(ScreeningRow, plan.id, with_for_update=True)
    if row is None:
        if len(waiting(screenings_of(session, plan.title_id), now)) >= OF_A_TITLE:
            raise CinemaError(Code.WRONG_USE, f"A title has at most {OF_A_TITLE} screenings to come.")
        row = ScreeningRow(id=plan.id, title_id=plan.title_id)
        session.add(row)
    elif row.title_id != plan.title_id:
        raise CinemaError(Code.WRONG_USE, "Another title has a screening with this id.")
    else:
        sold = standing(session, row.id)
        if plan.capacity is not None and plan.capacity < sold:
            raise CinemaError(Code.WRONG_USE, f"{sold} places are sold already; there cannot be fewer.")
    moved = row.start != plan.start or row.late_s != plan.late_s
    row.start, row.zone, row.capacity, row.late_s = plan.start, plan.zone, plan.capacity, plan.late_s
    if moved:
        _move_tickets(session, row, now)
    session.flush()
    return row


def take_back(session: Session, screening_id: str) -> ScreeningRow:
    """Remove a screening that nobody has bought. Raises `CinemaError` (not-found, wrong-use)."""
    row = session.get(ScreeningRow, screening_id, with_for_update=True)
    if row is None:
        raise not_found()
    mine = (OrderRow.screening_id == row.id, OrderRow.state.in_(OPEN))
    if standing(session, row.id) or session.scalar(select(func.count()).where(*mine)):
        raise CinemaError(Code.WRONG_USE, "Places of it are sold or being paid: refund these first, or move it.")
    session.delete(row)
    return row


def standing(session: Session, screening_id: str) -> int:
    """How many tickets to a screening stand."""
    sold = select(func.count()).where(TicketRow.screening_id == screening_id, TicketRow.refunded.is_(None))
    return session.scalar(sold) or 0


def _move_tickets(session: Session, row: ScreeningRow, now: datetime) -> None:
    """Every ticket and open order of the screening goes with it."""
    screening = screening_of(row)
    tickets = session.scalars(select(TicketRow).where(TicketRow.screening_id == row.id))
    orders = session.scalars(select(OrderRow).where(OrderRow.screening_id == row.id, OrderRow.state.in_(OPEN)))
    for one in (*tickets, *orders):
        one.terms = _moved(one.terms, screening, now)


def _moved(terms: Document, screening: OnlineScreening, now: datetime) -> Document:
    moved = moved_with(sale_terms_of(terms), screening, now)
    return {
        **terms,
        "window_start": time_json(moved.window_start),
        "window_end": time_json(moved.window_end),
        "zone": moved.zone,
        "unlock_s": moved.unlock_s,
    }


def is_told(screening: OnlineScreening, now: datetime) -> bool:
    """Whether people are told of it at ``now``."""
    return screening.doors_close + SHOWN_AFTER > now


def waiting(rows: Collection[ScreeningRow], now: datetime) -> list[ScreeningRow]:
    """Those of which people are told from ``now`` on."""
    return [row for row in rows if is_told(screening_of(row), now)]


def moments_of(shown: Collection[Showing]) -> set[datetime]:
    """When an offer of theirs changes by the clock."""
    return {
        moment
        for one in shown
        for closes in (one.screening.doors_close,)
        for moment in (one.screening.start, closes, closes + SHOWN_AFTER)
    }
