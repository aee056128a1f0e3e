from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from player.gateway import Conditions, Quality
from player.gateway.line import Line, Observer
from player.gateway.rate import (
    AGAIN_WAIT_MS,
    BEGIN_WAIT_MS,
    FULL_MS,
    HOLD,
    LONGEST_REST,
    PATIENCE_S,
    REST,
    START_BPS,
    Ladder,
    Pace,
    Rate,
    cap,
    carries_bps,
    decide,
    gather,
    relief,
    switchable,
)
from player.presentation import Piece, Stream

SEGMENT_MS = 4_000
RUNGS = ((1080, 8_000_000), (720, 3_500_000), (480, 1_500_000), (270, 500_000))
VIDEO = tuple(
    Stream(
        str(height), "avc3.640028", bps, tuple(Piece(f"{height}/{n}", SEGMENT_MS) for n in range(150)),
        Piece(f"{height}/init"), height * 16 // 9, height,
    )
    for height, bps in RUNGS
)  # fmt: skip
ANY_LINE = st.integers(0, 10**9)
ANY_BUFFER = st.integers(0, 120_000)
ANY_NOW = st.none() | st.integers(0, len(VIDEO) - 1)
ANY_CONDITIONS = st.builds(Conditions, st.none() | st.integers(100, 4000), st.sampled_from(Quality))


@given(ANY_CONDITIONS, ANY_NOW, ANY_LINE, ANY_BUFFER)
def test_nothing_better_than_worth_fetching_is_ever_chosen(
    conditions: Conditions, now: int | None, line_bps: int, buffer_ms: int
) -> None:
    assert cap(VIDEO, conditions) <= decide(VIDEO, conditions, now, line_bps, buffer_ms) < len(VIDEO)


@given(ANY_NOW, ANY_LINE.filter(bool), ANY_LINE.filter(bool), ANY_BUFFER)
def test_a_faster_line_never_brings_a_worse_picture(now: int | None, one: int, other: int, buffer_ms: int) -> None:
    slow, fast = (decide(VIDEO, Conditions(), now, bps, buffer_ms) for bps in sorted((one, other)))
    assert fast <= slow


@given(ANY_NOW, ANY_LINE.filter(bool), st.integers(0, FULL_MS - 1))
def test_what_is_chosen_fits_the_line_unless_the_buffer_is_full(now: int | None, bps: int, buffer_ms: int) -> None:
    chosen = decide(VIDEO, Conditions(), now, bps, buffer_ms)
    assert VIDEO[chosen].bandwidth_bps <= bps * HOLD or chosen == len(VIDEO) - 1


@pytest.mark.parametrize(
    ("conditions", "height"),
    [
        (Conditions(), 1080),
        (Conditions(screen_height=1440), 1080),
        (Conditions(screen_height=720), 720),
        (Conditions(screen_height=600), 720),
        (Conditions(screen_height=720, quality=Quality.BEST), 1080),
        (Conditions(screen_height=1080, quality=Quality.SAVER), 720),
    ],
)
def test_the_screen_and_the_viewer_bound_the_choice(conditions: Conditions, height: int) -> None:
    assert VIDEO[decide(VIDEO, conditions, None, 10**9, 30_000)].height == height


def test_the_best_is_fetched_however_slow_the_line_where_the_viewer_asks_for_it() -> None:
    assert decide(VIDEO, Conditions(quality=Quality.BEST), 0, 100_000, 0) == 0


def test_a_slow_moment_costs_nothing_while_the_buffer_is_full() -> None:
    assert decide(VIDEO, Conditions(), 0, 8_500_000, 30_000) == 0
    assert decide(VIDEO, Conditions(), 0, 8_500_000, 3_000) == 1
    assert decide(VIDEO, Conditions(), 0, 4_000_000, 30_000) > 0


def test_what_was_fetched_last_counts_most_and_one_fetch_is_not_all() -> None:
    rate = Rate()
    assert rate.bps == 0
    rate.add(1_000_000, 1.0)
    assert rate.bps == pytest.approx(8_000_000, rel=0.01)
    for _ in range(20):
        rate.add(1_000_000, 1.0)
    rate.add(250_000, 4.0)
    assert rate.bps < 5_000_000
    rate.add(10_000_000, 1.0)
    assert rate.bps < 20_000_000


def test_small_fetches_count_together() -> None:
    rate = Rate()
    rate.add(1_000, 0.2)
    assert rate.bps == 0
    rate.add(99_000, 0.8)
    assert rate.bps == 800_000


