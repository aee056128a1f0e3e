"""Finds and loads libmpv, once, with the environment it needs."""

import ctypes
import ctypes.util
import locale
import os
import platform
import sys
import time
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from core import CinemaError, Code, lacking
from player.object_file import fault_of

HINTS = {
    "linux": "Install it: apt install libmpv2, or dnf install mpv-libs.",
    "darwin": "Install it: brew install mpv.",
    "win32": "Put libmpv-2.dll in a folder and name the file in SMART_CINEMA_LIBMPV.",
}
LEAST_API = (2, 0)
AV_LOG_QUIET = -8
NAMES = {"linux": "libmpv.so.2", "darwin": "libmpv.2.dylib", "win32": "libmpv-2.dll"}
M_ARENA_MAX, ARENAS = -8, 2
"""``mallopt(3)`` of glibc."""
OPEN_S = 3.0

_loaded: ModuleType | None = None


def guard_environment() -> None:
    """Keep libmpv's loopback requests, and with them the gateway's address, away from any proxy.

    Must run before libmpv is loaded.
    """
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        os.environ.pop(name, None)
    for name in ("no_proxy", "NO_PROXY"):
        known = [entry for entry in os.environ.get(name, "").split(",") if entry]
        os.environ[name] = ",".join(dict.fromkeys(["127.0.0.1", "localhost", *known]))


def share_memory() -> None:
    """Let all threads share two of glibc's arenas, before there are more.

    By default each has its own, and every seek's new decoders leave theirs behind: 30 seeks in a film of 2K held 395 MB
    instead of 248, at the same speed.
    """
    if sys.platform == "linux":
        mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
        if mallopt is not None:
            mallopt(M_ARENA_MAX, ARENAS)


def load_libmpv() -> ModuleType:
    """The python-mpv module with libmpv behind it. Raises `CinemaError` (libmpv-missing, libmpv-unfit)."""
    global _loaded  # noqa: PLW0603 - a library is loaded once in a process
    if _loaded is not None:
        return _loaded
    guard_environment()
    share_memory()
    locale.setlocale(locale.LC_NUMERIC, "C")
    chosen = os.environ.get("SMART_CINEMA_LIBMPV")
    named = chosen or _bundled()
    find = ctypes.util.find_library
    hint = HINTS.get(sys.platform, HINTS["linux"])
    if not chosen and hasattr(sys, "_MEIPASS"):
        hint = "Install Smart Cinema again: libmpv is a part of it."
    try:
        if named:
            if not Path(named).exists():
                raise CinemaError(Code.LIBMPV_MISSING, f"SMART_CINEMA_LIBMPV names {named}, which is not there. {hint}")
            fault = fault_of(Path(named), platform.machine())
            if fault:
                raise CinemaError(Code.LIBMPV_UNFIT, f"{named} cannot be loaded: it {fault}. {hint}")
            ctypes.util.find_library = lambda name: named if "mpv" in name else find(name)
            if sys.platform == "win32":
                os.add_dll_directory(str(Path(named).parent))
        import mpv  # noqa: PLC0415 - only after the environment is right
    except OSError as error:
        absent = lacking(error)
        if absent is not None and "mpv" not in absent.message:
            raise absent from error
        if named:
            raise CinemaError(
                Code.LIBMPV_UNFIT,
                f"{named} cannot be loaded: it is damaged, or made for another kind of machine than this "
                f"({platform.machine()}). {hint}",
            ) from error
        raise CinemaError(Code.LIBMPV_MISSING, f"libmpv is missing, so no film can be played. {hint}") from error
    finally:
        ctypes.util.find_library = find
    if mpv.MPV_VERSION < LEAST_API:
        raise CinemaError(Code.LIBMPV_UNFIT, f"libmpv is too old: 0.35 or later is needed. {hint}")
    _hush_ffmpeg(mpv)
    _loaded = mpv
    return _loaded


@cache
def known_options() -> frozenset[str]:
    """The options that this libmpv has. Raises `CinemaError` where there is no libmpv.

    Asked before anything is created with options: a libmpv that refuses one lives on beside the next.
    """
    probe = load_libmpv().MPV(vo="null", ao="null", config=False)
    try:
        return frozenset(probe.options)
    finally:
        probe.terminate()


def libmpv_version() -> str:
    """The version of libmpv and of the FFmpeg in it. Raises `CinemaError` where there is none."""
    mpv = load_libmpv()
    probe = mpv.MPV(vo="null", ao="null", config=False)
    try:
        return f"{probe.mpv_version} · FFmpeg {probe.ffmpeg_version}"
    finally:
        probe.terminate()


def has_sound() -> bool:
    """Whether sound has somewhere to go. Raises `CinemaError` where there is no libmpv.

    A driver that found no device is none. ALSA also lists its converters and the ways to servers that do not run: a
    name without a card counts if it opens. A card counts unopened, since a show may hold it.
    """
    probe = load_libmpv().MPV(vo="null", config=False, idle="yes", audio_fallback_to_null="no")
    try:
        names = [str(device["name"]) for device in probe.audio_device_list if "/" in device["name"]]
        known = [name for name in names if not name.startswith("alsa/") or "CARD=" in name]
        return bool(known) or any(_opens(probe, name) for name in names)
    finally:
        probe.terminate()


def _opens(probe: Any, name: str) -> bool:
    """Whether an output takes silence."""
    probe.audio_device = name
    probe.loadfile("av://lavfi:anullsrc")
    begun, until_s = False, time.monotonic() + OPEN_S
    while time.monotonic() < until_s and not probe.current_ao:
        if probe.idle_active and begun:
            break
        begun = begun or not probe.idle_active
        time.sleep(0.01)
    opened = bool(probe.current_ao)
    probe.command("stop")
    return opened


def _hush_ffmpeg(mpv: ModuleType) -> None:
    """Keep FFmpeg from printing what it opens, and with it the gateway's addresses.

    The first libmpv of a process takes FFmpeg's messages over; when that one ends, FFmpeg prints those of all others
    on standard error. What libmpv passes on does not depend on this level.
    """
    set_level = getattr(mpv.backend, "av_log_set_level", None)  # not to be had where FFmpeg is linked into libmpv
    if set_level is not None:
        set_level(AV_LOG_QUIET)


def _bundled() -> str | None:
    """The libmpv of a frozen build, if it carries one."""
    folder = getattr(sys, "_MEIPASS", None)
    if not folder:
        return None
    path = Path(folder) / NAMES.get(sys.platform, NAMES["linux"])
    return str(path) if path.exists() else None
