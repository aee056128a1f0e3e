"""One film in three renditions on a line that changes, on real libmpv."""

from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import filmstock
import numpy as np
import pytest
from conftest import Screening

from core import Cancel
from player import Conditions, Feature, Player, Presentation, Received, Status, options
from player.gateway import Quality

SEGMENT_S = 2


class Line:
    """Reads a folder no faster than so many bits a second, and keeps what was asked for."""

    def __init__(self, folder: Path, bps: float) -> None:
        self._folder = folder
        self.bps = bps
        self.asked: list[str] = []

    def __call__(self, path: str, _size: int | None, cancel: Cancel, _received: Received) -> bytes:
        self.asked.append(path)
        data = (self._folder / path).read_bytes()
        cancel.wait(len(data) * 8 / self.bps)
        return data

    def heights(self) -> list[int]:
        """Of the segments of the picture, in the order they were asked for."""
        return [int(path.split("/")[0]) for path in self.asked if "/0_" in path]


@pytest.fixture(scope="module")
def ladder(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Presentation]:
    folder = tmp_path_factory.mktemp("ladder")
    return folder, filmstock.ladder(folder, 16)


def test_the_picture_changes_its_size_without_a_gap(screening: Any, ladder: Any, until: Any) -> None:
    folder, presentation = ladder
    line = Line(folder, 20e6)
    player: Player = screening.player
    player.open(Feature(presentation, fetch=line), Conditions(trusted_bps=600_000))
    numbers: list[int] = []
    widths: set[int] = set()

    def ended() -> bool:
        drawn = screening.item.drawn_picture
        if drawn is not None and drawn.image is not None and player.state.status is Status.PLAYING:
            number = screening.frame_number()
            if not numbers or number != numbers[-1]:
                numbers.append(number)
            widths.add(player.state.diagnostics.width)
        return player.state.status is Status.ENDED

    until(ended, limit_s=40)
    assert (line.heights()[0], line.heights()[-1]) == (144, 288)
    assert {256, 512} <= widths
    assert numbers == sorted(numbers), "no frame comes again"
    assert max(after - before for before, after in pairwise(numbers)) <= 6
    assert player.state.diagnostics.stalls == 0


def test_a_change_of_wish_holds_from_the_next_segment(screening: Any, ladder: Any, until: Any) -> None:
    folder, presentation = ladder
    line = Line(folder, 3e6)
    player: Player = screening.player
    player.open(Feature(presentation, fetch=line), Conditions(quality=Quality.BEST))
    until(lambda: player.state.status is Status.PLAYING)
    assert set(line.heights()) == {288}
    assert player.conditions.quality is Quality.BEST


class CollapsingLine(Line):
    """Carries segments as large as their bandwidth says; from one of them on it carries little."""

    def __init__(self, folder: Path, bps: float, left_bps: float, after: int) -> None:
        super().__init__(folder, bps)
        self.left_bps = left_bps
        self.after = after
        self.given_up: list[str] = []

    def __call__(self, path: str, _size: int | None, cancel: Cancel, received: Received) -> bytes:
        self.asked.append(path)
        if len(self.heights()) >= self.after:
            self.bps = self.left_bps
        data = (self._folder / path).read_bytes()
        bandwidths = {str(height): bps for _, height, bps in filmstock.LADDER}
        size = bandwidths[path.split("/", maxsplit=1)[0]] * SEGMENT_S // 8 if "/0_" in path else len(data)
        try:
            for come in range(0, size, size // 50):
                received(come)
                cancel.wait(size / 50 * 8 / self.bps)
                cancel.check()
        except Exception:
            self.given_up.append(path)
            raise
        return data


def test_a_segment_that_comes_too_slowly_is_given_up_for_a_smaller_one(
    screening: Any, ladder: tuple[Path, Presentation], until: Any
) -> None:
    folder, presentation = ladder
    line = CollapsingLine(folder, 20e6, left_bps=600_000, after=2)
    player: Player = screening.player
    player.open(Feature(presentation, fetch=line), Conditions(trusted_bps=10_000_000))
    until(lambda: line.given_up and player.state.position_ms > 6_000, limit_s=40)
    number = line.given_up[0].rpartition("/")[2]
    heights = [int(path.split("/")[0]) for path in line.asked if path.endswith("/" + number)]
    assert (heights[0], heights[-1]) == (288, 144)


def test_the_sound_goes_through_a_change_of_the_picture_without_a_click(
    application: Any, ladder: Any, until: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert application is not None
    heard, rate = tmp_path / "heard", 48_000
    into = {"ao": "pcm", "ao-pcm-file": str(heard), "ao-pcm-waveheader": "no", "audio-format": "s16"}
    for name, value in into.items():
        monkeypatch.setitem(options.FIXED, name, value)  # type: ignore[arg-type]
    folder, whole = ladder
    video, audio = (
        tuple(replace(stream, pieces=stream.pieces[:4]) for stream in streams) for streams in (whole.video, whole.audio)
    )
    presentation = Presentation(video[0].duration_ms, video, audio)
    line = Line(folder, 20e6)
    made = Screening()
    made.player.open(Feature(presentation, fetch=line), Conditions(trusted_bps=600_000))
    until(lambda: made.player.state.status is Status.ENDED, limit_s=40)
    made.close()
    assert (line.heights()[0], line.heights()[-1]) == (144, 288)
    sound = np.frombuffer(heard.read_bytes(), np.int16).astype(float)
    assert len(sound) / rate == pytest.approx(presentation.duration_ms / 1000, abs=0.1)
    # A sine follows from its last two samples; what does not is a click, a gap or a leap.
    middle = sound[rate // 2 : -rate // 2]
    unforeseen = middle[2:] - 2 * np.cos(2 * np.pi * 330 / rate) * middle[1:-1] + middle[:-2]
    assert np.abs(unforeseen).max() < np.abs(middle).max() * 0.02
