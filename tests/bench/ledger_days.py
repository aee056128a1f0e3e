"""Fourteen days at a venue: 50,000 admissions, a refusal for every twentieth, the ledger tended twice a minute of opening
hours and copied every hour. How large it grows, and whether it is still right.

Usage: python tests/bench/ledger_days.py [--folder DIR] (a folder in memory, such as /dev/shm, is quickest).
Prints JSON; exit 1 at 200 MB or where the audit finds a fault.
"""

import argparse
import json
import sys
import tempfile
import time
from contextlib import closing
from datetime import timedelta
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT)]

from films import SigningKey, TrustedKeys  # noqa: E402
from kiosk import Door, Entry, Ledger, audit  # noqa: E402
from tests.kiosk.venue import PROGRAMME, SetClocks  # noqa: E402

DAYS, ADMISSIONS, LIMIT_BYTES = 14, 50_000, 200 * 1000 * 1000
OPEN_S = 12 * 3600


def main() -> int:
    """Measure and judge."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path)
    options = parser.parse_args()
    began, clocks = time.perf_counter(), SetClocks()
    with tempfile.TemporaryDirectory(dir=options.folder) as name:
        venue = Path(name)
        a_day = ADMISSIONS // DAYS + 1
        number = 0
        for _day in range(DAYS):
            with closing(Ledger.open(venue, clocks=clocks)) as ledger:
                door = Door(ledger, PROGRAMME, PROGRAMME.gates[0])
                tended = 0.0
                for of_day in range(min(a_day, ADMISSIONS - number)):
                    clocks.forward(timedelta(seconds=OPEN_S / a_day))
                    if (at := of_day * OPEN_S / a_day) - tended >= 30:
                        ledger.tend()
                        tended = at
                    entry = Entry(f"{number:016x}", 2, 1, f"show-{number // 300}", "A", "scan")
                    assert ledger.admit(entry, 100_000).admitted
                    if number % 20 == 0:
                        door.scan("not a ticket of ours")
                    number += 1
            clocks.reboot(clocks.wall + timedelta(hours=12))
        key = SigningKey.load_or_create(venue / "device-key.pem")
        report = audit(venue / "ledger.sqlite3", key.key_id, TrustedKeys.of(key.public_jwk))
        size = (venue / "ledger.sqlite3").stat().st_size
        copies = sum(file.stat().st_size for file in (venue / "copies").iterdir())
    print(
        json.dumps(
            {
                "days": DAYS,
                "admissions": report.admissions,
                "records": report.records,
                "ledger_mb": round(size / 1e6, 1),
                "copies_mb": round(copies / 1e6, 1),
                "right": report.ok,
                "s": round(time.perf_counter() - began, 1),
            }
        )
    )
    return int(size >= LIMIT_BYTES or not report.ok or report.admissions != ADMISSIONS)


if __name__ == "__main__":
    sys.exit(main())
