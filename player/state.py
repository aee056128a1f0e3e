"""The player's state: a frozen value, changed only by a pure reducer."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Literal

from core import CinemaError, Code
from films import Note
from player.intervals import Interval, with_interval

LEAP_MS = 500
"""Positions further apart than this were not watched in between."""

STORM_ERRORS, STORM_S = 12, 3.0

Decoding = Literal["hardware", "none", "failed", "off"]
"""By the graphics chip; by software because none answered, because it failed, or because that was chosen."""


class Status(StrEnum):
    """What the player is doing."""

    IDLE = "idle"
    OPENING = "opening"
    PLAYING = "playing"
    PAUSED = "paused"
    RECONNECTING = "reconnecting"
    ENDED = "ended"
    FAILED = "failed"


class Speakers(StrEnum):
    """What the sound is sent to."""

    AUTO = "auto"
    """As many channels as the device takes."""
    STEREO = "stereo"
    RECEIVER = "receiver"
    """Dolby and DTS are passed through undecoded."""


@dataclass(frozen=True)
class Diagnostics:
    """What the stats overlay shows."""

    width: int = 0
    height: int = 0
    fps: float = 0.0
    video_codec: str = ""
    audio_codec: str = ""
    hwdec: str = "no"
    drawing: str = ""
    frames_shown: int = 0
    frames_dropped: int = 0
    stalls: int = 0
    stall_ms: int = 0
    rendition: str = ""
    bitrate_bps: int = 0
    throughput_bps: int = 0
    mpv_version: str = ""
    ffmpeg_version: str = ""
    gamma: str = ""
    """Of the film as it comes; ``pq`` and ``hlg`` are HDR, and are mapped for screens that are not."""
    decoding: Decoding = "off"
    outages: int = 0
    """How often the line was down, noticed or not."""


def decoding(current: str, *, wanted: bool, failed: bool) -> Decoding:
    """In one word, what libmpv's ``hwdec-current`` means beside what was asked for."""
    if current not in ("", "no"):
        return "hardware"
    return "failed" if failed else "none" if wanted else "off"


def is_storm(errors_s: Sequence[float]) -> bool:
    """Whether a decoder that fails at these times is to be given up: so many in so short a time are no damaged film."""
    return len(errors_s) >= STORM_ERRORS and errors_s[-1] - errors_s[-STORM_ERRORS] <= STORM_S


@dataclass(frozen=True)
class PlayerState:
    """Everything the interface may show of the player."""

    status: Status = Status.IDLE
    wants_to_play: bool = True
    line_down: bool = False
    starved: bool = False
    gathered_percent: int | None = None
    """On a line slower than the film: how much is here of what it takes to run for a while; none while it runs."""
    position_ms: int = 0
    duration_ms: int = 0
    buffered_ms: int = 0
    """Film time up to which the picture is in memory."""
    volume: int = 100
    muted: bool = False
    sound: int = 0
    """Which of the presentation's sounds is heard."""
    night: bool = False
    sound_delay_ms: int = 0
    """How much later than the picture; negative for earlier."""
    speed_percent: int = 100
    subtitle_language: str | None = None
    second_language: str | None = None
    """Of the second line of subtitles."""
    notes_language: str | None = None
    subtitle_lines: tuple[str, ...] = ()
    second_lines: tuple[str, ...] = ()
    note: Note | None = None
    failing: "Failed | None" = None
    """Where the film will end, and why; it still plays up to there."""
    error: Code | None = None
    error_message: str = ""
    seen: tuple[Interval, ...] = ()
    shown_ms: int = 0
    """Everything that was shown of the film at this sitting, also what was seen before."""
    hardware_failed: bool = False
    """The graphics chip could not decode what it was given; software does it from then on."""
    diagnostics: Diagnostics = field(default_factory=Diagnostics)


@dataclass(frozen=True)
class Opened:
    """A feature was handed over and is being opened."""

    duration_ms: int
    start_ms: int
    seen: tuple[Interval, ...] = ()


@dataclass(frozen=True)
class FirstFrame:
    """The picture is there."""


@dataclass(frozen=True)
class Moved:
    """The frame of this film time is on screen; ``jumped`` after a seek."""

    position_ms: int
    jumped: bool = False


@dataclass(frozen=True)
class PauseSet:
    """The viewer paused or resumed."""

    paused: bool


@dataclass(frozen=True)
class Starved:
    """libmpv waits for data, or has it again."""

    starved: bool


@dataclass(frozen=True)
class Gathering:
    """The gateway holds the film until more of it is here, or holds it no more (none)."""

    percent: int | None


