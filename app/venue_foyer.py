"""Composes the foyer's window: the day, the posters, the trailers; and takes it down in the right order."""

from contextlib import closing
from importlib import import_module
from pathlib import Path

from app import logs
from app.heartbeat import beating
from app.paths import Paths
from app.settings import FilePreferences
from app.venue_door import guarded
from core import CinemaError, Code
from kiosk import LedgerView, ShowItems, Stage, read_settings
from kiosk.foyer import look, poster


def run_foyer(paths: Paths, venue: Path, screen: str, *, full: bool, sound: bool, verbose: bool) -> int:
    """Show the foyer's window until it is closed. Raises `CinemaError` where there is no venue."""
    from app.viewer import make_application, need_a_screen, quitting_on_signals

    logs.set_up(paths.logs, verbose=verbose)
    need_a_screen()
    view = LedgerView(venue)
    application = make_application(hears_links=False)
    with closing(FoyerWindow(paths, venue, view, sound=sound)) as foyer, quitting_on_signals():
        application.lastWindowClosed.connect(application.quit)
        foyer.open(screen, full=full)
        with guarded(foyer.interface, venue), beating(foyer.stage.is_well):
            return application.exec()


class FoyerWindow:
    """Everything that lives while the foyer is shown."""

    def __init__(self, paths: Paths, venue: Path, view: LedgerView, *, sound: bool) -> None:
        from player import Player
        from ui.jobs import QtJobRunner
        from ui.kiosk import FoyerServices, FoyerViewModel
        from ui.window import FOYER, Interface

        import_module("player.video_item")  # the window names its type
        language = FilePreferences(paths.preferences).current.language or "en"
        items = ShowItems(venue)
        self.interface = Interface(lambda path: _picture(items, path), paths.cache, FOYER)
        self.interface.language.apply(language)
        self._look = read_settings(venue).foyer_look
        self._jobs = QtJobRunner()

        def make_player() -> Player:
            # Beside other things in a window only software draws in a place of its own.
            player = Player(drawing="software")
            player.set_muted(not sound)
            return player

        self.stage = Stage(make_player, self._jobs, lambda item: items.open(item, view.time().now))
        services = FoyerServices(
            lambda: look(venue, view), self.stage, lambda: view.time().now, self._jobs, self.interface.language.apply
        )  # fmt: skip
        self.model = FoyerViewModel(services, language)

    def open(self, screen: str, *, full: bool) -> None:
        """Show it on a named screen, or on the first."""
        from PySide6.QtCore import QSize
        from PySide6.QtGui import QGuiApplication

        self.interface.open_with({"viewModel": self.model, "startSize": QSize(1280, 720), "look": self._look})
        found = next((item for item in QGuiApplication.screens() if item.name() == screen), None)
        if screen and found is None:
            names = ", ".join(item.name() for item in QGuiApplication.screens())
            raise CinemaError(Code.WRONG_USE, f"There is no screen {screen}; there is {names}.")
        window = self.interface.window
        if full:
            where = found or QGuiApplication.primaryScreen()
            window.setScreen(where)
            window.setGeometry(where.geometry())
            window.showFullScreen()

    def close(self) -> None:
        """The picture, the window, the players."""
        self.model.close()
        for player in self.stage.players:
            player.aboutToClose.emit()
        self.interface.close()
        self.stage.close()
        self._jobs.close()
        self.model.deleteLater()


def _picture(items: ShowItems, path: str) -> bytes:
    return poster(items, path.removeprefix("poster:"))
