"""libmpv behind an interface: commands go in without waiting, facts come out as events."""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, Protocol

from core import CinemaError, Code
from player.library import known_options, load_libmpv
from player.options import (
    METER,
    METERED,
    NIGHT,
    PASSED_THROUGH,
    LoadOptions,
    disagreeing,
    fitting,
    level_of,
    picture_filter,
    scales_by,
)
from player.state import (
    STORM_ERRORS,
    Buffered,
    Ended,
    Event,
    Failed,
    HardwareFailed,
    Measured,
    Speakers,
    Starved,
    is_storm,
)

log = logging.getLogger(__name__)

OBSERVED = (
    "paused-for-cache",
    "demuxer-cache-state",
    "eof-reached",
    "duration",
    "video-params",
    "video-out-params",
    "hwdec-current",
    "frame-drop-count",
    "decoder-frame-drop-count",
    "container-fps",
    "video-format",
    "audio-codec-name",
    "video-bitrate",
    "current-ao",
)
END_FILE_ERROR = 4
SAME_FRAME_S = 0.02
NO_SOUND = (None, "", "null")
"""Names of libmpv's outputs that nobody hears."""
HEAR_AGAIN_S = 5.0
"""So often what the sound went to is looked for, once it was pulled out: libmpv itself stays silent."""
UNFIT = -1
DECODER_PARTS = ("vd", "ffmpeg/video")


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
    gamma: str
    """How the decoded picture says its brightness; ``pq`` and ``hlg`` are HDR."""
    mpv_version: str
    ffmpeg_version: str


@dataclass(frozen=True)
class Address:
    """What to open, and how one begins later in it."""

    url: str
    single_file: bool = False
    opens_anywhere: bool = False
    """``from-<ms>/`` before the last part of the path begins there, and times in the stream are film times."""

    def at(self, position_ms: int) -> str:
        """The address that begins at (or within a segment before) a film time."""
        head, _, leaf = self.url.rpartition("/")
        return f"{head}/from-{position_ms}/{leaf}" if self.opens_anywhere and position_ms > 0 else self.url


@dataclass(frozen=True)
class RawPicture:
    """A decoded frame: rows of ``stride`` bytes, four to a pixel, blue first."""

    width: int
    height: int
    stride: int
    data: bytes


@dataclass
class Recolouring:
    """A change of filters under way: frames that were filtered before it still come, until libmpv is at its place."""

    arrived: bool = False
    drawn: int = 0
    """New frames drawn since the place was sought."""

    def shows(self, *, new: bool) -> bool:
        """Whether what was just drawn was filtered after the change."""
        self.drawn += new
        return self.arrived and self.drawn > 0


