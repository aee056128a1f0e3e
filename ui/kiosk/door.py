"""A door's window: what is scanned is judged and recorded by a worker, one after the other, then shown from afar."""

import logging
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from PySide6.QtCore import QTimer, Signal, Slot

from boxoffice.rules import ClockState
from boxoffice.rules.venue_takings import Double
from core import Cancel, CinemaError, JobRunner, pick
from kiosk import Door, DoorAnswer, Ledger, Light, Screening, Verdict
from ui.formats import Formats
from ui.props import showing

log = logging.getLogger(__name__)

GREEN_MS = 6_000
"""How long green stays."""
SLOW_MS = 1_000
"""A disk that takes longer is told to staff."""
TEND_MS = 30_000
AGAIN_S = 3.0
"""The same code again so soon is the same reading."""
QUEUE = 20
DOUBLES = 3
"""So many at once."""


@dataclass(frozen=True)
class DoorServices:
    """What the window works with."""

    door: Door
    ledger: Ledger
    jobs: JobRunner
    formats: Formats
    renew: Callable[[], object] = bool
    """Takes what was put down for the door; blocks."""
    clock: Callable[[], float] = time.monotonic


@dataclass(frozen=True)
class DoorFacts:
    """What the window shows between answers."""

    screening: Screening | None
    inside: int
    capacity: int
    clock: ClockState
    short_of_room: bool
    rooms: Mapping[str, Mapping[str, str]]
    """Names of rooms, by id and language."""
    gates: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The doors that lead into a room."""


@dataclass(frozen=True)
class DoorInputs:
    """What the window is made of."""

    formats: Formats
    gate: str
    answer: DoorAnswer | None = None
    facts: DoorFacts | None = None
    waiting: int = 0
    slow: bool = False
    last: DoorAnswer | None = None
    """Whom the door let in last, as long as that can be taken back."""
    doubles: Mapping[str, Double] = field(default_factory=dict)
    """By the number below the code: tickets on which several doors let in too many, and nobody here has seen it."""


@dataclass(frozen=True)
class DoorProps:
    """What QML shows; ``light`` is ready, waiting, green, amber or red, ``verdict`` the door's own word."""

    gate: str
    light: str
    verdict: str
    people: int
    party: int
    film: str
    room: str
    starts: str
    doors: str
    """Which doors lead there, without this one."""
    at: str
    before: tuple[object, ...]
    now_film: str
    now_room: str
    now_starts: str
    inside: int
    capacity: int
    may_override: bool
    last_people: int
    """How many can be taken back; 0 for none."""
    last_film: str
    doubles: tuple[object, ...]
    clock: str
    short_of_room: bool
    slow: bool


def derive_door(inputs: DoorInputs) -> DoorProps:
    """The last answer, the screening that people come to now, and what staff should look at."""
    answer, facts, formats = inputs.answer, inputs.facts, inputs.formats
    show, now = answer.screening if answer else None, facts.screening if facts else None
    rooms = facts.rooms if facts else {}
    light = "waiting" if inputs.waiting else answer.light if answer else "ready"
    return DoorProps(
        gate=inputs.gate,
        light=light,
        verdict=answer.verdict if answer and not inputs.waiting else "",
        people=answer.people if answer else 0,
        party=answer.party if answer else 0,
        film=pick(show.names, formats.language) if show else "",
        room=pick(rooms[show.room], formats.language) if show and show.room in rooms else "",
        starts=formats.moment(show.start_at) if show else "",
        doors=", ".join(_doors(facts, show, inputs.gate)),
        at=formats.moment(answer.at) if answer else "",
        before=tuple(
            {"at": formats.moment(item.at), "gate": item.gate, "people": item.people}
            for item in (answer.before if answer else ())
        ),
        now_film=pick(now.names, formats.language) if now else "",
        now_room=pick(rooms[now.room], formats.language) if now else "",
        now_starts=formats.moment(now.start_at) if now else "",
        inside=facts.inside if facts else 0,
        capacity=facts.capacity if facts else 0,
        may_override=bool(answer and answer.may_override and not inputs.waiting),
        last_people=inputs.last.people if inputs.last and not inputs.waiting else 0,
        last_film=pick(inputs.last.screening.names, formats.language) if inputs.last and inputs.last.screening else "",
        doubles=tuple(_double(*one, formats) for one in list(inputs.doubles.items())[:DOUBLES]),
        clock=facts.clock if facts else ClockState.GOOD,
        short_of_room=bool(facts and facts.short_of_room) or bool(answer and answer.verdict is Verdict.CANNOT_RECORD),
        slow=inputs.slow and bool(inputs.waiting),
    )


def _doors(facts: DoorFacts | None, show: Screening | None, here: str) -> tuple[str, ...]:
    there = facts.gates.get(show.room, ()) if facts and show else ()
    return tuple(name for name in there if name != here)


def _double(reference: str, double: Double, formats: Formats) -> dict[str, object]:
    came = [{"at": formats.moment(one.at), "gate": one.gate} for one in double.entered if one.people > 0]
    return {"reference": reference, "came": came}


@dataclass(frozen=True)
class _Asked:
    """One question to the door, and what its answer may be overridden by."""

    ask: Callable[[], DoorAnswer]
    code: str


