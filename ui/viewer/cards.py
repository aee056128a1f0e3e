"""Values of the box office as QML shows them: plain dictionaries with what is already formatted."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from core import pick
from ui.formats import Formats, clock, language_name

if TYPE_CHECKING:
    from boxoffice.client import Catalogue, Reason, Ticket, Title

ENDS_SOON = timedelta(days=7)

Card = dict[str, object]


def usable_ticket(tickets: tuple[Ticket, ...], title_id: str) -> Ticket | None:
    """The ticket to watch this title with now: one that is under way first, then an unused one."""
    mine = [ticket for ticket in tickets if ticket.title_id == title_id and ticket.allowed]
    return min(mine, key=lambda ticket: (ticket.state != "started", ticket.bought), default=None)


def ends_soon(title: Title, now: datetime) -> bool:
    """Whether it is sold for less than a week more."""
    offer = title.offer
    return offer.state == "on-sale" and offer.window_end is not None and offer.window_end - now < ENDS_SOON


def title_card(title: Title, tickets: tuple[Ticket, ...], formats: Formats, now: datetime) -> Card:
    """A poster with what matters of its offer."""
    language = formats.language
    ticket = usable_ticket(tickets, title.id)
    offer = title.offer
    return {
        "id": title.id,
        "name": pick(title.names, language),
        "originalName": title.original_name,
        "tagline": pick(title.tagline, language),
        "synopsis": pick(title.synopsis, language),
        "poster": title.poster,
        "backdrop": title.backdrop,
        "accent": title.accent,
        "state": offer.state,
        "price": formats.money(offer.price),
        "minutes": minutes(title.running_time_ms),
        "year": title.year,
        "starts": formats.moment(offer.window_start, offer.zone),
        "ends": formats.moment(offer.window_end, offer.zone),
        "endsSoon": ends_soon(title, now),
        "left": offer.left or 0,
        "hasTicket": ticket is not None,
        "underWay": ticket is not None and ticket.position_ms > 0,
        "position": clock(ticket.position_ms) if ticket else "",
        "progress": ticket.position_ms / ticket.running_time_ms if ticket and ticket.running_time_ms else 0.0,
        "hasTrailer": title.trailer is not None,
        "notesCount": title.notes.count,
    }


def minutes(milliseconds: int) -> int:
    """Whole minutes, at least one."""
    return max(1, round(milliseconds / 60_000))


def language_names(tags: tuple[str, ...], formats: Formats) -> list[str]:
    """Languages in the words of the interface language."""
    return [language_name(tag, formats.language) for tag in tags]


def territory_name(code: str, formats: Formats) -> str:
    """A country in the words of the interface language."""
    return formats.locale.territories.get(code, code)


def reason_cards(reasons: tuple[Reason, ...], formats: Formats) -> list[Card]:
    """Why a viewing is refused: the rule, its time in the territory's zone and in the viewer's, and the fix."""
    return [
        {
            "rule": reason.rule,
            "at": formats.moment(reason.at, reason.zone),
            "atHere": formats.moment(reason.at),
            "fix": reason.fix,
            "device": reason.device or "",
        }
        for reason in reasons
    ]


def ticket_card(ticket: Ticket, catalogue: Catalogue | None, formats: Formats) -> Card:
    """A ticket with its title's poster and its windows in plain figures."""
    title = catalogue.title(ticket.title_id) if catalogue else None
    return {
        "id": ticket.id,
        "titleId": ticket.title_id,
        "name": pick(title.names, formats.language) if title else ticket.title_id,
        "poster": title.poster if title else "",
        "accent": title.accent if title else "",
        "state": ticket.state,
        "bought": formats.moment(ticket.bought),
        "startBy": formats.moment(ticket.unlock_by),
        "opens": formats.moment(ticket.opens) if ticket.screening_id else "",
        "finishBy": formats.moment(ticket.watch_by),
        "position": clock(ticket.position_ms) if ticket.position_ms else "",
        "progress": ticket.position_ms / ticket.running_time_ms if ticket.running_time_ms else 0.0,
        "mayKeep": bool(title and title.house_rules.offline and ticket.allowed),
        "otherDevice": ticket.device.name if ticket.device and not ticket.device.this else "",
        "allowed": ticket.allowed,
        "reasons": reason_cards(ticket.reasons, formats),
        "price": formats.money(ticket.price),
    }
