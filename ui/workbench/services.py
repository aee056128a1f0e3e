"""What the workbench works with."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

from core import Cancel, CinemaError, Code, JobRunner
from films import Keeper, Shots
from ui.preferences import PreferencesStore

if TYPE_CHECKING:
    from player import Feature, Player

Told = Callable[[CinemaError | None], None]


def no_picture(name: str) -> bytes:
    """Where nothing lies beside the edition. Raises `CinemaError`."""
    raise CinemaError(Code.FILE_MISSING, f"There is no picture {name} beside the notes.")


@dataclass(frozen=True)
class BenchServices:
    """One film, one edition of its notes, and the machine."""

    name: str
    """The film's, in the interface's language."""
    feature: "Feature"
    open_edition: Callable[[Told], Keeper]
    """Raises `CinemaError` as `Keeper` does."""
    player: "Callable[[], Player]"
    """Raises `CinemaError` where there is no libmpv."""
    jobs: JobRunner
    preferences: PreferencesStore
    language: str
    read: Callable[[Path], bytes]
    """Raises `CinemaError`."""
    now: Callable[[], str]
    """UTC, as RFC 3339 has it."""
    find_shots: Callable[[Cancel, Callable[[float], None]], Shots] | None = None
    """Looks for the cuts of a film that does not name them; blocks."""
    changed_since: bool = False
    """The notes file that was named is younger than the edition that was made of it."""
    folder: Path = Path()
    """Where the edition lies, and its pictures beside it."""
    picture: Callable[[str], bytes] = no_picture
    """A picture of the edition by its name. Raises `CinemaError`."""
    clock_s: Callable[[], float] = monotonic
