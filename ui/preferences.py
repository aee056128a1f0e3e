"""What the viewer chose and expects to find again."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from ui.captions import FIRST, SECOND, CaptionStyle


@dataclass(frozen=True)
class Preferences:
    """Remembered choices; language tags are BCP 47, none means "not chosen yet" or "follow the interface"."""

    language: str | None = None
    """Interface language; none until the first-start choice."""
    territory: str | None = None
    """ISO 3166-1 alpha-2; none lets the box office decide."""
    volume: int = 100
    muted: bool = False
    sound_language: str | None = None
    """None for the language that the film was made in."""
    sound_role: str = "main"
    """``main``, ``commentary`` or ``description``."""
    surround: bool = False
    night: bool = False
    sound_delays: Mapping[str, int] = field(default_factory=dict)
    """Milliseconds by film, of those last changed."""
    speakers: str = "auto"
    """``auto``, ``stereo`` or ``receiver``."""
    subtitles_on: bool = True
    subtitle_language: str | None = None
    second_subtitle_language: str | None = None
    """A second line of subtitles; none for none."""
    notes_on: bool = True
    notes_language: str | None = None
    notes_depth: str = "deep"
    """The deepest notes that are shown: ``essential``, ``more`` or ``deep``."""
    notes_without_topics: tuple[str, ...] = ()
    notes_without_commentators: tuple[str, ...] = ()
    """By their ids, which are the same in all films they comment on."""
    notes_more_time: int = 0
    """Cards stay so many percent longer."""
    caption_scale: float = 1.0
    """0.75..2.0, for subtitles and notes alike."""
    captions: CaptionStyle = FIRST
    second_captions: CaptionStyle = SECOND
    quality: str = "auto"
    """``auto``, ``best`` or ``saver``."""
    hardware_decoding: bool = True
    match_refresh: bool = False
    """In full screen, the screen's refresh rate follows the film."""
    reduced_motion: bool = False
    look: str = "dark"
    """``dark``, ``light`` or ``system``."""
    renews: bool = True
    """Newer versions are fetched and put in place without asking, where this copy can."""
    film_screen: str = ""
    """The screen that films are shown on in full screen; empty for wherever the window is."""
    commentator: str = ""
    """Who writes notes at this workbench, as readers are told."""
    workbench_pauses: bool = True
    """A mark holds the film."""
    workbench_beside: str = ""
    """The language that notes are translated into, beside the one they are written in; empty for none."""
    workbench_span: int = 0
    """How closely the film's time is seen."""
    workbench_width: int = 1280
    workbench_height: int = 800
    workbench_maximised: bool = False
    notes_side: str = "left"
    """``left`` or ``right`` of the picture."""
    notes_screen: str = ""
    """The screen that notes have for themselves; empty for over the picture."""
    window_width: int = 1280
    window_height: int = 800
    window_maximised: bool = False


class PreferencesStore(Protocol):
    """Keeps preferences; writing never blocks the caller and never raises."""

    @property
    def current(self) -> Preferences:
        """What holds now."""
        ...

    def change(self, **changes: object) -> Preferences:
        """Replace the named fields, remember them, and return the whole."""
        ...
