"""Ten million codes that are no ticket of ours: rubbish, other people's codes, and good ones with something changed.

Usage: python tests/bench/door_fuzz.py [CODES]. Prints JSON; exit 1 where one is taken for a ticket; an exception ends it.
"""

import json
import random
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT)]

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey  # noqa: E402

from boxoffice.rules import CodeFault, DoorTicket, write_door_ticket  # noqa: E402
from boxoffice.rules.door_tickets import PREFIX, read_door_ticket  # noqa: E402

LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
OTHERS = ("", "\0", "https://example.org/t/1", "WIFI:S:hall;T:WPA;P:x;;", "BEGIN:VCARD", "🎟️🎬", "ſC1:", "X" * 4096)


def main() -> int:
    """Show them all, and count."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000_000
    chance, key = random.Random(), Ed25519PrivateKey.generate()
    now = datetime(2026, 11, 23, 19, tzinfo=UTC)
    good = write_door_ticket(DoorTicket(1, 1, 1, 1, now, now + timedelta(hours=4), 1, 1), key)
    keys, taken, began = {1: key.public_key()}, 0, time.perf_counter()
    assert not isinstance(read_door_ticket(good, keys), CodeFault)
    for number in range(count):
        at = chance.randrange(len(good))
        match number % 20:
            case 0:
                text = chance.choice(OTHERS) + chr(chance.randrange(0xD800))
            case 1 | 2:
                text = PREFIX + "".join(chance.choices(LETTERS, k=chance.randrange(30)))
            case 3:
                text = good[:at] + chance.choice(LETTERS) + good[at + 1 :]
            case 4 | 5:
                text = good[:at] + good[at + 1 :]
            case 6 | 7:
                text = good[:at] + chr(chance.randrange(0x3000)) + good[at:]
            case _:
                text = PREFIX[: number % 6] + str(chance.getrandbits(chance.randrange(1, 400)))
        taken += text != good and not isinstance(read_door_ticket(text, keys), CodeFault)
    print(json.dumps({"codes": count, "taken": taken, "seconds": round(time.perf_counter() - began)}))
    return int(bool(taken))


if __name__ == "__main__":
    sys.exit(main())
