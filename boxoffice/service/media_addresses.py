"""Addresses of packages at mirrors. Signed ones are good for one play and some hours, so that a CDN needs no token."""

from collections.abc import Sequence
from datetime import timedelta

from boxoffice.service.strongroom import Strongroom
from core import Clock

STEP_S = 3600
"""Addresses are the same within an hour: the player knows them again, and caches do."""
PLAY = timedelta(hours=4)
KEPT = timedelta(days=1)
"""For a film that is being kept offline."""
GRANT_LENGTH = 128


class MediaAddresses:
    """Makes them, and knows its own again: HMAC over package, expiry and play. Thread-safe."""

    def __init__(self, strongroom: Strongroom, clock: Clock, mirrors: Sequence[str], *, signed: bool) -> None:
        self._strongroom = strongroom
        self._clock = clock
        self._mirrors = tuple(mirror.rstrip("/") for mirror in mirrors)
        self._signed = signed

    def for_all(self) -> tuple[str, ...]:
        """Below what everybody finds packages; nothing where addresses are signed."""
        return () if self._signed else self._mirrors

    def for_play(self, package_id: str, play_id: str, life: timedelta = PLAY) -> tuple[str, ...]:
        """Below what this play finds its package for ``life`` at least."""
        if not self._signed:
            return self._mirrors
        end = (self._clock.now() + life).timestamp()
        expires = int((end // STEP_S + 1) * STEP_S)
        grant = f"{expires}.{play_id}.{self._mark(package_id, expires, play_id)}"
        return tuple(f"{mirror}/{grant}" for mirror in self._mirrors)

    def is_good(self, grant: str, package_id: str) -> bool:
        """Whether we made this grant for the package, and it has not run out."""
        expires, _, rest = grant.partition(".")
        play_id, _, mark = rest.partition(".")
        if len(grant) > GRANT_LENGTH or not (expires.isascii() and expires.isdigit()):
            return False
        ours = self._strongroom.is_marked("media", _signed_text(package_id, int(expires), play_id), mark)
        return ours and self._clock.now().timestamp() < int(expires)

    def _mark(self, package_id: str, expires: int, play_id: str) -> str:
        return self._strongroom.mark("media", _signed_text(package_id, expires, play_id))


def _signed_text(package_id: str, expires: int, play_id: str) -> str:
    return f"{package_id}\n{expires}\n{play_id}"
