"""How a show runs: its states, and what an event makes of them. Pure: time comes in with the events."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from core.strict_json import Json
from kiosk.crashes import Crash, Way, way_on
from kiosk.show import BEFORE, OVER, UNDER_WAY, Alarm, Mode, Phase, Show, Slide, Turn
from kiosk.show_events import (
    Alert,
    AllClear,
    Cancel,
    Check,
    Checked,
    Effect,
    Ended,
    Event,
    Failed,
    Go,
    HandedOver,
    Hold,
    Keep,
    ModeSet,
    Moved,
    Operated,
    Pause,
    Play,
    Prepare,
    Recovered,
    Release,
    Resume,
    Screen,
    Seen,
    Signal,
    Skip,
    Stop,
    TakenOver,
    Tick,
    Trouble,
    Write,
)

LATE = timedelta(minutes=15)
"""A show that could not begin in time begins by itself so long; after that an operator decides."""
LOST = timedelta(hours=2)
"""A show that stood still so long is not gone on with by itself."""
KEEP_MS = 2000
"""So often is kept where a show is."""
CHECK = timedelta(minutes=30)
"""So long before its doors, or its start, a show is made ready."""


@dataclass(frozen=True)
class Step:
    """The show after an event, and what is to be done, in this order."""

    show: Show
    effects: tuple[Effect, ...] = ()

    def then(self, *effects: Effect, **changes: object) -> "Step":
        """The same with further changes."""
        return Step(replace(self.show, **changes), self.effects + effects)  # type: ignore[arg-type]

    def followed_by(self, other: "Step") -> "Step":
        """Both, one after the other."""
        return Step(other.show, self.effects + other.effects)


def step(show: Show, event: Event) -> Step:
    """What an event makes of a show. One that is over changes no more."""
    if show.phase in OVER:
        return Step(show)
    after = _step(show, event)
    if after.show != show and not isinstance(event, Moved) and Keep() not in after.effects:
        return after.then(Keep())
    return after


def _step(show: Show, event: Event) -> Step:  # noqa: C901, PLR0911 - one branch for each event
    match event:
        case Tick(now):
            return _tick(show, now)
        case Moved(position_ms):
            return _moved(show, position_ms)
        case Go() | Hold() | Release() | AllClear() | Skip() | Cancel() | ModeSet():
            return _operated(show, event)
        case Checked(troubles):
            return _checked(show, troubles)
        case Ended(place):
            return _next(show) if show.phase is Phase.PLAYING and place == show.place else Step(show)
        case Failed(now, code):
            return _failed(show, now, code)
        case Screen(there):
            return _screen(show, there=there)
        case Trouble(alarm, about):
            return _trouble(show, alarm, about)
        case Seen():
            return Step(replace(show, alarms=()))
        case Recovered(now, last):
            return _recovered(show, now, last)
        case TakenOver():
            return _taken_over(show, event)
        case HandedOver(device):
            written = _write(show, "handed-over", device=device)
            return Step(show).then(Pause(), written, phase=Phase.HANDED_OVER)


def _tick(show: Show, now: datetime) -> Step:
    plan = show.screening
    if show.phase not in BEFORE:
        return Step(show)
    if now >= plan.end_at + LATE:
        return Step(show).then(Stop(), _write(show, "cancelled", reason="missed"), phase=Phase.CANCELLED)
    found = Step(show)
    if show.phase is Phase.SCHEDULED and not show.loaded and now >= min(plan.doors_at, plan.start_at) - CHECK:
        found = found.then(Check(), Prepare(0), loaded=True)
    if found.show.phase in (Phase.SCHEDULED, Phase.READY) and now >= plan.doors_at:
        found = found.then(_write(show, "doors"), Signal(Turn.DOORS), phase=Phase.DOORS)
    if now < plan.start_at or found.show.slide is not Slide.NONE:
        return found
    by_itself = show.mode is Mode.AUTOMATIC and now - plan.start_at <= LATE
    if by_itself or (show.go and show.mode is not Mode.MANUAL):
        return _start(found, now)
    return _alarm(found, Alarm.LATE) if now - plan.start_at > LATE else found


def _start(found: Step, now: datetime) -> Step:
    plan = found.show.screening
    late_ms = max(0, round((now - plan.start_at) / timedelta(milliseconds=1)))
    written = _write(found.show, "started", mode=found.show.mode, late_ms=late_ms)
    alarms = tuple(alarm for alarm in found.show.alarms if alarm is not Alarm.LATE)
    return _play(found.then(written, Signal(Turn.START), started=now, go=True, alarms=alarms), 0, 0)


def _play(found: Step, place: int, position_ms: int) -> Step:
    """Show an item from a position; without a screen it waits for it."""
    show = replace(found.show, place=place, position_ms=position_ms, kept_ms=position_ms, slide=Slide.NONE)
    if not show.screen:
        return _alarm(Step(replace(show, phase=Phase.INTERRUPTED, loaded=False), found.effects), Alarm.SCREEN)
    after = Step(replace(show, phase=Phase.PLAYING, loaded=True), found.effects)
    item = show.item
    after = after.then(Play(place, position_ms))
    if position_ms == 0:
        after = after.then(_write(after.show, "item"))
        turn = {"feature": Turn.FEATURE, "intermission": Turn.INTERMISSION, "credits": Turn.CREDITS}.get(item.kind)
        after = after.then(Signal(turn)) if turn else after
    return after.then(Prepare(place + 1)) if place + 1 < len(show.screening.playlist) else after


def _next(show: Show) -> Step:
    place = show.place + 1
    if place >= len(show.screening.playlist):
        done = _write(show, "done")
        return Step(show).then(Stop(), done, Signal(Turn.END), phase=Phase.DONE, loaded=False, slide=Slide.NONE)
    if show.mode is Mode.MANUAL:
        waits = replace(show, place=place, position_ms=0, kept_ms=0, phase=Phase.HELD, loaded=False)
        return Step(waits).then(Stop(), Prepare(place), _write(waits, "held", slide=""))
    return _play(Step(show), place, 0)


def _moved(show: Show, position_ms: int) -> Step:
    if show.phase is not Phase.PLAYING:
        return Step(show)
    if abs(position_ms - show.kept_ms) < KEEP_MS:
        return Step(replace(show, position_ms=position_ms))
    return Step(replace(show, position_ms=position_ms, kept_ms=position_ms), (Keep(),))


def _checked(show: Show, troubles: tuple[str, ...]) -> Step:
    if troubles:
        return _alarm(Step(show), Alarm.NOT_READY, about=" ".join(troubles))
    if show.phase is Phase.SCHEDULED:
        return Step(show).then(_write(show, "ready"), phase=Phase.READY)
    return Step(show)


def _operated(show: Show, event: Operated) -> Step:  # noqa: PLR0911 - one branch for each event
    match event:
        case Go(now):
            return _gone(show, now)
        case Hold(slide, staff):
            return _held(show, slide, staff)
        case Release(staff):
            return _released(show, staff)
        case AllClear(staff):
            if show.slide is not Slide.EMERGENCY:
                return Step(show)
            slide = Slide.HOLD if show.phase in UNDER_WAY else Slide.NONE
            return Step(show).then(_write(show, "all-clear", staff=staff), slide=slide)
        case Skip(staff):
            if show.phase not in UNDER_WAY or show.slide is Slide.EMERGENCY:
                return Step(show)
            return Step(show).then(_write(show, "skipped", staff=staff)).followed_by(_next_at_once(show))
        case Cancel(reason, staff):
            written = _write(show, "cancelled", reason=reason, staff=staff)
            return Step(show).then(Stop(), written, Signal(Turn.END), phase=Phase.CANCELLED, slide=Slide.NONE)
        case ModeSet(mode, staff):
            if mode is show.mode:
                return Step(show)
            return Step(show).then(_write(show, "mode", mode=mode, staff=staff), mode=mode)


def _next_at_once(show: Show) -> Step:
    """The next item, whatever the mode."""
    after = _next(replace(show, mode=Mode.AUTOMATIC))
    return Step(replace(after.show, mode=show.mode), after.effects)


def _gone(show: Show, now: datetime) -> Step:
    if show.phase in UNDER_WAY:
        return _released(show, "")
    late = now >= show.screening.start_at
    if show.slide is Slide.NONE and (late or show.mode is Mode.MANUAL):
        return _start(Step(show), now)
    return Step(replace(show, go=True))


def _held(show: Show, slide: Slide, staff: str) -> Step:
    if show.slide is Slide.EMERGENCY or slide is Slide.NONE:
        return Step(show)
    turn = {Slide.INTERMISSION: Turn.INTERMISSION, Slide.EMERGENCY: Turn.EMERGENCY}.get(slide, Turn.HOLD)
    what = "emergency" if slide is Slide.EMERGENCY else "held"
    if show.phase in BEFORE:
        if slide is not Slide.EMERGENCY:
            return Step(show)
        return Step(show).then(_write(show, what, staff=staff), Signal(turn), slide=slide)
    written = _write(show, what, slide=slide, staff=staff)
    return Step(show).then(Pause(), written, Signal(turn), phase=Phase.HELD, slide=slide)


def _released(show: Show, staff: str) -> Step:
    if show.phase is not Phase.HELD or show.slide is Slide.EMERGENCY:
        return Step(show)
    if not show.screen:
        return Step(show).then(_write(show, "released", staff=staff), phase=Phase.INTERRUPTED, slide=Slide.NONE)
    found = Step(show).then(_write(show, "released", staff=staff), Signal(Turn.RESUME))
    if show.loaded:
        return found.then(Resume(), phase=Phase.PLAYING, slide=Slide.NONE)
    return _play(found, show.place, show.position_ms)


def _failed(show: Show, now: datetime, code: str) -> Step:
    """A feature is tried again as after a crash; anything else is left out."""
    if show.phase not in UNDER_WAY:
        return _alarm(Step(show), Alarm.NOT_READY, about=code)
    found = _alarm(Step(replace(show, loaded=False)), Alarm.PLAYBACK, about=code)
    if show.phase is not Phase.PLAYING:
        return found
    if show.item.kind == "feature":
        return _crashed(found, now, code)
    return found.followed_by(_next_at_once(found.show))


def _recovered(show: Show, now: datetime, last: datetime) -> Step:
    show = replace(show, loaded=False)
    if show.phase in BEFORE:
        return Step(show)
    if show.phase is Phase.HELD:
        return Step(show).then(Prepare(show.place), _write(show, "restarted"))
    if now - last > LOST:
        held = Step(show).then(_write(show, "interrupted", reason="restart"), phase=Phase.HELD, slide=Slide.TROUBLE)
        return _alarm(held, Alarm.LATE)
    return _crashed(Step(show), now, "restart", last)


def _crashed(found: Step, now: datetime, reason: str, last: datetime | None = None) -> Step:
    show = found.show
    crashes, way = way_on(show.crashes, Crash(show.place, show.position_ms, last or now), now)
    written = _write(show, "interrupted", reason=reason)
    found = found.then(written, crashes=crashes)
    if way.kind is Way.HOLD:
        held = found.then(Stop(), phase=Phase.HELD, slide=Slide.TROUBLE, position_ms=way.position_ms, loaded=False)
        return _alarm(held.then(_write(held.show, "held", slide=Slide.TROUBLE)), Alarm.CRASHES)
    if way.position_ms >= show.item.duration_ms > 0:
        return found.followed_by(_next(found.show))
    if show.screen:
        found = found.then(_write(replace(found.show, position_ms=way.position_ms), "resumed", how=way.kind))
    return _play(found, show.place, way.position_ms)


def _taken_over(show: Show, event: TakenOver) -> Step:
    show = replace(show, place=event.place, position_ms=event.position_ms)
    found = Step(show).then(_write(show, "taken-over", device=event.device, exact=event.exact), slide=Slide.NONE)
    if show.screen:
        found = found.then(_write(show, "resumed", how="cutover"))
    return _play(found, event.place, event.position_ms)


def _screen(show: Show, *, there: bool) -> Step:
    if there == show.screen:
        return Step(show)
    if not there:
        found = _alarm(Step(replace(show, screen=False)), Alarm.SCREEN)
        if show.phase is not Phase.PLAYING:
            return found
        written = _write(show, "interrupted", reason="screen")
        return found.then(Pause(), written, phase=Phase.INTERRUPTED)
    alarms = tuple(alarm for alarm in show.alarms if alarm is not Alarm.SCREEN)
    found = Step(replace(show, screen=True, alarms=alarms))
    if show.phase is not Phase.INTERRUPTED:
        return found
    found = found.then(_write(show, "resumed", how="screen"))
    if show.loaded:
        return found.then(Resume(), phase=Phase.PLAYING)
    return _play(found, show.place, show.position_ms)


def _alarm(found: Step, alarm: Alarm, about: str = "") -> Step:
    if alarm in found.show.alarms:
        return found
    written = _write(found.show, "alarm", alarm=alarm, about=about)
    return found.then(Alert(alarm), written, alarms=(*found.show.alarms, alarm))


def _trouble(show: Show, alarm: Alarm, about: str) -> Step:
    found = Step(show).then(_write(show, "alarm", alarm=alarm, about=about))
    return found if alarm in show.alarms else found.then(Alert(alarm), alarms=(*show.alarms, alarm))


def _write(show: Show, what: str, **facts: Json) -> Write:
    item = show.item
    named: dict[str, Json] = {"package": item.package, "file": item.file, **facts}
    about: dict[str, Json] = {"place": show.place, "kind": item.kind, "position_ms": show.position_ms}
    return Write(what, {**about, **{name: value for name, value in named.items() if value != ""}})