def test_renditions_that_are_cut_differently_or_lack_parameter_sets_are_not_mixed() -> None:
    assert switchable(VIDEO)
    assert not switchable((VIDEO[0], replace(VIDEO[1], codecs="avc1.640028")))
    assert not switchable((VIDEO[0], replace(VIDEO[1], pieces=VIDEO[1].pieces[:-1])))
    fixed = Ladder((VIDEO[0], replace(VIDEO[1], codecs="avc1.640028")), Conditions(screen_height=700))
    assert fixed.piece(3) == VIDEO[1].pieces[2]


class Showing:
    """A film on a simulated line: segments one after the other, a buffer that plays out in between."""

    def __init__(self, line: list[float], target_ms: int = 30_000, *, abandons: bool = True) -> None:
        """``line`` is bits a second, second by second; its last value goes on for ever."""
        self.heights: list[int] = []
        self.stalled_ms = 0.0
        rate, ladder = Rate(), Ladder(VIDEO, Conditions())
        now_ms, buffer_ms = 0.0, 0.0
        for number in range(1, 151):
            ladder.throughput_bps, ladder.buffer_ms = rate.bps, round(buffer_ms)
            ladder.piece(number)
            taken = ladder.rendition_at((number - 1) * SEGMENT_MS)
            self.heights.append(taken.height)
            bits, start_ms, began_ms, pace = taken.size_bytes(number) * 8.0, now_ms, now_ms, Pace()
            while bits > 0:
                now_ms += 10
                bits -= line[min(int(now_ms // 1000), len(line) - 1)] / 100
                received = round(taken.size_bytes(number) - bits / 8)
                ladder.playing, ladder.buffer_ms = number > 1, round(buffer_ms - (now_ms - start_ms))
                bytes_a_second = pace.add(now_ms / 1000, received, ladder.due_s(0))
                better = ladder.relief(number, received, bytes_a_second, 0) if abandons and bits > 0 else None
                if better is not None:
                    rate.add(received, (now_ms - began_ms) / 1000)
                    rate.fell(carries_bps(bytes_a_second, ladder.due_s(0)))
                    ladder.throughput_bps = rate.bps
                    ladder.piece(number, better)
                    taken = ladder.rendition_at((number - 1) * SEGMENT_MS)
                    bits, began_ms, pace = taken.size_bytes(number) * 8.0, now_ms, Pace()
            self.heights[-1] = taken.height
            took_ms = now_ms - start_ms
            rate.add(taken.size_bytes(number), (now_ms - began_ms) / 1000)
            if number > 1:
                self.stalled_ms += max(0.0, took_ms - buffer_ms)
            buffer_ms = max(0.0, buffer_ms - took_ms) + SEGMENT_MS
            if buffer_ms > target_ms:
                now_ms += buffer_ms - target_ms
                buffer_ms = target_ms

    @property
    def switches(self) -> int:
        return sum(before != after for before, after in pairwise(self.heights))


def test_on_a_good_line_it_starts_safe_and_is_at_its_best_within_two_segments() -> None:
    showing = Showing([30e6])
    assert VIDEO[1].bandwidth_bps <= START_BPS
    assert showing.heights[0] == 720
    assert set(showing.heights[2:]) == {1080}
    assert (showing.switches, showing.stalled_ms) == (1, 0)


def test_a_line_that_collapses_and_comes_back_is_followed_without_a_stall() -> None:
    showing = Showing([20e6] * 60 + [1e6] * 60 + [20e6])
    assert 270 in showing.heights
    assert showing.heights[-1] == 1080
    assert showing.stalled_ms == 0
    assert showing.switches <= 8


def test_a_segment_that_is_needed_soon_is_judged_by_its_last_second() -> None:
    hasty, calm = Pace(), Pace()
    told = {
        pace: next(
            at for at in range(100) if 0 < pace.add(at / 10, min(at, 10) * 112_500 + at * 11_250, due_s) < 113_000
        )
        for pace, due_s in ((hasty, 3.0), (calm, 20.0))
    }
    assert told[hasty] == 20  # a second after the line fell
    assert told[calm] == 30


def test_a_line_that_fell_is_not_told_from_what_it_carried_before() -> None:
    rate = Rate()
    rate.add(5_000_000, 4.0)
    rate.fell(carries_bps(100_000, 20.0))
    assert rate.bps == 10_000_000, "with so much in memory it may be a moment"
    rate.fell(carries_bps(100_000, 2.0))
    assert rate.bps == 800_000
    rate.fell(5_000_000)
    assert rate.bps == 800_000
    rate.add(5_000_000, 4.0)
    assert rate.bps > 7_000_000, "and it may come back"


@pytest.mark.parametrize(
    ("line_bps", "begins_ms", "goes_on_ms"),
    [
        (0, 0, 0),  # nothing is known yet
        (800_000, 0, 0),
        (720_000, 6_000, 6_000),  # runs for a minute
        (600_000, 15_000, 9_000),  # nobody is made to wait for longer than this,
        (200_000, 8_250, 3_000),  # however little that brings
    ],
)
def test_a_film_begins_with_so_much_in_memory_that_it_runs_for_a_while(
    line_bps: int, begins_ms: int, goes_on_ms: int
) -> None:
    for longest_ms, wanted_ms in ((BEGIN_WAIT_MS, begins_ms), (AGAIN_WAIT_MS, goes_on_ms)):
        wanted = gather(line_bps, 800_000, longest_ms)
        assert (wanted.film_ms if wanted else 0) == wanted_ms
        assert (wanted.size_bytes if wanted else 0) == wanted_ms * 100


@given(st.integers(1, 10**7), st.integers(1, 10**7), st.integers(1, 60_000))
def test_what_is_waited_for_is_here_in_time(line_bps: int, needed_bps: int, longest_ms: int) -> None:
    wanted = gather(line_bps, needed_bps, longest_ms)
    assert (wanted is None) == (line_bps >= needed_bps)
    if wanted:
        assert wanted.size_bytes * 8000 <= longest_ms * line_bps + 4_000


def test_no_more_is_gathered_than_what_will_be_shown_needs() -> None:
    ladder = Ladder(VIDEO, Conditions())
    ladder.throughput_bps = 480_000
    assert ladder.gather(1, 0) == gather(480_000, 500_000, BEGIN_WAIT_MS) is not None
    assert ladder.gather(1, 100_000) == gather(480_000, 600_000, BEGIN_WAIT_MS)
    ladder.playing = True
    assert ladder.gather(1, 100_000) is None, "it runs, however little is left"
    ladder.halted = True
    assert ladder.gather(1, 100_000) == gather(480_000, 600_000, AGAIN_WAIT_MS)
    best = Ladder(VIDEO, Conditions(quality=Quality.BEST))
    best.throughput_bps = 6_000_000
    assert best.gather(1, 0) == gather(6_000_000, 8_000_000, BEGIN_WAIT_MS) is not None


def test_a_line_that_swings_does_not_swing_the_picture() -> None:
    showing = Showing([14e6, 9e6] * 400)
    assert showing.stalled_ms == 0
    assert showing.switches <= 4


def test_a_picture_that_came_down_rests_there_and_one_that_was_made_small_does_not() -> None:
    ladder = Ladder(VIDEO, Conditions())
    ladder.throughput_bps, ladder.buffer_ms = 30_000_000, 30_000

    def heights(numbers: range) -> list[int]:
        for number in numbers:
            ladder.piece(number)
        return [ladder.rendition_at((number - 1) * SEGMENT_MS).height for number in numbers]

    assert heights(range(1, 3)) == [1080, 1080]
    ladder.piece(2, 2)  # given up for a smaller one
    assert heights(range(3, 3 + REST)) == [VIDEO[2].height] * (REST - 1) + [1080]
    ladder.conditions = Conditions(screen_height=480)
    assert heights(range(8, 10)) == [VIDEO[cap(VIDEO, ladder.conditions)].height] * 2
    ladder.conditions = Conditions()
    assert heights(range(10, 12)) == [1080, 1080]


def test_a_picture_that_comes_down_while_it_rests_rests_for_twice_as_long() -> None:
    ladder = Ladder(VIDEO, Conditions())
    ladder.throughput_bps, ladder.buffer_ms = 30_000_000, 30_000
    ladder.piece(1)

    def rest_after(number: int, given_up: int) -> int:
        for down in range(given_up):
            ladder.piece(number + down, down + 1)
        last = number + given_up - 1
        after = range(last + 1, last + 25)
        for segment in after:
            ladder.piece(segment)
        return next(n for n in after if ladder.rendition_at((n - 1) * SEGMENT_MS).height == 1080) - last

    assert [rest_after(30 * n, n) for n in (1, 2, 3)] == [REST, 2 * REST, LONGEST_REST]
    assert rest_after(120, 1) == REST, "what was long ago does not count"


def test_a_line_below_the_lowest_rendition_still_plays_the_lowest() -> None:
    assert set(Showing([400e3]).heights[1:]) == {270}


SIZES = tuple(bps * SEGMENT_MS // 8000 for _, bps in RUNGS)


@pytest.mark.parametrize(
    ("received_bytes", "bytes_a_second", "due_s", "taken"),
    [
        (100_000, 0.0, 0.0, None),  # too early to tell
        (3_600_000, 900_000, 0.5, None),  # nearly there
        (500_000, 250_000, 20.0, None),  # there in 14 s, needed in 20
        (400_000, 200_000, 9.0, 1),  # 18 s are too many, the second takes 8.75
        (500_000, 250_000, 4.0, 2),
        (50_000, 25_000, 4.0, 3),  # not even the smallest is there in time, but it is there soonest
    ],
)
def test_a_segment_is_given_up_only_for_one_that_is_there_sooner(
    received_bytes: int, bytes_a_second: float, due_s: float, taken: int | None
) -> None:
    assert relief(SIZES, 0, received_bytes, bytes_a_second, due_s) == taken


@given(st.integers(0, 3), st.integers(0, 4_000_000), st.floats(0, 10_000_000), st.floats(-10, 100))
def test_what_is_taken_instead_is_worse_and_takes_less_than_half_of_what_is_left(
    now: int, received_bytes: int, bytes_a_second: float, due_s: float
) -> None:
    taken = relief(SIZES, now, received_bytes, bytes_a_second, due_s)
    if taken is not None:
        assert taken > now
        assert SIZES[taken] < (SIZES[now] - received_bytes) / 2
        assert (SIZES[now] - received_bytes) / bytes_a_second > due_s


def test_who_comes_down_comes_down_to_what_the_line_carries() -> None:
    assert relief(SIZES, 0, 0, 250_000, 10.0) == 1
    rates = [size * 2 for size in SIZES]
    assert relief(SIZES, 0, 0, 250_000, 10.0, rates) == 2
    assert relief(SIZES, 0, 0, 1_000, 20.0, rates) == len(SIZES) - 1


def test_the_smallest_is_never_given_up() -> None:
    assert relief(SIZES, 3, 1, 0.02, 0.0) is None


def test_the_pace_of_a_segment_is_that_of_its_last_bytes() -> None:
    pace = Pace()
    assert pace.add(0.0, 100_000) == 0
    for step in range(1, 10):
        assert pace.add(PATIENCE_S * step / 10, 100_000 + step * 20_000) == 0
    assert pace.add(PATIENCE_S, 300_000) == pytest.approx(200_000)
    last = 0.0
    for step in range(1, 50):
        last = pace.add(PATIENCE_S + step / 10, 300_000 + step * 1_000)
    assert last == pytest.approx(10_000, rel=0.01)


def test_an_outage_inside_a_segment_is_no_slow_line() -> None:
    pace = Pace()
    pace.add(0.0, 50_000)
    pace.add(0.4, 100_000)
    for step in range(10):
        assert pace.add(5.0 + PATIENCE_S * step / 10, 110_000 + step * 100_000) == 0
    assert pace.add(5.0 + PATIENCE_S, 1_110_000) == pytest.approx(1_000_000)


def test_what_a_line_carries_is_measured_while_it_is_up(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [0.0]
    monkeypatch.setattr("player.gateway.line.time.monotonic", lambda: clock[0])
    line = Line(Observer(lambda: None, lambda: None, lambda _error, _at: None))

    def fetched(received: Callable[[int], None]) -> bytes:
        for at, size in ((0.2, 100_000), (1.0, 500_000), (6.0, 500_100), (7.0, 1_000_000)):
            clock[0] = at
            received(size)
        return bytes(1_000_000)

    line.measured(fetched)
    assert line.throughput_bps == pytest.approx(1_000_000 * 8 / 2, rel=0.01)


def test_giving_a_segment_up_saves_the_picture_where_a_line_collapses_to_a_twentieth() -> None:
    line = [20e6] * 20 + [1e6] * 60
    patient, quick = Showing(line, 8_000, abandons=False), Showing(line, 8_000)
    assert patient.stalled_ms > 15_000
    assert quick.stalled_ms < 2_000


def test_the_best_is_waited_for_where_the_viewer_asks_for_it() -> None:
    ladder = Ladder(VIDEO, Conditions(quality=Quality.BEST))
    ladder.piece(1)
    ladder.playing = True
    assert ladder.relief(1, 1_000, 100.0, 0) is None


def test_before_the_film_plays_a_slow_segment_is_given_up_only_where_it_would_take_long() -> None:
    ladder = Ladder(VIDEO, Conditions())
    piece = ladder.piece(1)
    assert piece
    size = ladder.leading.size_bytes(1)
    assert ladder.relief(1, size // 10, size * 0.9 / 5.5, 0) is None
    assert ladder.relief(1, size // 10, size * 0.9 / 20, 0) is not None


def test_a_line_that_carries_what_is_shown_but_no_more_changes_nothing() -> None:
    for line_bps in (4_400_000, 7_000_000, 13_000_000):
        assert decide(VIDEO, Conditions(), 1, line_bps, 4_000) == 1
    assert decide(VIDEO, Conditions(), 1, 3_800_000, 10_000) == 1
    assert decide(VIDEO, Conditions(), 2, 4_700_000, 10_000) == 2
    assert decide(VIDEO, Conditions(), 2, 4_000_000, 20_000) == 2
    assert decide(VIDEO, Conditions(), 2, 4_700_000, 20_000) == 1, "with a full memory less is spared"
    assert decide(VIDEO, Conditions(), 1, 3_600_000, 6_000) == 2
