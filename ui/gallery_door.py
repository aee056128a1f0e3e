"""Pictures of a venue's door: a real ledger and real tickets, at a time of its own."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from PySide6.QtCore import QSize
from PySide6.QtQuick import QQuickWindow

from boxoffice.rules import ClockReading, DoorTicket, time_text, write_door_ticket
from core import base64url
from kiosk import Company, Door, DoorKey, Gate, Ledger, Price, Programme, Room, Screening, Seller, ShowItem
from ui.formats import Formats
from ui.gallery_pages import ImmediateJobs, Setting
from ui.kiosk import DoorServices, DoorViewModel, SaleServices, SaleViewModel
from ui.window import DOOR

NOW = datetime(2026, 10, 9, 18, 40, tzinfo=UTC)


class GalleryClocks:
    """The clocks of a picture."""

    def __init__(self) -> None:
        self.wall, self.boot = NOW, "picture"

    def read(self) -> ClockReading:
        """What they say."""
        return ClockReading(self.wall, self.boot, 0)


class DoorScene:
    """The door's window in each of its states."""

    def __init__(self, folder: Path, setting: Setting) -> None:
        language, size = setting.language, setting.size
        self._folder = TemporaryDirectory(dir=folder)
        self._key = Ed25519PrivateKey.from_private_bytes(bytes(32))
        self._clocks = GalleryClocks()
        self._ledger = Ledger.open(Path(self._folder.name), clocks=self._clocks, reserve_bytes=1 << 16)
        programme = _programme(base64url.encode(self._key.public_key().public_bytes_raw()))
        seller = Seller(1 << 15, self._key)
        door = Door(self._ledger, programme, programme.gates[0], company=Company(None, seller))
        self._interface = setting.interface(lambda _path: b"", DOOR)
        self._model = DoorViewModel(
            DoorServices(door, self._ledger, ImmediateJobs(), Formats(language, UTC, lambda: NOW))
        )
        self._sale = SaleViewModel(SaleServices(door, ImmediateJobs(), Formats(language, UTC, lambda: NOW)))
        self._interface.open_with(
            {"door": self._model, "sale": self._sale, "startSize": QSize(*size), "startFull": False}
        )

    def walk(self) -> Iterator[tuple[str, QQuickWindow]]:
        """Go from state to state."""
        window = self._interface.window
        for number in range(1, 40):
            self._model.scan(self._code(number))
        self._model.settle()
        yield "door-ready", window
        self._model.scan(self._code(50, people=2))
        yield "door-welcome", window
        self._model.scan(self._code(7))
        yield "door-used", window
        self._model.scan(self._code(60, session=2))
        yield "door-other-room", window
        self._model.settle()
        self._sale.begin()
        self._sale.count(2)
        yield "door-sale", window
        self._sale.sell("cash", "Mei")
        yield "door-sold", window
        self._sale.close()
        self._clocks.wall, self._clocks.boot = NOW + timedelta(days=3), "another"
        self._model.scan(self._code(61))
        yield "door-clock", window

    def close(self) -> None:
        """Take the window down, then what it showed."""
        self._model.close()
        self._interface.close()
        self._sale.deleteLater()
        self._model.deleteLater()
        self._ledger.close()
        self._folder.cleanup()

    def _code(self, number: int, *, session: int = 1, people: int = 1) -> str:
        times = (NOW - timedelta(minutes=10), NOW + timedelta(hours=3))
        return write_door_ticket(DoorTicket(1, number, 1, session, *times, 1, people), self._key)


def _programme(x: str) -> Programme:
    doors, start = time_text(NOW - timedelta(minutes=10)), time_text(NOW + timedelta(minutes=20))
    playlist = (ShowItem("feature", 95 * 60_000, package="feature"),)
    prices = (
        Price({"en": "Full", "zh-Hans": "全价"}, 950, "EUR"),
        Price({"en": "Student", "zh-Hans": "学生"}, 600, "EUR"),
    )
    return Programme(
        type="sample",
        seq=1,
        issued=time_text(NOW),
        event=1,
        names={"en": "Festival of Light", "zh-Hans": "光影节"},
        zone="UTC",
        rooms=(
            Room("one", {"en": "Room 1", "zh-Hans": "一号厅"}, 120),
            Room("two", {"en": "Room 2", "zh-Hans": "二号厅"}, 60),
        ),
        gates=(Gate(0, "A", ("one",)),),
        screenings=(
            Screening(
                "a", 1, "one", {"en": "The Paper Moon", "zh-Hans": "纸月亮"}, doors, start, playlist, prices=prices
            ),
            Screening("b", 2, "two", {"en": "Lantern Street", "zh-Hans": "灯笼街"}, doors, start, playlist),
        ),
        door_keys=(DoorKey(1, x),),
    )
