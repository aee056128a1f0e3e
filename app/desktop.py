"""The player and the desktop's own controls: what each tells the other."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Slot

from app.mpris import Mpris, Showing
from player import Player, Status

if TYPE_CHECKING:
    from ui.viewer import ShellViewModel

LEAP_MS = 1500
WORDS = {Status.PLAYING: "Playing", Status.RECONNECTING: "Playing", Status.PAUSED: "Paused", Status.ENDED: "Paused"}


class DesktopControls(QObject):
    """Follows a player on the session bus, and passes on what the desktop asks for; the house rules hold there too."""

    def __init__(
        self,
        shell: "ShellViewModel",
        player: Player,
        raise_window: Callable[[str], None],
        quit_program: Callable[[], object],
        bus: str = "SESSION",
    ) -> None:
        super().__init__()
        self._page: Any = shell.property("playerPage")
        self._player, self._raise, self._quit = player, raise_window, quit_program
        self._told = Showing()
        self._mpris = Mpris(self._asked, bus)
        player.stateChanged.connect(self._changed)

    def close(self) -> None:
        """Leave the bus."""
        self._player.stateChanged.disconnect(self._changed)
        self._mpris.close()

    @Slot()
    def _changed(self) -> None:
        state = self._player.state
        status = WORDS.get(state.status, "Stopped")
        feature = self._player.feature
        now = Showing(
            status=status,
            title=self._page.props.name if status != "Stopped" else "",
            length_ms=state.duration_ms if status != "Stopped" else 0,
            volume=0 if state.muted else state.volume,
            seek=feature is not None and feature.seek_allowed,
        )
        if now != self._told:
            self._told = now
            self._mpris.show(now)
        leap_ms = state.position_ms - self._mpris.position_ms
        self._mpris.at(state.position_ms)
        if abs(leap_ms) > LEAP_MS and status != "Stopped":
            self._mpris.leapt(state.position_ms)

    def _asked(self, command: str, value: Any) -> None:  # noqa: ANN401 - as D-Bus brought it
        playing = self._player.state.wants_to_play and self._player.state.status is not Status.ENDED
        match command:
            case "Raise":
                self._raise("")
            case "Quit":
                self._quit()
            case "PlayPause":
                self._page.toggle()
            case "Play" if not playing:
                self._page.toggle()
            case "Pause" if playing:
                self._page.toggle()
            case "Stop" if self._told.status != "Stopped":
                self._page.leave()
            case "Seek":
                self._page.step(int(value) // 1000)
            case "SetPosition":
                self._page.seek(int(value) // 1000)
            case "Volume":
                self._page.set_volume(round(min(1.0, max(0.0, float(value))) * 100))
