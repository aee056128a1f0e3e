"""Composes the viewer: paths, preferences, box office, pages, window; and takes it down in the right order."""

import gc
import logging
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, cast

from app import __version__, logs
from app.paths import Paths
from app.renewal import renews_itself
from app.settings import FilePreferences
from core import CinemaError, Code, SystemClock

if TYPE_CHECKING:
    from PySide6.QtGui import QGuiApplication
    from PySide6.QtQuick import QQuickWindow

    from app.desktop import DesktopControls
    from app.film_window import FilmWindow
    from app.gamepad import Gamepads
    from app.instance import Instance
    from app.metering import Metering
    from boxoffice.client import BoxOffice, Downloads, NoteFlags
    from player import Drawing, Feature, Player, Wishes
    from ui.viewer.services import NewVersion

log = logging.getLogger(__name__)

ICON = Path(__file__).resolve().parents[1] / "ui/qml/SmartCinema/Components/icons/lantern.svg"
SHEET = "sheet:"
STOPPING = (signal.SIGINT, signal.SIGTERM)


def run_viewer(
    paths: Paths,
    *,
    box_office: AbstractContextManager[str],
    drawing: str,
    hardware_decoding: bool,
    verbose: bool,
    profile: str | None = None,
    link: str = "",
) -> int:
    """Open the cinema; returns when its window is closed, or at once where it is already open.

    ``box_office`` runs while the cinema is open and gives its base URL. ``profile`` names the cinema's entries in the
    key store. ``link`` is followed here or in the cinema that is already open.
    """
    gc.disable()  # until the first frame: what starts up stays, there is nothing to collect
    logs.set_up(paths.logs, verbose=verbose)
    need_a_screen()
    from app.instance import Request, instance_of

    instance = instance_of(paths, profile)
    try:
        if not instance.claim(Request(link, os.environ.get("XDG_ACTIVATION_TOKEN", ""))):
            return 0
        with box_office as base_url:
            shown = _show(
                instance, paths, base_url, drawing, link, hardware_decoding=hardware_decoding, profile=profile
            )
    finally:
        instance.close()
    from ui.jobs import BEHIND

    if BEHIND:
        log.info("left while the line was waited for")
        logging.shutdown()
        os._exit(shown)  # everything is written; a worker that waits for the line ends with the process
    return shown


def _show(
    instance: "Instance",
    paths: Paths,
    base_url: str,
    drawing: str,
    link: str,
    *,
    hardware_decoding: bool,
    profile: str | None,
) -> int:
    from player import choose_drawing

    choice = choose_drawing(drawing)
    application = make_application()
    viewer = Viewer(paths, base_url, choice.kind, hardware_decoding=hardware_decoding, profile=profile)
    instance.answer = viewer.answer
    opened = getattr(application, "link_opened", None)
    if opened is not None:
        opened.connect(viewer.answer)
    try:
        with quitting_on_signals():
            viewer.start(link or getattr(application, "link", ""), instance.listen)
            return application.exec()
    finally:
        instance.hush()
        viewer.close()


@contextmanager
def quitting_on_signals() -> Iterator[None]:
    """Let SIGINT and SIGTERM end Qt's event loop: Python hears of a signal only when Qt hands control back."""
    from PySide6.QtCore import QCoreApplication, QSocketNotifier

    near, far = socket.socketpair()
    near.setblocking(False)
    far.setblocking(False)
    notifier = QSocketNotifier(near.fileno(), QSocketNotifier.Type.Read)
    notifier.activated.connect(lambda: near.recv(64))
    wakeup = signal.set_wakeup_fd(far.fileno())
    before = {number: signal.signal(number, lambda *_: QCoreApplication.quit()) for number in STOPPING}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(wakeup)
        notifier.setEnabled(False)
        near.close()
        far.close()


def need_a_screen() -> None:
    """Raise `CinemaError` (screen-missing) with the next step where no window can be opened: Qt would abort."""
    if not sys.platform.startswith("linux"):
        return
    named = os.environ.get("QT_QPA_PLATFORM", "").partition(":")[0]
    if named in ("offscreen", "minimal", "vnc"):
        return
    screens = {"wayland": os.environ.get("WAYLAND_DISPLAY"), "xcb": os.environ.get("DISPLAY")}
    there = [(kind, name) for kind, name in screens.items() if name]
    if not there:
        raise CinemaError(
            Code.SCREEN_MISSING, "There is no screen here: start this in a desktop session (or under Xvfb)."
        )
    if not any(_answers(kind) for kind, _name in there):
        names = " and ".join(name for _kind, name in there)
        raise CinemaError(
            Code.SCREEN_MISSING,
            f"The screen {names} does not answer, or not this user: start this in the desktop session of whoever is "
            "logged in.",
        )


