"""Sounds, night mode, delay and speed on real libmpv."""

import re
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import filmstock
import pytest
from PySide6.QtCore import QTimer

from core import Cancel
from films import ffmpeg_path
from player import Feature, Player, Received, Speakers, Status
from player.options import NIGHT
from player.presentation import Piece


@pytest.fixture(scope="module")
def two_sounds(film: Path) -> Path:
    """The film with a second sound of one channel: ``2_*.m4s``."""
    hls = ("-f", "hls", "-hls_segment_type", "fmp4", "-hls_time", str(filmstock.SEGMENT_S), "-hls_playlist_type", "vod")
    subprocess.run(
        [
            *(ffmpeg_path(), "-v", "error", "-y", "-f", "lavfi"),
            *("-i", "sine=frequency=660:sample_rate=48000:duration=20", "-ac", "2", "-c:a", "aac", *hls),
            *("-hls_fmp4_init_filename", "init_2.mp4", "-hls_segment_filename", "2_%d.m4s", "2.m3u8"),
        ],
        cwd=film,
        check=True,
    )
    return film


@pytest.fixture
def asked() -> list[str]:
    return []


@pytest.fixture
def feature(two_sounds: Path, asked: list[str]) -> Feature:
    made, read = filmstock.presentation(two_sounds), filmstock.reader(two_sounds)
    first = made.audio[0]
    pieces = tuple(replace(piece, path=piece.path.replace("1_", "2_", 1)) for piece in first.pieces)
    talk = replace(first, id="talk", language="en", role="commentary", init=Piece("init_2.mp4"), pieces=pieces)

    def fetch(path: str, size: int | None, cancel: Cancel, received: Received) -> bytes:
        asked.append(path)
        return read(path, size, cancel, received)

    return Feature(replace(made, audio=(first, talk)), fetch=fetch)


def heard(player: Player) -> int:
    """The channels of the sound that is playing."""
    return int((player.engine.handle.audio_params or {}).get("channel-count", 0))


def test_only_the_sound_that_is_heard_is_fetched(
    screening: Any, feature: Feature, asked: list[str], until: Any
) -> None:
    player: Player = screening.player
    player.open(feature)
    until(lambda: player.state.position_ms > 1_000)
    assert heard(player) == 1
    assert "init_2.mp4" not in asked


def test_another_sound_goes_on_at_the_same_place(
    screening: Any, feature: Feature, asked: list[str], until: Any
) -> None:
    player: Player = screening.player
    player.open(feature)
    until(lambda: player.state.position_ms > 5_000)
    at_ms = player.state.position_ms
    del asked[:]
    player.set_sound(1)
    until(lambda: heard(player) == 2 and player.state.position_ms > at_ms + 200)
    assert player.state.position_ms < at_ms + 3_000
    assert player.state.sound == 1
    assert [path for path in asked if path.startswith("1_")] == []
    assert "2_0.m4s" not in asked
    assert player.state.diagnostics.stalls == 0
    frame = screening.frame_number()
    assert abs(frame * 1000 / filmstock.FPS - player.state.position_ms) < 100
    assert player.state.seen[0] == (0, player.state.seen[0][1])


def test_a_sound_chosen_while_the_graphics_are_lost_waits_for_them(
    screening: Any, feature: Feature, until: Any
) -> None:
    player: Player = screening.player
    player.open(feature)
    until(lambda: player.state.position_ms > 1_000)
    player.renderer_gone()
    until(lambda: player.engine.handle.idle_active)
    player.set_sound(1)
    chosen = []
    QTimer.singleShot(400, lambda: chosen.append(True))
    until(lambda: chosen)
    assert player.engine.handle.idle_active
    at_ms = player.state.position_ms
    player.renderer_ready()
    until(lambda: heard(player) == 2 and player.state.position_ms > at_ms + 200)


def test_a_sound_chosen_while_paused_leaves_the_film_paused(screening: Any, feature: Feature, until: Any) -> None:
    player: Player = screening.player
    player.open(feature)
    until(lambda: player.state.position_ms > 1_000)
    player.pause()
    player.set_sound(1)
    until(lambda: heard(player) == 2)
    at_ms = player.state.position_ms
    until(lambda: player.engine.handle.pause)
    assert player.state.status is Status.PAUSED
    assert abs(player.state.position_ms - at_ms) < 100


