"""How many tickets to titles are sold, and how many are kept for people at the checkout."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from boxoffice.rules import HOLD
from boxoffice.service.tables import OrderRow, TicketRow

OPEN = ("draft", "pending", "paid")
"""States of orders that may still become tickets."""


def places_taken(
    session: Session, title_ids: Collection[str], now: datetime, but: str | None = None
) -> dict[str, tuple[int, int]]:
    """Tickets sold and places held of each title; the order ``but`` holds none."""
    standing = (TicketRow.title_id.in_(title_ids), TicketRow.refunded.is_(None))
    sold = select(TicketRow.title_id, func.count()).where(*standing).group_by(TicketRow.title_id)
    kept = or_(OrderRow.state == "paid", OrderRow.changed > now - HOLD)
    others = (OrderRow.title_id.in_(title_ids), OrderRow.state.in_(OPEN), OrderRow.id != (but or ""), kept)
    held = select(OrderRow.title_id, func.count()).where(*others).group_by(OrderRow.title_id)
    counts = [{title: int(count) for title, count in session.execute(query)} for query in (sold, held)]
    return {title_id: (counts[0].get(title_id, 0), counts[1].get(title_id, 0)) for title_id in title_ids}
