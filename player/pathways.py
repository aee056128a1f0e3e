"""Several places that hold the same film: the first that answers is asked, the others when it fails."""

import hashlib
import hmac
import threading
import time
from collections.abc import Callable, Mapping, Sequence

from core import Cancel, CinemaError, Code
from player.presentation import Fetch, Received

REST_S = 60.0
"""How long a place that failed is asked last."""


class Pathways:
    """A `Fetch` over places in their order of preference. Thread-safe.

    ``sha256`` holds the hashes of the files: what is not as announced is as bad as none, and the next place is asked.
    """

    def __init__(
        self, places: Sequence[Fetch], sha256: Mapping[str, str], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._places = tuple(places)
        self._sha256 = sha256
        self._clock = clock
        self._lock = threading.Lock()
        self._rests_until: dict[int, float] = {}

    def __call__(self, path: str, expected_size: int | None, cancel: Cancel, received: Received) -> bytes:
        """The bytes from the first place that has them right.

        Raises `CinemaError` where none has: of all reasons one that may pass, if there is one, else the last.
        """
        failures: list[CinemaError] = []
        for place in self._order():
            try:
                data = self._places[place](path, expected_size, cancel, received)
                self._check(path, data)
            except CinemaError as error:
                if error.code is Code.CANCELLED:
                    raise
                failures.append(error)
                with self._lock:
                    self._rests_until[place] = self._clock() + REST_S
            else:
                return data
        with self._lock:
            self._rests_until.clear()  # it is not the places: none is better than another
        raise next((error for error in failures if error.passing), failures[-1])

    def _order(self) -> list[int]:
        now = self._clock()
        with self._lock:
            self._rests_until = {place: until for place, until in self._rests_until.items() if until > now}
            return sorted(range(len(self._places)), key=lambda place: (place in self._rests_until, place))

    def _check(self, path: str, data: bytes) -> None:
        announced = self._sha256.get(path)
        if announced and not hmac.compare_digest(hashlib.sha256(data).hexdigest(), announced):
            raise CinemaError(Code.SEGMENT_CORRUPT, "A part of the film arrived altered; it was not shown.")
