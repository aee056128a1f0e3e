"""How many places of titles and screenings are sold, and how many are kept for people at the checkout."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import case, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from boxoffice.rules import HOLD, Taken
from boxoffice.service.tables import OrderRow, TicketRow

OPEN = ("draft", "pending", "paid")
"""States of orders that may still become tickets."""


def places_taken(
    session: Session, title_ids: Collection[str], now: datetime, but: str | None = None
) -> dict[str, Taken]:
    """What is taken of each title; the order ``but`` holds nothing."""
    return _taken(session, TicketRow.title_id, OrderRow.title_id, title_ids, now, but)


def seats_taken(
    session: Session, screening_ids: Collection[str], now: datetime, but: str | None = None
) -> dict[str, Taken]:
    """What is taken of each online screening; the order ``but`` holds nothing."""
    return _taken(session, TicketRow.screening_id, OrderRow.screening_id, screening_ids, now, but)


def _taken(
    session: Session,
    of_ticket: "InstrumentedAttribute[str] | InstrumentedAttribute[str | None]",
    of_order: "InstrumentedAttribute[str] | InstrumentedAttribute[str | None]",
    ids: Collection[str],
    now: datetime,
    but: str | None,
) -> dict[str, Taken]:
    standing = (of_ticket.in_(ids), TicketRow.refunded.is_(None))
    sold = select(of_ticket, func.count()).where(*standing).group_by(of_ticket)
    kept = or_(OrderRow.state == "paid", OrderRow.changed > now - HOLD)
    others = (of_order.in_(ids), OrderRow.state.in_(OPEN), OrderRow.id != (but or ""), kept)
    since = func.min(case((OrderRow.state != "paid", OrderRow.changed)))
    held = select(of_order, func.count(), since).where(*others).group_by(of_order)
    tickets = {str(one): int(count) for one, count in session.execute(sold)}
    orders = {str(one): (int(count), since) for one, count, since in session.execute(held)}
    return {one: Taken(tickets.get(one, 0), *orders.get(one, (0, None))) for one in ids}
