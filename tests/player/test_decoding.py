"""The graphics chip decodes where it can; where it cannot, software does, and it is said."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import filmstock
import pytest
from PySide6.QtCore import QTimer

from player import Player
from player.state import STORM_ERRORS, STORM_S, decoding, is_storm


@pytest.mark.parametrize(
    ("current", "wanted", "failed", "said"),
    [
        ("vaapi-copy", True, False, "hardware"),
        ("no", True, False, "none"),
        ("", True, False, "none"),
        ("no", True, True, "failed"),
        ("no", False, False, "off"),
    ],
)
def test_how_it_is_decoded_is_one_word(current: str, wanted: bool, failed: bool, said: str) -> None:
    assert decoding(current, wanted=wanted, failed=failed) == said


def test_many_errors_at_once_are_a_storm_and_a_few_or_slow_ones_are_damage() -> None:
    quick, slow = STORM_S / STORM_ERRORS / 2, STORM_S
    assert is_storm([quick * number for number in range(STORM_ERRORS)])
    assert not is_storm([quick * number for number in range(STORM_ERRORS - 1)])
    assert not is_storm([slow * number for number in range(STORM_ERRORS)])
    assert is_storm([0.0, *(100 + quick * number for number in range(STORM_ERRORS))])


@pytest.mark.parametrize("chip", ["vaapi", "vdpau", "nvdec", "vaapi-copy"])
def test_a_chip_that_is_not_there_leaves_the_film_to_software(
    screening: Any, film: Path, until: Callable[..., None], chip: str
) -> None:
    player: Player = screening.player
    player.engine.handle["hwdec"] = chip
    player.open(filmstock.clear_feature(film))
    until(lambda: player.state.diagnostics.frames_shown > 5)
    player.refresh_diagnostics()
    facts = player.state.diagnostics
    assert (player.engine.handle.hwdec_current, facts.hwdec, facts.decoding) == ("no", "no", "none")


class FakeChip(dict[str, Any]):
    """Says that a graphics chip decodes, which no machine of the tests has; everything else is libmpv's own word."""

    def get(self, name: str, default: Any = None) -> Any:
        return "fake-chip" if name == "hwdec-current" else super().get(name, default)


def test_a_decoder_that_errs_again_and_again_is_given_up_once(
    screening: Any, film: Path, tmp_path: Path, until: Callable[..., None]
) -> None:
    """The film is really torn, and the errors are FFmpeg's own."""
    torn = tmp_path / "torn"
    torn.mkdir()
    for path in film.iterdir():
        data = bytearray(path.read_bytes())
        if path.name.startswith("0_") and path.suffix == ".m4s":
            start = data.index(b"mdat") + 600
            for place in range(start, len(data) - 4, 23):
                data[place] ^= 0xFF
        (torn / path.name).write_bytes(data)
    player: Player = screening.player
    player.engine._known = FakeChip()
    player.open(filmstock.clear_feature(torn))
    until(lambda: player.state.hardware_failed, 20)
    until(lambda: player.engine.handle["hwdec"] in ("no", False, []))
    player.engine._known = dict(player.engine._known)
    player.refresh_diagnostics()
    assert player.state.diagnostics.decoding == "failed"


def test_a_damaged_film_alone_gives_up_no_chip(screening: Any, film: Path, until: Callable[..., None]) -> None:
    player: Player = screening.player
    player.open(filmstock.clear_feature(film))
    until(lambda: player.state.position_ms > 500)
    for _ in range(2 * STORM_ERRORS):
        player.engine._said("error", "ffmpeg/video", "h264: error while decoding")
    asked = []
    QTimer.singleShot(200, lambda: asked.append(True))
    until(lambda: asked)
    assert not player.state.hardware_failed
