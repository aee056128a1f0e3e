"""Newer versions while nobody watches: looked for soon after the start and once a day, told once each."""

import logging
import time
from collections.abc import Callable

from core import CinemaError, Code
from ui.viewer.services import NewVersion, Services

log = logging.getLogger(__name__)

DAY_S = 86_400.0


class Renewing:
    """``ready`` is told of a version that starts with the next launch; ``refused`` when one is, or no longer."""

    def __init__(
        self,
        services: Services,
        ready: Callable[[], None],
        refused: Callable[[], None] = lambda: None,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._services, self._ready, self._refused, self._now = services, ready, refused, now
        self._next_look = 0.0
        self.found: NewVersion | None = None
        self.refused = False
        """Whether what was offered last was not the publisher's, or would not run here."""

    def look(self, *, watching: bool) -> None:
        """Look for one, unless it is too soon, a film plays, the line costs, or the viewer does not want it."""
        renew = self._services.renew
        wanted = self._services.preferences.current.renews and not self._services.metered()
        if renew is None or watching or not wanted or self._now() < self._next_look:
            return
        self._next_look = self._now() + DAY_S
        self._services.jobs.run(lambda _cancel: renew(), self._looked, self._failed)

    def _looked(self, found: NewVersion | None) -> None:
        self._note(refused=False)
        if found is not None and found != self.found:
            self.found = found
            self._ready()

    def _failed(self, error: CinemaError) -> None:
        log.warning("no newer version could be put in place: %s", error.code)
        if error.code is Code.UPDATE_REFUSED:
            self._note(refused=True)

    def _note(self, *, refused: bool) -> None:
        if refused != self.refused:
            self.refused = refused
            self._refused()