class Engine(Protocol):
    """What decodes and keeps time. No command waits."""

    def open(self, address: Address, start_ms: int, *, paused: bool = False) -> None:
        """Play an address from a film time, or stand there; the drawing surface must exist."""
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

    def sound(self, *, night: bool, delay_ms: int) -> None:
        """Quiet made louder and loud quieter, and how much later (or earlier) the sound comes."""
        ...

    def speakers(self, speakers: Speakers) -> None:
        """What the sound is sent to."""
        ...

    def hear_again(self) -> None:
        """Look for the sound's output where it was pulled out; to be called often."""
        ...

    def speed(self, percent: int) -> None:
        """How fast the film runs, 100 as it was made; voices keep their pitch."""
        ...

    def frame(self, *, forward: bool) -> None:
        """Show the next or the previous frame, and hold."""
        ...

    def reopen(self, position_ms: int) -> None:
        """Open what plays anew from a film time; for a change that what is in memory cannot follow."""
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

    ``notify`` is called on libmpv's event thread: it hands the event on, never waits, never touches Qt's objects,
    and is told only of what was opened last. ``metered``: the sound's level is measured. ``maps_hdr``: whoever draws
    does not, so libmpv's filters shall.
    """

    def __init__(
        self,
        notify: Callable[[Event], None],
        *,
        hardware_decoding: bool = True,
        maps_hdr: bool = False,
        metered: bool = False,
    ) -> None:
        self._notify = notify
        self._maps_hdr, self._metered = maps_hdr, metered
        self._filter = ""
        self._recolouring: Recolouring | None = None
        self.lock = threading.RLock()
        """Shared by drawing and tear-down of the render context."""
        self._known: dict[str, Any] = {}
        self.handle: Any = _create(self._said, hardware_decoding=hardware_decoding)
        self._errors_s: deque[float] = deque(maxlen=STORM_ERRORS)
        self._chip = hardware_decoding
        """The graphics chip may decode."""
        self._versions = (str(self.handle.mpv_version).removeprefix("mpv "), str(self.handle.ffmpeg_version))
        self._closed = threading.Event()
        self._address: Address | None = None
        self._paused = False
        self._arrival = threading.Lock()
        self._target_s: float | None = None
        """Where a seek or an opening is under way to; frames of elsewhere are not shown."""
        self._opening = ""
        self._begins_s = 0.0
        """libmpv counts what lies before the beginning as in its memory."""
        self._entry: int | None = None
        """libmpv's number of what was opened last; none until libmpv has taken it: what ends before is older."""
        self._loads = 0
        self._loaded = False
        self._asked = False
        self._sought = False
        self._seeks = 0
        self._pictured = False
        """Whether a frame of what was opened last was drawn: before it there is nothing but black."""
        self._scaling: Mapping[str, str] = {}
        self._output: str | None = None
        """libmpv's name of what the sound goes to."""
        self._heard = False
        """Whether there was an output that somebody hears."""
        self._looked_s = 0.0
        self.redraw: Callable[[], None] = _nothing
        """Asks the drawing surface to draw the present frame as a new one."""
        for name in OBSERVED:
            self.handle.observe_property(name, self._observed)
        if metered:
            self._do("set", "af", METER)
            self.handle.observe_property(METERED, self._observed)
        self.handle.event_callback("end-file")(self._ended)
        self.handle.event_callback("file-loaded")(self._file_loaded)
        self.handle.event_callback("seek")(self._seek_began)
        self.handle.event_callback("playback-restart")(self._restarted)

    def drawing_into(self, width: int, height: int) -> None:
        """Software is about to draw into so many pixels; never waits."""
        shown: Mapping[str, Any] = self._known.get("video-out-params") or {}
        wanted = scales_by((int(shown.get("dw") or 0), int(shown.get("dh") or 0)), (width, height))
        if wanted != self._scaling:
            self._scaling = wanted
            for name, value in wanted.items():
                self._do("set", name, value)

    def drawing_begins(self) -> int:
        """What holds as the drawing of a frame begins, for `position_s`.

        Never waits: libmpv's core may be waiting for this very frame, and would count it as dropped.
        """
        known: Mapping[str, Any] = self._known.get("video-params") or {}
        fits = not self._maps_hdr or picture_filter(known.get("gamma")) == self._filter
        return self._seeks if fits else UNFIT

    def position_s(self, began: int, *, new: bool = True) -> float | None:
        """The time of a frame whose drawing began as `drawing_begins` said; none for a frame that nobody shall see.

        ``new``: there was a frame to draw, and it was not drawn before. Waits for libmpv's core, briefly. While a seek
        begins libmpv tells where it goes, not what it shows.
        """
        self._pictured = self._pictured or new
        if self._closed.is_set() or not self._pictured:
            return None
        recolouring = self._recolouring
        if recolouring is not None and not recolouring.shows(new=new):
            return None
        if not self._colours_fit():
            return None
        position: float | None = self.handle.time_pos
        with self._arrival:
            if position is None or began != self._seeks or (self._target_s is not None and not self._sought):
                return None
            arrived, self._target_s = self._target_s is not None, None
            if self._recolouring is recolouring:
                self._recolouring = None
        if arrived:
            self._do("set", "pause", "yes" if self._paused else "no")
        return position

    def open(self, address: Address, start_ms: int, *, paused: bool = False) -> None:
        """Play an address from a film time, or stand there; the drawing surface must exist."""
        self._known.clear()
        self._address = address
        self._paused = paused
        if self._filter:
            self._filter = ""
            self._do("set", "vf", "")
        self._load(start_ms)

    def pause(self, paused: bool) -> None:
        """Hold or go on."""
        self._paused = paused
        with self._arrival:
            arriving = self._target_s is not None
        if not arriving:
            self._do("set", "pause", "yes" if paused else "no")

    def seek(self, position_ms: int) -> None:
        """Go to exactly this film time.

        FFmpeg up to 5.1 loses its place when it seeks in fragmented MP4 over HLS: what is not in libmpv's
        memory is opened anew from there.
        """
        if self._address is None:
            return
        if self._address.opens_anywhere and not self._has(position_ms / 1000):
            self._load(position_ms)
        else:
            with self._arrival:
                self._target_s, self._sought, self._asked = position_ms / 1000, False, True
            self._do("seek", f"{position_ms / 1000:.3f}", "absolute+exact")

    def volume(self, percent: int, *, muted: bool) -> None:
        """Loudness, 0 to 100, and silence."""
        self._do("set", "volume", str(percent))
        self._do("set", "mute", "yes" if muted else "no")

    def sound(self, *, night: bool, delay_ms: int) -> None:
        """Quiet made louder and loud quieter, and how much later (or earlier) the sound comes."""
        self._do("set", "af", ",".join(filter(None, (NIGHT if night else "", METER if self._metered else ""))))
        self._do("set", "audio-delay", f"{delay_ms / 1000:.3f}")

    def speakers(self, speakers: Speakers) -> None:
        """What the sound is sent to; it is opened anew."""
        self._do("set", "audio-spdif", PASSED_THROUGH if speakers is Speakers.RECEIVER else "")
        self._do("set", "audio-channels", "stereo" if speakers is Speakers.STEREO else "auto-safe")

    def hear_again(self) -> None:
        """Look for the sound's output where it was pulled out, every few seconds; where none was there, never."""
        now = time.monotonic()
        if self._heard and self._output == "null" and now - self._looked_s >= HEAR_AGAIN_S:
            self._looked_s = now
            self._do("ao-reload")

    def speed(self, percent: int) -> None:
        """How fast the film runs, 100 as it was made; voices keep their pitch."""
        self._do("set", "speed", f"{percent / 100:.2f}")

    def frame(self, *, forward: bool) -> None:
        """Show the next or the previous frame, and hold."""
        self._paused = True
        self._do("frame-step" if forward else "frame-back-step")

    def reopen(self, position_ms: int) -> None:
        """Open what plays anew from a film time; for a change that what is in memory cannot follow."""
        self._load(position_ms)

    def still(self) -> RawPicture:
        """The frame on screen in its own size, without words; blocks, so not on the GUI thread.

        Raises `CinemaError` (playback-failed) where there is none.
        """
        try:
            found = self.handle.command("screenshot-raw", "video")
        except (OSError, RuntimeError, SystemError, ValueError) as error:
            raise CinemaError(Code.PLAYBACK_FAILED, "There is no picture to keep at the moment.") from error
        return RawPicture(int(found["w"]), int(found["h"]), int(found["stride"]), bytes(found["data"]))

    def stop(self) -> None:
        """Let go of what is playing; once this returns nothing is told of it any more."""
        self._forget()
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
            gamma=str(picture.get("gamma") or ""),
            mpv_version=self._versions[0],
            ffmpeg_version=self._versions[1],
        )

    @property
    def level(self) -> int:
        """How loud it is, 0 to 100, where that is measured."""
        return level_of(self._known.get(METERED)) if not self._paused else 0

    def close(self) -> None:
        """End libmpv and wait for its threads; the drawing surface is closed before. Not from libmpv's threads."""
        if self._closed.is_set():
            return
        self._closed.set()
        self.handle.terminate()

    def _colours_fit(self) -> bool:
        """Whether the picture is mapped exactly where it has to be."""
        if not self._maps_hdr or self._closed.is_set():
            return True
        return picture_filter(getattr(self.handle, "video-params/gamma", None)) == self._filter

    def _map_colours(self, gamma: str | None) -> None:
        """libmpv still shows frames that it filtered before, so the place is sought once more."""
        wanted = picture_filter(gamma)
        if not self._maps_hdr or wanted == self._filter:
            return
        place_s = self.handle.time_pos or 0.0
        with self._arrival:
            coming = self._target_s is not None and not self._asked
            if not coming:
                self._target_s = place_s if self._target_s is None else self._target_s
                self._sought, self._asked = False, True
            place_s = self._target_s
            self._recolouring, self._filter = Recolouring(), wanted
        self._do("set", "vf", wanted)
        if not coming:
            self._do("seek", f"{place_s:.3f}", "absolute+exact")

    def _load(self, start_ms: int) -> None:
        address = self._address
        if address is None:
            return
        arriving = address.opens_anywhere and start_ms > 0
        with self._arrival:
            self._recolouring = None
            self._target_s = start_ms / 1000 if arriving else None
            self._sought = self._asked = False
            self._opening = address.at(start_ms)
            self._begins_s = start_ms / 1000
            self._pictured = False
            for name in ("demuxer-cache-state", "hwdec-current"):
                self._known.pop(name, None)
            self._loaded = False
        options = LoadOptions(
            start_ms=0 if address.opens_anywhere else start_ms,
            paused=arriving or self._paused,
            plain_file=address.single_file,
            film_time=address.opens_anywhere,
        ).as_text()
        with_index = getattr(self.handle, "mpv_version_tuple", (0, 38, 0)) >= (0, 38, 0)
        number = self._forget()
        self._do(
            *("loadfile", self._opening, "replace", *(["-1"] if with_index else []), options),
            done=lambda answer: self._taken(number, answer),
        )
        self._do("set", "pause", "yes" if arriving or self._paused else "no")

    def _has(self, position_s: float) -> bool:
        if position_s < self._begins_s:
            return False
        ranges = (self._known.get("demuxer-cache-state") or {}).get("seekable-ranges") or ()
        return any(span["start"] <= position_s < span["end"] - SAME_FRAME_S for span in ranges)

    def _arrive(self) -> None:
        """Seek to the exact frame as soon as it is in memory."""
        cache: Mapping[str, Any] = self._known.get("demuxer-cache-state") or {}
        with self._arrival:
            target_s = self._target_s
            if target_s is None or self._asked or not self._loaded:
                return
            if not (self._has(target_s) or cache.get("eof")):
                return
            self._asked = True
        self._do("seek", f"{target_s:.3f}", "absolute+exact")

    def _forget(self) -> int:
        with self._arrival:
            self._entry = None
            self._loads += 1
            return self._loads

    def _taken(self, number: int, answer: Any) -> None:
        """libmpv answers before it starts what it was given."""
        with self._arrival:
            if number == self._loads:
                self._entry = int(answer["playlist_entry_id"])

    def _tell(self, event: Event, entry: int | None = None) -> None:
        with self._arrival:
            if self._entry is not None and entry in (None, self._entry):
                self._notify(event)

    def _do(self, *command: str, done: Callable[[Any], None] | None = None) -> None:
        if not self._closed.is_set():

            def answered(error: Exception | None, answer: Any) -> None:
                if error:
                    raise error
                if done:
                    done(answer)

            self.handle.command_async(*command, callback=answered).add_done_callback(_log_refusal)

    def _observed(self, name: str, value: Any) -> None:
        if self._closed.is_set():
            return
        before, self._known[name] = self._known.get(name), value
        if name == "hwdec-current" and value == "no" and before not in (None, "", "no"):
            self._give_up_chip()
        elif name == "current-ao":
            self._output = value
            self._heard = self._heard or value not in NO_SOUND
        elif name == "paused-for-cache":
            self._tell(Starved(bool(value)))
        elif name == "video-params" and value:
            self._map_colours(value.get("gamma"))
        elif name == "demuxer-cache-state" and value:
            self._arrive()
            self._tell(Buffered(max(0, round((value.get("cache-end") or 0) * 1000))))
        elif name == "duration" and value:
            self._tell(Measured(round(value * 1000)))
        elif name == "eof-reached" and value:
            self._tell(Ended())

    def _said(self, _level: str, part: str, _text: str) -> None:
        """What libmpv's decoder complains of is counted, never kept; a chip that refuses it gives up by itself."""
        if part in DECODER_PARTS and self._known.get("hwdec-current") not in (None, "", "no"):
            self._errors_s.append(time.monotonic())
            if is_storm(self._errors_s):
                self._give_up_chip()

    def _give_up_chip(self) -> None:
        if self._chip:
            self._chip = False
            self._do("set", "hwdec", "no")
            self._tell(HardwareFailed())

    def _file_loaded(self, _event: Any) -> None:
        """What is known of the memory may be of the film before: asked anew."""
        if self._closed.is_set() or self.handle.path != self._opening:
            return
        self._known["demuxer-cache-state"] = self.handle.demuxer_cache_state
        with self._arrival:
            self._loaded = True
        self._arrive()

    def _seek_began(self, _event: Any) -> None:
        with self._arrival:
            self._seeks += 1
            self._sought = self._asked
            if self._recolouring is not None:
                self._recolouring.drawn = 0

    def _restarted(self, _event: Any) -> None:
        with self._arrival:
            missed = self._sought and self._target_s is not None
            if missed and self._recolouring is not None:
                self._recolouring.arrived = True
        if missed:
            self.redraw()

    def _ended(self, event: Any) -> None:
        if not self._closed.is_set() and event.data is not None and event.data.reason == END_FILE_ERROR:
            reason = load_libmpv().ErrorCode.human_readable(event.data.error)
            error = CinemaError(Code.PLAYBACK_FAILED, f"The film cannot be played: {reason}.")
            self._tell(Failed(error), event.data.playlist_entry_id)


def _nothing() -> None:
    pass


def _create(said: Callable[[str, str, str], None], *, hardware_decoding: bool) -> Any:
    mpv = load_libmpv()
    wanted = fitting(known_options(), hardware_decoding=hardware_decoding)
    try:
        made = mpv.MPV(
            log_handler=said, loglevel="error", **{name.replace("-", "_"): value for name, value in wanted.items()}
        )
    except (AttributeError, TypeError, ValueError) as error:
        raise CinemaError(
            Code.LIBMPV_UNFIT,
            f"This libmpv refuses the option {_option_named_in(error)}; install mpv 0.35 or later.",
        ) from error
    unlike = disagreeing(wanted, {name: made[name] for name in wanted})
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
