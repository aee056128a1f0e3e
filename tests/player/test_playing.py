"""The player on real libmpv."""

import itertools
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import filmstock
import pytest
from PySide6.QtCore import QElapsedTimer

from core import Cancel, CinemaError, Code
from films import Cue, Note, NoteTrack
from player import Player, Received, Status, local_feature, options
from player.state import Starved

FRAME_MS = 1000 / filmstock.FPS


def notes(*spans: tuple[int, int]) -> dict[str, NoteTrack]:
    made = tuple(
        Note(id=f"n{start}", start_ms=start, end_ms=end, commentator="c", topic="craft", title=str(start), body="b")
        for start, end in spans
    )
    return {"en": NoteTrack("en", (), made)}


def test_a_film_plays_from_its_first_frame(screening: Any, film: Path, until: Callable[..., None]) -> None:
    player: Player = screening.player
    player.open(filmstock.clear_feature(film))
    assert str(player.state.status) == "opening"
    until(lambda: player.state.diagnostics.frames_shown > 10)
    assert str(player.state.status) == "playing"
    assert player.state.duration_ms == 20_000
    player.refresh_diagnostics()
    facts = player.state.diagnostics
    assert (facts.width, facts.height, facts.fps, facts.video_codec) == (512, 288, 24.0, "h264")
    assert facts.drawing == "software"
    assert player.state.seen[0][0] == 0


