"""The window while a film plays: what the system is asked for it, and taken back after."""

from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtGui import QWindow
from PySide6.QtQuick import QQuickWindow

from player import Player, Status
from player.capture import CaptureShield, deters
from player.refresh import RefreshMatch
from ui.preferences import PreferencesStore

SETTLE_MS = 400
"""Windows pass through other states on their way to full screen; a screen takes a second to change."""
NOTHING_RUNS = (Status.IDLE, Status.FAILED, Status.ENDED)


class FilmWindow(QObject):
    """Follows a player and the window that it is shown in."""

    def __init__(
        self,
        player: Player,
        window: QQuickWindow,
        preferences: PreferencesStore,
        shield: CaptureShield | None,
        refresh: RefreshMatch,
    ) -> None:
        super().__init__()
        self._player, self._window, self._preferences = player, window, preferences
        self._shield, self._refresh = shield, refresh
        self._shielded = False
        self._settle = QTimer(self, interval=SETTLE_MS, singleShot=True)
        self._settle.timeout.connect(self._match)
        self._matched = False
        player.stateChanged.connect(self._look)
        window.visibilityChanged.connect(self._look)
        window.screenChanged.connect(self._moved)

    def close(self) -> None:
        """Take everything back, and wait for it."""
        self._player.stateChanged.disconnect(self._look)
        self._window.visibilityChanged.disconnect(self._look)
        self._window.screenChanged.disconnect(self._moved)
        self._settle.stop()
        self._shield_is(on=False)
        self._refresh.close()

    @Slot()
    def _look(self) -> None:
        feature, state = self._player.feature, self._player.state
        self._shield_is(on=deters(state.status, feature.mark if feature else ""))
        if self._wants_match() != self._matched and not self._settle.isActive():
            self._settle.start()

    @Slot()
    def _moved(self) -> None:
        if self._matched:
            self._settle.start()

    @Slot()
    def _match(self) -> None:
        self._matched = self._wants_match()
        if self._matched:
            fps = self._player.state.diagnostics.fps
            self._refresh.want(int(self._window.winId()), self._window.screen().name(), fps)
        else:
            self._refresh.release()

    def _wants_match(self) -> bool:
        state = self._player.state
        full = self._window.visibility() is QWindow.Visibility.FullScreen
        running = state.status not in NOTHING_RUNS and state.diagnostics.fps > 0
        return self._preferences.current.match_refresh and full and running

    def _shield_is(self, *, on: bool) -> None:
        if self._shield is not None and on != self._shielded:
            self._shielded = on
            self._shield.set(int(self._window.winId()), on=on)
