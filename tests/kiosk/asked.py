"""Lets one in for each line it is given, and says the code of each answer: ``asked.py FOLDER COPIES``."""

import sys
from pathlib import Path

from core import CinemaError
from kiosk.ledger import Entry, Ledger


def main() -> None:
    ledger = Ledger.open(Path(sys.argv[1]), copies=Path(sys.argv[2]), reserve_bytes=1 << 16)
    for line in sys.stdin:
        try:
            answer = ledger.admit(Entry(line.strip(), 1, 1, "friday", "A", "scan"), 1000)
            said = "green" if answer.admitted else "used"
        except CinemaError as error:
            said = str(error.code)
        sys.stdout.write(f"{said}\n")
        sys.stdout.flush()
    ledger.close()


main()
