"""From a ticket's code to green with the admission on the disk, beside a bare durable insert into SQLite.

Usage: python tests/bench/door_scans.py [SCANS] [--folder DIR]. Prints JSON; exit 1 where the median is above 60 ms or
the 99th percentile above 250 ms.
"""

import argparse
import json
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT)]

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey  # noqa: E402

from boxoffice.rules import DoorTicket, time_text, write_door_ticket  # noqa: E402
from core import base64url  # noqa: E402
from kiosk import Door, Ledger, Light, Programme, Screening  # noqa: E402
from kiosk.programme import TYPE, DoorKey, Gate, Room, ShowItem  # noqa: E402

HOUSE = 500
P50_MS, P99_MS = 60.0, 250.0


def took_ms(work: Callable[[int], object], count: int) -> dict[str, float]:
    """Median and 99th percentile of ``count`` calls."""
    times = []
    for number in range(count):
        began = time.perf_counter()
        work(number)
        times.append((time.perf_counter() - began) * 1000)
    times.sort()
    return {"p50_ms": round(times[count // 2], 2), "p99_ms": round(times[count * 99 // 100], 2)}


def main() -> int:
    """Measure and judge."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("scans", nargs="?", type=int, default=500)
    parser.add_argument("--folder", type=Path)
    options = parser.parse_args()
    key, now = Ed25519PrivateKey.generate(), datetime.now(UTC).replace(microsecond=0)
    x = base64url.encode(key.public_key().public_bytes_raw())
    shows = tuple(
        Screening(
            *(f"s{session}", session, "one", {"en": "A"}, time_text(now), time_text(now + timedelta(minutes=20))),
            (ShowItem("feature", 5_400_000, package="a"),),
        )
        for session in range(options.scans // HOUSE + 1)
    )
    programme = Programme(
        *(TYPE, 1, time_text(now), 1, {"en": "F"}, "UTC", (Room("one", {"en": "1"}, 100_000),)),
        *((Gate(0, "A", ("one",)),), shows, (DoorKey(1, x),)),
    )
    codes = [
        write_door_ticket(DoorTicket(1, number, 1, number // HOUSE, now, now + timedelta(hours=2), 1, 1), key)
        for number in range(options.scans)
    ]
    with tempfile.TemporaryDirectory(dir=options.folder) as name:
        ledger = Ledger.open(Path(name) / "venue")
        door = Door(ledger, programme, programme.gates[0])
        green: list[bool] = []
        ours = took_ms(lambda number: green.append(door.scan(codes[number]).light is Light.GREEN), options.scans)
        ledger.close()
        size = (Path(name) / "venue" / "ledger.sqlite3").stat().st_size
        began = time.perf_counter()
        Ledger.open(Path(name) / "venue").close()
        reopened_s = time.perf_counter() - began
        bare_db = sqlite3.connect(Path(name) / "bare.sqlite3", isolation_level=None)
        bare_db.execute("PRAGMA synchronous = EXTRA")
        bare_db.execute("CREATE TABLE admissions (ticket TEXT PRIMARY KEY)")
        insert = "INSERT INTO admissions VALUES (?)"
        bare = took_ms(lambda number: bare_db.execute(insert, (f"{number:016x}",)), options.scans)
        bare_db.close()
    figures = {"green": sum(green), **ours, "bare": bare, "ratio": round(ours["p50_ms"] / bare["p50_ms"], 2)}
    print(json.dumps(figures | {"ledger_mb": round(size / 1e6, 1), "reopened_s": round(reopened_s, 2)}))
    return int(not all(green) or ours["p50_ms"] > P50_MS or ours["p99_ms"] > P99_MS)


if __name__ == "__main__":
    sys.exit(main())
