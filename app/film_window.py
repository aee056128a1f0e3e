"""The window while a film plays: what the system is asked for it, and taken back after."""

from PySide6.QtCore import QObject, Slot
from PySide6.QtQuick import QQuickWindow

from player import Player
from player.capture import CaptureShield, deters


class FilmWindow(QObject):
    """Follows a player and the window that it is shown in."""

    def __init__(self, player: Player, window: QQuickWindow, shield: CaptureShield | None) -> None:
        super().__init__()
        self._player, self._window, self._shield = player, window, shield
        self._shielded = False
        player.stateChanged.connect(self._look)

    def close(self) -> None:
        """Take everything back."""
        self._player.stateChanged.disconnect(self._look)
        self._shield_is(on=False)

    @Slot()
    def _look(self) -> None:
        feature = self._player.feature
        self._shield_is(on=deters(self._player.state.status, feature.mark if feature else ""))

    def _shield_is(self, *, on: bool) -> None:
        if self._shield is not None and on != self._shielded:
            self._shielded = on
            self._shield.set(int(self._window.winId()), on=on)