def test_a_film_may_begin_with_any_of_its_sounds_and_unknown_ones_change_nothing(
    screening: Any, feature: Feature, asked: list[str], until: Any
) -> None:
    player: Player = screening.player
    player.open(feature, sound=1)
    until(lambda: player.state.position_ms > 500)
    assert heard(player) == 2
    assert [path for path in asked if path.startswith("1_")] == []
    player.set_sound(2)
    player.set_sound(-1)
    assert player.state.sound == 1


def test_night_and_delay_reach_libmpv_and_the_film_goes_on(screening: Any, feature: Feature, until: Any) -> None:
    player: Player = screening.player
    player.set_night(on=True)
    player.open(feature)
    player.set_sound_delay(-250)
    until(lambda: player.state.position_ms > 1_000)
    handle = player.engine.handle
    assert [entry["name"] for entry in handle.af] == ["lavfi"]
    assert handle.audio_delay == -0.25
    player.set_night(on=False)
    player.set_sound_delay(99_999)
    until(lambda: handle.af == [] and handle.audio_delay == 5)
    assert player.state.status is Status.PLAYING


def test_night_brings_loud_and_quiet_nearer_to_each_other(tmp_path: Path) -> None:
    def loudness(second: int, filters: str) -> float:
        sound = "aevalsrc='if(lt(t,3),0.02,0.8)*sin(660*t)':s=48000:d=6"
        measure = f"{filters}atrim={second}:{second + 1},volumedetect"
        answer = subprocess.run(
            [ffmpeg_path(), "-hide_banner", "-f", "lavfi", "-i", sound, "-af", measure, "-f", "null", "-"],
            capture_output=True,
            text=True,
            check=True,
            cwd=tmp_path,
        )
        return float(re.findall(r"mean_volume: (-?[\d.]+) dB", answer.stderr)[0])

    night = NIGHT.removeprefix("lavfi=[").removesuffix("]") + ","
    by_day, by_night = (loudness(4, filters) - loudness(1, filters) for filters in ("", night))
    assert by_day == pytest.approx(32, abs=0.5)
    assert by_night < 18
    assert loudness(1, night) > loudness(1, "") + 6
    assert loudness(4, night) < -0.5


def test_the_film_runs_faster_where_the_rules_allow_it_and_all_of_it_counts_as_seen(
    screening: Any, feature: Feature, until: Any
) -> None:
    player: Player = screening.player
    player.open(replace(feature, seek_allowed=False))
    until(lambda: player.state.position_ms > 200)
    player.set_speed(200)
    assert player.state.speed_percent == 100
    player.open(feature)
    until(lambda: player.state.position_ms > 200)
    player.set_speed(999)
    assert player.state.speed_percent == 200
    until(lambda: player.state.position_ms > 4_000)
    assert player.engine.handle.speed == 2
    ((begin_ms, end_ms),) = player.state.seen
    assert begin_ms < 100  # a busy machine may draw the second frame first
    assert end_ms > 4_000


def test_single_frames_are_shown_forward_and_back(screening: Any, feature: Feature, until: Any) -> None:
    player: Player = screening.player
    player.open(feature)
    until(lambda: player.state.position_ms > 1_000)
    player.pause()
    until(lambda: player.engine.handle.core_idle)
    first = screening.frame_number()
    player.step_frame(forward=True)
    until(lambda: screening.frame_number() == first + 1)
    player.step_frame(forward=False)
    until(lambda: screening.frame_number() == first)
    until(lambda: player.state.position_ms == pytest.approx(first * 1000 / filmstock.FPS, abs=2))
    assert player.state.status is Status.PAUSED


def test_the_speakers_can_be_changed_while_it_plays(screening: Any, feature: Feature, until: Any) -> None:
    player: Player = screening.player
    player.set_speakers(Speakers.RECEIVER)
    player.open(feature)
    until(lambda: player.state.position_ms > 500)
    handle = player.engine.handle
    assert handle.audio_spdif == "ac3,eac3,dts"
    player.set_speakers(Speakers.STEREO)
    at_ms = player.state.position_ms
    until(lambda: player.state.position_ms > at_ms + 500)
    assert handle.audio_spdif == ""
    assert "stereo" in handle.audio_channels
