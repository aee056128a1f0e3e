"""What a foyer shows of the day: what is still to come, where, and how many seats are left. Pure, but for `look`."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from zoneinfo import ZoneInfo

from core import CinemaError, Code
from kiosk.ledger_view import LedgerView
from kiosk.programme import Programme, Screening
from kiosk.show_items import ShowItems
from kiosk.show_state import kept_state, showing_of

NIGHT = timedelta(hours=5)
"""A day of a cinema ends in the small hours."""
POSTER_LIMIT_BYTES = 32 << 20


class Stand(StrEnum):
    """Where a screening stands."""

    COMING = "coming"
    DOORS = "doors"
    NOW = "now"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class FoyerShow:
    """One screening of the day."""

    screening: Screening
    seats_left: int
    stand: Stand
    package: str
    """Of the feature; its poster is shown."""


@dataclass(frozen=True)
class FoyerDay:
    """What is shown of the day. ``next_day`` is when the next screening is, where today has none."""

    programme: Programme
    now: datetime
    shows: tuple[FoyerShow, ...]
    trailers: tuple[str, ...]
    """Packages."""
    next_day: datetime | None = None


def day_of(programme: Programme, now: datetime, taken: Mapping[str, int], cancelled: frozenset[str]) -> FoyerDay:
    """The day at ``now``: ``taken`` seats by screening, and the showings that were cancelled."""
    zone = ZoneInfo(programme.zone)
    today = (now.astimezone(zone) - NIGHT).date()
    coming = sorted((item for item in programme.screenings if item.end_at > now), key=lambda item: item.start_at)
    todays = [item for item in coming if (item.start_at.astimezone(zone) - NIGHT).date() == today]
    shows = tuple(
        FoyerShow(
            item,
            max(0, programme.capacity(item) - taken.get(item.id, 0)),
            _stand(item, now, cancelled=showing_of(item) in cancelled),
            next((part.package for part in item.playlist if part.kind == "feature"), ""),
        )
        for item in todays
    )
    trailers = dict.fromkeys(part.package for item in coming for part in item.playlist if part.kind == "trailer")
    next_day = coming[0].start_at if coming and not todays else None
    return FoyerDay(programme, now, shows, tuple(trailers), next_day)


def _stand(item: Screening, now: datetime, *, cancelled: bool) -> Stand:
    if cancelled:
        return Stand.CANCELLED
    return Stand.NOW if now >= item.start_at else Stand.DOORS if now >= item.doors_at else Stand.COMING


def look(venue: Path, view: LedgerView) -> FoyerDay:
    """The day as it is now; blocks. A seat is taken once it is sold, or somebody sits on it.

    Raises `CinemaError`: file-missing, programme-refused, or as the ledger does.
    """
    view.look()
    programme = view.files.programme()
    if programme is None:
        raise CinemaError(Code.FILE_MISSING, "There is no programme yet; take one with: kiosk programme import FILE")
    sold: dict[int, int] = {}
    known = view.files.sold()
    if known is not None and known.event == programme.event:
        for ticket in known.tickets:
            sold[ticket.session] = sold.get(ticket.session, 0) + ticket.people
    taken = {item.id: max(sold.get(item.session, 0), view.inside(item.id)) for item in programme.screenings}
    cancelled = set()
    for room in programme.rooms:
        state = kept_state(venue, room.id)
        if state is not None and state.phase == "cancelled":
            cancelled.add(state.showing)
    return day_of(programme, view.time().now, taken, frozenset(cancelled))


def poster(items: ShowItems, package: str) -> bytes:
    """The upright poster of a package, as it was signed; blocks. Raises `CinemaError` (file-missing)."""
    found = items.package(package)
    if not found.manifest.posters:
        raise CinemaError(Code.FILE_MISSING, f"{package} has no poster.")
    file = found.manifest.posters[0]
    try:
        with (found.folder / file.path).open("rb") as source:
            data = source.read(POSTER_LIMIT_BYTES)
    except OSError as error:
        raise CinemaError(Code.FILE_MISSING, f"The poster of {package} cannot be read.") from error
    if hashlib.sha256(data).hexdigest() != file.sha256:
        raise CinemaError(Code.FILE_MISSING, f"The poster of {package} is not what was signed.")
    return data
