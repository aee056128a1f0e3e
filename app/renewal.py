"""When this machine may change, and how this copy renews itself, if it does."""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from app import __version__
from app.paths import Paths

if TYPE_CHECKING:
    from app.updates import QuietTime, Renewal


def quiet_times(paths: Paths, venue: Path | None = None) -> "tuple[QuietTime, ...]":
    """What was set here, and the hours around the screenings of a venue on this machine, which may be open.

    Raises `CinemaError`: file-missing where there is no venue in ``venue``, programme-refused, file-unreadable.
    """
    from app.updates import around, read_quiet_times
    from kiosk import LedgerView

    times = read_quiet_times(paths.quiet_times)
    if venue is None and not paths.venue.is_dir():
        return times
    programme = LedgerView(venue or paths.venue).files.programme()
    screenings = programme.screenings if programme else ()
    return times + around((screening.doors_at, screening.end_at) for screening in screenings)


def renews_itself() -> bool:
    """Whether this copy knows where newer versions are, and has a place for them beside it."""
    bundle = getattr(sys, "_MEIPASS", None)
    if bundle is None or not (Path(bundle) / "update" / "source.json").is_file():
        return False
    from app.updates import installed

    return installed() is not None


def renewal(paths: Paths) -> "Renewal":
    """What renews this copy. Raises `CinemaError` (update-elsewhere) where it is updated the way it was installed."""
    from app.updates import Renewal, Updates, installed, update_source
    from app.updates.source import this_platform
    from core import CinemaError, Code

    installation = installed()
    if installation is None:
        raise CinemaError(Code.UPDATE_ELSEWHERE, "This copy is updated the way it was installed.")
    updates = Updates(paths.updates, update_source(), this_platform(), __version__)
    return Renewal(updates, installation, lambda: quiet_times(paths), lambda: datetime.now(UTC))
