"""The pure parts: state, cues, spans of film, options, the choice of drawing."""

import itertools
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from core import CinemaError, Code
from films import Cue
from player import PlayerState, Status, Track
from player import state as events
from player.drawing import choose_drawing, distrust, judge
from player.intervals import total_ms, with_interval
from player.options import FILE_LAVF, FIXED, LoadOptions, disagreeing, fitting
from player.state import Event, reduce

OPEN = reduce(reduce(PlayerState(), events.Opened(10_000, 0)), events.FirstFrame())
BROKEN = CinemaError(Code.SEGMENT_CORRUPT, "A part arrived altered.")


def after(*happened: Event, start: PlayerState = OPEN) -> PlayerState:
    state = start
    for event in happened:
        state = reduce(state, event)
    return state


@pytest.mark.parametrize(
    ("happened", "status"),
    [
        ([], Status.PLAYING),
        ([events.PauseSet(paused=True)], Status.PAUSED),
        ([events.PauseSet(paused=True), events.PauseSet(paused=False)], Status.PLAYING),
        ([events.LineDown(down=True)], Status.PLAYING),
        ([events.LineDown(down=True), events.Starved(starved=True)], Status.RECONNECTING),
        ([events.LineDown(down=True), events.Starved(starved=True), events.LineDown(down=False)], Status.PLAYING),
        ([events.Ended()], Status.ENDED),
        ([events.Ended(), events.Moved(9_000)], Status.ENDED),
        ([events.Ended(), events.Moved(0, jumped=True)], Status.PLAYING),
        ([events.Failed(BROKEN)], Status.FAILED),
        ([events.Failed(BROKEN), events.Moved(1)], Status.FAILED),
        ([events.Stopped()], Status.IDLE),
        ([events.Stopped(), events.Ended()], Status.IDLE),
        ([events.Opened(5, 0)], Status.OPENING),
        ([events.Opened(5, 0), events.PauseSet(paused=True)], Status.OPENING),
        ([events.Failed(BROKEN), events.Opened(5, 0)], Status.OPENING),
    ],
)
def test_what_happens_decides_the_status(happened: list[Event], status: Status) -> None:
    assert after(*happened).status is status


def test_a_failure_keeps_its_code_until_something_else_is_opened() -> None:
    failed = after(events.Failed(BROKEN))
    assert (failed.error, failed.error_message) == (Code.SEGMENT_CORRUPT, "A part arrived altered.")
    assert after(events.Opened(5, 0), start=failed).error is None


def test_only_film_that_moved_on_screen_counts_as_seen() -> None:
    state = after(*(events.Moved(at) for at in range(0, 1_001, 40)))
    assert state.seen == ((0, 1_000),)
    state = after(events.Moved(5_000, jumped=True), events.Moved(5_040), events.Moved(9_000), start=state)
    assert state.seen == ((0, 1_000), (5_000, 5_040))
    state = after(events.PauseSet(paused=True), events.Moved(9_040), start=state)
    assert total_ms(state.seen) == 1_040
    assert state.shown_ms == 1_040
    again = after(events.Moved(0, jumped=True), *(events.Moved(at) for at in range(40, 401, 40)), start=OPEN)
    again = after(events.Moved(0, jumped=True), *(events.Moved(at) for at in range(40, 401, 40)), start=again)
    assert (total_ms(again.seen), again.shown_ms) == (400, 800), "what is seen again is shown again"
    assert after(events.Opened(10_000, 0, again.seen), start=again).shown_ms == 0, "each sitting counts its own"


def test_the_length_that_libmpv_found_counts_where_none_was_known() -> None:
    assert after(events.Measured(7)).duration_ms == 10_000
    assert after(events.Opened(0, 0), events.Measured(7)).duration_ms == 7
    assert after(events.Buffered(3_000)).buffered_ms == 3_000


@given(some.lists(some.tuples(some.integers(0, 200), some.integers(0, 200)), max_size=20))
def test_spans_join_to_exactly_the_film_they_cover(spans: list[tuple[int, int]]) -> None:
    joined: tuple[tuple[int, int], ...] = ()
    covered: set[int] = set()
    for start, end in spans:
        joined = with_interval(joined, start, end)
        covered |= set(range(start, end))
    assert {ms for start, end in joined for ms in range(start, end)} == covered
    assert all(end < start for (_, end), (start, _) in itertools.pairwise(joined))
    assert total_ms(joined) == len(covered)


