"""A venue that comes back after a month without a line: everything goes up over 5 Mbit/s, beside the bare bytes on it.

Usage: python tests/bench/sync.py [RECORDS]. Prints JSON; exit 1 where 100,000 records would take more than ten minutes.
"""

import json
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from boxoffice.client import VenueLine
from boxoffice.service import ServiceConfig, migrate, serve
from boxoffice.service.database import Database
from boxoffice.service.strongroom import Strongroom
from boxoffice.service.venues import Venues
from core import Cancel, SystemClock, base64url, no_progress
from kiosk import Ledger, Sync, device_key, join, licence_key, membership
from kiosk import ledger_tables as tables
from kiosk.ledger_file import connect
from kiosk.records import Head, Kind, next_record, time_text

BYTES_A_SECOND = 5_000_000 // 8


class SlowLine:
    """A wire of 5 Mbit/s each way."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port, self.to, self.carried = self._listener.getsockname()[1], 0, 0
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            near, _ = self._listener.accept()
            far = socket.create_connection(("127.0.0.1", self.to))
            for source, sink in ((near, far), (far, near)):
                threading.Thread(target=self._pump, args=(source, sink), daemon=True).start()

    def _pump(self, source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(16384):
                self.carried += len(data)
                time.sleep(len(data) / BYTES_A_SECOND)
                sink.sendall(data)
        with suppress(OSError):
            sink.shutdown(socket.SHUT_RDWR)


def fill(folder: Path, head: Head, count: int) -> None:
    """Admissions as a door writes them, in one transaction: the disk is not what is measured."""
    db = connect(folder / "ledger.sqlite3")
    db.execute("BEGIN IMMEDIATE")
    now = time_text(SystemClock().now())
    for number in range(count):
        facts = {
            "ticket": f"{number * 2654435761 % (1 << 64):016x}", "party": 1, "people": 1, "screening": f"show-{number // 200}",
            "gate": "A", "how": "scan", "staff": "", "reason": "", "title": "paper-moon", "part": 0,
        }  # fmt: skip
        data, head = next_record(head, now, "good", Kind.ADMISSION, facts)  # type: ignore[arg-type]
        tables.write(db, data, head)
    db.execute("COMMIT")
    db.close()


def main(count: int) -> int:
    with tempfile.TemporaryDirectory() as place:
        root, wire = Path(place), SlowLine()
        (root / "service").mkdir()
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = wire.to = free.getsockname()[1]
        base = f"http://127.0.0.1:{wire.port}"
        config = ServiceConfig(root / "service", f"sqlite:///{root / 'service.sqlite3'}", port=port, base_url=base)
        migrate(config.database_url)
        stop, ready = threading.Event(), threading.Event()

        def is_ready(_url: str) -> None:
            ready.set()

        thread = threading.Thread(target=serve, args=(config, is_ready, stop, SystemClock()))
        thread.start()
        ready.wait(30)
        report = measured(root, base, config, count, wire)
        stop.set()
        thread.join()
    print(json.dumps(report))
    return 0 if report["ten_minutes"] else 1


def measured(root: Path, base: str, config: ServiceConfig, count: int, wire: SlowLine) -> dict[str, object]:
    folder = root / "venue"
    ledger = Ledger.open(folder, reserve_bytes=1 << 16)
    line = VenueLine(base, device_key(folder), SystemClock())
    database = Database(config.database_url)
    venues = Venues(database, SystemClock(), Strongroom(config.data_dir), config.data_dir)
    with database.write() as session:
        code = venues.new_code(venues.make(session, "Bench"))
    public = base64url.encode(licence_key(folder).public_key().public_bytes_raw())
    join(folder, ledger, base, line.enrol_by_code(code, "Door", ledger.public_jwk["x"], public, Cancel()))
    head = ledger.head
    ledger.close()
    fill(folder, head, count)
    ledger, member = Ledger.open(folder, reserve_bytes=1 << 16), membership(folder)
    assert member
    took, before = timed(lambda: Sync(folder, ledger, member).run(line, no_progress, Cancel())), wire.carried
    waiting = Sync(folder, ledger, member).outbox.counts().waiting
    ledger.close()
    line.close()
    database.close()
    whole = took * 100_000 / count
    bare = before / BYTES_A_SECOND
    return {
        "records": count, "seconds": round(took, 1), "bytes_a_record": round(before / count), "left": waiting,
        "for_100000_s": round(whole), "bare_s": round(bare, 1), "ratio": round(took / bare, 2), "ten_minutes": whole <= 600,
    }  # fmt: skip


def timed(work: Callable[[], object]) -> float:
    began = time.monotonic()
    work()
    return time.monotonic() - began


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000))
