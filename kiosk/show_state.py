"""Where a show is, as a small file: for the process that takes its place, the supervisor and the status page.

One file a room, ``shows/ROOM.json`` below the venue's folder, replaced whole at every change and every 2 s of film.
"""

import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from core import Code
from core.records import from_plain, to_plain
from core.strict_json import dump_json, parse_json
from core.whole_file import write_whole
from kiosk.crashes import Crash
from kiosk.programme import Programme, Screening
from kiosk.records import time_text
from kiosk.show import Alarm, Mode, Phase, Show, Slide

TYPE = "smart-cinema show 1"
LIMIT_BYTES = 64 << 10


@dataclass(frozen=True)
class Cut:
    """A crash that still counts."""

    place: int
    position_ms: int
    at: str


@dataclass(frozen=True)
class ShowState:
    """What is told of a room's show. Times are RFC 3339 in UTC; empty texts stand for none."""

    type: str
    room: str
    screening: str = ""
    """Empty where no show is to come."""
    showing: str = ""
    """The show's name in records; the same on a machine that takes over."""
    start: str = ""
    end: str = ""
    phase: str = ""
    mode: str = ""
    place: int = 0
    """Which item of the playlist, from 0."""
    items: int = 0
    kind: str = ""
    """Of the item."""
    position_ms: int = 0
    duration_ms: int = 0
    left_ms: int = 0
    slide: str = ""
    go: bool = False
    screen: bool = True
    started: str = ""
    alarms: tuple[str, ...] = ()
    crashes: tuple[Cut, ...] = ()
    subtitles: str = ""
    notes: str = ""
    """Languages that are on screen."""
    pid: int = 0
    at: str = ""
    """When this was written, by trusted time."""


def showing_of(screening: Screening) -> str:
    """How a show is named in records and files: the screening and its start."""
    return f"{screening.id}-{screening.start_at:%Y%m%dT%H%M%SZ}"


def state_of(show: Show, now: datetime, subtitles: str = "", notes: str = "") -> ShowState:
    """What is told of a show."""
    plan = show.screening
    return ShowState(
        type=TYPE,
        room=plan.room,
        screening=plan.id,
        showing=showing_of(plan),
        start=plan.start,
        end=time_text(plan.end_at),
        phase=str(show.phase),
        mode=str(show.mode),
        place=show.place,
        items=len(plan.playlist),
        kind=show.item.kind,
        position_ms=show.position_ms,
        duration_ms=show.item.duration_ms,
        left_ms=show.left_ms,
        slide=str(show.slide),
        go=show.go,
        screen=show.screen,
        started=time_text(show.started) if show.started else "",
        alarms=tuple(map(str, show.alarms)),
        crashes=tuple(Cut(cut.place, cut.position_ms, time_text(cut.at)) for cut in show.crashes),
        subtitles=subtitles,
        notes=notes,
        pid=os.getpid(),
        at=time_text(now),
    )


def nothing_to_come(room: str, now: datetime) -> ShowState:
    """What is told of a room whose programme is over."""
    return ShowState(TYPE, room, pid=os.getpid(), at=time_text(now))


def show_from(state: ShowState, programme: Programme) -> Show | None:
    """The show that a state tells of, where the programme still has it so; nothing of it is open yet."""
    plan = next((item for item in programme.screenings if item.id == state.screening), None)
    if plan is None or showing_of(plan) != state.showing or len(plan.playlist) != state.items:
        return None
    try:
        return Show(
            plan,
            Mode(state.mode),
            Phase(state.phase),
            state.place,
            state.position_ms,
            Slide(state.slide),
            go=state.go,
            kept_ms=state.position_ms,
            started=_moment(state.started) if state.started else None,
            crashes=tuple(Crash(cut.place, cut.position_ms, _moment(cut.at)) for cut in state.crashes),
            alarms=tuple(map(Alarm, state.alarms)),
        )
    except ValueError:
        return None


def state_file(venue: Path, room: str) -> Path:
    """Where a room's state lies."""
    return venue / "shows" / f"{room}.json"


def keep_state(venue: Path, state: ShowState) -> None:
    """Write it down, whole. Raises ``OSError``."""
    file = state_file(venue, state.room)
    file.parent.mkdir(parents=True, exist_ok=True)
    write_whole(file, dump_state(state))


def dump_state(state: ShowState) -> bytes:
    """As JSON."""
    return dump_json(to_plain(state))


def parse_state(data: bytes) -> ShowState:
    """What `dump_state` wrote. Raises `CinemaError` (file-unreadable)."""
    return from_plain(
        parse_json(data, LIMIT_BYTES, Code.FILE_UNREADABLE, "The show's state"), ShowState, "show", Code.FILE_UNREADABLE
    )


def kept_state(venue: Path, room: str) -> ShowState | None:
    """A room's state, where there is one. Raises `CinemaError` (file-unreadable)."""
    try:
        data = state_file(venue, room).read_bytes()
    except OSError:
        return None
    return parse_state(data)


def moment_kept(state: ShowState) -> datetime:
    """When it was written."""
    return _moment(state.at)


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