@dataclass(frozen=True)
class LineDown:
    """The gateway lost the line, or has it again."""

    down: bool


@dataclass(frozen=True)
class Ended:
    """The last frame was shown."""


@dataclass(frozen=True)
class Failed:
    """Playback cannot go on from a film time."""

    error: CinemaError
    at_ms: int = 0
    """The film is whole up to here: what is before it, and in memory, is still shown."""


@dataclass(frozen=True)
class Buffered:
    """Film time up to which the picture is in memory."""

    until_ms: int


@dataclass(frozen=True)
class Measured:
    """libmpv found out how long it is; believed where nothing said so before."""

    duration_ms: int


@dataclass(frozen=True)
class HardwareFailed:
    """The graphics chip's decoder was given up."""


@dataclass(frozen=True)
class Stopped:
    """The viewer left."""


Event = (
    Opened
    | FirstFrame
    | Moved
    | PauseSet
    | Starved
    | Gathering
    | LineDown
    | Ended
    | Failed
    | Buffered
    | Measured
    | HardwareFailed
    | Stopped
)


def reduce(state: PlayerState, event: Event) -> PlayerState:
    """The state after an event. Failure and idleness are left only by opening something."""
    if isinstance(event, Opened):
        return replace(
            state,
            status=Status.OPENING,
            wants_to_play=True,
            line_down=False,
            starved=False,
            gathered_percent=None,
            position_ms=event.start_ms,
            duration_ms=event.duration_ms,
            buffered_ms=event.start_ms,
            subtitle_lines=(),
            second_lines=(),
            note=None,
            failing=None,
            error=None,
            error_message="",
            seen=event.seen,
            shown_ms=0,
            diagnostics=replace(state.diagnostics, frames_shown=0, frames_dropped=0, stalls=0, stall_ms=0, outages=0),
        )
    if isinstance(event, Stopped):
        return replace(state, status=Status.IDLE, subtitle_lines=(), second_lines=(), note=None)
    if state.status in (Status.IDLE, Status.FAILED):
        return state
    if isinstance(event, Failed):
        more = state.status in (Status.OPENING, Status.PLAYING, Status.PAUSED) and state.position_ms < event.at_ms
        return replace(state, failing=event) if more else _failed(state, state.failing or event)
    after = _while_open(state, event)
    if state.failing and _is_out_of_film(after, state.failing):
        return _failed(state, state.failing)
    return after


def _failed(state: PlayerState, event: Failed) -> PlayerState:
    return replace(state, status=Status.FAILED, error=event.error.code, error_message=event.error.message)


def _is_out_of_film(state: PlayerState, failing: Failed) -> bool:
    return state.starved or state.status is Status.ENDED or state.position_ms >= failing.at_ms


def _while_open(state: PlayerState, event: Event) -> PlayerState:
    match event:
        case FirstFrame():
            state = replace(state, status=Status.PLAYING) if state.status is Status.OPENING else state
        case Moved(position_ms, jumped):
            state = _moved(state, position_ms, jumped=jumped)
        case PauseSet(paused):
            state = replace(state, wants_to_play=not paused)
        case Starved(starved):
            state = replace(state, starved=starved)
        case Gathering(percent):
            return replace(state, gathered_percent=percent)
        case LineDown(down):
            state = replace(state, line_down=down)
        case Buffered(until_ms):
            return replace(state, buffered_ms=until_ms)
        case HardwareFailed():
            return replace(state, hardware_failed=True)
        case Measured(duration_ms):
            return replace(state, duration_ms=state.duration_ms or duration_ms)
        case Ended():
            return replace(state, status=Status.ENDED, position_ms=state.duration_ms or state.position_ms)
    return replace(state, status=_status(state))


def _moved(state: PlayerState, position_ms: int, *, jumped: bool) -> PlayerState:
    if state.status is Status.ENDED and not jumped:
        return state
    seen, shown_ms = state.seen, state.shown_ms
    step = position_ms - state.position_ms
    if state.status is Status.PLAYING and not jumped and 0 < step <= LEAP_MS:
        seen, shown_ms = with_interval(seen, state.position_ms, position_ms), shown_ms + step
    status = Status.PLAYING if state.status is Status.ENDED else state.status
    return replace(state, position_ms=position_ms, seen=seen, shown_ms=shown_ms, status=status)


def _status(state: PlayerState) -> Status:
    if state.status in (Status.OPENING, Status.ENDED):
        return state.status
    if state.starved and state.line_down:
        return Status.RECONNECTING
    return Status.PLAYING if state.wants_to_play else Status.PAUSED
