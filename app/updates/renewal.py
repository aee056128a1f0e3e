"""Newer versions unasked: fetched, examined, and put in place for the next launch, outside quiet times."""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from app.updates.installation import Installation
from app.updates.quiet import QuietTime, kept_back
from app.updates.releases import Updates

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Renewed:
    """What starts at the next launch, and the file that says what is new in it."""

    version: str
    changes: Path


class Renewal:
    """``quiet_times`` and ``now`` say when nothing may change."""

    def __init__(
        self,
        updates: Updates,
        installation: Installation,
        quiet_times: Callable[[], Iterable[QuietTime]],
        now: Callable[[], datetime],
    ) -> None:
        self._updates, self._installation = updates, installation
        self._quiet_times, self._now = quiet_times, now

    def renew(self) -> Renewed | None:
        """The version that starts next, put in place now if need be; nothing where this one stays.

        A version that somebody went back from is left alone. Raises as `Updates.stage`, `Installation.put_in_place`
        and ``quiet_times``.
        """
        if self._is_quiet():
            return None
        release = self._updates.find()
        if release is None or release.version == self._installation.declined:
            return None
        if self._installation.next_version != release.version:
            staged = self._updates.stage()
            if staged is None or staged.staged is None or self._is_quiet():
                return None
            self._installation.put_in_place(staged.staged, staged.version)
            self._updates.forget()
            log.info("version %s starts with the next launch", staged.version)
        return Renewed(release.version, self._installation.changes)

    def _is_quiet(self) -> bool:
        return kept_back(self._now(), self._quiet_times()) is not None
