"""How fast the film runs, and when it is to stop by itself."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Slot

from ui.props import showing

if TYPE_CHECKING:
    from player import Player

SPEEDS = (50, 75, 100, 125, 150, 200)
SLEEPS_MIN = (0, 15, 30, 60, 90)
MINUTE_MS = 60_000


@dataclass(frozen=True)
class PaceProps:
    """What QML shows: percents, whole minutes; ``slept`` once the timer has paused the film."""

    speeds: tuple[int, ...] = SPEEDS
    speed: int = 100
    sleeps: tuple[int, ...] = SLEEPS_MIN
    sleep: int = 0
    """Minutes left; 0 without a timer."""
    slept: bool = False


class PaceViewModel(showing(PaceProps)):  # type: ignore[misc]
    """Speed and sleep timer of what plays. ``pause`` is called when the time is over."""

    def __init__(self, pause: Callable[[], None]) -> None:
        super().__init__(PaceProps())
        self._pause = pause
        self._player: Player | None = None
        self._slept = False
        self._minutes = 0
        self._timer = QTimer(self, interval=MINUTE_MS)
        self._timer.timeout.connect(self._minute_passed)

    def begin(self, player: "Player") -> None:
        """Follow a player that has just opened something; a sleep timer that runs goes on."""
        self._player, self._slept = player, False
        self.follow()

    def follow(self) -> None:
        """What the player says now."""
        if self._player:
            self._slept = self._slept and not self._player.state.wants_to_play
        self._show()

    @Slot(int)
    def set_speed(self, percent: int) -> None:
        """One of the speeds, where the house rules allow it."""
        if self._player:
            self._player.set_speed(percent)

    @Slot(bool)
    def change_speed(self, faster: bool) -> None:
        """The next speed up or down."""
        now = self.props.speed
        nearest = min(range(len(SPEEDS)), key=lambda place: abs(SPEEDS[place] - now))
        self.set_speed(SPEEDS[min(len(SPEEDS) - 1, max(0, nearest + (1 if faster else -1)))])

    @Slot(int)
    def set_sleep(self, minutes: int) -> None:
        """Pause in so many minutes; 0 for never."""
        self._minutes = max(0, minutes)
        self._timer.stop()
        if self._minutes:
            self._timer.start()
        self._show()

    def _minute_passed(self) -> None:
        self._minutes -= 1
        if self._minutes <= 0:
            self._timer.stop()
            self._slept = True
            self._pause()
        self._show()

    def _show(self) -> None:
        speed = self._player.state.speed_percent if self._player else 100
        self.show(PaceProps(speed=speed, sleep=self._minutes, slept=self._slept))
