"""Writes what a show must remember, on a thread of its own: a slow disk never holds the picture up."""

import logging
import queue
import threading
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

from core import CinemaError
from core.strict_json import Json
from kiosk.show_journal import ShowJournal
from kiosk.show_state import ShowState, keep_state

log = logging.getLogger(__name__)


class ShowWriter:
    """Journal and state of one room's shows, in the order that they were told. ``failed`` is called on the thread."""

    def __init__(self, venue: Path, device: str, failed: Callable[[str], object]) -> None:
        self._venue, self._device, self._failed = venue, device, failed
        self._journals: dict[str, ShowJournal] = {}
        self._waiting: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._newest: ShowState | None = None
        self._thread = threading.Thread(target=self._run, name="show-writer", daemon=True)
        self._thread.start()

    def record(self, showing: str, now: datetime, clock: str, what: str, facts: Mapping[str, Json]) -> None:
        """Write a change down."""
        told = dict(facts)
        self._waiting.put(lambda: self._journal(showing).write(now, clock, what, told))

    def keep(self, state: ShowState) -> None:
        """Write down where it is; of several that wait only the newest is written."""
        self._newest = state
        self._waiting.put(lambda: self._keep(state))

    def close(self) -> None:
        """Write what waits, and end."""
        self._waiting.put(None)
        self._thread.join()
        for journal in self._journals.values():
            journal.close()

    def _run(self) -> None:
        while (work := self._waiting.get()) is not None:
            try:
                work()
            except (CinemaError, OSError) as error:
                log.error("a show cannot be recorded: %s", error)
                self._failed(str(error))

    def _keep(self, state: ShowState) -> None:
        if state is self._newest:
            keep_state(self._venue, state)

    def _journal(self, showing: str) -> ShowJournal:
        if showing not in self._journals:
            self._journals[showing] = ShowJournal(self._venue, self._device, showing)
        return self._journals[showing]
