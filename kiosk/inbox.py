"""Signed files for a venue that is open: they are put down here, and the process that holds the ledger takes them."""

import logging
import time
from collections.abc import Callable
from pathlib import Path

from core import CinemaError, Code
from core.whole_file import write_whole
from kiosk.doors import Door
from kiosk.licences import take_licence
from kiosk.operator_files import OperatorFiles

log = logging.getLogger(__name__)

KINDS = ("programme", "revoked", "sold", "pretix", "licence")


def put_down(venue: Path, kind: str, text: str) -> None:
    """Leave a file for the process that holds the ledger. Raises ``OSError``."""
    folder = venue / "inbox"
    folder.mkdir(parents=True, exist_ok=True)
    write_whole(folder / f"{kind}-{time.time_ns()}.jws", text.encode("latin-1"))


class Inbox:
    """What was put down for one door."""

    def __init__(self, venue: Path, files: OperatorFiles, door: Door) -> None:
        self._venue, self._folder, self._files, self._door = venue, venue / "inbox", files, door

    def look(self) -> bool:
        """Take what lies here, oldest first; whether the door goes by something new. Blocks."""
        try:
            found = sorted(self._folder.glob("*.jws"), key=lambda file: file.name.rpartition("-")[2])
        except OSError:
            return False
        taken = [self._take(file) for file in found if file.name.partition("-")[0] in KINDS]
        if any(taken):
            self.renew()
        return any(taken)

    def _take(self, file: Path) -> bool:
        takes: dict[str, Callable[[str], object]] = {
            "programme": self._files.take_programme,
            "revoked": self._files.take_revoked,
            "sold": self._files.take_sold,
            "pretix": self._files.take_pretix,
            "licence": lambda text: take_licence(self._venue, self._files.ledger, text),
        }
        try:
            takes[file.name.partition("-")[0]](file.read_text(encoding="latin-1"))
        except CinemaError as error:
            if error.code not in (Code.PROGRAMME_REFUSED, Code.LICENCE_REFUSED):
                raise
            log.warning("a file that was put down is refused: %s", error.message)
            file.replace(file.with_suffix(".refused"))
            return False
        file.unlink()
        return True

    def renew(self) -> None:
        """Let the door go by what counts now."""
        programme = self._files.programme()
        if programme is None:
            return
        try:
            self._door.renew(programme, self._files.revoked(), self._files.sold())
        except CinemaError as error:
            log.error("the door goes by the programme before: %s", error.message)
