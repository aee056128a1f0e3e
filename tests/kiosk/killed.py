"""Lets people in until it is killed, and says so of each once it is recorded: ``killed.py FOLDER FIRST``."""

import sys
from pathlib import Path

from kiosk.ledger import Entry, Ledger


def main() -> None:
    folder, number = Path(sys.argv[1]), int(sys.argv[2])
    ledger = Ledger.open(folder, reserve_bytes=1 << 16)
    while True:
        answer = ledger.admit(Entry(f"{number:016x}", 1, 1, "friday", "A", "scan"), 1 << 30)
        assert answer.admitted
        sys.stdout.write(f"{number}\n")
        sys.stdout.flush()
        number += 1


main()
