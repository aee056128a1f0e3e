"""Refresh rates on X11, by libXrandr (RandR 1.3). Every call has a connection of its own and may run on any thread."""

import contextlib
import ctypes as c
from collections.abc import Iterator
from typing import Any

from player.refresh import Mode

INTERLACED, DOUBLE_SCAN = 0x10, 0x20
"""``XRRModeFlags``."""


class _ModeInfo(c.Structure):
    _fields_ = (
        *((name, kind) for name, kind in (("id", c.c_ulong), ("width", c.c_uint), ("height", c.c_uint))),
        ("dot_clock", c.c_ulong),
        *((name, c.c_uint) for name in ("h_start", "h_end", "h_total", "h_skew", "v_start", "v_end", "v_total")),
        *(("name", c.c_char_p), ("name_length", c.c_uint), ("flags", c.c_ulong)),
    )


class _Resources(c.Structure):
    _fields_ = (
        *(("timestamp", c.c_ulong), ("config_timestamp", c.c_ulong)),
        *(("ncrtc", c.c_int), ("crtcs", c.POINTER(c.c_ulong))),
        *(("noutput", c.c_int), ("outputs", c.POINTER(c.c_ulong))),
        *(("nmode", c.c_int), ("modes", c.POINTER(_ModeInfo))),
    )


class _Output(c.Structure):
    _fields_ = (
        *(("timestamp", c.c_ulong), ("crtc", c.c_ulong), ("name", c.c_char_p), ("name_length", c.c_int)),
        *(("mm_width", c.c_ulong), ("mm_height", c.c_ulong), ("connection", c.c_ushort), ("subpixel", c.c_ushort)),
        *(("ncrtc", c.c_int), ("crtcs", c.POINTER(c.c_ulong)), ("nclone", c.c_int), ("clones", c.POINTER(c.c_ulong))),
        *(("nmode", c.c_int), ("npreferred", c.c_int), ("modes", c.POINTER(c.c_ulong))),
    )


class _Crtc(c.Structure):
    _fields_ = (
        *(("timestamp", c.c_ulong), ("x", c.c_int), ("y", c.c_int), ("width", c.c_uint), ("height", c.c_uint)),
        *(("mode", c.c_ulong), ("rotation", c.c_ushort)),
        *(("noutput", c.c_int), ("outputs", c.POINTER(c.c_ulong)), ("rotations", c.c_ushort)),
        *(("npossible", c.c_int), ("possible", c.POINTER(c.c_ulong))),
    )


_OnError = c.CFUNCTYPE(c.c_int, c.c_void_p, c.c_void_p)
_quiet = _OnError(lambda _display, _error: 0)


class X11Refresh:
    """Raises OSError where there is no X server or no libXrandr."""

    def __init__(self) -> None:
        self._x, self._randr = c.CDLL("libX11.so.6"), c.CDLL("libXrandr.so.2")
        x, randr, display = self._x, self._randr, c.c_void_p
        x.XOpenDisplay.argtypes, x.XOpenDisplay.restype = [c.c_char_p], display
        x.XCloseDisplay.argtypes = [display]
        x.XDefaultRootWindow.argtypes, x.XDefaultRootWindow.restype = [display], c.c_ulong
        x.XSetErrorHandler.argtypes, x.XSetErrorHandler.restype = [c.c_void_p], c.c_void_p
        randr.XRRGetScreenResourcesCurrent.argtypes = [display, c.c_ulong]
        randr.XRRGetScreenResourcesCurrent.restype = c.POINTER(_Resources)
        randr.XRRFreeScreenResources.argtypes = [c.POINTER(_Resources)]
        for name, made in (("Output", _Output), ("Crtc", _Crtc)):
            get, free = getattr(randr, f"XRRGet{name}Info"), getattr(randr, f"XRRFree{name}Info")
            get.argtypes, get.restype = [display, c.POINTER(_Resources), c.c_ulong], c.POINTER(made)
            free.argtypes = [c.POINTER(made)]
        randr.XRRSetCrtcConfig.argtypes = [
            *(display, c.POINTER(_Resources), c.c_ulong, c.c_ulong, c.c_int, c.c_int),
            *(c.c_ulong, c.c_ushort, c.POINTER(c.c_ulong), c.c_int),
        ]
        with self._server():
            pass

    def screen_of(self, _window: int, name: str) -> str:
        """Qt calls screens as RandR calls its outputs."""
        return name

    def modes(self, screen: str) -> tuple[Mode, tuple[Mode, ...]] | None:
        """The present mode and all of them; none where the screen is not known."""
        with self._server() as (display, resources), self._driven(display, resources, screen) as driven:
            if driven is None:
                return None
            output, crtc = driven
            offered = set(output.modes[: output.nmode])
            known = [_mode(info) for info in resources.contents.modes[: resources.contents.nmode] if _plain(info)]
            found = tuple(mode for mode in known if mode.id in offered)
            present = next((mode for mode in found if mode.id == crtc.mode), None)
            return (present, found) if present else None

    def go_to(self, screen: str, mode: Mode) -> bool:
        """Drive the screen so; its place, turn and clones stay."""
        with self._server() as (display, resources), self._driven(display, resources, screen) as driven:
            if driven is None:
                return False
            output, crtc = driven
            answer = self._randr.XRRSetCrtcConfig(
                *(display, resources, output.crtc, 0, crtc.x, crtc.y),
                *(mode.id, crtc.rotation, crtc.outputs, crtc.noutput),
            )
            return int(answer) == 0

    @contextlib.contextmanager
    def _server(self) -> Iterator[tuple[int, Any]]:
        display = self._x.XOpenDisplay(None)
        if not display:
            msg = "no X server"
            raise OSError(msg)
        # Xlib's own handler ends the process; Qt's xcb plug-in never asks Xlib.
        before = self._x.XSetErrorHandler(c.cast(_quiet, c.c_void_p))
        try:
            resources = self._randr.XRRGetScreenResourcesCurrent(display, self._x.XDefaultRootWindow(display))
            if not resources:
                msg = "no RandR"
                raise OSError(msg)
            try:
                yield display, resources
            finally:
                self._randr.XRRFreeScreenResources(resources)
        finally:
            self._x.XCloseDisplay(display)
            self._x.XSetErrorHandler(before)

    @contextlib.contextmanager
    def _driven(self, display: int, resources: Any, screen: str) -> Iterator[tuple[Any, Any] | None]:
        """The output of that name and what drives it."""
        with contextlib.ExitStack() as held:
            for number in resources.contents.outputs[: resources.contents.noutput]:
                output = self._randr.XRRGetOutputInfo(display, resources, number)
                held.callback(self._randr.XRRFreeOutputInfo, output)
                if output.contents.name.decode("utf-8", "replace") == screen and output.contents.crtc:
                    crtc = self._randr.XRRGetCrtcInfo(display, resources, output.contents.crtc)
                    held.callback(self._randr.XRRFreeCrtcInfo, crtc)
                    yield output.contents, crtc.contents
                    return
            yield None


def _plain(info: _ModeInfo) -> bool:
    return bool(info.h_total and info.v_total) and not info.flags & (INTERLACED | DOUBLE_SCAN)


def _mode(info: _ModeInfo) -> Mode:
    return Mode(info.id, info.width, info.height, info.dot_clock / (info.h_total * info.v_total))
