"""The preflight's window: the last report, from afar; looked at again at a touch."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace

from PySide6.QtCore import QTimer, Signal, Slot

from core import Cancel, CinemaError, JobRunner, Progress
from kiosk import PreflightReport
from ui.props import showing
from ui.readiness import ReadinessProps, derive_readiness

log = logging.getLogger(__name__)

LOOK_MS = 5_000


@dataclass(frozen=True)
class BoardServices:
    """What the window works with; both block."""

    last: Callable[[], PreflightReport | None]
    check: Callable[[Progress, Cancel], PreflightReport]
    jobs: JobRunner
    language: str


@dataclass(frozen=True)
class BoardProps(ReadinessProps):
    """The report in words, and how far a new one is."""

    busy: bool
    done: float
    refusal: str
    """The code of what kept the last check from being made."""


@dataclass(frozen=True)
class BoardInputs:
    """What the window is made of."""

    language: str
    report: PreflightReport | None = None
    busy: bool = False
    done: float = 0.0
    refusal: str = ""


def derive_board(inputs: BoardInputs) -> BoardProps:
    """The report in words."""
    said = derive_readiness(inputs.report, inputs.language)
    return BoardProps(**vars(said), busy=inputs.busy, done=inputs.done, refusal=inputs.refusal)


class BoardViewModel(showing(BoardProps)):  # type: ignore[misc]
    """The last preflight, read again every few seconds: whoever makes it, it is shown here."""

    _progressed = Signal(float)

    def __init__(self, services: BoardServices) -> None:
        self._services, self._inputs = services, BoardInputs(services.language)
        super().__init__(derive_board(self._inputs))
        self._job: object = None
        self._progressed.connect(lambda done: self._feed(done=done))
        self._look = QTimer(self, interval=LOOK_MS)
        self._look.timeout.connect(self.look)
        self._look.start()
        self.look()

    @Slot()
    def look(self) -> None:
        """Read what was found last."""
        self._services.jobs.run(
            lambda _cancel: self._services.last(), lambda report: self._feed(report=report), self._failed
        )

    @Slot()
    def check(self) -> None:
        """Run everything ahead now."""
        if self._inputs.busy:
            return
        self._feed(busy=True, done=0.0, refusal="")

        def work(cancel: Cancel) -> PreflightReport:
            return self._services.check(lambda done, _stage: self._progressed.emit(done), cancel)

        self._job = self._services.jobs.run(work, lambda report: self._feed(report=report, busy=False), self._refused)

    @Slot()
    def cancel(self) -> None:
        """Stop the check that is under way."""
        job, self._job = self._job, None
        if job is not None:
            job.cancel()  # type: ignore[attr-defined]
            self._feed(busy=False)

    def close(self) -> None:
        """Stop looking."""
        self._look.stop()
        self.cancel()

    def _refused(self, error: CinemaError) -> None:
        self._feed(busy=False, refusal=str(error.code))

    def _failed(self, error: CinemaError) -> None:
        log.warning("the last preflight cannot be read: %s", error.code)

    def _feed(self, **changes: object) -> None:
        self._inputs = replace(self._inputs, **changes)  # type: ignore[arg-type]
        self.show(derive_board(self._inputs))
