"""The clear segments of one play: fetched ahead, verified, decrypted, kept in memory while they are near."""

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Collection
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

from core import Cancel, CinemaError, Code
from player.gateway.fragments import LEAST_S, Header, begins_s, moved, read_header, without_pause
from player.gateway.keys import KeyRing
from player.gateway.line import Line, Observer
from player.gateway.media import decrypt, refuse_foreign, verify
from player.gateway.rate import NEXT, Ladder, Pace, carries_bps
from player.presentation import Fetch, KeySource, Piece, Received, Stream

log = logging.getLogger(__name__)

AHEAD_MS = 20_000
AHEAD_BYTES = 48 << 20
KEPT_BYTES = 96 << 20
BEHIND_MS = 120_000
"""How far behind what was asked for last a segment is kept; libmpv has its own memory of what was played."""
WORKERS = 3
AHEAD_WORKERS = 2
LOOK_S = 0.25
"""How often a waiting request looks whether its reader is still there."""

INIT = 0

Place = tuple[int, int]

FIRST: Place = (0, 1)


@dataclass
class _Load:
    """A segment on its way, and how many requests wait for it; without any it is only read ahead."""

    future: "Future[bytes]"
    cancel: Cancel
    waiting: int = 0
    urgent: bool = False


class _TooSlow(Exception):
    """A segment that was given up for a smaller rendition of it."""

    def __init__(self, better: int, carries_bps: float) -> None:
        super().__init__(better, carries_bps)
        self.better = better
        self.carries_bps = carries_bps


def _never() -> bool:
    return False


