"""What the viewer's view-models lean on, handed in once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING

from core import JobRunner
from ui.formats import Formats, utc_now
from ui.preferences import PreferencesStore

if TYPE_CHECKING:
    from boxoffice.client import BoxOffice, Downloads, NoteFlags
    from player import Player

FALLBACK_LANGUAGE = "en"


@dataclass(frozen=True)
class NewVersion:
    """A version that starts with the next launch, and the file that says what is new in it."""

    version: str
    changes: Path


@dataclass(frozen=True)
class Services:
    """The rooms and edges that pages use."""

    box_office: "BoxOffice"
    """Only ever used on workers: it may still be loading when it is first asked."""
    jobs: JobRunner
    preferences: PreferencesStore
    zone: tzinfo
    open_url: Callable[[str], bool]
    player: "Callable[[], Player]"
    """Makes the player at its first use. Raises `CinemaError` where libmpv is missing."""
    apply_language: Callable[[str], None]
    version: str
    system_language: str = FALLBACK_LANGUAGE
    """Of this machine's user, as a BCP 47 tag; suggested at the first start."""
    downloads: "Downloads | None" = None
    """Films kept on this device; only ever used on workers."""
    note_flags: "NoteFlags | None" = None
    """What the viewer says of notes; only ever used on workers."""
    save_report: Callable[[Mapping[str, object]], str] = lambda _played: ""
    """Writes a report for support with figures of the last film; where it lies. On workers. Raises `CinemaError`."""
    save_file: Callable[[str, bytes], str] = lambda _name, _data: ""
    """Keeps something of the viewer's own as a file named alike; where it lies. On workers. Raises `CinemaError`."""
    renew: Callable[[], NewVersion | None] | None = None
    """Puts a newer version in place for the next launch, if there is one and it is time; none where this copy is
    updated the way it was installed. On workers. Raises `CinemaError`."""
    settings_aside: str = ""
    """Where settings lie that could not be read at this start."""
    unwritable: str = ""
    """A folder of ours that nothing can be kept in."""
    pictures: Path = Path()
    """The folder for stills."""
    metered: Callable[[], bool] = lambda: False
    """Whether the line costs by what is fetched."""
    deters_capture: bool = False
    """Whether this system can be asked to leave a window out of recordings."""
    matches_refresh: bool = False
    """Whether this system can be asked for another refresh rate."""
    now: Callable[[], datetime] = utc_now
    prepare_player: Callable[[], object] = lambda: None
    """Makes the player's QML type known before its page is opened."""

    @property
    def language(self) -> str:
        """The interface language that holds now."""
        return self.preferences.current.language or FALLBACK_LANGUAGE

    @property
    def quality(self) -> str:
        """What the viewer asked for; who leaves it to us saves data where the line is metered."""
        wish = self.preferences.current.quality
        return "saver" if wish != "best" and self.metered() else wish

    @property
    def formats(self) -> Formats:
        """How values are written in it."""
        return Formats(self.language, self.zone, self.now)
