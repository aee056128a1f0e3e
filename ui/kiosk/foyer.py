"""The foyer's window: posters, the day, seats left, trailers one after the other, and languages at a touch."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from PySide6.QtCore import Property, QObject, QTimer, Slot

from core import Cancel, CinemaError, JobRunner, pick
from kiosk import ShowItem, Stage
from kiosk.foyer import FoyerDay, FoyerShow
from ui.formats import Formats
from ui.props import showing
from ui.translator import LANGUAGES

log = logging.getLogger(__name__)

LOOK_MS = 10_000
CLOCK_MS = 1000
BACK_MS = 90_000
"""After so long without a touch the house's own language holds again."""
FEW = 10


@dataclass(frozen=True)
class FoyerServices:
    """What the window works with."""

    look: Callable[[], FoyerDay]
    """The day as it is now; blocks."""
    stage: Stage | None
    now: Callable[[], datetime]
    jobs: JobRunner
    apply_language: Callable[[str], None]


@dataclass(frozen=True)
class FoyerInputs:
    """What the window is made of."""

    language: str
    now: datetime
    day: FoyerDay | None = None
    front: int = -1


@dataclass(frozen=True)
class FoyerProps:
    """What QML shows; ``shows`` have ``films, room, starts, seats, stand, poster, words`` each."""

    festival: str = ""
    time: str = ""
    day: str = ""
    shows: tuple[object, ...] = ()
    posters: tuple[str, ...] = ()
    """Of the next three films."""
    next_day: str = ""
    language: str = "en"
    languages: tuple[object, ...] = tuple({"tag": tag, "name": name} for tag, name in LANGUAGES.items())
    front: int = -1
    trailers: bool = False


def derive_foyer(inputs: FoyerInputs) -> FoyerProps:
    """The day in one language."""
    day = inputs.day
    if day is None:
        return FoyerProps(language=inputs.language)
    formats = Formats(inputs.language, ZoneInfo(day.programme.zone))
    local = inputs.now.astimezone(formats.zone)
    return FoyerProps(
        festival=pick(day.programme.names, inputs.language),
        time=f"{local:%H:%M}",
        day=formats.day(inputs.now),
        shows=tuple(_told(show, day, formats) for show in day.shows),
        posters=tuple(dict.fromkeys(f"poster:{show.package}" for show in day.shows if show.package))[:3],
        next_day=formats.moment(day.next_day),
        language=inputs.language,
        front=inputs.front,
        trailers=bool(day.trailers),
    )


def _told(show: FoyerShow, day: FoyerDay, formats: Formats) -> dict[str, object]:
    plan = show.screening
    name = pick(plan.names, formats.language)
    other = pick(plan.names, "en" if formats.language.startswith("zh") else "zh-Hans")
    return {
        "film": name,
        "other": other if other != name else "",
        "room": pick(day.programme.room[plan.room].names, formats.language),
        "starts": f"{plan.start_at.astimezone(formats.zone):%H:%M}",
        "seats": show.seats_left,
        "few": show.seats_left <= FEW,
        "stand": str(show.stand),
        "poster": f"poster:{show.package}" if show.package else "",
    }


class FoyerViewModel(showing(FoyerProps)):  # type: ignore[misc]
    """Looks at the day every ten seconds, and plays the trailers in turn."""

    def __init__(self, services: FoyerServices, language: str) -> None:
        self._services, self._house_language = services, language
        self._inputs = FoyerInputs(language, services.now())
        self._looking = False
        self._turn = -1
        super().__init__(derive_foyer(self._inputs))
        self._timers = (
            self._timer(LOOK_MS, self.look),
            self._timer(CLOCK_MS, lambda: self._feed(now=services.now())),
        )
        self._back = QTimer(self, interval=BACK_MS, singleShot=True)
        self._back.timeout.connect(lambda: self._speak(self._house_language))
        stage = services.stage
        if stage is not None:
            stage.changed.connect(lambda: self._feed(front=stage.front))
            stage.ended.connect(lambda _place: self._next_trailer())
            stage.failed.connect(lambda _place, _code: QTimer.singleShot(LOOK_MS, self, self._next_trailer))
        self.look()

    first = Property(QObject, lambda self: self._player(0), constant=True)
    second = Property(QObject, lambda self: self._player(1), constant=True)

    @Slot(str)
    def choose_language(self, tag: str) -> None:
        """Somebody touched a language."""
        if tag in LANGUAGES:
            self._speak(tag)
            self._back.start()

    @Slot()
    def look(self) -> None:
        """See how the day stands."""
        if not self._looking:
            self._looking = True
            self._services.jobs.run(self._work, self._seen, self._unseen)

    def close(self) -> None:
        """Look no more."""
        for timer in (*self._timers, self._back):
            timer.stop()

    def _work(self, _cancel: Cancel) -> FoyerDay:
        return self._services.look()

    def _seen(self, day: FoyerDay) -> None:
        self._looking = False
        before = self._inputs.day.trailers if self._inputs.day else ()
        self._feed(day=day, now=self._services.now())
        if day.trailers and (day.trailers != before) and self._turn < 0:
            self._next_trailer()

    def _unseen(self, error: CinemaError) -> None:
        self._looking = False
        log.warning("the day cannot be looked at: %s", error)

    def _next_trailer(self) -> None:
        stage, day = self._services.stage, self._inputs.day
        if stage is None or day is None or not day.trailers:
            return
        self._turn += 1
        place = self._turn
        stage.forget(place - 1)
        stage.play(place, self._trailer(day, place))
        stage.prepare(place + 1, self._trailer(day, place + 1))

    @staticmethod
    def _trailer(day: FoyerDay, turn: int) -> ShowItem:
        return ShowItem("trailer", 1, package=day.trailers[turn % len(day.trailers)])

    def _player(self, number: int) -> QObject | None:
        return self._services.stage.players[number] if self._services.stage else None

    def _speak(self, tag: str) -> None:
        self._services.apply_language(tag)
        self._feed(language=tag)

    def _timer(self, interval: int, due: Callable[[], None]) -> QTimer:
        timer = QTimer(self, interval=interval)
        timer.timeout.connect(due)
        timer.start()
        return timer

    def _feed(self, **changes: object) -> None:
        self._inputs = replace(self._inputs, **changes)  # type: ignore[arg-type]
        self.show(derive_foyer(self._inputs))