class SegmentStore:
    """Hands out clear segments by stream and number (0 is the initialisation section, 1 the first segment)."""

    def __init__(
        self,
        streams: tuple[Stream, ...],
        fetch: Fetch,
        key: KeySource,
        observer: Observer,
        ladder: Ladder | None = None,
        *,
        from_zero: bool = True,
    ) -> None:
        """``ladder`` chooses the rendition of the first stream, segment by segment.

        Unless their times begin at zero, fragments are given the film's.
        """
        self._streams = streams
        self._ladder = ladder
        self._fetch = fetch
        self._observer = observer
        self._line = Line(observer)
        self._keys = KeyRing(key, self._line)
        self._from_zero = from_zero
        self._headers: dict[int, Header] = {}
        self._begins_s: float | None = None
        """Where the film begins in the time of its streams; none before it is known."""
        self._beginning = threading.Lock()
        self._lock = threading.Lock()
        self._closed = False
        self._clear: OrderedDict[Place, bytes] = OrderedDict()
        self._clear_bytes = 0
        self._loads: dict[Place, _Load] = {}
        self._running = 0
        self._at = [1] * len(streams)
        self._wanted: set[int] = set()
        """The streams that are played; of the others nothing is read ahead."""
        self._tail = [0] * len(streams)
        """The last segment that was asked for or read ahead; what lies before it is not read ahead again."""
        self._largest = [0] * len(streams)
        self._gathered = range(0)
        """The segments of the picture that were waited for together: libmpv asks for them before it shows the first."""
        self._workers = ThreadPoolExecutor(WORKERS, thread_name_prefix="gateway-fetch")
        self._ahead = ThreadPoolExecutor(AHEAD_WORKERS, thread_name_prefix="gateway-ahead")
        self._failure: CinemaError | None = None

    def get(self, stream: int, number: int, gone: Callable[[], bool] = _never) -> bytes:
        """The clear bytes; waits for the line as long as it takes, or until the reader is ``gone``.

        What is asked for here goes before what is read ahead. Raises `CinemaError` where it cannot go on.
        """
        with self._lock:
            if number != INIT:
                self._wanted.add(stream)
                follows = number in (self._at[stream], self._at[stream] + 1)
                self._tail[stream] = max(self._tail[stream], number) if follows else number
                self._at[stream] = number
                self._drop_far(stream)
                self._drop_played(stream)
            clear = self._kept((stream, number))
            load = None if clear is not None else self._ask((stream, number), urgent=True)
            if load is not None:
                load.waiting += 1
        if clear is None and load is not None:
            clear = self._waited_for(stream, number, load, gone)
        assert clear is not None  # noqa: S101 - kept or loaded
        if number != INIT:
            self._read_ahead(stream)
            if stream == 0 and self._ladder:
                self._gather(self._ladder, number, gone)
        return clear

    def warm(self, start_ms: int | None, wanted: Collection[int]) -> None:
        """Begin to fetch what the ``wanted`` streams need first.

        Initialisation sections, and the segments at ``start_ms`` if known; what is not wanted is read ahead no more.
        """
        with self._lock:
            if self._closed or self._failure is not None:
                return
            self._wanted = set(wanted)
            for index in wanted:
                if self._streams[index].init:
                    self._ask((index, INIT), urgent=False)
            for index in wanted:
                stream = self._streams[index]
                if start_ms is not None and stream.pieces:
                    self._at[index] = self._tail[index] = stream.number_at(start_ms)
                    self._drop_far(index)
                    self._ask((index, self._at[index]), urgent=False)

    @property
    def throughput_bps(self) -> int:
        """Bits a second over the last few fetches; 0 before the first."""
        return self._line.throughput_bps

    @property
    def idle(self) -> bool:
        """Whether none of its threads is at work."""
        with self._lock:
            return self._running == 0

    def close(self) -> None:
        """Stop fetching, forget keys and clear bytes; a fetch that is blocked is not waited for."""
        with self._lock:
            self._closed = True
            loads, self._loads = list(self._loads.values()), {}
            self._clear.clear()
            self._clear_bytes = 0
        self._line.close()
        self._keys.close()
        for load in loads:
            load.cancel.cancel()
        for workers in (self._workers, self._ahead):
            workers.shutdown(wait=False, cancel_futures=True)

    def join(self) -> None:
        """Wait for the threads of a closed store."""
        for workers in (self._workers, self._ahead):
            workers.shutdown(wait=True)

    def _kept(self, place: Place) -> bytes | None:
        if place in self._clear:
            self._clear.move_to_end(place)
        return self._clear.get(place)

    def _waited_for(self, stream: int, number: int, load: _Load, gone: Callable[[], bool]) -> bytes:
        try:
            while True:
                try:
                    return load.future.result(LOOK_S)
                except TimeoutError:
                    if gone():
                        raise CinemaError(Code.CANCELLED, "The reader went away.") from None
        except CancelledError:
            raise CinemaError(Code.CANCELLED, "The play was closed.") from None
        except CinemaError as error:
            self._fail(error, self._streams[stream].begins_ms[number - 1] if number != INIT else 0)
            raise
        finally:
            with self._lock:
                load.waiting -= 1
                self._drop_far(stream)

    def _gather(self, ladder: Ladder, number: int, gone: Callable[[], bool]) -> None:
        """On a line that does not carry the film, hold what libmpv waits for until some more of it is here."""
        ladder.throughput_bps = self._line.throughput_bps
        beside = [self._streams[index].rate_bps(number, NEXT) for index in self._wanted if index]
        wanted = ladder.gather(number, sum(beside))
        if wanted is None or number in self._gathered or self._has_gathered(number, wanted.film_ms):
            return
        began_bytes = self._line.received_bytes
        here_ms = self._streams[0].pieces[number - 1].duration_ms
        left_bytes = max(1, round(wanted.size_bytes * (1 - here_ms / wanted.film_ms)))
        share = 0.0
        while share < 1 and not gone() and not self._has_gathered(number, wanted.film_ms):
            self._observer.gathering(min(99, round(share * 100)))
            time.sleep(LOOK_S)
            share = (self._line.received_bytes - began_bytes) / left_bytes
        with self._lock:
            self._gathered = range(number, self._whole_from(number) + 1)  # and the one that is on its way
        self._observer.gathering(None)

    def _has_gathered(self, number: int, wanted_ms: int) -> bool:
        """Whether so much film is here from a segment on, or no more of it will come."""
        begins_ms = self._streams[0].begins_ms
        with self._lock:
            whole_from = self._whole_from(number)
            enough = begins_ms[whole_from - 1] - begins_ms[number - 1] >= wanted_ms
            return enough or whole_from not in self._near(0) or bool(self._failure) or self._closed

    def _ask(self, place: Place, *, urgent: bool) -> _Load | None:
        """The bytes of a place, on their way at the latest now; none where they are kept. With the lock held."""
        if place in self._clear:
            return None
        if self._closed:
            raise CinemaError(Code.CANCELLED, "The play was closed.")
        if self._failure is not None:
            raise self._failure
        load = self._loads.get(place)
        if load is not None and (load.urgent or not urgent or not load.future.cancel()):
            return load
        cancel = Cancel()
        workers = self._workers if urgent else self._ahead
        load = self._loads[place] = _Load(workers.submit(self._load, place, cancel), cancel, urgent=urgent)
        return load

    def _drop_far(self, stream: int) -> None:
        """Stop what nobody waits for and is not near what was last asked for; with the lock held."""
        near = self._near(stream)
        for place, load in list(self._loads.items()):
            if place[0] == stream and place[1] != INIT and place[1] not in near and not load.waiting:
                del self._loads[place]
                load.cancel.cancel()
                load.future.cancel()

    def _drop_played(self, stream: int) -> None:
        """Forget what lies far behind; with the lock held."""
        oldest = self._streams[stream].number_at(self._streams[stream].begins_ms[self._at[stream] - 1] - BEHIND_MS)
        for place in [place for place in self._clear if place[0] == stream and INIT < place[1] < oldest]:
            self._clear_bytes -= len(self._clear.pop(place))

    def _near(self, stream: int) -> range:
        """The segment last asked for and those to read ahead: within so much time and memory, and at least one."""
        pieces, number = self._streams[stream].pieces, self._at[stream]
        if self._ladder and self._ladder.adapts and not self._line.throughput_bps:
            return range(number, number + 1)  # what is read ahead is chosen by the line, once it is known
        limit_ms = (
            AHEAD_MS if stream == 0 else min(AHEAD_MS, self._picture_ms() - self._streams[stream].begins_ms[number - 1])
        )
        if stream and limit_ms <= 0:
            return range(number, number + 1)  # the line is the picture's, which is waited for
        time_ms, size_bytes, last = 0, 0, number
        while last < len(pieces):
            time_ms += pieces[last].duration_ms
            size_bytes += pieces[last].size_bytes or self._largest[stream]
            if last > number and (time_ms > limit_ms or size_bytes > AHEAD_BYTES):
                break
            last += 1
        return range(number, last + 1)

    def _picture_ms(self) -> int:
        """Where the first segment of the picture that is not here begins: sound is not needed earlier than that one."""
        return self._streams[0].begins_ms[self._whole_from(self._at[0]) - 1]

    def _whole_from(self, number: int) -> int:
        """The first segment of the picture from a number on that is not here."""
        while (0, number) in self._clear:
            number += 1
        return number

    def _read_ahead(self, stream: int) -> None:
        """The next segment that is not here; one of a stream at a time, since two would only slow each other down."""
        with self._lock:
            busy = any(place[0] == stream and place[1] != INIT for place in self._loads)
            if self._closed or self._failure is not None or busy:
                return
            for number in self._near(stream):
                if number > self._tail[stream] and (stream, number) not in self._clear:
                    self._tail[stream] = number
                    self._ask((stream, number), urgent=False)
                    return

    def _load(self, place: Place, cancel: Cancel) -> bytes:
        with self._lock:
            self._running += 1
        try:
            clear = self._clear_of(place, cancel)
        except CinemaError:
            raise
        except Exception as error:
            log.warning("a part of the film could not be made ready: %s", type(error).__name__)
            msg = "A part of the film could not be made ready; it was not shown."
            raise CinemaError(Code.INTERNAL, msg) from error
        finally:
            with self._lock:
                self._running -= 1
        with self._lock:
            load = self._loads.get(place)
            wanted = load is not None and load.cancel is cancel
            if wanted:
                del self._loads[place]
                self._keep(place, clear)
            going_on = sorted(self._wanted) if wanted and place[1] != INIT else ()
        for stream in going_on:
            self._read_ahead(stream)
        return clear

    def _keep(self, place: Place, clear: bytes) -> None:
        self._largest[place[0]] = max(self._largest[place[0]], len(clear))
        self._clear[place] = clear
        self._clear_bytes += len(clear)
        while self._clear_bytes > KEPT_BYTES and len(self._clear) > 1:
            _, dropped = self._clear.popitem(last=False)
            self._clear_bytes -= len(dropped)

    def _clear_of(self, place: Place, cancel: Cancel) -> bytes:
        stream = self._streams[place[0]]
        try:
            piece, data = self._checked(place, cancel)
        except CinemaError as error:
            if error.code is not Code.SEGMENT_CORRUPT:
                raise
            piece, data = self._checked(place, cancel)
        if piece.key_id is not None:
            data = decrypt(data, self._keys.key(piece.key_id), piece.iv or "")
        refuse_foreign(data, init=place[1] == INIT, mpeg_ts=stream.init is None)
        return data if self._from_zero or stream.init is None else self._on_film_time(place, data, cancel)

    def _on_film_time(self, place: Place, data: bytes, cancel: Cancel) -> bytes:
        stream, number = place
        if number == INIT:
            self._headers[stream] = read_header(data)
            if 0 not in self._headers:
                self._clear_of((0, INIT), cancel)
            pause_s = self._headers[0].pause_s
            return without_pause(data, pause_s) if pause_s >= LEAST_S else data
        if stream not in self._headers:
            self._clear_of((stream, INIT), cancel)
        ticks = self._headers[stream].ticks
        if self._begins_s is None and place != FIRST and not self._is_early(place, data):
            self._await_first(cancel)
        with self._beginning:
            if self._begins_s is None:
                began_s = begins_s(data, ticks) if place == FIRST else 0.0
                self._begins_s = began_s if began_s is not None and began_s >= LEAST_S else 0.0
            begins = self._begins_s
        return moved(data, ticks, begins) if begins else data

    def _await_first(self, cancel: Cancel) -> None:
        """Only the very first segment says exactly where the film begins."""
        with self._lock:
            coming = self._loads.get(FIRST)
        if coming is not None:
            with suppress(CinemaError, CancelledError):
                coming.future.result()
        if self._begins_s is None:
            self._clear_of(FIRST, cancel)

    def _is_early(self, place: Place, data: bytes) -> bool:
        """Whether a segment stands where it stands in a film that begins at zero."""
        stream, number = place
        found_s = begins_s(data, self._headers[stream].ticks)
        return found_s is None or abs(found_s - self._streams[stream].begins_ms[number - 1] / 1000) < LEAST_S

    def _checked(self, place: Place, cancel: Cancel) -> tuple[Piece, bytes]:
        """A verified segment, from the rendition that the line allows at each try."""

        def fetch() -> tuple[Piece, bytes]:
            instead = None
            while True:
                piece = self._chosen(place, instead)
                try:
                    return piece, self._line.measured(partial(self._watched, place, piece, cancel))
                except _TooSlow as too_slow:
                    self._line.fell(too_slow.carries_bps)
                    instead = too_slow.better

        piece, data = self._line.read(fetch, cancel)
        verify(piece, data)
        return piece, data

    def _chosen(self, place: Place, instead: int | None) -> Piece:
        if self._ladder and place[0] == 0:
            self._ladder.throughput_bps = self._line.throughput_bps
            piece = self._ladder.piece(place[1], instead)
        else:
            piece = self._streams[place[0]].piece(place[1])
        assert piece is not None  # noqa: S101 - only playlists with a map name the initialisation section
        return piece

    def _watched(self, place: Place, piece: Piece, cancel: Cancel, count: Received) -> bytes:
        """One fetch, given up with `_TooSlow` where a smaller rendition is there sooner."""
        pace = Pace()

        def received(size_bytes: int) -> None:
            count(size_bytes)
            if self._ladder and place[0] == 0:
                ahead_ms = self._ahead_ms(place)
                come_bytes = self._line.received_bytes  # all of it: the sound beside it soon leaves room
                due_s = self._ladder.due_s(ahead_ms)
                rate = pace.add(time.monotonic(), come_bytes, due_s)
                better = self._ladder.relief(place[1], size_bytes, rate, ahead_ms)
                if better is not None:
                    raise _TooSlow(better, carries_bps(rate, due_s))

        return self._fetch(piece.path, piece.size_bytes, cancel, received)

    def _ahead_ms(self, place: Place) -> int:
        """How much film lies between what libmpv asked for last and this segment."""
        stream, number = place
        begins_ms = self._streams[stream].begins_ms
        return max(0, begins_ms[max(0, number - 1)] - begins_ms[self._at[stream] - 1])

    def _fail(self, error: CinemaError, at_ms: int) -> None:
        """What somebody asked for cannot be shown: the play ends before this film time."""
        with self._lock:
            first = self._failure is None and not self._closed and error.code is not Code.CANCELLED
            if first:
                self._failure = error
        if first:
            self._observer.failed(error, at_ms)