@given(some.lists(some.tuples(some.integers(0, 3000), some.integers(1, 900)), max_size=30), some.integers(0, 4000))
def test_a_cue_is_on_screen_from_its_start_up_to_its_end(spans: list[tuple[int, int]], moment: int) -> None:
    cues = [Cue(str(index), start, start + length, ("x",)) for index, (start, length) in enumerate(spans)]
    track = Track(cues)
    assert set(track.at(moment)) == {cue for cue in cues if cue.start_ms <= moment < cue.end_ms}
    assert track.begun(moment) == sum(cue.start_ms <= moment for cue in cues)


def test_options_follow_the_build() -> None:
    old, new = fitting({"load-osd-console", "ytdl"}), fitting({"load-osd-console", "load-console", "ytdl"})
    assert old == {**FIXED, "hwdec": "auto-safe", "load-osd-console": "no", "ytdl": "no"}
    assert new == {**FIXED, "hwdec": "auto-safe", "load-console": "no", "ytdl": "no"}
    assert fitting((), hardware_decoding=False) == {**FIXED, "hwdec": "no"}


@pytest.mark.parametrize(
    ("name", "wanted", "found", "agrees"),
    [
        ("ytdl", "no", False, True),
        ("ytdl", "no", True, False),
        ("network-timeout", "2000", 2000.0, True),
        ("demuxer-max-bytes", "256MiB", 256 << 20, True),
        ("demuxer-lavf-o", "protocol_whitelist=[http,tcp]", {"protocol_whitelist": "http,tcp"}, True),
        ("demuxer-lavf-o", "protocol_whitelist=[http,tcp]", {"protocol_whitelist": "file"}, False),
        ("vo", "libmpv", [{"name": "libmpv"}], True),
        ("input-ipc-server", "", "", True),
        ("hwdec", "no", "auto", False),
        ("hwdec", "no", None, False),
    ],
)
def test_what_is_read_back_must_be_what_was_set(name: str, wanted: str, found: object, agrees: bool) -> None:
    assert disagreeing({name: wanted}, {name: found}) == (None if agrees else name)


def test_what_is_played_decides_what_ffmpeg_may_open() -> None:
    assert FILE_LAVF in LoadOptions(plain_file=True).as_text()
    assert "demuxer-lavf-format=%3%hls" in LoadOptions(start_ms=1500, film_time=True).as_text()
    assert "rebase-start-time=%2%no" in LoadOptions(film_time=True).as_text()


@pytest.mark.parametrize(
    ("renderer", "kind"),
    [
        ("llvmpipe (LLVM 15.0.6, 256 bits)", "software"),
        ("none: no display", "software"),
        ("", "software"),
        ("Mesa Intel(R) UHD Graphics 620 (KBL GT2)", "gl"),
        ("NVIDIA GeForce RTX 3060/PCIe/SSE2", "gl"),
    ],
)
def test_opengl_draws_where_a_real_gpu_answers(renderer: str, kind: str) -> None:
    assert judge(renderer).kind == kind


def test_a_flag_overrides_what_the_machine_has() -> None:
    assert choose_drawing("gl", apply=False).kind == "gl"
    assert choose_drawing("software", apply=False).kind == "software"


def test_opengl_that_failed_once_is_left_alone_until_reboot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    distrust()
    assert choose_drawing("auto", apply=False).kind == "software"
    assert choose_drawing("gl", apply=False).kind == "gl"


def test_a_fault_further_on_is_told_when_the_film_comes_to_it() -> None:
    fault = events.Failed(BROKEN, at_ms=4_000)
    state = after(events.Moved(1_000), fault)
    assert (state.status, state.error) == (Status.PLAYING, None)
    assert reduce(state, events.Moved(3_958)).status is Status.PLAYING
    for event in (events.Moved(4_000), events.Moved(9_000, jumped=True), events.Starved(starved=True), events.Ended()):
        assert (reduce(state, event).status, reduce(state, event).error) == (Status.FAILED, Code.SEGMENT_CORRUPT)
    assert reduce(reduce(state, events.Opened(60_000, 0)), events.Moved(5_000)).error is None


@pytest.mark.parametrize("position_ms", [4_000, 9_000])
def test_a_fault_at_or_before_the_place_is_told_at_once(position_ms: int) -> None:
    fault = events.Failed(BROKEN, at_ms=4_000)
    assert after(events.Moved(position_ms), fault).error is Code.SEGMENT_CORRUPT
