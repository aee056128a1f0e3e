"""The content keys of one play: each asked for once, kept in memory only."""

import threading

from core import Cancel, CinemaError, Code
from player.gateway.line import Line
from player.gateway.media import KEY_BYTES
from player.presentation import KeySource


class KeyRing:
    """Hands out content keys by their id."""

    def __init__(self, source: KeySource, line: Line) -> None:
        self._source = source
        self._line = line
        self._cancel = Cancel()
        self._lock = threading.Lock()
        self._asking = threading.Lock()
        self._answers: dict[str, bytes | CinemaError] = {}

    def key(self, key_id: str) -> bytes:
        """16 bytes; the first answer, good or bad, stands. Raises `CinemaError` (the source's, key-malformed)."""
        with self._asking:
            answer = self._answers.get(key_id)
            if answer is None:
                answer = self._asked(key_id)
                with self._lock:
                    if not self._cancel.cancelled:
                        self._answers[key_id] = answer
        if isinstance(answer, CinemaError):
            raise answer
        return answer

    def close(self) -> None:
        """Forget every key, also one that is still on its way; does not wait."""
        with self._lock:
            self._cancel.cancel()
            self._answers.clear()

    def _asked(self, key_id: str) -> bytes | CinemaError:
        try:
            key = self._line.read(lambda: self._source(key_id), self._cancel)
        except CinemaError as error:
            return error
        if len(key) != KEY_BYTES:
            return CinemaError(
                Code.KEY_MALFORMED, f"A content key has {len(key)} bytes instead of 16; nothing was opened."
            )
        return key
