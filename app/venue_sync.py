"""Hands in what happens while a venue is open, whenever there is a line; doors and films never wait for it."""

import logging
import threading
from contextlib import closing
from pathlib import Path

from boxoffice.client import VenueLine
from core import Cancel, CinemaError, SystemClock, no_progress
from kiosk import Ledger, Sync, device_key, membership, pause_s

log = logging.getLogger(__name__)

EVERY_S = 60.0


class Syncing:
    """A thread that syncs every minute, or less often on a bad line; none where the device belongs to no venue."""

    def __init__(self, venue: Path, ledger: Ledger) -> None:
        self._venue, self._ledger = venue, ledger
        self._cancel = Cancel()
        self.renewed = threading.Event()
        """Set where a file came that counts from now on."""
        self._thread = threading.Thread(target=self._run, name="sync", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop; what is under way is taken up at the next start."""
        self._cancel.cancel()
        self._thread.join()

    def _run(self) -> None:
        member, failures = membership(self._venue), 0
        if member is None or not member.service:
            return
        with closing(VenueLine(member.service, device_key(self._venue), SystemClock())) as line:
            sync = Sync(self._venue, self._ledger, member)
            while not self._cancel.cancelled:
                try:
                    if sync.run(line, no_progress, self._cancel).taken:
                        self.renewed.set()
                    failures = 0
                except CinemaError as error:
                    failures += 1
                    log.warning("nothing could be handed in: %s", error.code)
                self._cancel.wait(max(EVERY_S, pause_s(failures)) if failures else EVERY_S)
