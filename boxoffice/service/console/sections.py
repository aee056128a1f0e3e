"""Festivals and sections in the console: their order, names, days and films."""

import re
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from boxoffice.service.calls import Call
from boxoffice.service.console.acts import note
from boxoffice.service.console.figures import ROWS, title_name
from boxoffice.service.console.frame import Frame
from boxoffice.service.console.roles import Action
from boxoffice.service.console.staff import Member
from boxoffice.service.database import Database
from boxoffice.service.problems import not_found
from boxoffice.service.tables import SectionRow, TitleRow
from boxoffice.service.wire import time_json
from core import Clock

KINDS = ("now", "festival", "coming")
NAME_LETTERS = 120
_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")


class SectionPages:
    """Answers ``/console/sections``."""

    def __init__(self, frame: Frame, database: Database, clock: Clock) -> None:
        self._frame = frame
        self._database = database
        self._clock = clock

    def routes(self) -> list[Route]:
        """Every address, each with the action that its role must allow."""
        guarded = self._frame.guarded
        see, change = Action.SEE_SECTIONS, Action.CHANGE_SECTIONS
        return [
            Route("/console/sections", guarded(see, self._list)),
            Route("/console/sections", guarded(change, self._arrange), methods=["POST"]),
            Route("/console/sections/{id}", guarded(see, self._one)),
            Route("/console/sections/{id}", guarded(change, self._change), methods=["POST"]),
        ]

    def _list(self, call: Call, member: Member, problem: str = "") -> Response:
        language = self._frame.pages.language(call)
        with self._database.read() as session:
            found = [
                {**row.facts, "id": row.id, "name": _name(row, language), "count": len(row.facts.get("title_ids", []))}
                for row in _rows(session)[:ROWS]
            ]
        status = 422 if problem else 200
        return self._frame.show(call, member, "sections", sections=found, kinds=KINDS, problem=problem, status=status)

    def _arrange(self, call: Call, member: Member) -> Response:
        """Move a section one place, or make a new one at the end."""
        form = self._frame.form(call)
        step, _, section_id = form.get("do", "").partition(":")
        with self._database.write() as session:
            rows = _rows(session)
            before = [row.id for row in rows]
            if step in {"earlier", "later"}:
                if section_id not in before:
                    raise not_found()
                order = _moved(before, section_id, step)
                for row in rows:
                    row.position = order.index(row.id)
            else:
                fresh = _fresh(form, set(before))
                if fresh is None or len(rows) >= ROWS:
                    return self._list(call, member, "new")
                session.add(SectionRow(id=fresh["id"], position=len(rows), facts=fresh))
                order = [*before, fresh["id"]]
            after = {"order": order}
            note(session, member, "section", section_id, self._clock.now(), before={"order": before}, after=after)
        return RedirectResponse("/console/sections", 303)

    def _one(self, call: Call, member: Member, problem: str = "") -> Response:
        language = self._frame.pages.language(call)
        with self._database.read() as session:
            row = session.get(SectionRow, str(call.route["id"]))
            if row is None:
                raise not_found()
            names = {title.id: title_name(title, language) for title in session.scalars(select(TitleRow))}
            inside = [(one, names.get(one, one)) for one in row.facts.get("title_ids", [])]
            outside = sorted(
                ((one, name) for one, name in names.items() if one not in dict(inside)), key=lambda n: n[1]
            )
            facts, name = row.facts, _name(row, language)
        return self._frame.show(
            call,
            member,
            "section",
            section=facts,
            name=name,
            inside=inside[:ROWS],
            outside=outside,
            starts=_local(facts.get("starts")),
            ends=_local(facts.get("ends")),
            problem=problem,
            status=422 if problem else 200,
        )

    def _change(self, call: Call, member: Member) -> Response:
        form, section_id = self._frame.form(call), str(call.route["id"])
        step, _, title_id = form.get("do", "").partition(":")
        with self._database.write() as session:
            row = session.get(SectionRow, section_id)
            if row is None:
                raise not_found()
            before, titles = dict(row.facts), list(row.facts.get("title_ids", []))
            after: dict[str, Any] | None = None
            if step in {"earlier", "later"} and title_id in titles:
                after = {**before, "title_ids": _moved(titles, title_id, step)}
            elif step == "out" and title_id in titles:
                after = {**before, "title_ids": [one for one in titles if one != title_id]}
            elif step == "add" and form.get("title", "") not in titles and len(titles) < ROWS:
                if session.get(TitleRow, form.get("title", "")) is not None:
                    after = {**before, "title_ids": [*titles, form["title"]]}
            elif step == "facts":
                after = _with_facts(before, form)
            if after is None:
                return self._one(call, member, "facts" if step == "facts" else "title")
            row.facts = after
            changed = {name for name in after if after[name] != before.get(name)}
            note(
                session,
                member,
                "section",
                section_id,
                self._clock.now(),
                before={name: before.get(name) for name in changed},
                after={name: after[name] for name in changed},
            )
        return RedirectResponse(f"/console/sections/{section_id}", 303)


def _rows(session: Session) -> list[SectionRow]:
    return list(session.scalars(select(SectionRow).order_by(SectionRow.position, SectionRow.id)))


def _name(row: SectionRow, language: str) -> str:
    names = row.facts.get("names", {})
    return str(names.get(language) or names.get("en") or row.id)


def _moved(order: list[str], one: str, step: str) -> list[str]:
    place = order.index(one)
    to = max(0, place - 1) if step == "earlier" else min(len(order) - 1, place + 1)
    rest = [other for other in order if other != one]
    return [*rest[:to], one, *rest[to:]]


def _fresh(form: dict[str, str], taken: set[str]) -> dict[str, Any] | None:
    section_id, name = form.get("id", ""), _tidy(form.get("name", ""))
    if not _ID.fullmatch(section_id) or section_id in taken or form.get("kind") not in KINDS or not name:
        return None
    return {
        "id": section_id,
        "kind": form["kind"],
        "names": {"en": name},
        "about": {},
        "title_ids": [],
        "starts": None,
        "ends": None,
    }


def _with_facts(before: dict[str, Any], form: dict[str, str]) -> dict[str, Any] | None:
    """The section with the form's names and days; none where they make no sense."""
    english, chinese = _tidy(form.get("name_en", "")), _tidy(form.get("name_zh", ""))
    try:
        starts, ends = _moment(form.get("starts", "")), _moment(form.get("ends", ""))
    except ValueError:
        return None
    if not english or (starts and ends and ends <= starts):
        return None
    names = {**before.get("names", {}), "en": english, "zh-Hans": chinese}
    return {
        **before,
        "names": {tag: name for tag, name in names.items() if name},
        "starts": time_json(starts),
        "ends": time_json(ends),
    }


def _tidy(text: str) -> str:
    clean = " ".join(text.split())
    return clean if len(clean) <= NAME_LETTERS and clean.isprintable() else ""


def _moment(text: str) -> datetime | None:
    """A wall time in UTC. Raises ValueError."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC) if text else None


def _local(text: str | None) -> str:
    """As an input of type datetime-local holds it, in UTC."""
    return datetime.fromisoformat(text).astimezone(UTC).strftime("%Y-%m-%dT%H:%M") if text else ""
