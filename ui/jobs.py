"""Background work for the interface: a thread pool, and one door back to the GUI thread."""

import logging
from collections.abc import Callable
from typing import Any, TypeVar

from PySide6.QtCore import QObject, QThreadPool, Signal, Slot

from core import Cancel, Cancelled, CinemaError, Code

log = logging.getLogger(__name__)

T = TypeVar("T")

WORKERS = 6
LEAVE_MS = 2_000

BEHIND: list[QThreadPool] = []
"""What still worked when its runner was closed, as on a line that says nothing: letting go of it would wait for it."""


def leave(pool: QThreadPool) -> None:
    """Wait a little for its workers; those that hear nothing are left `BEHIND`."""
    if not pool.waitForDone(LEAVE_MS):
        pool.setParent(None)
        BEHIND.append(pool)


class QtJob:
    """Work under way; cancelling it also silences it."""

    def __init__(self) -> None:
        self.switch = Cancel()

    def cancel(self) -> None:
        """Ask it to stop; neither ``done`` nor ``failed`` is called afterwards."""
        self.switch.cancel()


class QtJobRunner(QObject):
    """Runs work on a pool and calls back on the thread that made the runner."""

    _back = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(WORKERS)
        self._jobs: set[QtJob] = set()
        self._back.connect(self._deliver)

    def run(
        self, work: Callable[[Cancel], T], done: Callable[[T], None], failed: Callable[[CinemaError], None]
    ) -> QtJob:
        """Start ``work``; later call exactly one of ``done`` and ``failed``, unless cancelled."""
        job = QtJob()
        self._jobs.add(job)

        def perform() -> None:
            try:
                result = work(job.switch)
            except Cancelled:
                self._back.emit((job, None, None))
            except CinemaError as error:
                self._back.emit((job, failed, error))
            except Exception:
                log.exception("a job broke")
                error = CinemaError(Code.INTERNAL, "Something went wrong inside the program; the log says more.")
                self._back.emit((job, failed, error))
            else:
                self._back.emit((job, done, result))

        self._pool.start(perform)
        return job

    def close(self) -> None:
        """Cancel everything and leave the workers."""
        for job in self._jobs:
            job.cancel()
        self._jobs.clear()
        leave(self._pool)

    @Slot(object)
    def _deliver(self, message: tuple[QtJob, Callable[[Any], None] | None, Any]) -> None:
        job, callback, value = message
        self._jobs.discard(job)
        if callback is not None and not job.switch.cancelled:
            callback(value)