def _answers(kind: str) -> bool:
    """Whether a display server takes us, asked as Qt will ask it; yes where its library is not there to ask with."""
    import ctypes

    try:
        library = ctypes.CDLL("libxcb.so.1" if kind == "xcb" else "libwayland-client.so.0")
    except OSError:
        return True
    pointer = ctypes.c_void_p
    connect, disconnect = (
        (library.xcb_connect, library.xcb_disconnect)
        if kind == "xcb"
        else (library.wl_display_connect, library.wl_display_disconnect)
    )
    connect.restype = pointer
    line = pointer(connect(*([None] * (2 if kind == "xcb" else 1))))
    if line.value is None:
        return False
    refused = bool(library.xcb_connection_has_error(line)) if kind == "xcb" else False
    disconnect(line)
    return not refused


def make_application(*, hears_links: bool = sys.platform == "darwin") -> "QGuiApplication":
    """The application object, with our name, style and icon; one that hears links where the system hands them to it."""
    import locale

    from PySide6.QtGui import QGuiApplication, QIcon

    if hears_links:
        from app.application import Application

        application: QGuiApplication = Application(sys.argv[:1])
    else:
        application = QGuiApplication(sys.argv[:1])
    locale.setlocale(locale.LC_NUMERIC, "C")
    application.setApplicationName("smart-cinema")
    application.setApplicationDisplayName("Smart Cinema")
    application.setDesktopFileName("smart-cinema")
    application.setApplicationVersion(__version__)
    application.setWindowIcon(QIcon(str(ICON)))
    return application


