"""What venues' records add up to: shows, admissions and gross by title, and tickets that let in more than they may."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import distinct, func, select
from sqlalchemy.orm import Session

from boxoffice.rules.venue_takings import Double, Entered, TitleTakings, doubles
from boxoffice.service.tables import VenueAlarmRow, VenueDeviceRow, VenueRecordRow

SHOWN = 200


@dataclass(frozen=True)
class Alarm:
    """Something that somebody should look at."""

    at: datetime
    device: str
    code: str
    about: str


def venue_takings(session: Session, venue_id: str) -> tuple[TitleTakings, ...]:
    """Shows, admissions and gross by title and currency, added up by the database."""
    mine = (VenueRecordRow.venue_id == venue_id, VenueRecordRow.kind.in_(("admission", "sale")))
    screenings = select(VenueRecordRow.title, func.count(distinct(VenueRecordRow.screening)))
    shows = {
        title: int(count) for title, count in session.execute(screenings.where(*mine).group_by(VenueRecordRow.title))
    }
    came = select(VenueRecordRow.title, func.sum(VenueRecordRow.people)).where(
        *mine, VenueRecordRow.kind == "admission"
    )
    people = {title: int(count) for title, count in session.execute(came.group_by(VenueRecordRow.title))}
    gross: dict[str, dict[str, tuple[int, int]]] = defaultdict(dict)
    sales = (
        select(
            VenueRecordRow.title,
            VenueRecordRow.currency,
            func.sum(VenueRecordRow.minor),
            func.sum(VenueRecordRow.people),
        )
        .where(*mine, VenueRecordRow.kind == "sale")
        .group_by(VenueRecordRow.title, VenueRecordRow.currency)
    )
    for title, currency, minor, tickets in session.execute(sales):
        gross[title][currency] = (int(minor), int(tickets))
    return tuple(
        TitleTakings(title, shows[title], people.get(title, 0), currency, minor, tickets)
        for title in sorted(shows)
        for currency, (minor, tickets) in sorted(gross.get(title, {"": (0, 0)}).items())
    )


def venue_doubles(session: Session, venue_id: str) -> tuple[Double, ...]:
    """Tickets on which more came in than they admit, with every time and door."""
    mine = (VenueRecordRow.venue_id == venue_id, VenueRecordRow.kind == "admission")
    many = (
        select(VenueRecordRow.ticket)
        .where(*mine)
        .group_by(VenueRecordRow.ticket)
        .having(func.sum(VenueRecordRow.people) > func.max(VenueRecordRow.party))
    )
    query = (
        select(VenueRecordRow, VenueDeviceRow.name)
        .join(VenueDeviceRow, VenueDeviceRow.id == VenueRecordRow.device_id)
        .where(*mine, VenueRecordRow.ticket.in_(many))
    )
    entered = (
        Entered(row.ticket, row.screening, row.gate, name, row.at, row.people, row.party, row.how)
        for row, name in session.execute(query)
    )
    return doubles(entered)[:SHOWN]


def alarms(session: Session, venue_id: str) -> tuple[Alarm, ...]:
    """What somebody should look at, newest first."""
    query = (
        select(VenueAlarmRow, VenueDeviceRow.name)
        .join(VenueDeviceRow, VenueDeviceRow.id == VenueAlarmRow.device_id)
        .where(VenueDeviceRow.venue_id == venue_id)
        .order_by(VenueAlarmRow.at.desc())
        .limit(SHOWN)
    )
    return tuple(Alarm(row.at, name, row.code, row.about) for row, name in session.execute(query))
