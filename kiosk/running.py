"""Runs one room's shows: events go into the pure core, what is to be done goes to stage, house and disk."""

import logging
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtCore import Signal as QtSignal

from boxoffice.rules import TrustedTime
from core import Cancel, CinemaError, JobRunner
from kiosk import show_events as events
from kiosk.house import House
from kiosk.playout import step
from kiosk.programme import Programme, Screening
from kiosk.show import BEFORE, OVER, Alarm, Mode, Phase, Show, Slide
from kiosk.show_events import Effect, Event
from kiosk.show_items import ShowItems
from kiosk.show_state import ShowState, moment_kept, nothing_to_come, show_from, showing_of, state_of
from kiosk.show_writer import ShowWriter
from kiosk.stage import Languages, Stage

log = logging.getLogger(__name__)

TICK_MS = 250
LOOK_MS = 30_000
LINGER = timedelta(seconds=20)
"""So long the end of a show stands before the next one is made ready."""


@dataclass(frozen=True)
class RunningParts:
    """What a room's shows are run with."""

    time: Callable[[], TrustedTime]
    programme: Callable[[], Programme]
    """As it counts now; blocks."""
    items: ShowItems
    stage: Stage
    house: House
    writer: ShowWriter
    jobs: JobRunner


def next_screening(programme: Programme, room: str, now: datetime, after: ShowState | None) -> Screening | None:
    """The room's next screening that is not over; ``after`` is the show that was run last."""
    last = after.start if after else ""
    coming = [
        item
        for item in sorted(programme.screenings, key=lambda item: item.start_at)
        if item.room == room and item.end_at > now and (not last or item.start > last)
    ]
    return coming[0] if coming else None


