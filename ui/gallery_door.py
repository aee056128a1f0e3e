"""Pictures of a venue's door: a real ledger and real tickets, at a time of its own."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from PySide6.QtCore import QSize

from boxoffice.rules import ClockReading, DoorTicket, time_text, write_door_ticket
from core import base64url
from kiosk import Company, Door, DoorKey, Gate, Ledger, Price, Programme, Room, Screening, Seller, ShowItem
from ui.formats import Formats
from ui.gallery_pages import ImmediateJobs, settle
from ui.kiosk import DoorServices, DoorViewModel, SaleServices, SaleViewModel
from ui.window import DOOR, Interface

NOW = datetime(2026, 10, 9, 18, 40, tzinfo=UTC)
SETTLE_MS = 150


class GalleryClocks:
    """The clocks of a picture."""

    def __init__(self) -> None:
        self.wall, self.boot = NOW, "picture"

    def read(self) -> ClockReading:
        """What they say."""
        return ClockReading(self.wall, self.boot, 0)


def take_door(out_dir: Path, language: str, size: tuple[int, int], folder: Path) -> list[Path]:
    """The door's window in each of its states, as PNG files; their paths."""
    files: list[Path] = []
    with TemporaryDirectory(dir=folder) as venue:
        scene = _Scene(Path(venue), language, size)
        for name in scene.walk():
            path = out_dir / f"{name}.{language}.{size[0]}x{size[1]}.png"
            scene.picture(path)
            files.append(path)
        scene.close()
    return files


class _Scene:
    def __init__(self, venue: Path, language: str, size: tuple[int, int]) -> None:
        self._key = Ed25519PrivateKey.generate()
        self._clocks = GalleryClocks()
        self._ledger = Ledger.open(venue, clocks=self._clocks, reserve_bytes=1 << 16)
        programme = _programme(base64url.encode(self._key.public_key().public_bytes_raw()))
        seller = Seller(1 << 15, self._key)
        door = Door(self._ledger, programme, programme.gates[0], company=Company(None, seller))
        self._interface = Interface(lambda _path: b"", main=DOOR)
        self._interface.language.apply(language)
        self._model = DoorViewModel(DoorServices(door, self._ledger, ImmediateJobs(), Formats(language, UTC)))
        self._sale = SaleViewModel(SaleServices(door, ImmediateJobs(), Formats(language, UTC)))
        self._interface.open_with(
            {"door": self._model, "sale": self._sale, "startSize": QSize(*size), "startFull": False}
        )

    def walk(self) -> Iterator[str]:
        """Go from state to state; each is on show while its name is yielded."""
        for number in range(1, 40):
            self._model.scan(self._code(number))
        self._model.settle()
        yield "door-ready"
        self._model.scan(self._code(50, people=2))
        yield "door-welcome"
        self._model.scan(self._code(7))
        yield "door-used"
        self._model.scan(self._code(60, session=2))
        yield "door-other-room"
        self._model.settle()
        self._sale.begin()
        self._sale.count(2)
        yield "door-sale"
        self._sale.sell("cash", "Mei")
        yield "door-sold"
        self._sale.close()
        self._clocks.wall, self._clocks.boot = NOW + timedelta(days=3), "another"
        self._model.scan(self._code(61))
        yield "door-clock"

    def picture(self, path: Path) -> None:
        """Let everything arrive, then save what the window shows."""
        settle(SETTLE_MS)
        self._interface.window.grabWindow().save(str(path))

    def close(self) -> None:
        """Take the window down, then what it showed."""
        self._model.close()
        self._interface.close()
        self._sale.deleteLater()
        self._model.deleteLater()
        self._ledger.close()

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
