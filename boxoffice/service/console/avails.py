"""Avails in the console: a picture of the windows, and changes that are shown before they are accepted."""

import hashlib
from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

from sqlalchemy import delete, select
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from boxoffice.rules import Avail
from boxoffice.service.avail_changes import (
    AvailFile,
    Difference,
    accept,
    difference,
    form_of,
    known_titles,
    listing_of,
    undo,
)
from boxoffice.service.avail_sheets import AvailsRefused, write_avails
from boxoffice.service.calls import UPLOAD_BYTES, Call
from boxoffice.service.config import ServiceConfig
from boxoffice.service.console.figures import ROWS, Film, amount_of, films, title_name
from boxoffice.service.console.frame import Frame, page_number
from boxoffice.service.console.roles import Action
from boxoffice.service.console.staff import Member
from boxoffice.service.database import Database
from boxoffice.service.problems import not_found
from boxoffice.service.tables import AvailChangeRow, AvailDraftRow, TitleRow
from boxoffice.service.terms import avails_of
from core import CinemaError, Clock, Money

KEPT = timedelta(days=1)
"""How long a draft waits for its author."""
WIDTH, LEFT, ROW, TOP = 1000, 270, 34, 34
LABEL_LETTERS = 30
MONTHS_LABELLED = 12
_FIRST, _LAST = datetime(1990, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Bar:
    """One window in the picture, in its units."""

    label: str
    told: str
    x: float
    width: float
    y: int
    state: str
    """open, ahead or over: also drawn differently, so that colour says nothing alone."""


@dataclass(frozen=True)
class Picture:
    """Windows over time."""

    bars: tuple[Bar, ...]
    ticks: tuple[tuple[float, str], ...]
    today: float
    width: int
    height: int
    left: int


@dataclass(frozen=True)
class Counts:
    """What a difference comes to."""

    adds: int
    moves: int
    changes: int
    withdraws: int
    cuts_off: int


def picture(found: tuple[Film, ...], now: datetime) -> Picture | None:
    """The windows of these films, one row for an avail; none where there are none."""
    rows = [(film, avail) for film in found for avail in film.avails][:ROWS]
    if not rows:
        return None
    soon = timedelta(days=14)
    first = max(min(now - soon, *(avail.window_start for _, avail in rows)), now - timedelta(days=90), _FIRST)
    last = min(max(now + soon, *(avail.window_end for _, avail in rows)), now + timedelta(days=400), _LAST)
    span, wide = (last - first) / timedelta(seconds=1), WIDTH - LEFT

    def place(at: datetime) -> float:
        return round(LEFT + wide * min(max((at - first) / timedelta(seconds=1) / span, 0), 1), 1)

    bars = []
    for line, (film, avail) in enumerate(rows):
        start, end = place(avail.window_start), place(avail.window_end)
        state = "over" if avail.window_end <= now else "ahead" if avail.window_start > now else "open"
        where = ", ".join(sorted(avail.territories))
        name = film.name if len(film.name) <= LABEL_LETTERS else film.name[: LABEL_LETTERS - 1] + "…"
        bars.append(Bar(name, where[:24], start, max(end - start, 3), TOP + line * ROW, state))
    ticks, at = [], first.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    months = []
    while at <= last:
        if at >= first:
            months.append(at)
        at = (at + timedelta(days=32)).replace(day=1)
    step = max(1, -(-len(months) // MONTHS_LABELLED))
    ticks = [(place(month), month.strftime("%Y-%m")) for month in months[::step]]
    return Picture(tuple(bars), tuple(ticks), place(now), WIDTH, TOP + len(rows) * ROW + 8, LEFT)


def counts(told: Difference) -> Counts:
    """The sums of a difference."""
    kinds = Counter(title.kind for title in told.titles)
    cut = sum(title.cuts_off for title in told.titles)
    moves = sum(title.moves for title in told.titles)
    return Counts(kinds["adds"], moves, kinds["changes"], kinds["withdraws"], cut)


def seen_mark(told: Difference) -> str:
    """What a difference is recognised by: only what was shown is accepted."""
    return hashlib.sha256(str(told).encode()).hexdigest()


class AvailPages:
    """Answers ``/console/avails``."""

    def __init__(self, frame: Frame, config: ServiceConfig, database: Database, clock: Clock) -> None:
        self._frame = frame
        self._config = config
        self._database = database
        self._clock = clock

    def routes(self) -> list[Route]:
        """Every address, each with the action that its role must allow."""
        guarded = self._frame.guarded
        see, change = Action.SEE_AVAILS, Action.CHANGE_AVAILS
        return [
            Route("/console/avails", guarded(see, self._list)),
            Route("/console/avails", guarded(change, self._upload, UPLOAD_BYTES + 64 * 1024), methods=["POST"]),
            Route("/console/avails/of/{title_id}", guarded(see, self._title)),
            Route("/console/avails/of/{title_id}", guarded(change, self._move), methods=["POST"]),
            Route("/console/avails/drafts/{id}", guarded(change, self._draft)),
            Route("/console/avails/drafts/{id}", guarded(change, self._decide), methods=["POST"]),
            Route("/console/avails/undo/{id}", guarded(change, self._undo), methods=["POST"]),
        ]

    def _list(
        self, call: Call, member: Member, problem: str = "", faults: tuple[str, ...] = (), titles: str = ""
    ) -> Response:
        language, number = self._frame.pages.language(call), page_number(call)
        with self._database.read() as session:
            found, more = films(session, language, number, self._clock.now())
            undone = select(AvailChangeRow.undoes).where(AvailChangeRow.undoes.is_not(None))
            query = select(AvailChangeRow).where(AvailChangeRow.undoes.is_(None), AvailChangeRow.id.not_in(undone))
            latest = list(session.scalars(query.order_by(AvailChangeRow.made.desc(), AvailChangeRow.id).limit(5)))
        return self._frame.show(
            call,
            member,
            "avails",
            films=found,
            picture=picture(found, self._clock.now()),
            number=number,
            more=more,
            latest=latest,
            problem=problem,
            faults=faults,
            titles=titles,
            status=422 if problem else 200,
            path="/console/avails",
        )

    def _title(self, call: Call, member: Member, problem: str = "", faults: tuple[str, ...] = ()) -> Response:
        title_id = str(call.route["title_id"])
        with self._database.read() as session:
            row = session.get(TitleRow, title_id)
            if row is None:
                raise not_found()
            name = title_name(row, self._frame.pages.language(call))
            avails = tuple(avails_of(session, title_id).get(title_id, ()))
        shown = picture((Film(title_id, name, 0, avails),), self._clock.now())
        return self._frame.show(
            call,
            member,
            "avail",
            title_id=title_id,
            name=name,
            avails=avails,
            picture=shown,
            problem=problem,
            faults=faults,
            status=422 if problem else 200,
        )

    def _upload(self, call: Call, member: Member) -> Response:
        _, name, data = self._frame.upload(call)
        if not data or len(data) > UPLOAD_BYTES:
            return self._list(call, member, "file")
        name = Path(name.replace("\\", "/")).name[:100]
        try:
            file = AvailFile(name, form_of(Path(name)), data)
        except CinemaError:
            return self._list(call, member, "file")
        try:
            return self._keep(member, file)
        except AvailsRefused as refused:
            return self._list(call, member, "faults", tuple(map(str, refused.faults[:ROWS])))

    def _move(self, call: Call, member: Member) -> Response:
        form, title_id = self._frame.form(call), str(call.route["title_id"])
        with self._database.read() as session:
            avails = tuple(avails_of(session, title_id).get(title_id, ()))
            place = form.get("place", "")
            if not (place.isascii() and place.isdigit() and len(place) <= 4 and int(place) < len(avails)):
                raise not_found()
            try:
                changed = _moved(avails[int(place)], form)
            except ValueError:
                return self._title(call, member, "window")
            listing = {title_id: (*avails[: int(place)], changed, *avails[int(place) + 1 :])}
            data = write_avails(listing, "toml", known_titles(session))
        try:
            return self._keep(member, AvailFile(f"{title_id[:80]}.toml", "toml", data))
        except AvailsRefused as refused:
            return self._title(call, member, "faults", tuple(map(str, refused.faults[:ROWS])))

    def _keep(self, member: Member, file: AvailFile) -> Response:
        now, draft_id = self._clock.now(), str(uuid4())
        with self._database.write() as session:
            listing_of(session, self._config, file)
            session.execute(delete(AvailDraftRow).where(AvailDraftRow.made < now - KEPT))
            session.add(
                AvailDraftRow(
                    id=draft_id, account_id=member.account_id, made=now, name=file.name, form=file.form, data=file.data
                )
            )
        return RedirectResponse(f"/console/avails/drafts/{draft_id}", 303)

    def _draft(self, call: Call, member: Member, *, again: bool = False) -> Response:
        now = self._clock.now()
        with self._database.read() as session:
            file = _file(session, call, member)
            try:
                told = difference(session, listing_of(session, self._config, file), now)
            except AvailsRefused as refused:
                return self._list(call, member, "faults", tuple(map(str, refused.faults[:ROWS])))
        return self._frame.show(
            call,
            member,
            "draft",
            name=file.name,
            draft_id=call.route["id"],
            titles=told.titles[:ROWS],
            hidden=max(0, len(told.titles) - ROWS),
            counts=counts(told),
            seen=seen_mark(told),
            again=again,
            status=409 if again else 200,
        )

    def _decide(self, call: Call, member: Member) -> Response:
        form, now = self._frame.form(call), self._clock.now()
        with self._database.write() as session:
            file = _file(session, call, member)
            taken = form.get("do") == "accept"
            if taken:
                told = difference(session, listing_of(session, self._config, file), now)
                taken = seen_mark(told) == form.get("seen", "")
            if taken:
                accept(session, self._config, file, f"{member.name} ({member.role})", now)
            if taken or form.get("do") == "discard":
                session.execute(delete(AvailDraftRow).where(AvailDraftRow.id == call.route["id"]))
                return RedirectResponse("/console/avails", 303)
        return self._draft(call, member, again=True)

    def _undo(self, call: Call, member: Member) -> Response:
        self._frame.form(call)
        try:
            with self._database.write() as session:
                undo(session, f"{member.name} ({member.role})", str(call.route["id"]), self._clock.now())
        except CinemaError as error:
            titles = error.details.get("titles", ())
            told = ", ".join(map(str, titles)) if isinstance(titles, list) else ""
            return self._list(call, member, "undo", titles=told)
        return RedirectResponse("/console/avails", 303)


def _file(session: Session, call: Call, member: Member) -> AvailFile:
    row = session.get(AvailDraftRow, str(call.route["id"]))
    if row is None or row.account_id != member.account_id:
        raise not_found()
    return AvailFile(row.name, row.form, row.data)


def _moved(avail: Avail, form: dict[str, str]) -> Avail:
    """The avail with the form's window and price. Raises ValueError where they make no sense."""
    start = datetime.fromisoformat(form.get("start", ""))
    end = datetime.fromisoformat(form.get("end", ""))
    price = amount_of(form.get("price", ""), Money(10**9, avail.price.currency))
    if price is None and avail.price.minor:
        msg = "a price is an amount of the currency"
        raise ValueError(msg)
    return replace(avail, start=start, end=end, price=price or avail.price)
