"""A film's places in the console: how many tickets it has, and its online screenings."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from boxoffice.rules import LATE_S, Taken
from boxoffice.service import screenings
from boxoffice.service.calls import Call
from boxoffice.service.capacity import places_taken, seats_taken
from boxoffice.service.config import ServiceConfig
from boxoffice.service.console.acts import note
from boxoffice.service.console.figures import title_name
from boxoffice.service.console.frame import Frame
from boxoffice.service.console.roles import Action
from boxoffice.service.console.staff import Member
from boxoffice.service.database import Database
from boxoffice.service.problems import not_found
from boxoffice.service.tables import Document, ScreeningRow, TicketRow, TitleRow
from boxoffice.service.wire import time_json
from core import CinemaError, Clock, Code

DIGITS = 7


class PlacePages:
    """Answers ``/console/films/{id}``."""

    def __init__(self, frame: Frame, config: ServiceConfig, database: Database, clock: Clock) -> None:
        self._frame = frame
        self._config = config
        self._database = database
        self._clock = clock

    def routes(self) -> list[Route]:
        """Both addresses, each with the action that its role must allow."""
        guarded = self._frame.guarded
        return [
            Route("/console/films/{id}", guarded(Action.FILMS, self._one)),
            Route("/console/films/{id}", guarded(Action.CHANGE_PLACES, self._change), methods=["POST"]),
        ]

    def _one(self, call: Call, member: Member, problem: str = "", form: dict[str, str] | None = None) -> Response:
        now, title_id = self._clock.now(), str(call.route["id"])
        with self._database.read() as session:
            title = session.get(TitleRow, title_id)
            if title is None:
                raise not_found()
            rows = screenings.screenings_of(session, title_id)
            seats = seats_taken(session, [row.id for row in rows], now) if rows else {}
            places = places_taken(session, [title_id], now)[title_id]
        edited = next((row for row in rows if row.id == call.query.get("screening", "")), None)
        return self._frame.show(
            call,
            member,
            "film",
            title_id=title_id,
            name=title_name(title, self._frame.pages.language(call)),
            capacity=title.capacity,
            in_all=places,
            screenings=[_line(row, seats.get(row.id, Taken()), now) for row in reversed(rows)],
            fields=form or _fields(edited, self._config.reporting_zone),
            moving=edited is not None or bool(form and form.get("moving")),
            problem=problem,
            status=422 if problem else 200,
        )

    def _change(self, call: Call, member: Member) -> Response:
        form, title_id, now = self._frame.form(call), str(call.route["id"]), self._clock.now()
        step, _, screening_id = form.get("do", "").partition(":")
        try:
            with self._database.write() as session:
                title = session.get(TitleRow, title_id, with_for_update={"key_share": True})
                if title is None:
                    raise not_found()
                if step == "capacity":
                    wanted = _places(form.get("capacity", ""))
                    sold = select(func.count()).where(TicketRow.title_id == title_id, TicketRow.refunded.is_(None))
                    if wanted is not None and wanted < (session.scalar(sold) or 0):
                        return self._one(call, member, "fewer")
                    before, after = {"capacity": title.capacity}, {"capacity": wanted}
                    title.capacity = wanted
                    note(session, member, "places", title_id, now, before=before, after=after)
                elif step == "take-back":
                    row = screenings.take_back(session, screening_id)
                    note(session, member, "screening", screening_id, now, before=_kept(row))
                else:
                    self._put(session, member, title_id, form, now)
        except CinemaError as error:
            if error.code is not Code.WRONG_USE:
                raise
            problem = {"take-back": "sold", "capacity": "places"}.get(step, "screening")
            return self._one(call, member, problem, None if step != "put" else form)
        return RedirectResponse(f"/console/films/{title_id}", 303)

    def _put(self, session: Session, member: Member, title_id: str, form: dict[str, str], now: datetime) -> None:
        known = session.get(ScreeningRow, form.get("id", ""))
        before = _kept(known) if known is not None else None
        row = screenings.put(session, _plan(title_id, form), now)
        note(session, member, "screening", row.id, now, before=before, after=_kept(row))


YEARS = range(1990, 2201)
"""Of a screening: no zone carries such a moment out of the calendar."""


def _plan(title_id: str, form: dict[str, str]) -> screenings.Plan:
    """What the form says. Raises `CinemaError` (wrong-use)."""
    late = form.get("late", "")
    try:
        zone = ZoneInfo(form.get("zone", "").strip())
        start = datetime.fromisoformat(form.get("start", "")).replace(tzinfo=zone)
        minutes = int(late) if late.isascii() and late.isdigit() and len(late) <= DIGITS else 0
    except (ValueError, KeyError, OSError) as error:
        raise CinemaError(Code.WRONG_USE, "The time or its zone cannot be read.") from error
    if start.year not in YEARS:
        raise CinemaError(Code.WRONG_USE, "A screening is between 1990 and 2200.")
    return screenings.Plan(
        form.get("id", ""), title_id, start, zone.key, _places(form.get("capacity", "")), minutes * 60
    )


def _places(text: str) -> int | None:
    """A number of places; none where the field is empty. Raises `CinemaError` (wrong-use)."""
    clean = text.strip()
    if not clean:
        return None
    if not (clean.isascii() and clean.isdigit() and len(clean) <= DIGITS) or int(clean) not in screenings.PLACES:
        raise CinemaError(Code.WRONG_USE, "Places are a whole number.")
    return int(clean)


def _fields(row: ScreeningRow | None, zone: str) -> dict[str, str]:
    """What the form shows: a screening that is to be moved, or a new one."""
    if row is None:
        return {"id": "", "start": "", "zone": zone, "capacity": "", "late": str(LATE_S // 60)}
    return {
        "id": row.id,
        "start": row.start.astimezone(ZoneInfo(row.zone)).strftime("%Y-%m-%dT%H:%M"),
        "zone": row.zone,
        "capacity": "" if row.capacity is None else str(row.capacity),
        "late": str(row.late_s // 60),
    }


def _line(row: ScreeningRow, taken: Taken, now: datetime) -> dict[str, object]:
    screening = screenings.screening_of(row)
    state = "over" if now >= screening.doors_close else "open" if now >= screening.start else "ahead"
    return {
        "id": row.id,
        "start": row.start,
        "zone": row.zone,
        "capacity": row.capacity,
        "late": row.late_s // 60,
        "taken": taken,
        "state": state,
    }


def _kept(row: ScreeningRow) -> Document:
    return {
        "title": row.title_id,
        "start": time_json(row.start),
        "zone": row.zone,
        "capacity": row.capacity,
        "late_s": row.late_s,
    }
