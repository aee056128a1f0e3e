"""Composes a door of a venue: ledger, programme, window, scanner, sound; and takes it down in the right order."""

import logging
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from app import logs
from app.heartbeat import beating
from app.paths import Paths
from app.settings import FilePreferences
from app.venue_company import in_company, leading
from app.venue_sync import Syncing
from core import CinemaError
from kiosk import AcceptedFiles, Door, Inbox, Ledger, OperatorFiles, Programme, ReceiptPrinter, take_shows

if TYPE_CHECKING:
    from PySide6.QtCore import Qt

    from ui.window import Interface

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class DoorPlace:
    """What stands at a door, and beside whom."""

    gate: str
    lead: str = ""
    """Where this door answers the others: ``[HOST:]PORT``."""
    leader: str = ""
    """Which door is asked first: ``NAME@HOST:PORT``."""
    printer: str = ""
    camera: str = ""
    full: bool = True


def run_door(paths: Paths, venue: Path, copies: Path | None, place: DoorPlace, *, verbose: bool) -> int:
    """Open the door's window; returns when it is closed. Raises `CinemaError` where the door cannot open."""
    from app.viewer import make_application, need_a_screen, quitting_on_signals

    logs.set_up(paths.logs, verbose=verbose)
    need_a_screen()
    with ExitStack() as stack:
        ledger = stack.enter_context(closing(Ledger.open(venue, copies=copies)))
        files = OperatorFiles(venue, ledger)
        programme = programme_of(files)
        company = stack.enter_context(in_company(venue, ledger, place))
        door = Door(ledger, programme, programme.gate(place.gate), files.revoked(), files.sold(), company)
        stack.enter_context(leading(venue, ledger, door, place))
        application = make_application(hears_links=False)
        inbox = Inbox(venue, files, door)

        def take_in() -> bool:
            take_shows(venue, ledger)
            if syncing.renewed.is_set():
                syncing.renewed.clear()
                inbox.renew()
            return inbox.look()

        syncing = stack.enter_context(closing(Syncing(venue, ledger)))
        window = stack.enter_context(closing(DoorWindow(paths, ledger, door, take_in, place)))
        application.lastWindowClosed.connect(application.quit)
        window.open()
        stack.enter_context(guarded(window.interface, venue))
        stack.enter_context(beating())
        with quitting_on_signals():
            return application.exec()


@contextmanager
def guarded(interface: "Interface", venue: Path, keys: "frozenset[Qt.Key]" = frozenset()) -> Iterator[None]:
    """Keep a venue's window open until staff's PIN closes it; where staff have no PIN, anybody may.

    ``keys`` are those of the window's own, which do something all the same.
    """
    from kiosk import StaffPins
    from ui.jobs import QtJobRunner
    from ui.kiosk import Guard

    pins = StaffPins(venue, window=str(interface.window.title()))
    if not pins.there:
        log.warning("staff have no PIN: anybody can close this window")
        yield
        return
    with closing(QtJobRunner()) as jobs, closing(Guard(interface, pins, jobs, keys)):
        yield


def programme_of(files: AcceptedFiles) -> Programme:
    """The programme that counts. Raises `CinemaError` (file-missing) where there is none yet."""
    from core import Code

    programme = files.programme()
    if programme is None:
        raise CinemaError(Code.FILE_MISSING, "There is no programme yet; take one with: kiosk programme import FILE")
    return programme


class DoorWindow:
    """Everything that lives while a door's window is open."""

    def __init__(self, paths: Paths, ledger: Ledger, door: Door, take_in: Callable[[], bool], place: DoorPlace) -> None:
        from player import Chimes
        from ui.formats import Formats
        from ui.jobs import QtJobRunner
        from ui.kiosk import CameraReader, DoorServices, DoorViewModel, SaleServices, SaleViewModel
        from ui.window import DOOR, Interface

        language = FilePreferences(paths.preferences).current.language or "en"
        self.interface = Interface(_no_picture, paths.cache, DOOR)
        self.interface.language.apply(language)
        self._full = place.full
        self._jobs = QtJobRunner()
        self._chimes = Chimes(paths.cache / "chimes")
        formats = Formats(language, ZoneInfo(door.programme.zone))
        self.model = DoorViewModel(DoorServices(door, ledger, self._jobs, formats, take_in))
        self.model.answered.connect(self._sound)
        printer = ReceiptPrinter(place.printer) if place.printer else None
        self.sale = SaleViewModel(SaleServices(door, self._jobs, formats, printer, self.model.look))
        self._camera = CameraReader(place.camera) if place.camera else None
        if self._camera:
            self._camera.read.connect(self.model.scan)

    def open(self) -> None:
        """Show it, and let its scanner type."""
        from PySide6.QtCore import QSize

        from ui.kiosk import Wedge

        self.interface.open_with(
            {"door": self.model, "sale": self.sale, "startSize": QSize(1280, 720), "startFull": self._full}
        )
        self._wedge = Wedge(self.interface.window)
        self._wedge.scanned.connect(self.model.scan)

    def close(self) -> None:
        """Let the last answer be written, then let go of everything."""
        if self._camera:
            self._camera.close()
        self.model.close()
        self._jobs.close()
        self.interface.close()
        self.sale.deleteLater()
        self.model.deleteLater()
        self._chimes.close()

    def _sound(self, light: str) -> None:
        try:
            self._chimes.play(light)
        except CinemaError as error:
            log.warning("the door has no sound: %s", error.code)


def _no_picture(_path: str) -> bytes:
    return b""
