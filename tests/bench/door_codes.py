"""Codes of tickets read and verified a second on one core, beside the bare Ed25519 verification of the library.

Usage: python tests/bench/door_codes.py [SECONDS]. Prints JSON; exit 1 under 5,000 a second.
"""

import json
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT)]

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey  # noqa: E402

from boxoffice.rules import base45  # noqa: E402
from boxoffice.rules.door_tickets import DOMAIN, PREFIX, DoorTicket, read_door_ticket, write_door_ticket  # noqa: E402

LIMIT = 5000


def rate(work: Callable[[], object], seconds: float) -> float:
    """Calls a second of this process' own time, so that others on the machine do not count."""
    count, began = 0, time.process_time()
    while (took := time.process_time() - began) < seconds:
        for _ in range(100):
            work()
        count += 100
    return count / took


def main() -> int:
    """Measure and judge."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 2.0
    key = Ed25519PrivateKey.generate()
    now = datetime(2026, 11, 23, 19, tzinfo=UTC)
    code = write_door_ticket(DoorTicket(1, 1, 1, 1, now, now + timedelta(hours=4), 1, 1), key)
    data, public = base45.decode(code[len(PREFIX) :]), key.public_key()
    bare = rate(lambda: public.verify(data[-64:], DOMAIN + data[:-64]), seconds)
    ours = rate(lambda: read_door_ticket(code, {1: public}), seconds)
    print(json.dumps({"a_second": round(ours), "bare_a_second": round(bare), "ratio": round(ours / bare, 2)}))
    return int(ours < LIMIT)


if __name__ == "__main__":
    sys.exit(main())
