"""The shape of the picture: what is round stays round, in every window."""

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QSizeF

from films import ffmpeg_path
from player import Player, local_feature

FILMS = {
    "flat": (1998, 1080, 1, 1),
    "scope": (2048, 858, 1, 1),
    "anamorphic": (1024, 858, 2, 1),
    "dvd": (720, 576, 64, 45),
    "odd": (853, 361, 1, 1),
}
"""Stored width and height, and the shape of one pixel."""
WINDOWS = {"16:9": (960, 540), "4:3": (720, 540), "21:9": (1260, 540)}


@pytest.fixture(scope="session")
def discs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """White discs on grey, a third of the height across: round once the pixels have their shape."""
    made = {}
    for name, (width, height, wide, tall) in FILMS.items():
        made[name] = tmp_path_factory.mktemp("discs") / f"{name}.mkv"
        disc = f"hypot((X-W/2)*{wide}/{tall},Y-H/2)"
        draw = f"format=gray,geq=lum='if(lt({disc},H/6),235,90)',setsar={wide}/{tall}"
        source = ("-f", "lavfi", "-i", f"color=s={width}x{height}:r=24:d=0.125")
        coded = ("-vf", f"{draw},format=yuv444p", "-c:v", "ffv1", "-level", "3", str(made[name]))
        subprocess.run([ffmpeg_path(), "-v", "error", *source, *coded], check=True)
    return made


@pytest.mark.parametrize("window", WINDOWS)
@pytest.mark.parametrize("film", FILMS)
def test_the_picture_has_its_own_shape_and_a_disc_is_round(
    screening: Any, discs: dict[str, Path], until: Callable[..., None], film: str, window: str
) -> None:
    (stored, height, wide, tall), (width, tall_px) = FILMS[film], WINDOWS[window]
    shape = stored * wide / tall / height
    screening.window.resize(width, tall_px)
    screening.item.setSize(QSizeF(width, tall_px))
    player: Player = screening.player
    player.open(local_feature(discs[film]))

    def drawn() -> Any:
        picture = screening.item.drawn_picture
        fits = picture is not None and (picture.image.width(), picture.image.height()) == (width, tall_px)
        return fits and picture.image.pixelColor(width // 2, tall_px // 2).lightness() > 200

    def told() -> bool:
        rect = screening.item.property("pictureRect")
        return bool(rect.width() / rect.height() == pytest.approx(shape, rel=0.004))

    until(drawn)
    until(told)
    player.refresh_diagnostics()
    rect = screening.item.property("pictureRect")
    assert rect.width() == pytest.approx(width, abs=0.5) or rect.height() == pytest.approx(tall_px, abs=0.5)
    assert (rect.center().x(), rect.center().y()) == (width / 2, tall_px / 2)
    image = screening.item.drawn_picture.image
    across = [image.pixelColor(x, tall_px // 2).lightness() for x in range(width)]
    down = [image.pixelColor(width // 2, y).lightness() for y in range(tall_px)]
    white = [sum(light > 165 for light in line) for line in (across, down)]
    assert white[0] == pytest.approx(white[1], abs=2)
    assert white[1] == pytest.approx(rect.height() / 3, abs=3)
    seen = [sum(light > 40 for light in line) for line in (across, down)]
    assert seen[0] == pytest.approx(rect.width(), abs=2)
    assert seen[1] == pytest.approx(rect.height(), abs=2)
