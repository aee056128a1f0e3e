"""A venue's ledger killed (SIGKILL) at random moments: nobody who was told green may be missing.

Usage: python tests/bench/ledger_kills.py [KILLS]. Prints JSON; exit 1 where one is lost or the chain does not verify.
"""

import json
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT)]

from films import SigningKey, TrustedKeys  # noqa: E402
from kiosk import Ledger, audit  # noqa: E402

CHILD = ROOT / "tests" / "kiosk" / "killed.py"


def killed(folder: Path, first: int, after_s: float) -> list[int]:
    """The numbers that were told green before the process was killed."""
    with subprocess.Popen(
        [sys.executable, str(CHILD), str(folder), str(first)],
        stdout=subprocess.PIPE,
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    ) as child:
        assert child.stdout
        line = child.stdout.readline()
        time.sleep(after_s)
        child.kill()
        told = (line + child.stdout.read()).splitlines(keepends=True)
    return [int(number) for number in told if number.endswith(b"\n")]


def main() -> int:
    """Kill, and count."""
    kills = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    chance = random.Random()
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as name:
        folder, green = Path(name), list[int]()
        for _ in range(kills):
            green += killed(folder, (green[-1] if green else 0) + 1000, chance.random() / 20)
        key = SigningKey.load_or_create(folder / "device-key.pem")
        report = audit(folder / "ledger.sqlite3", key.key_id, TrustedKeys.of(key.public_jwk))
        ledger = Ledger.open(folder, reserve_bytes=1 << 16)
        lost = sum(not ledger.admissions(f"{number:016x}") for number in green)
        rescued = ledger.rescued is not None
        ledger.close()
    figures = {"kills": kills, "green": len(green), "lost": lost, "faults": len(report.faults), "rescued": rescued}
    print(json.dumps(figures | {"seconds": round(time.monotonic() - began)}))
    return int(bool(lost or report.faults or rescued))


if __name__ == "__main__":
    sys.exit(main())