def test_a_drawing_begins_without_waiting_for_libmpv(screening: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its core may be waiting for the frame that is to be drawn, and counts one that is late as dropped."""
    with monkeypatch.context() as patch:
        patch.setattr(screening.player.engine, "handle", None)
        assert screening.player.engine.drawing_begins() == 0


def test_what_is_on_screen_is_the_frame_of_the_position(screening: Any, film: Path, until: Callable[..., None]) -> None:
    player: Player = screening.player
    player.open(filmstock.clear_feature(film))
    until(lambda: player.state.diagnostics.frames_shown > 5)
    player.pause()
    until(lambda: player.state.status is Status.PAUSED)
    for target in (5000, 1000, 18_250, 9_999, 0):
        player.seek(target)
        shown = player.state.diagnostics.frames_shown
        # A frame that was on its way before the seek may still come first.
        until(
            lambda shown=shown, target=target: (
                player.state.diagnostics.frames_shown > shown
                and abs(player.state.position_ms - target) <= FRAME_MS + 1
                and abs(player.state.position_ms - screening.frame_number() * FRAME_MS) <= 1
            )
        )


@pytest.mark.parametrize("start_ms", [2_000, 7_300, 15_000])
def test_a_film_resumes_at_its_place(screening: Any, film: Path, until: Callable[..., None], start_ms: int) -> None:
    player: Player = screening.player
    player.open(filmstock.clear_feature(film, start_ms=start_ms))
    until(lambda: player.state.diagnostics.frames_shown > 8)
    assert player.state.status is Status.PLAYING
    assert start_ms - 1 <= player.state.seen[0][0] <= start_ms + 2 * FRAME_MS
    player.seek(500)
    until(lambda: player.state.position_ms < 2_000 and len(player.seek_ms) == 1)
    assert abs(player.state.position_ms - screening.frame_number() * FRAME_MS) <= 1
    until(lambda: player.state.position_ms > 1_000)


def test_an_encrypted_film_plays_and_its_notes_stand_on_their_frames(
    screening: Any, film: Path, tmp_path: Path, until: Callable[..., None]
) -> None:
    player: Player = screening.player
    cues = {"en": (Cue("1", 250, 500, ("Hello",)), Cue("2", 500, 700, ("again",)))}
    feature = filmstock.encrypted_feature(film, tmp_path / "sealed", subtitles=cues, notes=notes((375, 900)))
    player.set_subtitles("en")
    player.set_notes("en")
    seen: list[tuple[int, tuple[str, ...], bool]] = []
    show = screening.player.frame_due

    def frame_due(position_s: float, *, fresh: bool, visible: bool) -> None:
        show(position_s, fresh=fresh, visible=visible)
        seen.append((screening.frame_number(), player.state.subtitle_lines, player.state.note is not None))

    screening.player.frame_due = frame_due
    player.open(feature)
    until(lambda: player.state.position_ms > 1_200)
    assert {number for number, lines, _ in seen if lines == ("Hello",)} <= set(range(6, 12))
    assert {number for number, lines, _ in seen if lines == ("again",)} <= set(range(12, 17))
    assert {number for number, _, note in seen if note} <= set(range(9, 22))
    assert {"Hello", "again"} <= {line for _, lines, _ in seen for line in lines}
    assert any(note for _, _, note in seen)


def test_the_end_is_reached_and_play_begins_again(screening: Any, film: Path, until: Callable[..., None]) -> None:
    player: Player = screening.player
    player.open(filmstock.clear_feature(film, start_ms=19_000))
    until(lambda: player.state.status is Status.ENDED)
    assert player.state.position_ms == 20_000
    player.play()
    until(lambda: player.state.status is Status.PLAYING and 0 < player.state.position_ms < 5_000)


def test_a_stall_that_one_film_ended_in_is_not_counted_for_the_next(
    screening: Any, film: Path, until: Callable[..., None]
) -> None:
    player: Player = screening.player
    for _ in range(2):
        player.open(filmstock.clear_feature(film))
        until(lambda: player.state.position_ms > 300)
        player._arrive(player._turn, Starved(True))
    player._arrive(player._turn, Starved(False))
    assert (player.state.diagnostics.stalls, player.state.diagnostics.stall_ms < 200) == (1, True)


def test_seeking_is_refused_where_the_house_forbids_it(screening: Any, film: Path, until: Callable[..., None]) -> None:
    player: Player = screening.player
    player.open(filmstock.clear_feature(film, seek_allowed=False))
    until(lambda: player.state.diagnostics.frames_shown > 3)
    player.seek(10_000)
    until(lambda: player.state.diagnostics.frames_shown > 8)
    assert player.state.position_ms < 5_000


def test_a_missing_key_stops_with_its_code(screening: Any, film: Path, tmp_path: Path, until: Any) -> None:
    sealed = filmstock.encrypted_feature(film, tmp_path / "sealed")

    def refuse(_key_id: str) -> bytes:
        raise CinemaError(Code.KEY_MISSING, "There is no key.")

    player: Player = screening.player
    player.open(filmstock.Feature(sealed.presentation, fetch=sealed.fetch, key=refuse))
    until(lambda: player.state.status is Status.FAILED)
    assert player.state.error is Code.KEY_MISSING
    player.open(filmstock.clear_feature(film))
    until(lambda: player.state.status is Status.PLAYING)


def test_the_failure_of_an_earlier_film_never_stops_a_later_one(
    screening: Any, film: Path, tmp_path: Path, until: Any
) -> None:
    torn = tmp_path / "torn.mkv"
    torn.write_bytes(b"no film at all")
    player: Player = screening.player
    for wait_ms in (0, 5, 20, 40, 80):
        player.open(local_feature(torn))
        passed = QElapsedTimer()
        passed.start()
        until(lambda passed=passed, wait_ms=wait_ms: passed.elapsed() >= wait_ms)
        player.open(filmstock.clear_feature(film))
        until(lambda: player.state.status is not Status.OPENING)
        assert player.state.status is Status.PLAYING, player.state.error


def test_a_closed_player_may_be_closed_again(film: Path) -> None:
    player = Player(drawing="software")
    player.close()
    player.close()


def test_a_line_that_drops_holds_the_picture_and_resumes(screening: Any, film: Path, until: Any) -> None:
    down = threading.Event()
    read = filmstock.reader(film)

    def fetch(path: str, size: int | None, cancel: Cancel, received: Received) -> bytes:
        if down.is_set() and path.endswith(("_4.m4s", "_5.m4s", "_6.m4s")):
            raise CinemaError(Code.OFFLINE, "The line is down.")
        return read(path, size, cancel, received)

    down.set()
    player: Player = screening.player
    player.open(filmstock.Feature(filmstock.presentation(film), fetch=fetch))
    until(lambda: player.state.status is Status.RECONNECTING, 20)
    down.clear()
    until(lambda: player.state.status is Status.PLAYING and player.state.position_ms > 8_500, 20)
    assert player.state.diagnostics.stalls == 1


def test_a_film_that_is_paused_is_read_on_and_does_not_move(screening: Any, film: Path, until: Any) -> None:
    read = filmstock.reader(film)

    def fetch(path: str, size: int | None, cancel: Cancel, received: Received) -> bytes:
        cancel.wait(0.25)
        return read(path, size, cancel, received)

    player: Player = screening.player
    player.open(filmstock.Feature(filmstock.presentation(film), fetch=fetch))
    until(lambda: player.state.status is Status.PLAYING)
    player.pause()
    held_ms, ready_ms = player.state.position_ms, player.state.buffered_ms
    assert ready_ms < 10_000
    until(lambda: player.state.buffered_ms >= 18_000, 20)
    assert player.state.status is Status.PAUSED
    assert player.state.position_ms - held_ms < 4 * FRAME_MS


def test_a_plain_file_plays(screening: Any, tmp_path: Path, film: Path, until: Any) -> None:
    whole = tmp_path / "film.mp4"
    whole.write_bytes((film / "init_0.mp4").read_bytes() + (film / "0_0.m4s").read_bytes())
    player: Player = screening.player
    player.open(filmstock.Feature(filmstock.Presentation(0, file=whole), fetch=filmstock.reader(tmp_path)))
    until(lambda: player.state.status is Status.ENDED)
    assert player.state.duration_ms == pytest.approx(2000, abs=50)


@pytest.mark.usefixtures("application")
def test_opening_and_closing_leaves_nothing_behind(film: Path, until: Any) -> None:
    from conftest import Screening

    def files() -> int:
        return len(list(Path("/proc/self/fd").iterdir())) if Path("/proc/self/fd").exists() else 0

    counts = []
    for _ in range(6):
        made = Screening()
        made.player.open(filmstock.clear_feature(film))
        until(lambda made=made: made.player.state.diagnostics.frames_shown > 1)
        made.close()
        counts.append((threading.active_count(), files()))
    assert counts[-1] == counts[1]


def test_an_outage_longer_than_ffmpeg_s_patience_costs_no_frame(
    application: Any, film: Path, until: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(options.FIXED, "network-timeout", "2")  # type: ignore[arg-type]
    monkeypatch.setattr("player.gateway.server.AWAKE_S", 0.5)
    down = threading.Event()
    down.set()
    read = filmstock.reader(film)
    numbers: list[int] = []

    def fetch(path: str, size: int | None, cancel: Cancel, received: Received) -> bytes:
        if down.is_set() and path.endswith(("_2.m4s", "_3.m4s", "_4.m4s")):
            raise CinemaError(Code.OFFLINE, "The line is down.")
        return read(path, size, cancel, received)

    from conftest import Screening

    made = Screening()
    player = made.player
    player.stateChanged.connect(lambda: numbers.append(player.state.position_ms))
    player.open(filmstock.Feature(filmstock.presentation(film), fetch=fetch))
    until(lambda: player.state.status is Status.RECONNECTING, 20)
    held_ms = player.state.position_ms
    waited = QElapsedTimer()
    waited.start()
    until(lambda: waited.elapsed() > 6_000)
    assert player.state.status is Status.RECONNECTING
    assert player.state.position_ms == held_ms
    down.clear()
    until(lambda: player.state.position_ms > held_ms + 1_500, 20)
    steps = [later - earlier for earlier, later in itertools.pairwise(dict.fromkeys(numbers))]
    assert max(steps) < 4 * FRAME_MS
    made.close()


def test_nobody_notices_an_outage_of_ten_seconds_with_fifteen_buffered(
    screening: Any, tmp_path: Path, until: Any
) -> None:
    folder = filmstock.make_hls(tmp_path / "long", seconds=40)
    read = filmstock.reader(folder)
    down = threading.Event()
    refused: list[str] = []

    def fetch(path: str, size: int | None, cancel: Cancel, received: Received) -> bytes:
        if down.is_set():
            refused.append(path)
            raise CinemaError(Code.OFFLINE, "The line is down.")
        cancel.wait(0.4)
        return read(path, size, cancel, received)

    player: Player = screening.player
    player.open(filmstock.Feature(filmstock.presentation(folder), fetch=fetch))
    until(lambda: player.state.buffered_ms - player.state.position_ms >= 15_000, 30)
    down.set()
    outage = QElapsedTimer()
    outage.start()
    frames = [player.state.diagnostics.frames_shown]
    while outage.elapsed() < 10_000:
        until(lambda: outage.elapsed() >= 1_000 * len(frames))
        frames.append(player.state.diagnostics.frames_shown)
        assert player.state.status is Status.PLAYING
    down.clear()
    shown = [later - earlier for earlier, later in itertools.pairwise(frames)]
    assert min(shown) > filmstock.FPS * 0.75, shown
    assert refused
    until(lambda: player.state.buffered_ms - player.state.position_ms >= 8_000, 20)
    assert (player.state.diagnostics.stalls, player.state.diagnostics.stall_ms) == (0, 0)
