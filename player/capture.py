"""Asks the system to leave the film's window out of screenshots and recordings: a deterrent, not a protection.

Windows and macOS offer it to a window; X11 and Wayland offer nothing. A camera, a capture card and whoever owns the
machine pass it by.
"""

import ctypes
import logging
import sys
from collections.abc import Callable
from typing import Protocol

from player.state import Status

log = logging.getLogger(__name__)

WDA_NONE, WDA_MONITOR, WDA_EXCLUDEFROMCAPTURE = 0x00, 0x01, 0x11
"""SetWindowDisplayAffinity; the last since Windows 10 2004, the one before shows black instead of nothing."""
SHARING_NONE, SHARING_READ_ONLY = 0, 1
"""NSWindowSharingType."""


def deters(status: Status, mark: str) -> bool:
    """Whether the window shall be left out: while a film with a ticket is open, and never for a trailer."""
    return bool(mark) and status not in (Status.IDLE, Status.FAILED)


class CaptureShield(Protocol):
    """One system's way to ask."""

    def set(self, window: int, *, on: bool) -> bool:
        """Ask for a native window (Qt's ``winId``), on the GUI thread; whether the system agreed."""
        ...


class WindowsShield:
    """``SetWindowDisplayAffinity(window, affinity)``, handed in as ``affinity``."""

    def __init__(self, affinity: Callable[[int, int], int]) -> None:
        self._affinity = affinity

    def set(self, window: int, *, on: bool) -> bool:
        """Leave the window out, or black it out on an older Windows."""
        if not on:
            return bool(self._affinity(window, WDA_NONE))
        return bool(self._affinity(window, WDA_EXCLUDEFROMCAPTURE) or self._affinity(window, WDA_MONITOR))


class MacShield:
    """``[[view window] setSharingType:]``; ``send`` is ``objc_msgSend`` with a selector's name and one number."""

    def __init__(self, send: Callable[[int, str, int], int]) -> None:
        self._send = send

    def set(self, window: int, *, on: bool) -> bool:
        """Qt's ``winId`` is an NSView; its window shares nothing, or as usual."""
        owner = self._send(window, "window", 0)
        if not owner:
            return False
        self._send(owner, "setSharingType:", SHARING_NONE if on else SHARING_READ_ONLY)
        return True


def capture_shield() -> CaptureShield | None:
    """The one for this system; none where there is nothing to ask."""
    try:
        if sys.platform == "win32":
            return WindowsShield(_windows_affinity())
        return MacShield(_mac_send()) if sys.platform == "darwin" else None
    except (OSError, AttributeError) as error:
        log.warning("the system cannot be asked to leave the window out of recordings: %s", type(error).__name__)
        return None


def _windows_affinity() -> Callable[[int, int], int]:
    function = getattr(ctypes, "windll").user32.SetWindowDisplayAffinity  # noqa: B009 - only there on Windows
    function.argtypes, function.restype = [ctypes.c_void_p, ctypes.c_uint32], ctypes.c_int
    return lambda window, affinity: int(function(window, affinity))


def _mac_send() -> Callable[[int, str, int], int]:
    library = ctypes.CDLL("/usr/lib/libobjc.A.dylib")
    library.sel_registerName.argtypes, library.sel_registerName.restype = [ctypes.c_char_p], ctypes.c_void_p
    message = library.objc_msgSend
    message.argtypes, message.restype = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_ulong], ctypes.c_void_p
    return lambda target, name, value: int(message(target, library.sel_registerName(name.encode()), value) or 0)
