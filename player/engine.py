"""libmpv behind an interface: commands go in without waiting, facts come out as values."""

import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, Protocol

from core import CinemaError, Code
from player.library import load_libmpv
from player.options import LoadOptions, OptionSet, disagreeing

log = logging.getLogger(__name__)

OBSERVED = (
    "paused-for-cache",
    "demuxer-cache-time",
    "eof-reached",
    "duration",
    "video-params",
    "hwdec-current",
    "frame-drop-count",
    "decoder-frame-drop-count",
    "container-fps",
    "video-format",
    "audio-codec-name",
)
END_OF_FILE_ERROR = 4


@dataclass(frozen=True)
class Fact:
    """A property of libmpv has a new value; none where it has no value now."""

    name: str
    value: Any


@dataclass(frozen=True)
class Failed:
    """libmpv gave up on what it played."""

    reason: str


@dataclass(frozen=True)
class Restarted:
    """The first frame after an opening or a seek is due."""


EngineEvent = Fact | Failed | Restarted
Notify = Callable[[EngineEvent], None]
"""Called on libmpv's event thread: hand the value on, never wait, never touch Qt's objects."""


class Engine(Protocol):
    """What decodes and keeps time."""

    @property
    def versions(self) -> tuple[str, str]:
        """Of libmpv and of its FFmpeg."""
        ...

    def load(self, url: str, options: LoadOptions) -> None:
        """Open an address; the drawing surface must exist. Returns at once."""
        ...

    def set_paused(self, paused: bool) -> None:
        """Hold or go on."""
        ...

    def seek(self, position_ms: int) -> None:
        """Go to exactly this place."""
        ...

    def step_frame(self, direction: int) -> None:
        """One frame forward (1) or back (-1); holds."""
        ...

    def set_volume(self, volume: int) -> None:
        """0 to 100."""
        ...

    def set_muted(self, muted: bool) -> None:
        """Sound off or on."""
        ...

    def stop(self) -> None:
        """Let go of what is playing."""
        ...

    def close(self) -> None:
        """End libmpv and wait for its threads; the drawing surface is closed before. Not from libmpv's threads."""
        ...


class MpvEngine:
    """One libmpv for the life of a player. Raises `CinemaError` (libmpv-missing, libmpv-unfit)."""

    def __init__(self, notify: Notify, *, hardware_decoding: bool = True) -> None:
        self._notify = notify
        self._mpv = _create(hardware_decoding=hardware_decoding)
        self._closed = threading.Event()
        for name in OBSERVED:
            self._mpv.observe_property(name, self._observed)
        self._mpv.event_callback("end-file", "playback-restart")(self._event)

    @property
    def mpv(self) -> Any:
        """The python-mpv instance, for the drawing surfaces of this room."""
        return self._mpv

    @property
    def versions(self) -> tuple[str, str]:
        """Of libmpv and of its FFmpeg."""
        return str(self._mpv.mpv_version).removeprefix("mpv "), str(self._mpv.ffmpeg_version)

    def position_s(self) -> float | None:
        """The time of the frame now given to the drawing surface. Waits for libmpv's core: not on the GUI thread."""
        if self._closed.is_set():
            return None
        position: float | None = self._mpv.time_pos
        return position

    def load(self, url: str, options: LoadOptions) -> None:
        """Open an address; the drawing surface must exist. Returns at once."""
        with_index = getattr(self._mpv, "mpv_version_tuple", (0, 38, 0)) >= (0, 38, 0)
        self._do("loadfile", url, "replace", *(["-1"] if with_index else []), options.as_text())
        self._do("set", "pause", "yes" if options.paused else "no")

    def set_paused(self, paused: bool) -> None:
        """Hold or go on."""
        self._do("set", "pause", "yes" if paused else "no")

    def seek(self, position_ms: int) -> None:
        """Go to exactly this place."""
        self._do("seek", f"{position_ms / 1000:.3f}", "absolute+exact")

    def step_frame(self, direction: int) -> None:
        """One frame forward (1) or back (-1); holds."""
        self._do("frame-step" if direction > 0 else "frame-back-step")

    def set_volume(self, volume: int) -> None:
        """0 to 100."""
        self._do("set", "volume", str(volume))

    def set_muted(self, muted: bool) -> None:
        """Sound off or on."""
        self._do("set", "mute", "yes" if muted else "no")

    def set_margins(self, left: float, top: float, right: float, bottom: float) -> None:
        """Shares of the drawing surface to leave black around the picture."""
        for side, share in (("left", left), ("top", top), ("right", right), ("bottom", bottom)):
            self._do("set", f"video-margin-ratio-{side}", f"{share:.6f}")

    def stop(self) -> None:
        """Let go of what is playing."""
        self._do("stop")

    def close(self) -> None:
        """End libmpv and wait for its threads; the drawing surface is closed before. Not from libmpv's threads."""
        if self._closed.is_set():
            return
        self._closed.set()
        self._mpv.terminate()

    def _do(self, *command: str) -> None:
        if self._closed.is_set():
            return
        self._mpv.command_async(*command).add_done_callback(_log_refusal)

    def _observed(self, name: str, value: Any) -> None:
        if not self._closed.is_set():
            self._notify(Fact(name, value))

    def _event(self, event: Any) -> None:
        if self._closed.is_set():
            return
        data = event.data
        if data is None:
            self._notify(Restarted())
        elif data.reason == END_OF_FILE_ERROR:
            self._notify(Failed(load_libmpv().ErrorCode.human_readable(data.error)))


def _create(*, hardware_decoding: bool) -> Any:
    mpv = load_libmpv()
    wanted = OptionSet(tuple(mpv.MPV_VERSION), hardware_decoding)
    while True:
        try:
            made = mpv.MPV(**{name.replace("-", "_"): value for name, value in wanted.values.items()})
        except (AttributeError, TypeError, ValueError) as error:
            wanted.refused(_option_named_in(error))
        else:
            break
    unlike = disagreeing(wanted.values, {name: made[name] for name in wanted.values})
    if unlike:
        made.terminate()
        raise CinemaError(Code.LIBMPV_UNFIT, f"This libmpv did not take the option {unlike}; install another build.")
    return made


def _option_named_in(error: Exception) -> str:
    """python-mpv puts the arguments of the refused call, bytes, into its exception."""
    for part in error.args:
        if isinstance(part, tuple) and len(part) == 3 and isinstance(part[1], bytes):
            return part[1].decode()
    raise error


def _log_refusal(done: "Future[Any]") -> None:
    error = done.exception()
    if error is not None:
        log.debug("libmpv refused a command: %s", type(error).__name__)
