"""The line to the source: waited for while it is down, measured while it is up."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from core import Cancel, CinemaError
from player.gateway.rate import Rate
from player.presentation import Received

DOWN_S = 1.5
"""Where nothing comes for so long the line was down, not slow: the time is not counted."""
BACKOFF_S = (0.25, 0.5, 1.0, 2.0, 4.0)

Read = TypeVar("Read")


@dataclass(frozen=True)
class Observer:
    """Told, on the gateway's threads, what the line does to the play."""

    reconnecting: Callable[[], None]
    recovered: Callable[[], None]
    failed: Callable[[CinemaError, int], None]
    """It cannot go on: why, and up to which millisecond the film is whole."""
    gathering: Callable[[int | None], None] = lambda _percent: None
    """The line is slower than the film: so much is here of what it takes to run for a while; none: it runs."""


class Line:
    """Reads with patience. Every reader is known by its `Cancel`."""

    def __init__(self, observer: Observer) -> None:
        self._observer = observer
        self._lock = threading.Lock()
        self._waiting: set[Cancel] = set()
        self._closed = False
        self._rate = Rate()
        self._fetching = 0
        self._measured_at = self._heard_at = 0.0
        self._received_bytes = 0

    def read(self, source: Callable[[], Read], who: Cancel) -> Read:
        """What the source gives, waiting out a line that is down; every other `CinemaError` is final."""
        attempt = 0
        try:
            while True:
                who.check()
                try:
                    return source()
                except CinemaError as error:
                    if not error.passing:
                        raise
                self._down(who)
                who.wait(BACKOFF_S[min(attempt, len(BACKOFF_S) - 1)])
                attempt += 1
        finally:
            self._up(who)

    def measured(self, source: Callable[[Received], bytes]) -> bytes:
        """What the source gives, counted towards `throughput_bps`; also what had come of it when it failed."""
        with self._lock:
            if not self._fetching:
                self._measured_at = self._heard_at = time.monotonic()
            self._fetching += 1
        size = 0

        def received(size_bytes: int) -> None:
            nonlocal size
            with self._lock:
                self._received_bytes += max(0, size_bytes - size)
                self._hear()
            size = size_bytes

        try:
            data = source(received)
            size = len(data)
        finally:
            with self._lock:
                self._fetching -= 1
                if size:
                    now = self._hear()
                    self._rate.add(size, max(now - self._measured_at, 1e-6))
                    self._measured_at = now
        return data

    def fell(self, bps: float) -> None:
        """The line carries no more than this now, whatever it carried before."""
        with self._lock:
            self._rate.fell(bps)

    def _hear(self) -> float:
        now = time.monotonic()
        if now - self._heard_at > DOWN_S:
            self._measured_at += now - self._heard_at
        self._heard_at = now
        return now

    @property
    def throughput_bps(self) -> int:
        """Bits a second of the last fetches together, while any was under way; 0 before the first."""
        with self._lock:
            return self._rate.bps

    @property
    def received_bytes(self) -> int:
        """All that ever came, also of what is still on its way."""
        with self._lock:
            return self._received_bytes

    def close(self) -> None:
        """Tell the observer nothing more."""
        with self._lock:
            self._closed = True

    def _down(self, who: Cancel) -> None:
        with self._lock:
            first = not self._waiting and not self._closed
            self._waiting.add(who)
        if first:
            self._observer.reconnecting()

    def _up(self, who: Cancel) -> None:
        with self._lock:
            last = self._waiting == {who} and not self._closed
            self._waiting.discard(who)
        if last:
            self._observer.recovered()
