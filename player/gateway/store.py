"""The clear segments of one play: fetched ahead, verified, decrypted, kept in memory while they are near."""

import logging
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from dataclasses import dataclass

from core import Cancel, CinemaError, Code
from player.gateway.media import KEY_BYTES, decrypt, refuse_foreign, verify
from player.presentation import Fetch, KeySource, Piece, Stream

log = logging.getLogger(__name__)

AHEAD_SEGMENTS = 4
KEPT_BYTES = 96 << 20
WORKERS = 3
BACKOFF_S = (0.25, 0.5, 1.0, 2.0, 4.0)
PASSING = frozenset({Code.OFFLINE, Code.SERVER_ERROR})

INIT = 0


@dataclass(frozen=True)
class Observer:
    """Told, on the gateway's threads, when the line drops, comes back, or the play cannot go on."""

    reconnecting: Callable[[], None]
    recovered: Callable[[], None]
    failed: Callable[[CinemaError], None]


class SegmentStore:
    """Hands out clear segments by stream and number (0 is the initialisation section, 1 the first segment)."""

    def __init__(self, streams: tuple[Stream, ...], fetch: Fetch, key: KeySource, observer: Observer) -> None:
        self._streams = streams
        self._fetch = fetch
        self._key_source = key
        self._observer = observer
        self._cancel = Cancel()
        self._lock = threading.Lock()
        self._keys: dict[str, bytes | CinemaError] = {}
        self._key_lock = threading.Lock()
        self._clear: OrderedDict[tuple[int, int], bytes] = OrderedDict()
        self._clear_bytes = 0
        self._pending: dict[tuple[int, int], Future[bytes]] = {}
        self._workers = ThreadPoolExecutor(WORKERS, thread_name_prefix="gateway-fetch")
        self._waiting: set[int] = set()
        self._failure: CinemaError | None = None
        self._rates: deque[tuple[int, float]] = deque(maxlen=8)

    def get(self, stream: int, number: int) -> bytes:
        """The clear bytes; waits for the line as long as it takes. Raises `CinemaError` where it cannot go on."""
        future = self._ask(stream, number)
        for ahead in range(1, AHEAD_SEGMENTS + 1):
            if number + ahead <= len(self._streams[stream].pieces):
                self._ask(stream, number + ahead)
        try:
            return future.result()
        except CancelledError:
            raise CinemaError(Code.CANCELLED, "The play was closed.") from None

    def warm(self) -> None:
        """Begin to fetch what every play needs first."""
        for index, stream in enumerate(self._streams):
            if stream.init:
                self._ask(index, INIT)
            self._ask(index, 1)

    @property
    def throughput_bps(self) -> int:
        """Bits a second over the last few fetches; 0 before the first."""
        with self._lock:
            size = sum(size for size, _ in self._rates)
            seconds = sum(seconds for _, seconds in self._rates)
        return round(size * 8 / seconds) if seconds else 0

    def close(self) -> None:
        """Stop fetching, forget keys and clear bytes, and wait for the workers."""
        self._cancel.cancel()
        self._workers.shutdown(wait=True, cancel_futures=True)
        with self._lock:
            self._clear.clear()
            self._keys.clear()

    def _ask(self, stream: int, number: int) -> "Future[bytes]":
        place = (stream, number)
        with self._lock:
            if place in self._clear:
                self._clear.move_to_end(place)
                done: Future[bytes] = Future()
                done.set_result(self._clear[place])
                return done
            if self._failure is not None:
                refused: Future[bytes] = Future()
                refused.set_exception(self._failure)
                return refused
            pending = self._pending.get(place)
            if pending is None:
                try:
                    pending = self._pending[place] = self._workers.submit(self._load, place)
                except RuntimeError as error:
                    raise CinemaError(Code.CANCELLED, "The play was closed.") from error
            return pending

    def _load(self, place: tuple[int, int]) -> bytes:
        stream = self._streams[place[0]]
        piece = stream.init if place[1] == INIT else stream.pieces[place[1] - 1]
        assert piece is not None  # noqa: S101 - only playlists with a map name the initialisation section
        try:
            clear = self._clear_of(piece, init=place[1] == INIT, mpeg_ts=stream.init is None)
        except CinemaError as error:
            self._fail(place, error)
            raise
        except Exception as error:
            log.warning("a part of the film could not be made ready: %s", type(error).__name__)
            failure = CinemaError(Code.INTERNAL, "A part of the film could not be made ready; it was not shown.")
            self._fail(place, failure)
            raise failure from error
        with self._lock:
            self._clear[place] = clear
            self._clear_bytes += len(clear)
            while self._clear_bytes > KEPT_BYTES and len(self._clear) > 1:
                _, dropped = self._clear.popitem(last=False)
                self._clear_bytes -= len(dropped)
            self._pending.pop(place, None)
        return clear

    def _fail(self, place: tuple[int, int], error: CinemaError) -> None:
        with self._lock:
            self._pending.pop(place, None)
            first = self._failure is None and error.code is not Code.CANCELLED
            if first:
                self._failure = error
        if first:
            self._observer.failed(error)

    def _clear_of(self, piece: Piece, *, init: bool, mpeg_ts: bool) -> bytes:
        with self._lock:
            if self._failure is not None:
                raise self._failure
        data = self._verified(piece)
        if piece.key_id is not None:
            data = decrypt(data, self._key(piece.key_id), piece.iv or "")
        refuse_foreign(data, init=init, mpeg_ts=mpeg_ts)
        return data

    def _verified(self, piece: Piece) -> bytes:
        try:
            return self._checked(piece)
        except CinemaError as error:
            if error.code is not Code.SEGMENT_CORRUPT:
                raise
            return self._checked(piece)

    def _checked(self, piece: Piece) -> bytes:
        data = self._fetched(piece)
        verify(piece, data)
        return data

    def _fetched(self, piece: Piece) -> bytes:
        return self._patiently(lambda: self._measured(piece), id(piece))

    def _measured(self, piece: Piece) -> bytes:
        started = time.monotonic()
        data = self._fetch(piece.path, piece.size_bytes, self._cancel)
        with self._lock:
            self._rates.append((len(data), max(time.monotonic() - started, 1e-6)))
        return data

    def _patiently(self, read: Callable[[], bytes], who: int) -> bytes:
        """Read, waiting out a line that is down; everything else is final."""
        attempt = 0
        while True:
            self._cancel.check()
            try:
                data = read()
            except CinemaError as error:
                if error.code not in PASSING:
                    raise
                self._down(who)
                self._cancel.wait(BACKOFF_S[min(attempt, len(BACKOFF_S) - 1)])
                attempt += 1
            else:
                self._up(who)
                return data

    def _down(self, who: int) -> None:
        with self._lock:
            first = not self._waiting
            self._waiting.add(who)
        if first:
            self._observer.reconnecting()

    def _up(self, who: int) -> None:
        with self._lock:
            last = self._waiting == {who}
            self._waiting.discard(who)
        if last:
            self._observer.recovered()

    def _key(self, key_id: str) -> bytes:
        """A content key, asked for once whatever the answer."""
        with self._key_lock:
            if key_id not in self._keys:
                self._keys[key_id] = self._asked(key_id)
            key = self._keys[key_id]
        if isinstance(key, CinemaError):
            raise key
        return key

    def _asked(self, key_id: str) -> bytes | CinemaError:
        try:
            key = self._patiently(lambda: self._key_source(key_id), id(key_id))
        except CinemaError as error:
            return error
        if len(key) != KEY_BYTES:
            return CinemaError(
                Code.KEY_MALFORMED, f"A content key has {len(key)} bytes instead of 16; nothing was opened."
            )
        return key