class DoorViewModel(showing(DoorProps)):  # type: ignore[misc]
    """One gate. ``answered`` tells the light of each answer, for its sound."""

    answered = Signal(str)

    def __init__(self, services: DoorServices) -> None:
        self._services = services
        self._inputs = DoorInputs(services.formats, services.door.gate.name)
        self._queue: deque[_Asked] = deque()
        self._code = self._last = ""
        self._last_at = 0.0
        self._people: int | None = None
        self._known: set[str] = set()
        super().__init__(derive_door(self._inputs))
        self._green = QTimer(self, interval=GREEN_MS, singleShot=True)
        self._green.timeout.connect(self.settle)
        self._slow = QTimer(self, interval=SLOW_MS, singleShot=True)
        self._slow.timeout.connect(lambda: self._feed(slow=True))
        self._tend = QTimer(self, interval=TEND_MS)
        self._tend.timeout.connect(self.look)
        self._tend.start()
        self.look()

    @Slot(str)
    def scan(self, code: str) -> None:
        """A code was read."""
        now = self._services.clock()
        again = code == self._last and now - self._last_at < AGAIN_S
        self._last, self._last_at = code, now
        if not again:
            people, self._people = self._people, None
            self._ask(lambda: self._services.door.scan(code, people), code)

    @Slot(str, str)
    def look_up(self, reference: str, staff: str) -> None:
        """Staff typed the number below a code."""
        if reference.strip():
            self._ask(lambda: self._services.door.look_up(reference, staff), "")

    @Slot(str, str)
    def override(self, staff: str, reason: str) -> None:
        """Staff lets in whom the last answer refused."""
        code = self._code
        if code and self.props.may_override and staff.strip() and reason.strip():
            self._ask(lambda: self._services.door.override(code, staff, reason), code)

    @Slot(str)
    def take_back(self, staff: str) -> None:
        """Whom the door let in last did not come in after all."""
        last = self._inputs.last
        if last is not None and staff.strip():
            self._feed(last=None)
            self._last = ""  # the same code at once is no longer the same reading
            self._ask(lambda: self._services.door.take_back(last, staff), "")

    @Slot()
    def seen(self) -> None:
        """Staff has seen which tickets let in too many."""
        self._known |= {one.ticket for one in self._inputs.doubles.values()}
        self._feed(doubles={})

    @Slot(str, str)
    def confirm_clock(self, staff: str, reason: str) -> None:
        """Staff says that the clock, which is ahead, is right."""
        if staff.strip() and reason.strip():

            def work(_cancel: Cancel) -> DoorFacts:
                self._services.ledger.confirm_clock(staff, reason)
                return self._facts()

            self._services.jobs.run(work, lambda facts: self._feed(facts=facts, answer=None), self._failed_to_tend)

    @Slot(int)
    def take(self, people: int) -> None:
        """So many of the next party come in; 0 is all of them."""
        self._people = people or None

    @Slot()
    def settle(self) -> None:
        """Be ready for the next."""
        self._green.stop()
        self._code = ""
        self._feed(answer=None)

    @Slot()
    def look(self) -> None:
        """Count, and tend the ledger."""
        self._services.jobs.run(self._tended, self._looked, self._failed_to_tend)

    def close(self) -> None:
        """Stop asking."""
        for timer in (self._green, self._slow, self._tend):
            timer.stop()
        self._queue.clear()

    def _ask(self, ask: Callable[[], DoorAnswer], code: str) -> None:
        if len(self._queue) >= QUEUE:
            return
        self._queue.append(_Asked(ask, code))
        self._feed(waiting=len(self._queue))
        if len(self._queue) == 1:
            self._next()

    def _next(self) -> None:
        asked = self._queue[0]

        def work(_cancel: Cancel) -> tuple[DoorAnswer, DoorFacts]:
            return asked.ask(), self._facts()

        self._slow.start()
        self._services.jobs.run(work, self._settled, self._failed)

    def _settled(self, result: tuple[DoorAnswer, DoorFacts]) -> None:
        answer, facts = result
        self._answer(answer, facts)

    def _failed(self, _error: CinemaError) -> None:
        self._answer(DoorAnswer(Verdict.CANNOT_RECORD), self._inputs.facts)

    def _answer(self, answer: DoorAnswer, facts: DoorFacts | None) -> None:
        self._slow.stop()
        asked = self._queue.popleft()
        self._code = asked.code
        self._last_at = self._services.clock()
        last = answer if answer.verdict is Verdict.ADMITTED else self._inputs.last
        self._feed(answer=answer, facts=facts, waiting=len(self._queue), slow=False, last=last)
        self.answered.emit(str(answer.light))
        self._green.stop()
        if answer.light is Light.GREEN:
            self._green.start()
        if self._queue:
            self._next()

    def _failed_to_tend(self, error: CinemaError) -> None:
        log.error("the door could not be looked after: %s", error.code)

    def _tended(self, _cancel: Cancel) -> tuple[DoorFacts, Mapping[str, Double]]:
        self._services.ledger.tend()
        self._services.renew()
        doubles = self._services.ledger.doubles()
        return self._facts(), {self._services.door.reference(one.ticket): one for one in doubles}

    def _looked(self, found: tuple[DoorFacts, Mapping[str, Double]]) -> None:
        facts, doubles = found
        self._feed(facts=facts, doubles={name: one for name, one in doubles.items() if one.ticket not in self._known})

    def _facts(self) -> DoorFacts:
        door, ledger = self._services.door, self._services.ledger
        screening = door.current()
        inside, capacity = door.inside(screening) if screening else (0, 0)
        rooms = {room.id: room.names for room in door.programme.rooms}
        gates = {room: tuple(gate.name for gate in door.programme.gates if room in gate.rooms) for room in rooms}
        return DoorFacts(screening, inside, capacity, ledger.time().state, ledger.short_of_room, rooms, gates)

    def _feed(self, **changes: object) -> None:
        self._inputs = replace(self._inputs, **changes)  # type: ignore[arg-type]
        self.show(derive_door(self._inputs))
