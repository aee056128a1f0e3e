"""What is fetched when: the segment asked for goes first, nobody waits for what nobody wants, and little is kept."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from core import Cancel, CinemaError, Code
from player.gateway import Conditions, Observer, rate
from player.gateway import store as stores
from player.gateway.line import Line
from player.gateway.rate import Ladder
from player.gateway.store import SegmentStore
from player.presentation import Piece, Received, Stream

SILENT = Observer(lambda: None, lambda: None, lambda _error, _at_ms: None)


def until(holds: Callable[[], object], limit_s: float = 10) -> None:
    """Look until something holds; a fact of another thread has no event of its own here."""
    end, pause = time.monotonic() + limit_s, threading.Event()
    while not holds():
        assert time.monotonic() < end, "it never came true"
        pause.wait(0.01)


class Gate:
    """Holds every fetch until it is let through; notes the order, and which were told to stop."""

    def __init__(self) -> None:
        self.order: list[str] = []
        self.stopped: list[str] = []
        self.open: set[str] = set()
        self.all_open = False
        self.turn = threading.Condition()

    def __call__(self, path: str, cancel: Cancel) -> None:
        with self.turn:
            self.order.append(path)
            self.turn.notify_all()
            while not (self.all_open or path in self.open):
                if cancel.cancelled:
                    self.stopped.append(path)
                    cancel.check()
                self.turn.wait(0.02)

    def let(self, *paths: str) -> None:
        with self.turn:
            self.open.update(paths)
            self.all_open |= not paths
            self.turn.notify_all()


@pytest.fixture
def gate(film: Any) -> Iterator[Gate]:
    made = Gate()
    film.before = made
    yield made
    made.let()


def test_a_segment_asked_for_goes_before_what_is_read_ahead(projector: Any, film: Any, gate: Gate) -> None:
    gate.let("init.mp4", "1.m4s", "8.m4s")
    play = projector.open(film)
    assert projector.get(play, "/v/1.m4s")[0] == 200
    until(lambda: len(gate.order) >= 3)
    assert projector.get(play, "/v/8.m4s") == (200, film.clear["8.m4s"])
    until(lambda: gate.stopped == ["2.m4s"])
    assert film.fetched.keys() == {"init.mp4", "1.m4s", "8.m4s"}


def test_a_film_resumed_in_its_middle_does_not_fetch_its_beginning(projector: Any, film: Any) -> None:
    play = projector.open(film)
    for path in ("/from-13000/master.m3u8", "/from-13000/v.m3u8", "/v/0.mp4", "/v/7.m4s", "/v/8.m4s"):
        assert projector.get(play, path)[0] == 200
    assert film.fetched.keys() == {"init.mp4", "7.m4s", "8.m4s"}
    assert set(film.fetched.values()) == {1}


def test_the_place_to_begin_is_fetched_before_it_is_asked_for(projector: Any, film: Any) -> None:
    projector.gateway.open(film.presentation(), film.fetch, film.key_source, Conditions(), SILENT, start_ms=13_000)
    until(lambda: film.fetched.keys() == {"init.mp4", "7.m4s", "8.m4s"})


def test_going_back_fetches_nothing_anew(projector: Any, film: Any) -> None:
    play = projector.open(film)
    for number in (1, 2, 3, 2, 1, 3):
        assert projector.get(play, f"/v/{number}.m4s") == (200, film.clear[f"{number}.m4s"])
    until(lambda: film.fetched.keys() >= {f"{number}.m4s" for number in range(1, 9)})
    assert set(film.fetched.values()) == {1}


def test_what_comes_next_does_not_wait_for_an_initialisation_section_that_comes_late(
    projector: Any, film: Any, gate: Gate
) -> None:
    gate.let("7.m4s", "8.m4s")
    projector.gateway.open(film.presentation(), film.fetch, film.key_source, Conditions(), SILENT, start_ms=13_000)
    until(lambda: film.fetched.keys() == {"7.m4s", "8.m4s"})
    gate.let("init.mp4")
    until(lambda: film.fetched.keys() == {"init.mp4", "7.m4s", "8.m4s"})


def test_a_spoilt_segment_ends_the_play_only_when_it_is_asked_for(projector: Any, film: Any) -> None:
    film.spoil = lambda path, _time, data: data[:-16] if path == "3.m4s" else data
    play = projector.open(film)
    assert projector.get(play, "/v/1.m4s")[0] == 200
    until(lambda: film.fetched["3.m4s"] == 2)
    assert projector.get(play, "/v/2.m4s") == (200, film.clear["2.m4s"])
    assert projector.failures == []
    assert projector.get(play, "/v/3.m4s") == (404, b"")
    assert [error.code for error in projector.failures] == [Code.SEGMENT_CORRUPT]
    assert film.fetched["3.m4s"] == 2


def test_a_reader_that_hangs_up_frees_the_line(projector: Any, film: Any, gate: Gate) -> None:
    gate.let("init.mp4", "8.m4s")
    play = projector.open(film)
    target = play.url.partition(f":{projector.gateway.port}")[2].rpartition("/")[0]
    with socket.create_connection(("127.0.0.1", projector.gateway.port), 10) as line:
        line.sendall(f"GET {target}/v/1.m4s HTTP/1.1\r\nHost: 127.0.0.1:{projector.gateway.port}\r\n\r\n".encode())
        until(lambda: "1.m4s" in gate.order)
        assert projector.get(play, "/v/8.m4s")[0] == 200
        assert gate.stopped == []
    until(lambda: gate.stopped == ["1.m4s"])
    assert projector.failures == []


def test_closing_a_play_does_not_wait_for_a_fetch_that_is_stuck(projector: Any, film: Any) -> None:
    stuck, inside = threading.Event(), threading.Event()

    def hold(_path: str, _cancel: Cancel) -> None:
        inside.set()
        stuck.wait(20)

    film.before = hold
    play = projector.open(film)
    assert inside.wait(10)
    started = time.monotonic()
    projector.gateway.close_play(play)
    assert time.monotonic() - started < 1
    assert not play.idle
    stuck.set()
    projector.gateway.close()
    assert play.idle
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("gateway")]


def test_a_closed_play_keeps_no_key_and_no_picture(film: Any) -> None:
    stream = film.presentation().video[0]
    late = threading.Event()
    asked = threading.Event()

    def key(_key_id: str) -> bytes:
        asked.set()
        late.wait(10)
        return bytes(film.key("k1"))

    store = SegmentStore((stream,), film.fetch, key, SILENT)
    store.warm(0, {0})
    assert asked.wait(10)
    store.close()
    late.set()
    store.join()
    assert store._keys._answers == {}
    assert not store._clear
    with pytest.raises(CinemaError) as caught:
        store.get(0, 1)
    assert caught.value.code is Code.CANCELLED


@pytest.mark.parametrize(
    ("size_bytes", "duration_ms", "ahead"),
    [(10 << 20, 4000, 4), (1 << 20, 4000, 5), (60 << 20, 4000, 1), (1, 60_000, 1)],
)
def test_so_much_time_and_memory_is_read_ahead_and_no_more(size_bytes: int, duration_ms: int, ahead: int) -> None:
    pieces = tuple(Piece(str(number), duration_ms, size_bytes) for number in range(1, 40))

    def fetch(_path: str, _size: int | None, _cancel: Cancel, _received: Received) -> bytes:
        raise CinemaError(Code.NOT_FOUND, "nothing is fetched here")

    store = SegmentStore((Stream("v", "", 0, pieces),), fetch, lambda _key: b"", SILENT)
    try:
        assert list(store._near(0)) == list(range(1, ahead + 2))
    finally:
        store.close()
        store.join()


def test_while_the_picture_is_waited_for_no_sound_is_read_ahead(film: Any, gate: Gate) -> None:
    picture = film.presentation().video[0]
    store = SegmentStore((picture, replace(picture, id="sound")), film.fetch, film.key_source, SILENT)
    reader = threading.Thread(target=store.get, args=(0, 1))
    reader.start()
    until(lambda: "1.m4s" in gate.order)
    try:
        assert list(store._near(1)) == [1]
        gate.let()
        reader.join(10)
        until(lambda: store.idle)
        assert list(store._near(1)) > [1]
    finally:
        gate.let()
        store.close()
        store.join()


def test_little_is_kept_in_memory(film: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stores, "KEPT_BYTES", 3500)
    stream = film.presentation().video[0]
    store = SegmentStore((stream,), film.fetch, film.key_source, SILENT)
    try:
        for number in range(1, 9):
            assert store.get(0, number) == film.clear[f"{number}.m4s"]
            until(lambda: store.idle)
            assert sum(map(len, store._clear.values())) <= 3500
    finally:
        store.close()
        store.join()


def test_what_was_played_long_ago_is_forgotten(film: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    stream = film.presentation().video[0]
    monkeypatch.setattr(stores, "BEHIND_MS", 2 * stream.pieces[0].duration_ms)
    store = SegmentStore((stream,), film.fetch, film.key_source, SILENT)
    try:
        for number in range(1, 9):
            store.get(0, number)
            until(lambda: store.idle)
            behind = [place[1] for place in store._clear if place[1] < number]
            assert behind == [*range(max(1, number - 2), number)]
            assert sum(map(len, store._clear.values())) == store._clear_bytes
        assert store.get(0, 1) == film.clear["1.m4s"]
    finally:
        store.close()
        store.join()


def test_what_is_on_its_way_counts_for_the_line_whichever_stream_it_belongs_to() -> None:
    line = Line(SILENT)

    def picture(received: Received) -> bytes:
        received(100)
        line.measured(sound)
        received(300)
        assert line.received_bytes == 350
        return bytes(300)

    def sound(received: Received) -> bytes:
        received(50)
        assert line.received_bytes == 150
        return bytes(50)

    line.measured(picture)
    assert line.received_bytes == 350


def test_two_fetches_at_once_are_measured_as_one_line(film: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("player.gateway.rate.LEAST_BYTES", 1)
    both = threading.Barrier(2, timeout=10)
    streams = tuple(replace(stream, id=str(number)) for number in range(2) for stream in film.presentation().video)

    def fetch(path: str, size: int | None, cancel: Cancel, _received: Received) -> bytes:
        both.wait()
        threading.Event().wait(0.2)
        return bytes(film.fetch(path, size, cancel, _received))

    store = SegmentStore(streams, fetch, film.key_source, SILENT)
    try:
        readers = [threading.Thread(target=store.get, args=(index, 8)) for index in range(2)]
        for reader in readers:
            reader.start()
        for reader in readers:
            reader.join(10)
        one_bps = len(film.parts["8.m4s"]) * 8 / 0.2
        assert 1.2 * one_bps < store.throughput_bps <= 2.05 * one_bps
    finally:
        store.close()
        store.join()


def test_on_a_line_that_does_not_carry_the_film_it_waits_for_more_and_then_runs(monkeypatch: Any) -> None:
    monkeypatch.setattr(rate, "UNDISTURBED_MS", 1_000)
    told: list[int | None] = []
    observer = replace(SILENT, gathering=told.append)
    data = (b"\x47" + bytes(187)) * 426
    stream = Stream("0", "avc3.640028", 6_400_000, tuple(Piece(f"{n}", 100, len(data)) for n in range(1, 21)))
    fetched: list[str] = []

    def fetch(path: str, _size: int | None, cancel: Cancel, received: Received) -> bytes:
        received(len(data) // 2)
        cancel.wait(0.2)
        fetched.append(path)
        return data

    def first(*, playing: bool) -> int:
        ladder = Ladder((stream,), Conditions())
        ladder.playing = playing
        store = SegmentStore((stream,), fetch, lambda _key_id: b"", observer, ladder)
        fetched.clear()
        store.get(0, 1)
        came = len(fetched)
        for number in range(2, came + 1):  # libmpv asks for these at once, and nothing is shown yet
            store.get(0, number)
        assert len(fetched) <= came + 1, "it is waited for once"
        store.close()
        store.join()
        return came

    assert 4 <= first(playing=False) <= 7
    *shares, last = told
    assert last is None
    assert shares == sorted(shares, key=lambda share: share or 0)
    assert 0 <= (shares[0] or 0) < (shares[-1] or 0) < 100
    told.clear()
    assert first(playing=True) == 1
    assert told == []
