"""What a venue has, as preflight judges it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from boxoffice.rules import ClockState


@dataclass(frozen=True)
class FilmFacts:
    """A package of the library."""

    manifest_sha256: str
    right: bool | None
    """Whether every byte is what was signed; none where that was not looked at."""
    running_time_ms: int
    key_ids: frozenset[str]
    sounds: int
    subtitles: frozenset[str]
    notes: frozenset[str]
    height: int
    plays: bool | None = None
    """Whether it could be decoded in three places; none where that was not tried."""


@dataclass(frozen=True)
class LicenceFacts:
    """A licence that lies here, with a signature that counts."""

    package: str
    manifest_sha256: str
    not_before: datetime
    expires: datetime
    key_ids: frozenset[str]
    ours: bool
    """Whether it is for this device."""
    opens: bool
    """Whether its keys can be had."""


@dataclass(frozen=True)
class Facts:
    """What is here. What nobody could look at is none, and is no trouble."""

    now: datetime
    clock: ClockState
    films: Mapping[str, FilmFacts]
    licences: Sequence[LicenceFacts]
    files: frozenset[str]
    """Slides and videos."""
    unreadable: frozenset[str] = frozenset()
    """Those of them that are no picture and no film."""
    unsigned: frozenset[str] = frozenset()
    """Packages of which there is only what no trusted key signed."""
    damaged_licences: frozenset[str] = frozenset()
    """Packages whose licence is not what was signed."""
    device_key: bool = True
    """Whether the key that licences are made for can be read."""
    screens: Mapping[str, tuple[int, int]] | None = None
    """Connected outputs by name, with their sizes in pixels."""
    mirrored: frozenset[str] = frozenset()
    """Outputs that show what another shows."""
    han: bool | None = None
    """Whether there is a font with Chinese letters."""
    sound: bool | None = None
    decoder: bool | None = None
    fast_decoder: bool | None = None
    free_bytes: int | None = None
    ledger_sound: bool = True
    ledger_rescued: bool = False
    reserve: bool = True
    copies: bool = True
    revoked: tuple[int, datetime] | None = None
    """Event and age of the list of revoked tickets."""
    sold: tuple[int, datetime] | None = None
    damaged_lists: frozenset[str] = frozenset()
    """Of ``revoked`` and ``sold``, those that are not what was accepted."""
    may_sleep: bool | None = None
    pin: bool | None = None
    """Whether staff have a PIN here."""
    gates: tuple[str, ...] = ()
    """The gates that this machine opens by itself."""
    rooms: tuple[str, ...] = ()
    """The rooms whose shows it runs by itself."""
