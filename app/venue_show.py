"""Composes a room's show: programme, stage, house, both windows; and takes it down in the right order."""

import contextlib
import logging
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from app import logs
from app.heartbeat import beating
from app.paths import Paths
from app.settings import FilePreferences
from app.venue_door import guarded
from core import CinemaError, Code
from core.file_lock import FileLock
from kiosk import (
    House,
    Ledger,
    LedgerView,
    Mode,
    Programme,
    Running,
    RunningParts,
    ShowItems,
    ShowWriter,
    Stage,
    kept_state,
    read_hooks,
    take_shows,
)
from kiosk.cutover import Address, ShowClient, shared_secret
from kiosk.show import Alarm
from kiosk.show_orders import take_orders
from kiosk.standby import HandOver, Standby

if TYPE_CHECKING:
    from PySide6.QtCore import Qt

log = logging.getLogger(__name__)

ORDERS_MS = 250


@dataclass(frozen=True)
class ShowOptions:
    """How a room is run."""

    room: str = ""
    """Empty where the programme has one only."""
    mode: Mode = Mode.AUTOMATIC
    screen: str = ""
    """The audience's; empty for what the programme says."""
    notes_screen: str = ""
    """The notes' own; empty for what the programme says."""
    hooks: Path | None = None
    full: bool = True
    drawing: str = "auto"
    hardware_decoding: bool = True
    serve: str = ""
    """``HOST:PORT`` where another machine may ask where the show is."""
    follow: str = ""
    """``HOST:PORT`` of the machine whose show this one follows."""
    secret: Path | None = None
    """What both know; by default ``cutover.secret`` in the venue's folder."""
    take_after_s: float = 0
    """Silence after which this machine goes on by itself; 0 for never."""


def run_show(paths: Paths, venue: Path, options: ShowOptions, *, verbose: bool) -> int:
    """Run a room's shows until the windows are closed. Raises `CinemaError` where that cannot begin."""
    from app.viewer import make_application, need_a_screen, quitting_on_signals
    from player import choose_drawing

    logs.set_up(paths.logs, verbose=verbose)
    need_a_screen()
    drawing = choose_drawing(options.drawing).kind
    view = LedgerView(venue)
    programme = programme_of(view)
    room = room_of(programme, options.room)
    with alone_in(venue, room):
        take_in(venue)
        application = make_application(hears_links=False)
        application.setQuitOnLastWindowClosed(False)
        with ExitStack() as stack:
            show = stack.enter_context(closing(ShowWindows(paths, venue, view, programme, room, options, drawing)))
            with quitting_on_signals():
                show.open(application)
                stack.enter_context(guarded(show.interface, venue, operator_keys()))
                stack.enter_context(beating(show.stage.is_well))
                status = application.exec()
        take_in(venue)
    return status


def operator_keys() -> "frozenset[Qt.Key]":
    """The keys of the operator's window."""
    from PySide6.QtCore import Qt

    return frozenset(
        {
            *(Qt.Key.Key_F2, Qt.Key.Key_F3, Qt.Key.Key_F4, Qt.Key.Key_F6),
            *(Qt.Key.Key_F7, Qt.Key.Key_F8, Qt.Key.Key_F9),
        }
    )


def programme_of(view: LedgerView) -> Programme:
    """The programme that counts. Raises `CinemaError` (file-missing) where there is none yet."""
    programme = view.files.programme()
    if programme is None:
        raise CinemaError(Code.FILE_MISSING, "There is no programme yet; take one with: kiosk programme import FILE")
    return programme


def room_of(programme: Programme, wanted: str) -> str:
    """The room that is meant. Raises `CinemaError` (wrong-use)."""
    names = [room.id for room in programme.rooms]
    if wanted in names or (not wanted and len(names) == 1):
        return wanted or names[0]
    raise CinemaError(Code.WRONG_USE, f"Which room? --room is one of {', '.join(names)}.")


@contextmanager
def alone_in(venue: Path, room: str) -> Iterator[None]:
    """One process shows in a room. Raises `CinemaError` (ledger-in-use) where another one does."""
    (venue / "shows").mkdir(parents=True, exist_ok=True)
    lock = FileLock(venue / "shows" / f"{room}.lock")
    if not lock.take():
        raise CinemaError(Code.LEDGER_IN_USE, f"Another process shows in room {room} already.")
    try:
        yield
    finally:
        lock.release()


def take_in(venue: Path) -> None:
    """Let the ledger have what the journals say, unless another process holds it and does so itself."""
    try:
        with closing(Ledger.open(venue)) as ledger:
            take_shows(venue, ledger)
    except CinemaError as error:
        if error.code is not Code.LEDGER_IN_USE:
            log.error("the shows' journals are not in the ledger yet: %s", error.code)


