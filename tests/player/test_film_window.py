"""What is asked of the system for the window while a real film plays."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import filmstock

from app.film_window import FilmWindow


class FakeShield:
    """Windows' or macOS' part, which cannot run here."""

    def __init__(self) -> None:
        self.told: list[tuple[int, bool]] = []

    def set(self, window: int, *, on: bool) -> bool:
        self.told.append((window, on))
        return True


def test_the_window_is_left_out_while_a_film_with_a_ticket_is_open_and_no_longer(
    screening: Any, film: Path, until: Callable[..., None]
) -> None:
    shield = FakeShield()
    follower = FilmWindow(screening.player, screening.window, shield)
    window = int(screening.window.winId())
    player = screening.player
    player.open(filmstock.clear_feature(film))
    until(lambda: player.state.diagnostics.frames_shown > 2)
    assert shield.told == []
    player.open(filmstock.clear_feature(film, mark="LX7K"))
    assert shield.told == [(window, True)]
    until(lambda: player.state.diagnostics.frames_shown > 2)
    player.stop()
    assert shield.told == [(window, True), (window, False)]
    player.open(filmstock.clear_feature(film, mark="LX7K"))
    follower.close()
    assert shield.told[2:] == [(window, True), (window, False)]
