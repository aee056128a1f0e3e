"""Stills: the frame on screen, in its own size, with the mark of its ticket, where the house rules allow it."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import filmstock
import pytest
from PySide6.QtGui import QImage

from core import CinemaError, Code
from player.engine import RawPicture
from player.stills import still_name, write_still

GREY = RawPicture(8, 4, 32, bytes([96, 96, 96, 0]) * 32)


@pytest.fixture
def paused(screening: Any, until: Callable[..., None], film: Path) -> Callable[..., Any]:
    def open_film(**changes: object) -> Any:
        player = screening.player
        player.open(filmstock.clear_feature(film, start_ms=3_000, **changes))
        until(lambda: player.first_frame_ms is not None)
        player.pause()
        until(lambda: player.state.status == "paused")
        until(lambda: at_rest(player))
        return player

    return open_film


def at_rest(player: Any) -> bool:
    """Whether the last frame that was under way when the film was paused has been drawn."""
    before = player.engine.still()
    time.sleep(0.1)
    return bool(before == player.engine.still())


def number_in(image: QImage) -> int:
    return filmstock.read_number(lambda x, y: image.pixelColor(x, y).lightness(), image.width(), image.height())


def test_a_still_is_the_frame_on_screen_as_it_was_made(
    screening: Any, until: Callable[..., None], paused: Callable[..., Any], tmp_path: Path
) -> None:
    player = paused()
    screening.window.resize(256, 144)
    write = player.still()
    assert write
    path = write(tmp_path / "Smart Cinema", "元宵 / Lantern: Street?")
    image = QImage(str(path))
    assert (image.width(), image.height()) == (512, 288)
    until(lambda: screening.item.drawn_picture is not None and number_in(image) == screening.frame_number())
    assert path.name.startswith("元宵 Lantern Street 00.00.0")
    assert [item.name for item in path.parent.iterdir()] == [path.name]


def test_the_mark_of_the_ticket_is_in_it(paused: Callable[..., Any], tmp_path: Path) -> None:
    player = paused(mark="K7MQ2X")
    write = player.still()
    assert write
    marked = QImage(str(write(tmp_path, "with")))
    player.feature.__dict__["mark"] = ""
    bare = QImage(str(player.still()(tmp_path, "without")))
    different = [
        (x, y) for y in range(marked.height()) for x in range(marked.width()) if marked.pixel(x, y) != bare.pixel(x, y)
    ]
    assert different
    assert all(0.05 < x / 512 < 0.5 and 0.25 < y / 288 < 0.45 for x, y in different)


def test_where_the_house_rules_forbid_it_there_is_none(paused: Callable[..., Any]) -> None:
    assert paused(stills_allowed=False).still() is None


def test_before_the_picture_is_there_there_is_none(screening: Any, film: Path) -> None:
    assert screening.player.still() is None
    screening.player.open(filmstock.clear_feature(film))
    assert screening.player.still() is None


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="ascii")
    with pytest.raises(CinemaError) as refused:
        write_still(GREY, "", tmp_path / "file" / "still.png")
    assert refused.value.code is Code.FILE_UNREADABLE


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Lantern Street", "Lantern Street 01.02.03.004.png"),
        ("../../etc/passwd", "etc passwd 01.02.03.004.png"),
        ("CON: a\\b", "CON a b 01.02.03.004.png"),
        ("\0\n", "Still 01.02.03.004.png"),
        ("灯" * 300, "灯" * 80 + " 01.02.03.004.png"),
    ],
)
def test_any_film_has_a_name_that_a_file_may_have(name: str, expected: str) -> None:
    assert still_name(name, 3_723_004) == expected
