"""Staff's PIN: typed by hand or touched; what a scanner types never counts."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from PySide6.QtCore import QTimer, Signal, Slot

from core import Cancel, CinemaError, JobRunner
from kiosk import PinAnswer, Role, StaffPins
from ui.props import showing

log = logging.getLogger(__name__)

GAP_S = 0.03
"""No hand types two keys within this; a scanner always does."""
QUIET_S = 0.3
"""After a scanner's keys, so long nothing typed counts."""
IDLE_MS = 20_000
MOST = 12


@dataclass(frozen=True)
class PinInputs:
    """What the pad is made of."""

    open: bool = False
    needed: Role = Role.MANAGER
    digits: int = 0
    busy: bool = False
    answer: PinAnswer | None = None
    failed: bool = False


@dataclass(frozen=True)
class PinProps:
    """What QML shows; ``said`` is empty, wrong, not-enough, wait or failed."""

    open: bool
    manager: bool
    """Whether a manager is needed."""
    digits: int
    busy: bool
    said: str
    wait_s: int
    left: int
    may_enter: bool


def derive_pin(inputs: PinInputs) -> PinProps:
    """The pad after the last try."""
    answer = inputs.answer
    said = ""
    if inputs.failed:
        said = "failed"
    elif answer and answer.wait_s:
        said = "wait"
    elif answer and answer.role:
        said = "not-enough"
    elif answer and not inputs.digits:
        said = "wrong"
    return PinProps(
        open=inputs.open,
        manager=inputs.needed is Role.MANAGER,
        digits=inputs.digits,
        busy=inputs.busy,
        said=said,
        wait_s=answer.wait_s if answer else 0,
        left=answer.left if answer else 0,
        may_enter=inputs.digits >= 4 and not inputs.busy and said != "wait",
    )


class PinPad(showing(PinProps)):  # type: ignore[misc]
    """Asks for a PIN; ``granted`` tells the role of whoever knew one that is enough."""

    granted = Signal(str)

    def __init__(self, pins: StaffPins, jobs: JobRunner, clock: Callable[[], float] = time.monotonic) -> None:
        self._pins, self._jobs, self._clock = pins, jobs, clock
        self._inputs, self._pin = PinInputs(), ""
        super().__init__(derive_pin(self._inputs))
        self._typed_at = self._deaf_until = 0.0
        self._idle = QTimer(self, interval=IDLE_MS, singleShot=True)
        self._idle.timeout.connect(self.cancel)
        self._second = QTimer(self, interval=1000)
        self._second.timeout.connect(self._tick)

    def ask(self, needed: Role) -> None:
        """Open the pad for who has this role."""
        self._clear(open=True, needed=needed, answer=None, failed=False)
        self._jobs.run(lambda _cancel: self._pins.state(), self._waits, self._failed)
        self._idle.start()

    @Slot()
    def ask_manager(self) -> None:
        """The corner was pressed for long."""
        self.ask(Role.MANAGER)

    @Slot(str)
    def touch(self, digit: str) -> None:
        """A digit of the pad on the screen."""
        if digit.isdecimal() and digit.isascii() and len(self._pin) < MOST and not self._inputs.busy:
            self._pin += digit
            self._idle.start()
            self._feed(digits=len(self._pin), failed=False)

    @Slot(str)
    def type(self, text: str) -> None:
        """A key, unless it came as fast as only a machine types."""
        now = self._clock()
        fast = now - self._typed_at < GAP_S
        self._typed_at = now
        if fast:
            self._deaf_until = now + QUIET_S
            self._clear()
        elif now >= self._deaf_until:
            self.touch(text)

    @Slot()
    def enter_typed(self) -> None:
        """The Enter key."""
        if self._clock() - self._typed_at >= GAP_S and self._clock() >= self._deaf_until:
            self.enter()
        else:
            self.type("")

    @Slot()
    def erase(self) -> None:
        """Take the last digit back."""
        self._pin = self._pin[:-1]
        self._feed(digits=len(self._pin))

    @Slot()
    def enter(self) -> None:
        """Try what was typed."""
        if not self.props.may_enter:
            return
        pin, self._pin = self._pin, ""
        self._idle.stop()
        self._feed(busy=True)

        def work(_cancel: Cancel) -> PinAnswer:
            return self._pins.check(pin)

        self._jobs.run(work, self._answered, self._failed)

    @Slot()
    def cancel(self) -> None:
        """Close the pad."""
        self._idle.stop()
        self._second.stop()
        self._clear(open=False, answer=None)

    def close(self) -> None:
        """Stop everything."""
        self._idle.stop()
        self._second.stop()
        self._pin = ""

    def _answered(self, answer: PinAnswer) -> None:
        self._idle.start()
        if answer.role and answer.role.covers(self._inputs.needed):
            self.cancel()
            self.granted.emit(str(answer.role))
            return
        self._clear(answer=answer)
        self._waits(answer)

    def _waits(self, answer: PinAnswer) -> None:
        if answer.wait_s:
            self._feed(answer=answer)
            self._second.start()

    def _tick(self) -> None:
        answer = self._inputs.answer
        if answer is None or answer.wait_s <= 1:
            self._second.stop()
            self._feed(answer=None)
        else:
            self._feed(answer=replace(answer, wait_s=answer.wait_s - 1))

    def _failed(self, error: CinemaError) -> None:
        log.error("a PIN cannot be tried: %s", error.code)
        self._clear(failed=True)

    def _clear(self, **changes: object) -> None:
        self._pin = ""
        self._feed(digits=0, busy=False, **changes)

    def _feed(self, **changes: object) -> None:
        self._inputs = replace(self._inputs, **changes)  # type: ignore[arg-type]
        self.show(derive_pin(self._inputs))
