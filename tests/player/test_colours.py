"""A film in HDR on screens that are not, drawn by software."""

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QSizeF

from films import Colour, ffmpeg_path, to_bt709
from player import Player, Status, local_feature
from player.options import picture_filter


def bars_of(screening: Any, count: int) -> list[tuple[int, int, int]]:
    image = screening.item.drawn_picture.image
    places = [
        image.pixelColor((2 * bar + 1) * image.width() // (2 * count), image.height() // 2) for bar in range(count)
    ]
    return [(colour.red(), colour.green(), colour.blue()) for colour in places]


def test_a_film_in_hdr_is_mapped_and_no_frame_is_shown_before(
    screening: Any, hdr_film: Any, until: Callable[..., None]
) -> None:
    player: Player = screening.player
    seen: list[tuple[float, list[tuple[int, int, int]]]] = []
    show = player.frame_due

    def frame_due(position_s: float, *, fresh: bool, visible: bool) -> None:
        show(position_s, fresh=fresh, visible=visible)
        seen.append((position_s, bars_of(screening, len(hdr_film.wanted))))

    player.frame_due = frame_due  # type: ignore[method-assign]
    player.open(local_feature(hdr_film.file))
    until(lambda: len(seen) > 20)
    assert [found for _, bars in seen if (found := hdr_film.unlike(bars, by=8))] == []
    assert seen[0][0] < 0.3
    player.refresh_diagnostics()
    assert player.state.diagnostics.gamma in ("pq", "hlg")


def test_a_film_for_ordinary_screens_after_it_is_left_as_it_is(
    screening: Any, hdr_film: Any, film: Any, until: Callable[..., None]
) -> None:
    import filmstock

    player: Player = screening.player
    player.open(local_feature(hdr_film.file))
    until(lambda: player.state.diagnostics.frames_shown > 3)
    player.open(filmstock.clear_feature(film))
    until(lambda: player.state.position_ms > 500 and player.state.diagnostics.gamma == "bt.1886")
    assert player.engine.handle.vf == []
    image = screening.item.drawn_picture.image
    assert image.pixelColor(5, image.height() - 5).lightness() == pytest.approx((96 - 16) * 255 / 219, abs=3)


@pytest.mark.parametrize("gamma", ["bt.1886", "srgb", "", "auto"])
def test_what_is_no_hdr_gets_no_filter(gamma: str) -> None:
    assert picture_filter(gamma) == ""


def test_the_filter_says_which_curve_it_undoes() -> None:
    assert "tin=smpte2084" in picture_filter("pq")
    assert "tin=arib-std-b67" in picture_filter("hlg")
    assert to_bt709(Colour(primaries="bt709", transfer="bt709", matrix="bt709")) == ""


STRIPES = (
    (200, 200, 200),
    (200, 200, 0),
    (0, 200, 200),
    (0, 200, 0),
    (200, 0, 200),
    (200, 0, 0),
    (0, 0, 200),
    (20, 20, 20),
)


@pytest.fixture(scope="session")
def stripes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Upright stripes of plain colours in BT.709, 512 by 288."""
    file = tmp_path_factory.mktemp("stripes") / "stripes.mp4"
    picture = np.repeat(np.array(STRIPES, np.uint8), 64, axis=0)[np.newaxis].repeat(288, axis=0)
    coded = ("-vf", "scale=out_color_matrix=bt709:out_range=tv,format=yuv420p,setparams=colorspace=bt709", "-qp", "0")
    subprocess.run(
        [
            *(ffmpeg_path(), "-v", "error", "-f", "rawvideo", "-pix_fmt", "rgb24", "-s", "512x288", "-r", "24"),
            *("-i", "-", "-c:v", "libx264", "-preset", "ultrafast", *coded, str(file)),
        ],
        input=picture.tobytes() * 48,
        check=True,
    )
    return file


def test_a_picture_that_is_scaled_has_the_colours_of_one_that_is_not(
    screening: Any, stripes: Path, until: Callable[..., None]
) -> None:
    player: Player = screening.player
    player.open(local_feature(stripes))
    until(lambda: player.state.status is Status.PLAYING)
    player.pause()
    found: dict[tuple[int, int], list[tuple[int, int, int]]] = {}
    for width, height, zimg in ((512, 288, False), (400, 225, True), (1024, 576, True), (512, 400, False)):
        screening.window.resize(width, height)
        screening.item.setSize(QSizeF(width, height))

        def drawn(size: tuple[int, int] = (width, height), zimg: bool = zimg) -> bool:
            image = screening.item.drawn_picture.image
            return (image.width(), image.height()) == size and player.engine.handle.sws_allow_zimg is zimg

        until(drawn)
        player.step_frame(forward=True)
        shown = player.state.position_ms
        until(lambda shown=shown: player.state.position_ms > shown)
        found[width, height] = bars_of(screening, len(STRIPES))
    for bars in found.values():
        apart = [abs(a - b) for one, other in zip(STRIPES, bars, strict=True) for a, b in zip(one, other, strict=True)]
        assert max(apart) <= 4, found
