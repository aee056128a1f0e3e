"""What an operator tells a running show from elsewhere: a command line, a button at the door, a script.

An order is an empty file that the show's process takes away; one that nobody took within ten seconds counts no more.
"""

import contextlib
import time
from pathlib import Path

from core import CinemaError, Code

ORDERS = ("go", "hold", "release", "intermission", "skip", "emergency", "all-clear", "take-over", "report")
GOOD_FOR_S = 10.0


def put_order(venue: Path, room: str, what: str) -> None:
    """Leave an order for the process that shows in ``room``. Raises `CinemaError` (wrong-use), ``OSError``."""
    if what not in ORDERS:
        raise CinemaError(Code.WRONG_USE, f"Say one of {', '.join(ORDERS)}.")
    folder = _folder(venue, room)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{time.time_ns()}.{what}").touch()


def take_orders(venue: Path, room: str) -> tuple[str, ...]:
    """What was left, oldest first; it is gone then."""
    with contextlib.suppress(OSError):
        found = sorted(_folder(venue, room).iterdir(), key=lambda file: file.name)
        return tuple(what for file in found if (what := _taken(file)))
    return ()


def _taken(file: Path) -> str:
    try:
        age_s = time.time() - file.stat().st_mtime
        file.unlink()
    except OSError:
        return ""
    what = file.name.partition(".")[2]
    return what if what in ORDERS and abs(age_s) < GOOD_FOR_S else ""


def _folder(venue: Path, room: str) -> Path:
    return venue / "shows" / f"{room}.orders"
