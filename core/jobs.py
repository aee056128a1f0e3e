"""Background work: what a job is told (progress, cancellation) and who runs it."""

import threading
from collections.abc import Callable
from typing import Protocol, TypeVar

from core.errors import CinemaError, Code

T = TypeVar("T")

Progress = Callable[[float, str], None]
"""Called with a share done in 0..1 and a short stage code (for example ``"encode"``)."""


def no_progress(_share: float, _stage: str) -> None:
    """Ignore progress."""


class Cancelled(CinemaError):
    """The person asked for the work to stop."""

    def __init__(self) -> None:
        super().__init__(Code.CANCELLED, "Stopped as asked; what was finished is kept.")


class Cancel:
    """A one-way switch that long work looks at between steps."""

    def __init__(self) -> None:
        self._event = threading.Event()

    def cancel(self) -> None:
        """Ask the work to stop."""
        self._event.set()

    @property
    def cancelled(self) -> bool:
        """Whether stopping was asked for."""
        return self._event.is_set()

    def check(self) -> None:
        """Raise `Cancelled` if stopping was asked for."""
        if self._event.is_set():
            raise Cancelled

    def wait(self, timeout_s: float) -> bool:
        """Sleep up to ``timeout_s`` seconds; true at once when cancelled."""
        return self._event.wait(timeout_s)


class Job(Protocol):
    """Work under way."""

    def cancel(self) -> None:
        """Ask it to stop; neither ``done`` nor ``failed`` is called afterwards."""
        ...


class JobRunner(Protocol):
    """Runs blocking work off the calling thread and reports back on the thread that owns the runner."""

    def run(
        self,
        work: Callable[[Cancel], T],
        done: Callable[[T], None],
        failed: Callable[[CinemaError], None],
    ) -> Job:
        """Start ``work``; later call exactly one of ``done`` and ``failed`` unless cancelled."""
        ...