class ShowWindows:
    """Everything that lives while a room's shows run."""

    def __init__(
        self,
        paths: Paths,
        venue: Path,
        view: LedgerView,
        programme: Programme,
        room: str,
        options: ShowOptions,
        drawing: str,
    ) -> None:
        from player import Player
        from ui.formats import Formats
        from ui.jobs import QtJobRunner
        from ui.kiosk import ShowViewModel
        from ui.window import SHOW, Interface

        import_module("player.video_item")  # the windows name its type
        language = FilePreferences(paths.preferences).current.language or "en"
        self._options, self._view = options, view
        self._secret_file = options.secret or venue / "cutover.secret"
        self._hand_over: HandOver | None = None
        self._standby: Standby | None = None
        self._venue, self._looking = venue, False
        self._screen = options.screen or programme.room[room].screen
        self._notes_screen = options.notes_screen or programme.room[room].notes_screen
        if self._screen and self._screen == self._notes_screen:
            raise CinemaError(Code.WRONG_USE, "The notes' screen is the one that the film is on; name another.")
        items = ShowItems(venue)
        self.interface = Interface(lambda name: self._picture(items, name), paths.cache, SHOW)
        self.interface.language.apply(language)
        self._jobs = QtJobRunner()
        hardware = options.hardware_decoding

        def make_player() -> Player:
            return Player(drawing=drawing, hardware_decoding=hardware, metered=True)  # type: ignore[arg-type]

        def begins() -> datetime:
            show, now = self.running.show, self.running.now
            if show is None:
                return now
            return show.started or max(now, show.screening.start_at)

        self.stage = Stage(make_player, self._jobs, lambda item: items.open(item, begins()))
        hooks = read_hooks(options.hooks or venue / "house.toml")
        house = House(hooks, lambda name, _reason: self.running.trouble(Alarm.HOOK, name))
        self._writer = ShowWriter(venue, view.device, lambda _what: self.running.trouble(Alarm.JOURNAL, ""))
        parts = RunningParts(
            view.time, lambda: programme_of(view), items, self.stage, house, self._writer, self._jobs
        )  # fmt: skip
        with contextlib.suppress(CinemaError):
            kept = kept_state(venue, room)
        self.running = Running(parts, programme, room, options.mode, kept)
        other = "zh-Hans" if not language.startswith("zh") else "en"
        self.model = ShowViewModel(
            self.running,
            Formats(language, ZoneInfo(programme.zone)),
            lambda context, text: self.interface.language.said(other, context, text),
            lambda: self.stage.live.engine.level if self.stage.live else 0,
            lambda: self._standby.take() if self._standby else None,
            self._notes_screen,
            self._write_report,
        )
        self._language = language

    def _write_report(self) -> None:
        """Today's, beside the ledger; the ledger may be a door's."""
        from app.venue_report import day_file, write_day
        from kiosk import today

        day = today(self.running.programme, self.running.now)
        file = day_file(self._venue, day)
        self._jobs.run(
            lambda _cancel: write_day(self._venue, day, self._language, file),
            lambda _report: self.model.reported("written", str(file)),
            lambda _error: self.model.reported("failed"),
        )

    def _picture(self, items: ShowItems, path: str) -> bytes:
        """A slide, or a picture of a note of a film on the stage; called on workers."""
        from ui.note_pictures import is_note_picture, read_note_picture

        if is_note_picture(path):
            return read_note_picture(path, [player.feature for player in self.stage.players])
        return items.slide(path).read_bytes()

    def open(self, application: object) -> None:
        """Show both windows, and take up what is to be shown."""
        from PySide6.QtCore import QSize, QTimer
        from PySide6.QtGui import QGuiApplication
        from PySide6.QtQuick import QQuickWindow

        from app.venue_screens import VenueScreens
        from kiosk import show_events as events

        assert isinstance(application, QGuiApplication)  # noqa: S101 - made by us
        self.interface.open_with({"viewModel": self.model, "startSize": QSize(1280, 720)})
        operator = self.interface.window
        audience = operator.findChild(QQuickWindow, "audience")
        if audience is None:
            raise CinemaError(Code.INTERNAL, "The audience's window could not be loaded; install again.")
        self._screens = VenueScreens(
            application, audience, operator, self._screen, full=self._options.full, notes=self._notes_screen
        )
        self._screens.there.connect(lambda there: self.running.tell(events.Screen(there)))
        there = self._screens.open()
        operator.visibleChanged.connect(lambda shown: None if shown else application.quit())
        if self._options.serve:
            address = Address.of(self._options.serve)
            self._hand_over = HandOver(self.running, address, shared_secret(self._secret_file))
        if self._options.follow:
            self._follow(Address.of(self._options.follow))
        self.running.begin(screen=there)
        if self._standby:
            self._standby.begin()
        self._orders = QTimer(interval=ORDERS_MS)
        self._orders.timeout.connect(self._look_for_orders)
        self._orders.start()

    def _look_for_orders(self) -> None:
        if not self._looking:
            self._looking = True
            self._jobs.run(lambda _cancel: take_orders(self._venue, self.running.room), self._ordered, self._unordered)

    def _ordered(self, orders: tuple[str, ...]) -> None:
        self._looking = False
        for order in orders:
            self.model.obey(order)

    def _unordered(self, _error: CinemaError) -> None:
        self._looking = False

    def _follow(self, address: Address) -> None:
        client = ShowClient(address, shared_secret(self._secret_file), self._view.device)
        after_ms = round(self._options.take_after_s * 1000)
        self._standby = Standby(self.running, client, self._jobs, lambda: self._options.follow, after_ms)
        self._standby.heard.connect(self.model.follow)

    def close(self) -> None:
        """The last word to the disk, then the picture, the windows, the players."""
        self._orders.stop()
        for part in (self._hand_over, self._standby):
            if part:
                part.close()
        self.running.close()
        for player in self.stage.players:
            player.aboutToClose.emit()
        self.interface.close()
        self.stage.close()
        self._jobs.close()
        self._writer.close()
        self.model.deleteLater()