class Running(QObject):
    """One room. ``show`` is none where nothing is to come; ``changed`` follows every change."""

    changed = QtSignal()
    _arrived = QtSignal(object)

    def __init__(
        self, parts: RunningParts, programme: Programme, room: str, mode: Mode, kept: ShowState | None = None
    ) -> None:
        super().__init__()
        self._parts, self.programme, self.room, self._mode = parts, programme, room, mode
        self._show: Show | None = None
        self._told: deque[Event] = deque()
        self._last: ShowState | None = None
        self._over_at: datetime | None = None
        self.standby = False
        """Another machine shows; this one only follows."""
        self.screen = True
        """The audience's screen is there."""
        stage = parts.stage
        stage.moved.connect(lambda position_ms: self.tell(events.Moved(position_ms)))
        stage.ended.connect(lambda place: self.tell(events.Ended(place)))
        stage.failed.connect(lambda _place, code: self.tell(events.Failed(self.now, code)))
        self._arrived.connect(self.tell, Qt.ConnectionType.QueuedConnection)
        self._tick = QTimer(self, interval=TICK_MS)
        self._tick.timeout.connect(self.tick)
        self._look = QTimer(self, interval=LOOK_MS)
        self._look.timeout.connect(self._look_again)
        self._exact = QTimer(self, singleShot=True)
        self._exact.setTimerType(Qt.TimerType.PreciseTimer)
        self._exact.timeout.connect(self.tick)
        self._kept = kept

    @property
    def now(self) -> datetime:
        """By trusted time."""
        return self._parts.time().now

    @property
    def show(self) -> Show | None:
        """The show that is on, or comes next."""
        return self._show

    @property
    def stage(self) -> Stage:
        """Where it is shown."""
        return self._parts.stage

    @property
    def names(self) -> Mapping[str, Mapping[str, str]]:
        """Of the packages that were opened, by language."""
        return self._parts.items.names

    @property
    def state(self) -> ShowState:
        """What others are told, up to this frame."""
        if self._show is None:
            return self._last or nothing_to_come(self.room, self.now)
        live = self._parts.stage.live
        words = live.state if live else None
        show = self._show
        if show.phase is Phase.PLAYING and self._parts.stage.place == show.place:
            show = replace(show, position_ms=self._parts.stage.position_ms)
        subtitles = " ".join(filter(None, (words.subtitle_language, words.second_language))) if words else ""
        return state_of(show, self.now, subtitles, (words.notes_language or "") if words else "")

    def begin(self, *, screen: bool) -> None:
        """Take up what was left, or wait for the next show."""
        kept, self._kept = self._kept, None
        self.screen = screen
        found = show_from(kept, self.programme) if kept else None
        if kept and found and found.phase not in OVER:
            if found.phase in BEFORE:
                self._take_up(found)
                self.tell(events.Screen(screen))
            else:
                self._take_up(replace(found, screen=screen))
                self.tell(events.Recovered(self.now, moment_kept(kept)))
        else:
            self._last = kept if found else None
            self._choose()
        self._tick.start()
        self._look.start()

    def tell(self, event: Event) -> None:
        """Something happened."""
        if isinstance(event, events.Screen):
            self.screen = event.there
        if self.standby:
            return
        self._told.append(event)
        if len(self._told) > 1:
            return  # what is being done said so
        while self._told:
            self._happen(self._told[0])
            self._told.popleft()

    def _happen(self, event: Event) -> None:
        if self._show is None:
            return
        before, found = self._show, step(self._show, event)
        self._show = found.show
        for effect in found.effects:
            self._do(effect, found.show)
        if found.show.phase in OVER and before.phase not in OVER:
            self._over_at = self.now
            self.standby = found.show.phase is Phase.HANDED_OVER
        if found.show != before:
            self.changed.emit()

    def trouble(self, alarm: Alarm, about: str) -> None:
        """Something beside the show fails; may be called on any thread."""
        self._arrived.emit(events.Trouble(alarm, about))

    def tick(self) -> None:
        """Time went on."""
        now = self.now
        if self.standby:
            return
        if self._over_at is not None and now - self._over_at >= LINGER:
            self._choose()
        if self._show is None:
            self._choose()
        if self._show is None:
            return
        self.tell(events.Tick(now))
        until = (self._show.screening.start_at - now) / timedelta(milliseconds=1)
        if self._show.phase in BEFORE and 0 < until <= 2 * TICK_MS:
            self._exact.start(max(1, round(until) + 1))

    def follow(self, state: ShowState) -> None:
        """Show the operator what another machine shows, and have open what it is at."""
        found = show_from(state, self.programme)
        if not self.standby or found is None:
            return
        before = self._show
        if before is None or (before.screening, before.place) != (found.screening, found.place):
            if before is None or before.screening != found.screening:
                self._take_up(found)
            if found.phase not in OVER:
                self._parts.stage.prepare(found.place, found.item)
        self._show = found
        self.changed.emit()

    def take_over(self, state: ShowState, device: str, *, exact: bool) -> None:
        """Go on with another machine's show."""
        found = show_from(state, self.programme)
        self.standby = False
        if found is None or found.phase in OVER:
            return
        self._take_up(replace(found, screen=self.screen))
        if found.phase in BEFORE:
            return
        self.tell(events.TakenOver(device, found.place, found.position_ms, exact))
        if found.phase is Phase.HELD:
            self.tell(events.Hold(found.slide or Slide.HOLD))

    def close(self) -> None:
        """Stop running; a show that is on is gone on with by the next process."""
        for timer in (self._tick, self._look, self._exact):
            timer.stop()
        if self._show is not None and self._show.phase not in OVER and not self.standby:
            self._parts.writer.keep(self.state)

    def _choose(self) -> None:
        if self._over_at is not None and self._show is not None:
            self._last = state_of(self._show, self.now)
        self._over_at = None
        plan = next_screening(self.programme, self.room, self.now, self._last)
        if plan is None:
            if self._show is not None and self._show.phase not in OVER:
                self._show = None
                self.changed.emit()
            return
        self._parts.stage.stop()
        self._take_up(Show(plan, self._mode))
        self.tell(events.Screen(self.screen))
        self._parts.writer.keep(self.state)

    def _take_up(self, show: Show) -> None:
        plan = show.screening
        self._show = show
        self._parts.stage.languages = Languages(plan.subtitles, plan.notes[0] if plan.notes else "", plan.commentators)
        self.changed.emit()

    def _look_again(self) -> None:
        self._parts.jobs.run(
            lambda _cancel: self._parts.programme(),
            self._renew,
            lambda error: log.warning("the programme cannot be read: %s", error.code),
        )

    def _renew(self, programme: Programme) -> None:
        if programme == self.programme:
            return
        self.programme = programme
        show = self._show
        if show is None or show.phase not in BEFORE:
            return
        same = next((item for item in programme.screenings if item.id == show.screening.id), None)
        if same != show.screening:
            self._show = None
            self._choose()

    def _do(self, effect: Effect, show: Show) -> None:
        parts, plan = self._parts, show.screening
        match effect:
            case events.Check():
                self._check(plan)
            case events.Prepare(place):
                parts.stage.prepare(place, plan.playlist[place])
            case events.Play(place, position_ms):
                parts.stage.play(place, plan.playlist[place], position_ms)
            case events.Pause():
                parts.stage.pause()
            case events.Resume():
                parts.stage.resume()
            case events.Stop():
                parts.stage.stop()
            case events.Keep():
                parts.writer.keep(state_of(show, self.now))
            case events.Signal(turn):
                parts.house.signal(turn)
            case events.Alert(alarm):
                log.warning("alarm: %s", alarm)
            case events.Write(what, facts):
                time, digest = parts.time(), parts.stage.digest(show.place)
                told = {"screening": plan.id, **facts, **({"digest": digest} if digest and what == "item" else {})}
                parts.writer.record(showing_of(plan), time.now, time.state, what, told)

    def _check(self, plan: Screening) -> None:
        """Open everything once; a film that cannot be opened now is told while there is time."""

        def look(cancel: Cancel) -> tuple[str, ...]:
            troubles = []
            for item in plan.playlist:
                cancel.check()
                try:
                    self._parts.items.open(item, plan.start_at)
                except CinemaError as error:
                    log.error("a show is not ready: %s", error)
                    troubles.append(str(error.code))
            return tuple(dict.fromkeys(troubles))

        self._parts.jobs.run(
            look,
            lambda troubles: self.tell(events.Checked(troubles)),
            lambda error: self.tell(events.Checked((str(error.code),))),
        )
