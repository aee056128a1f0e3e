"""Selling at a door: a real ledger, the real window, a printer that is a socket."""

import io
import socket
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC
from pathlib import Path
from typing import Any

import pytest
import zxingcpp
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from PIL import Image
from PySide6.QtCore import QCoreApplication, QDeadlineTimer, QEventLoop, QSize, QThread
from PySide6.QtGui import QGuiApplication
from PySide6.QtQuick import QQuickItem

from kiosk import Company, Door, Ledger, Price, ReceiptPrinter, Seller, sale_keys_of
from tests.kiosk.venue import PROGRAMME, SetClocks
from ui.formats import Formats
from ui.jobs import QtJobRunner
from ui.kiosk import DoorServices, DoorViewModel, SaleServices, SaleViewModel
from ui.window import DOOR, Interface

PRICES = (Price({"en": "Full", "zh-Hans": "全价"}, 950, "EUR"), Price({"en": "Student", "zh-Hans": "学生"}, 600, "EUR"))
FRIDAY = replace(PROGRAMME.screenings[0], prices=PRICES)
SELLING = replace(PROGRAMME, screenings=(FRIDAY, *PROGRAMME.screenings[1:]))


class Paper:
    """A printer in the network: what it was sent."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self._listener.getsockname()[1]}"
        self.sent = b""
        self.done = threading.Event()
        self._thread = threading.Thread(target=self._take)
        self._thread.start()

    def _take(self) -> None:
        try:
            line, _ = self._listener.accept()
        except OSError:
            return
        with line:
            while data := line.recv(65536):
                self.sent += data
        self.done.set()

    def close(self) -> None:
        if not self.done.is_set():
            socket.create_connection(self._listener.getsockname()).close()
        self._thread.join()
        self._listener.close()

    def picture(self) -> Image.Image:
        """The raster that was printed (GS v 0)."""
        start = self.sent.index(b"\x1dv0\x00") + 4
        wide, high = (int.from_bytes(self.sent[start + at : start + at + 2], "little") for at in (0, 2))
        return Image.frombytes("1", (wide * 8, high), self.sent[start + 4 : start + 4 + wide * high], "raw", "1;I")


def everything(item: QQuickItem) -> Iterator[QQuickItem]:
    yield item
    for child in item.childItems():
        yield from everything(child)


class Scene:
    def __init__(self, folder: Path, printer: ReceiptPrinter | None, language: str = "en") -> None:
        self.ledger = Ledger.open(folder, clocks=SetClocks(), reserve_bytes=1 << 16)
        key: Any = load_pem_private_key((folder / "device-key.pem").read_bytes(), None)
        seller = Seller(1 << 15, key)
        company = Company(None, seller, sale_keys_of(None, seller))
        self.door = Door(self.ledger, SELLING, SELLING.gates[0], company=company)
        self.jobs, formats = QtJobRunner(), Formats(language, UTC)
        self.model = DoorViewModel(DoorServices(self.door, self.ledger, self.jobs, formats))
        self.sale = SaleViewModel(SaleServices(self.door, self.jobs, formats, printer, self.model.look))
        self.interface = Interface(lambda _path: b"", main=DOOR)
        self.interface.language.apply(language)
        self.interface.open_with(
            {"door": self.model, "sale": self.sale, "startSize": QSize(1280, 720), "startFull": False}
        )

    def settle(self, holds: Any) -> None:
        deadline = QDeadlineTimer(10_000)
        while not holds() and not deadline.hasExpired():
            QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 10)
            QThread.msleep(1)
        assert holds()

    def press(self, text: str) -> None:
        button = next(
            item
            for item in everything(self.interface.window.contentItem())
            if item.property("text") == text and item.isVisible() and hasattr(item, "clicked")
        )
        assert button.isEnabled(), text
        button.metaObject().invokeMethod(button, "click")  # type: ignore[call-overload]

    def close(self) -> None:
        self.model.close()
        self.jobs.close()
        self.interface.close()
        self.sale.deleteLater()
        self.model.deleteLater()
        self.ledger.close()


@pytest.fixture
def paper() -> Iterator[Paper]:
    with closing(Paper()) as paper:
        yield paper


@pytest.fixture
def scene(application: QGuiApplication, tmp_path: Path, paper: Paper) -> Iterator[Scene]:
    with closing(Scene(tmp_path / "venue", ReceiptPrinter(paper.address))) as scene:
        yield scene
    application.processEvents()


def test_a_ticket_is_sold_shown_printed_and_let_in(scene: Scene, paper: Paper) -> None:
    scene.press("Sell a ticket")
    scene.settle(lambda: scene.sale.props.step == "choose")
    assert [dict(price) for price in scene.sale.props.prices] == [
        {"name": "Full", "amount": "€9.50"},
        {"name": "Student", "amount": "€6.00"},
    ]
    scene.press("Student  €6.00")
    scene.press("+")
    assert (scene.sale.props.people, scene.sale.props.total) == (2, "€12.00")
    scene.press("Paid in cash")
    scene.settle(lambda: scene.sale.props.printed in ("printed", "failed"))
    props = scene.sale.props
    assert (props.step, props.printed) == ("sold", "printed")
    assert paper.done.wait(10)
    (read,) = zxingcpp.read_barcodes(paper.picture().convert("L"))
    assert scene.door.scan(read.text).people == 2
    assert scene.door.left(FRIDAY) == 98
    (row,) = scene.ledger.ask("SELECT people FROM sales")
    assert row[0] == 2
    scene.press("Done")
    assert scene.sale.props.step == "closed"


def test_a_printer_that_does_not_answer_leaves_the_code_on_the_screen(
    application: QGuiApplication, tmp_path: Path
) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as gone:
        address = f"127.0.0.1:{gone.getsockname()[1]}"
    with closing(Scene(tmp_path / "venue", ReceiptPrinter(address), "zh-Hans")) as scene:
        scene.sale.begin()
        scene.settle(lambda: scene.sale.props.step == "choose")
        scene.sale.sell("card", "mei")
        scene.settle(lambda: scene.sale.props.printed == "failed")
        assert scene.sale.props.picture.startswith("data:image/png")
        assert len(scene.sale.props.reference) == 9
        scene.press("再次打印")
        scene.settle(lambda: scene.sale.props.printed == "failed")
    application.processEvents()


def test_nothing_is_sold_when_the_room_is_full(scene: Scene) -> None:
    for _ in range(5):
        assert scene.door.sell(FRIDAY, PRICES[0], 20, "cash", "mei")
    scene.press("Sell a ticket")
    scene.settle(lambda: scene.sale.props.step == "full")
    scene.press("Back")
    assert scene.door.sell(FRIDAY, PRICES[0], 1, "cash", "mei") is None


def test_a_receipt_goes_to_a_device_file(tmp_path: Path) -> None:
    out = io.BytesIO()
    Image.new("L", (384, 100), 255).save(out, "PNG")
    (tmp_path / "lp0").write_bytes(b"")
    ReceiptPrinter(str(tmp_path / "lp0")).print(out.getvalue())
    assert (tmp_path / "lp0").read_bytes().startswith(b"\x1dv0\x00")