class Viewer:
    """Everything that lives while the viewer is open."""

    def __init__(
        self,
        paths: Paths,
        base_url: str,
        drawing: "Drawing",
        *,
        hardware_decoding: bool = True,
        profile: str | None = None,
        open_url: Callable[[str], bool] | None = None,
    ) -> None:
        from PySide6.QtCore import QLocale, QSize, QStandardPaths
        from PySide6.QtGui import QGuiApplication

        from ui.window import Interface

        self.interface = Interface(self._picture, paths.cache)
        self.preferences = FilePreferences(paths.preferences)
        chosen = self.preferences.current
        self.interface.language.apply(chosen.language or "en")

        from ui.formats import LocalZone
        from ui.jobs import QtJobRunner
        from ui.viewer import Services, ShellViewModel

        self._controls: DesktopControls | None = None
        self._metering: Metering | None = None
        self._gamepads: Gamepads | None = None
        self._metered = False
        self._film_window: FilmWindow | None = None
        self._drawing = drawing
        self._hardware_decoding = hardware_decoding
        self.jobs = QtJobRunner()
        self.box_office = cast(
            "BoxOffice", Lazy(lambda: open_box_office(base_url, profile, paths.cache / "box-office"))
        )
        self.shell = ShellViewModel(
            Services(
                box_office=self.box_office,
                jobs=self.jobs,
                preferences=self.preferences,
                zone=LocalZone(),
                open_url=self._open if open_url is None else lambda url: self._open(url, open_url),
                player=self._make_player,
                apply_language=self.interface.language.apply,
                version=__version__,
                system_language=next(iter(QLocale.system().uiLanguages()), "en"),
                pictures=Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.PicturesLocation))
                / "Smart Cinema",
                metered=lambda: self._metered,
                prepare_player=self._register_player,
                downloads=cast("Downloads", Lazy(lambda: self._open_downloads(paths))),
                note_flags=cast("NoteFlags", Lazy(lambda: self._open_note_flags(paths))),
                deters_capture=sys.platform in ("win32", "darwin"),
                matches_refresh=sys.platform == "win32" or QGuiApplication.platformName() == "xcb",
                save_report=lambda played: self._save_report(paths, played),
                save_file=self._save_file,
                renew=(lambda: self._renew(paths)) if renews_itself() else None,
                settings_aside=str(self.preferences.kept_aside or ""),
                unwritable=str(paths.unwritable or ""),
            )
        )
        size = QSize(chosen.window_width, chosen.window_height).boundedTo(
            QGuiApplication.primaryScreen().availableSize()
        )
        self.interface.open(self.shell, size, maximised=chosen.window_maximised)

    @property
    def window(self) -> "QQuickWindow":
        """The cinema's window."""
        return self.interface.window

    def start(self, link: str = "", then: Callable[[], object] = lambda: None) -> None:
        """Once the first frame is on screen: begin to talk to the box office, follow ``link``, do ``then``."""
        self._link, self._then = link, then
        self._waiting = self.window.frameSwapped.connect(self._first_frame)
        self.window.update()

    def answer(self, link: str = "", activation: str = "") -> None:
        """Come to the front, with the desktop's permission where there is one, and follow ``link``."""
        from PySide6.QtCore import Qt

        if activation:
            os.environ["XDG_ACTIVATION_TOKEN"] = activation  # where Qt looks for it
        window = self.window
        window.setWindowStates(window.windowStates() & ~Qt.WindowState.WindowMinimized)
        window.raise_()
        window.requestActivate()
        if link:
            self.shell.follow(link)

    def _first_frame(self) -> None:
        self.window.frameSwapped.disconnect(self._waiting)
        gc.freeze()
        gc.enable()
        self.shell.start()
        if self._link:
            self.shell.follow(self._link)
        self._then()
        self.interface.steer()
        self.jobs.run(
            lambda _cancel: import_module("player.player"),
            lambda _module: self._register_player(),
            lambda error: log.warning("the player could not be loaded early: %s", error.code),
        )
        self.jobs.run(
            lambda _cancel: import_module("app.gamepad"),
            lambda _module: self._mind_the_pads(),
            lambda error: log.warning("gamepads cannot be used: %s", error.code),
        )
        self.jobs.run(
            lambda _cancel: import_module("app.metering"),
            lambda _module: self._mind_the_line(),
            lambda error: log.warning("whether the line is metered cannot be told: %s", error.code),
        )

    def _mind_the_pads(self) -> None:
        from app.gamepad import Gamepads

        self._gamepads = Gamepads()

    def _mind_the_line(self) -> None:
        from app.metering import Metering

        self._metering = Metering(self._line_costs)

    def _line_costs(self, metered: bool) -> None:
        self._metered = metered
        self.shell.line_changed()

    def _open_downloads(self, paths: Paths) -> "Downloads":
        from boxoffice.client import Downloads

        return Downloads(paths.data / "films", self.box_office, SystemClock())

    def _open_note_flags(self, paths: Paths) -> "NoteFlags":
        from boxoffice.client import NoteFlags

        return NoteFlags(paths.data, self.box_office.flag_notes)

    @staticmethod
    def _save_report(paths: Paths, played: Mapping[str, object]) -> str:
        from app import support

        return str(support.write_report(support.default_place(), paths, played))

    @staticmethod
    def _save_file(name: str, data: bytes) -> str:
        from app.own_data import save_file

        return str(save_file(name, data))

    @staticmethod
    def _renew(paths: Paths) -> "NewVersion | None":
        from app.renewal import renewal
        from ui.viewer.services import NewVersion

        renewed = renewal(paths).renew()
        return NewVersion(renewed.version, renewed.changes) if renewed else None

    def _register_player(self) -> None:
        import_module("player.video_item")

    def close(self) -> None:
        """The player, then the window and its QML, then the rest."""
        for part in (self._controls, self._film_window, self._metering, self._gamepads):
            if part:
                part.close()
        self.shell.close()
        self.interface.close()
        self.jobs.close()
        self.box_office.close()
        self.preferences.flush()

    def _make_player(self) -> "Player":
        from player import Player

        chosen = self.preferences.current
        player = Player(drawing=self._drawing, hardware_decoding=self._hardware_decoding and chosen.hardware_decoding)
        from app.film_window import FilmWindow
        from player.capture import capture_shield
        from player.refresh import RefreshMatch

        self._film_window = FilmWindow(player, self.window, self.preferences, capture_shield(), RefreshMatch())
        if sys.platform.startswith("linux"):
            from app.desktop import DesktopControls

            self._controls = DesktopControls(self.shell, player, lambda _: self.answer(), self.window.close)
        return player

    def _picture(self, path: str) -> bytes:
        from ui.note_pictures import is_note_picture

        if path.startswith(SHEET):
            return self.shell.sheet(path.removeprefix(SHEET))
        if is_note_picture(path):
            return self.shell.note_picture(path)
        return self.box_office.image(path)

    def _open(self, url: str, open_url: Callable[[str], bool] | None = None) -> bool:
        import webbrowser

        opening = open_url or webbrowser.open
        self.jobs.run(lambda _cancel: opening(url), lambda _opened: None, lambda _error: None)
        return True


class Lazy:
    """Stands for an object until it is first used; workers that use it wait while it is made."""

    def __init__(self, make: Callable[[], object]) -> None:
        self._make = make
        self._lock = threading.Lock()
        self._made: object | None = None

    def __getattr__(self, name: str) -> object:
        with self._lock:
            if self._made is None:
                self._made = self._make()
        return getattr(self._made, name)


def open_box_office(base_url: str, profile: str | None, cache: Path) -> "BoxOffice":
    """The client with this machine's key store."""
    from boxoffice.client import BoxOffice, choose_keystore

    keystore, _ = choose_keystore()
    import platform

    name = platform.node() or "this computer"
    return BoxOffice(base_url, keystore, SystemClock(), name, cache_dir=cache, profile=profile)


def play_in_window(
    feature: "Feature",
    _paths: Paths,
    *,
    duration_s: float | None,
    drawing: str,
    hardware_decoding: bool,
    wishes: "Wishes",
) -> dict[str, object]:
    """Play one feature in a plain window of its own and return the report."""
    need_a_screen()
    from player import play_shown

    return play_shown(
        feature, duration_s=duration_s, drawing=drawing, hardware_decoding=hardware_decoding, wishes=wishes
    )
