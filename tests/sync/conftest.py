"""A running box office, and a venue's device that belongs to it."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from boxoffice.client import VenueLine
from boxoffice.rules.venues import DeviceCertificate
from boxoffice.service.database import Database
from boxoffice.service.strongroom import Strongroom
from boxoffice.service.tables import SignerRow
from boxoffice.service.venues import Venues
from core import Cancel, base64url, no_progress
from kiosk.enrolment import device_key, join, membership
from kiosk.ledger import Entry, Ledger
from kiosk.licences import licence_key
from kiosk.sync import Sync, SyncReport
from tests.boxoffice.service.conftest import (  # noqa: F401 - fixtures
    Office,
    cluster,
    config,
    database_url,
    films_folder,
    hashes_are_cheap,
    office,
    open_office,
    template,
)
from tests.kiosk.venue import OPERATOR, RESERVE, SetClocks


@dataclass
class VenueDevice:
    """One enrolled device."""

    folder: Path
    ledger: Ledger
    certificate: DeviceCertificate
    line: VenueLine
    clocks: SetClocks

    def admit(self, *numbers: int, screening: str = "friday", title: str = "paper-moon", party: int = 1) -> None:
        for number in numbers:
            entry = Entry(f"{number:016x}", party, 1, screening, "A", "scan", title=title)
            assert self.ledger.admit(entry, 100_000).admitted

    def close(self) -> None:
        """Let the ledger go, whichever it is by now."""
        self.ledger.close()

    @property
    def sync(self) -> Sync:
        found = membership(self.folder)
        assert found
        return Sync(self.folder, self.ledger, found)

    def run(self, line: Any = None) -> SyncReport:
        return self.sync.run(line or self.line, no_progress, Cancel())


class Cut:
    """A wire to the box office that is cut after so many bytes, there or back."""

    def __init__(self, to: tuple[str, int], there: int | None = None, back: int | None = None) -> None:
        self._to, self._there, self._back = to, there, back
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._open: list[socket.socket] = []
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        for one in (self._listener, *self._open):
            with suppress(OSError):
                one.close()

    def _serve(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            far = socket.create_connection(self._to)
            self._open += [near, far]
            for source, sink, most in ((near, far, self._there), (far, near, self._back)):
                threading.Thread(target=self._pump, args=(source, sink, most, (near, far)), daemon=True).start()

    @staticmethod
    def _pump(source: socket.socket, sink: socket.socket, most: int | None, both: tuple[socket.socket, ...]) -> None:
        passed = 0
        with suppress(OSError):
            while data := source.recv(65536):
                left = len(data) if most is None else max(0, most - passed)
                sink.sendall(data[:left])
                passed += len(data)
                if left < len(data):
                    break
        for one in both:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)


@pytest.fixture
def venues(office: Office) -> Iterator[Venues]:  # noqa: F811 - the fixture
    database = Database(office.config.database_url)
    yield Venues(database, office.clock, Strongroom(office.config.data_dir), office.config.data_dir)
    database.close()


@pytest.fixture
def venue_id(venues: Venues) -> str:
    with venues._database.write() as session:
        session.merge(SignerRow(key_id=OPERATOR.key_id, jwk=OPERATOR.public_jwk))
        return venues.make(session, "Lantern House").id


@pytest.fixture
def enrol(
    office: Office,  # noqa: F811 - the fixture
    venues: Venues,
    venue_id: str,
    tmp_path: Path,
) -> Iterator[Callable[..., VenueDevice]]:
    with ExitStack() as stack:

        def enrolled(name: str = "Door A") -> VenueDevice:
            folder, clocks = tmp_path / name, SetClocks(office.clock.now())
            ledger = Ledger.open(folder, clocks=clocks, reserve_bytes=RESERVE)
            line = VenueLine(office.base_url, device_key(folder), office.clock)
            stack.callback(line.close)
            with venues._database.write() as session:
                row = venues.only_venue(session, venue_id)
                code = venues.new_code(row)
            x = ledger.public_jwk["x"]
            public = base64url.encode(licence_key(folder).public_key().public_bytes_raw())
            given = line.enrol_by_code(code, name, x, public, Cancel())
            device = VenueDevice(folder, ledger, join(folder, ledger, office.base_url, given), line, clocks)
            stack.callback(device.close)
            return device

        yield enrolled


@pytest.fixture
def device(enrol: Callable[..., VenueDevice]) -> VenueDevice:
    return enrol()
