"""Several places that hold the same film: the best that answers is asked, the others when it fails or is too slow."""

import hashlib
import hmac
import math
import threading
import time
from collections.abc import Callable, Mapping

from core import Cancel, CinemaError, Code
from player.gateway.rate import Pace
from player.presentation import Fetch, Received

REST_S = 60.0
"""How long a place that failed is asked last."""

JUDGED_S = 300.0
"""How long no place is given up for slowness where another was no quicker: then it is the line."""


class _TooSlow(Exception):
    """A place that does not carry the film, while another might."""


class Pathways:
    """A `Fetch` over places by name, in their order of preference. Thread-safe.

    ``sha256`` holds the hashes of the files: what is not as announced is as bad as none, and the next place is asked.
    So it is with a place that gives less than ``least_bps``, below which no rendition plays, while another is left.
    """

    def __init__(
        self,
        places: Mapping[str, Fetch],
        sha256: Mapping[str, str],
        least_bps: int = 0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._places = dict(places)
        self._sha256 = sha256
        self._least_bps = least_bps
        self._clock = clock
        self._lock = threading.Lock()
        self._rests_until: dict[str, float] = {}
        self._patient_until = 0.0

    def steer(self, places: Mapping[str, Fetch]) -> None:
        """Other places, or another order of preference; what is on its way is finished where it began."""
        with self._lock:
            self._places = dict(places)

    def __call__(self, path: str, expected_size: int | None, cancel: Cancel, received: Received) -> bytes:
        """The bytes from the first place that has them right.

        Raises `CinemaError` where none has: of all reasons one that may pass, if there is one, else the last.
        """
        failures: list[CinemaError] = []
        slow: list[tuple[str, Fetch]] = []
        slowest_bps = 0.0
        order = self._order()
        while order or slow:
            name, fetch = order.pop(0) if order else slow.pop(0)
            watched = _Watched(received, self._clock, self._floor_bps() if order else 0.0)
            try:
                data = fetch(path, expected_size, cancel, watched)
                self._check(path, data)
            except _TooSlow:
                slow.append((name, fetch))
                slowest_bps = watched.rate_bps
            except CinemaError as error:
                if error.code is Code.CANCELLED:
                    raise
                failures.append(error)
            else:
                if slowest_bps and watched.rate_bps < 2 * slowest_bps:
                    with self._lock:
                        self._patient_until = self._clock() + JUDGED_S
                return data
            with self._lock:
                self._rests_until[name] = self._clock() + REST_S
        with self._lock:
            self._rests_until.clear()  # it is not the places: none is better than another
        raise next((error for error in failures if error.passing), failures[-1])

    def _order(self) -> list[tuple[str, Fetch]]:
        now = self._clock()
        with self._lock:
            self._rests_until = {name: until for name, until in self._rests_until.items() if until > now}
            return sorted(self._places.items(), key=lambda place: place[0] in self._rests_until)

    def _floor_bps(self) -> float:
        with self._lock:
            return self._least_bps if self._clock() >= self._patient_until else 0.0

    def _check(self, path: str, data: bytes) -> None:
        announced = self._sha256.get(path)
        if announced and not hmac.compare_digest(hashlib.sha256(data).hexdigest(), announced):
            raise CinemaError(Code.SEGMENT_CORRUPT, "A part of the film arrived altered; it was not shown.")


class _Watched:
    """A `Received` that hands on what it hears, and gives up a fetch that comes more slowly than ``floor_bps``."""

    def __init__(self, received: Received, clock: Callable[[], float], floor_bps: float) -> None:
        self._received = received
        self._clock = clock
        self._floor_bps = floor_bps
        self._pace = Pace()
        self.rate_bps = math.inf
        """Of the last bytes; unbounded while it is too early to tell."""

    def __call__(self, size_bytes: int) -> None:
        self._received(size_bytes)
        rate_bps = self._pace.add(self._clock(), size_bytes) * 8
        if rate_bps:
            self.rate_bps = rate_bps
            if rate_bps < self._floor_bps:
                raise _TooSlow
