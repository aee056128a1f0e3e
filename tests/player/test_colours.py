"""A film in HDR on screens that are not, drawn by software."""

from collections.abc import Callable
from typing import Any

import pytest

from films import Colour, to_bt709
from player import Player, local_feature
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
