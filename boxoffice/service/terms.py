"""Avails and sale terms between their tables and the rules."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from boxoffice.rules import Avail, DeviceFacts, Offer, SaleTerms, TicketFacts, offer_for, seen_ms
from boxoffice.service.tables import AvailRow, Document, TicketRow, TitleRow
from boxoffice.service.wire import time_json, time_of
from core import Money

MAY_WATCH = or_(TicketRow.gift.is_(None), TicketRow.claimed.is_not(None))
"""Tickets that are somebody's own: a gift is nobody's until its code was used."""


def avail_of(row: AvailRow) -> Avail:
    """The rules' avail."""
    return Avail(
        frozenset(row.territories),
        datetime.fromisoformat(row.start),
        datetime.fromisoformat(row.end),
        row.zone,
        Money(row.minor, row.currency),
        datetime.fromisoformat(row.preorder_from) if row.preorder_from else None,
        row.unlock_s,
        row.watch_s,
        frozenset(row.except_territories),
        datetime.fromisoformat(row.announced_from) if row.announced_from else None,
        row.tier,
    )


def row_of(title_id: str, position: int, avail: Avail) -> AvailRow:
    """The table's row of an avail; `avail_of` reads it back."""
    return AvailRow(
        title_id=title_id,
        position=position,
        territories=sorted(avail.territories),
        start=avail.start.isoformat(),
        end=avail.end.isoformat(),
        preorder_from=avail.preorder_from.isoformat() if avail.preorder_from else None,
        zone=avail.zone,
        minor=avail.price.minor,
        currency=avail.price.currency,
        unlock_s=avail.unlock_s,
        watch_s=avail.watch_s,
        except_territories=sorted(avail.except_territories),
        announced_from=avail.announced_from.isoformat() if avail.announced_from else None,
        tier=avail.tier,
    )


def avails_of(session: Session, title_id: str | None = None) -> dict[str, list[Avail]]:
    """Every title's avails, or one title's."""
    query = select(AvailRow).order_by(AvailRow.title_id, AvailRow.position)
    if title_id is not None:
        query = query.where(AvailRow.title_id == title_id)
    found: dict[str, list[Avail]] = {}
    for row in session.scalars(query):
        found.setdefault(row.title_id, []).append(avail_of(row))
    return found


def terms_of(offer: Offer) -> dict[str, Any]:
    """What is sold, as it is kept with the order."""
    return {
        "window_start": time_json(offer.window_start),
        "window_end": time_json(offer.window_end),
        "zone": offer.zone,
        "unlock_s": offer.unlock_s,
        "watch_s": offer.watch_s,
    }


def sale_terms_of(terms: Document) -> SaleTerms:
    """What `terms_of` kept, as the rules see it."""
    return SaleTerms(
        time_of(terms["window_start"]), time_of(terms["window_end"]), terms["zone"], terms["unlock_s"], terms["watch_s"]
    )


def facts_of(
    row: TicketRow, running_time_ms: int, avails: Iterable[Avail], now: datetime, replay_percent: int | None = None
) -> TicketFacts:
    """The ticket as the rules see it: a window that was moved since has moved for it too, but never shortens it.

    A screening's ticket has the window that was written into it when the screening was announced or moved.
    """
    sold = sale_terms_of(row.terms)
    current = offer_for(avails, row.territory, now)
    if row.screening_id is None and current.window_start and current.window_end:
        sold = sold.moved(current.window_start, current.window_end, current.unlock_s, current.watch_s)
    device = DeviceFacts(row.thumbprint, row.device_name or "") if row.thumbprint else None
    seen = seen_ms(tuple((start, end) for start, end in row.seen))
    begun = row.claimed or row.bought
    return TicketFacts(
        row.account_id,
        begun,
        sold,
        running_time_ms,
        row.started,
        device,
        seen,
        row.refunded,
        row.shown_ms,
        replay_percent,
    )


def house_rules_of(title: TitleRow) -> dict[str, Any]:
    """What a title allows while it plays, also where it was published before there was such a rule."""
    return {"replay_percent": None, **title.facts["house_rules"]}


def replay_percent_of(title: TitleRow) -> int | None:
    """How much of the running time may be seen again; none for as much as one likes."""
    percent = house_rules_of(title)["replay_percent"]
    return None if percent is None else int(percent)
