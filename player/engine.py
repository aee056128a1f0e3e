"""libmpv behind an interface: commands go in without waiting, facts come out as events."""

import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, Protocol

from core import CinemaError, Code
from player.library import load_libmpv
from player.options import LoadOptions, OptionSet, disagreeing
from player.state import Buffered, Ended, Event, Failed, Measured, Starved

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
    "video-bitrate",
)
END_FILE_ERROR = 4


@dataclass(frozen=True)
class Facts:
    """What libmpv last said of what it plays."""

    width: int
    height: int
    fps: float
    video_codec: str
    audio_codec: str
    hwdec: str
    dropped: int
    bitrate_bps: int
    mpv_version: str
    ffmpeg_version: str


class Engine(Protocol):
    """What decodes and keeps time. No command waits."""

    def open(self, url: str, start_ms: int, *, single_file: bool) -> None:
        """Play an address from a film time; the drawing surface must exist."""
        ...

    def pause(self, paused: bool) -> None:
        """Hold or go on."""
        ...

    def seek(self, position_ms: int) -> None:
        """Go to exactly this film time."""
        ...

    def volume(self, percent: int, *, muted: bool) -> None:
        """Loudness, 0 to 100, and silence."""
        ...

    def stop(self) -> None:
        """Let go of what is playing."""
        ...

    def facts(self) -> Facts:
        """What is known of what plays."""
        ...

    def close(self) -> None:
        """End, and wait for every thread; the drawing surface is closed before."""
        ...


class MpvEngine:
    """One libmpv for the life of a player. Raises `CinemaError` (libmpv-missing, libmpv-unfit).

    ``notify`` is called on libmpv's event thread: it hands the event on, never waits, never touches Qt's objects.
    """

    def __init__(self, notify: Callable[[Event], None], *, hardware_decoding: bool = True) -> None:
        self._notify = notify
        self.lock = threading.RLock()
        """Shared by drawing and tear-down of the render context."""
        self.handle: Any = _create(hardware_decoding=hardware_decoding)
        self._versions = (str(self.handle.mpv_version).removeprefix("mpv "), str(self.handle.ffmpeg_version))
        self._closed = threading.Event()
        self._known: dict[str, Any] = {}
        for name in OBSERVED:
            self.handle.observe_property(name, self._observed)
        self.handle.event_callback("end-file")(self._ended)

    def position_s(self) -> float | None:
        """The time of the frame now given to the drawing surface; waits for libmpv's core, briefly."""
        if self._closed.is_set():
            return None
        position: float | None = self.handle.time_pos
        return position

    def open(self, url: str, start_ms: int, *, single_file: bool) -> None:
        """Play an address from a film time; the drawing surface must exist."""
        self._known.clear()
        options = LoadOptions(start_ms=start_ms, plain_file=single_file).as_text()
        with_index = getattr(self.handle, "mpv_version_tuple", (0, 38, 0)) >= (0, 38, 0)
        self._do("loadfile", url, "replace", *(["-1"] if with_index else []), options)
        self._do("set", "pause", "no")

    def pause(self, paused: bool) -> None:
        """Hold or go on."""
        self._do("set", "pause", "yes" if paused else "no")

    def seek(self, position_ms: int) -> None:
        """Go to exactly this film time."""
        self._do("seek", f"{position_ms / 1000:.3f}", "absolute+exact")

    def volume(self, percent: int, *, muted: bool) -> None:
        """Loudness, 0 to 100, and silence."""
        self._do("set", "volume", str(percent))
        self._do("set", "mute", "yes" if muted else "no")

    def stop(self) -> None:
        """Let go of what is playing."""
        self._do("stop")

    def facts(self) -> Facts:
        """What is known of what plays; never waits."""
        known = self._known
        picture = known.get("video-params") or {}
        return Facts(
            width=int(picture.get("dw") or 0),
            height=int(picture.get("dh") or 0),
            fps=round(float(known.get("container-fps") or 0), 3),
            video_codec=str(known.get("video-format") or ""),
            audio_codec=str(known.get("audio-codec-name") or ""),
            hwdec=str(known.get("hwdec-current") or "no"),
            dropped=int(known.get("frame-drop-count") or 0) + int(known.get("decoder-frame-drop-count") or 0),
            bitrate_bps=int(known.get("video-bitrate") or 0),
            mpv_version=self._versions[0],
            ffmpeg_version=self._versions[1],
        )

    def close(self) -> None:
        """End libmpv and wait for its threads; the drawing surface is closed before. Not from libmpv's threads."""
        if self._closed.is_set():
            return
        self._closed.set()
        self.handle.terminate()

    def _do(self, *command: str) -> None:
        if not self._closed.is_set():
            self.handle.command_async(*command).add_done_callback(_log_refusal)

    def _observed(self, name: str, value: Any) -> None:
        if self._closed.is_set():
            return
        self._known[name] = value
        if name == "paused-for-cache":
            self._notify(Starved(bool(value)))
        elif name == "demuxer-cache-time" and value is not None:
            self._notify(Buffered(max(0, round(value * 1000))))
        elif name == "duration" and value:
            self._notify(Measured(round(value * 1000)))
        elif name == "eof-reached" and value:
            self._notify(Ended())

    def _ended(self, event: Any) -> None:
        if not self._closed.is_set() and event.data is not None and event.data.reason == END_FILE_ERROR:
            reason = load_libmpv().ErrorCode.human_readable(event.data.error)
            self._notify(Failed(CinemaError(Code.PLAYBACK_FAILED, f"The film cannot be played: {reason}.")))


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
