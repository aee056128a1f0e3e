"""What is asked of the system for the window while a real film plays."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import filmstock
import pytest

from app.film_window import FilmWindow
from player.refresh import Mode, RefreshMatch
from ui.preferences import Preferences


class FakeShield:
    """Windows' or macOS' part, which cannot run here."""

    def __init__(self) -> None:
        self.told: list[tuple[int, bool]] = []

    def set(self, window: int, *, on: bool) -> bool:
        self.told.append((window, on))
        return True


class FakeScreen:
    """A screen that can do 60 and 24 Hz, which the screens of the tests cannot."""

    def __init__(self) -> None:
        self.went: list[float] = []

    def screen_of(self, _window: int, name: str) -> str:
        return name

    def modes(self, _screen: str) -> tuple[Mode, tuple[Mode, ...]]:
        modes = (Mode(1, 800, 600, 60.0), Mode(2, 800, 600, 24.0))
        return modes[0], modes

    def go_to(self, _screen: str, mode: Mode) -> bool:
        self.went.append(mode.hz)
        return True


class Chosen:
    """Preferences in memory."""

    def __init__(self, *, match_refresh: bool) -> None:
        self.current = Preferences(match_refresh=match_refresh)

    def change(self, **_changes: object) -> Preferences:
        return self.current


@pytest.mark.parametrize("wished", [True, False])
def test_the_rate_is_matched_in_full_screen_if_the_viewer_wished_it(
    screening: Any, film: Path, until: Callable[..., None], wished: bool
) -> None:
    screen = FakeScreen()
    follower = FilmWindow(
        screening.player, screening.window, Chosen(match_refresh=wished), None, RefreshMatch(lambda: screen)
    )
    screening.player.open(filmstock.clear_feature(film))
    until(lambda: screening.player.state.diagnostics.fps == 24)
    assert screen.went == []
    screening.window.showFullScreen()
    until(lambda: screen.went == ([24] if wished else []))
    screening.window.showNormal()
    until(lambda: screen.went == ([24, 60] if wished else []))
    screening.window.showFullScreen()
    until(lambda: screen.went == ([24, 60, 24] if wished else []))
    follower.close()
    assert screen.went == ([24, 60, 24, 60] if wished else [])


def test_the_window_is_left_out_while_a_film_with_a_ticket_is_open_and_no_longer(
    screening: Any, film: Path, until: Callable[..., None]
) -> None:
    shield = FakeShield()
    follower = FilmWindow(screening.player, screening.window, Chosen(match_refresh=False), shield, RefreshMatch())
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
