"""Refresh rates on Windows, by ``ChangeDisplaySettingsExW``: full-screen modes, which Windows takes back at our end."""

import ctypes as c
from typing import Any

from player.refresh import Mode

CURRENT_SETTINGS = 0xFFFFFFFF
CDS_FULLSCREEN = 4
DM_PELSWIDTH, DM_PELSHEIGHT, DM_DISPLAYFREQUENCY = 0x80000, 0x100000, 0x400000
DM_INTERLACED = 2
MONITOR_DEFAULTTONEAREST = 2
NTSC = {23: 24, 29: 30, 59: 60, 119: 120}
"""Windows says whole numbers: 23 is 24/1.001."""


class _DevMode(c.Structure):
    """DEVMODEW, the display's half of its unions."""

    _fields_ = (
        *(("device", c.c_uint16 * 32), ("spec", c.c_uint16), ("driver", c.c_uint16), ("size", c.c_uint16)),
        *(("extra", c.c_uint16), ("fields", c.c_uint32), ("x", c.c_int32), ("y", c.c_int32)),
        *(("orientation", c.c_uint32), ("fixed_output", c.c_uint32), ("color", c.c_int16), ("duplex", c.c_int16)),
        *(("y_resolution", c.c_int16), ("tt", c.c_int16), ("collate", c.c_int16), ("form", c.c_uint16 * 32)),
        *(("log_pixels", c.c_uint16), ("bits", c.c_uint32), ("width", c.c_uint32), ("height", c.c_uint32)),
        *(("flags", c.c_uint32), ("frequency", c.c_uint32), ("rest", c.c_uint32 * 8)),
    )


class _MonitorInfo(c.Structure):
    """MONITORINFOEXW."""

    _fields_ = (("size", c.c_uint32), ("areas", c.c_int32 * 8), ("flags", c.c_uint32), ("device", c.c_uint16 * 32))


class WindowsRefresh:
    """``user32`` as ctypes loads it."""

    def __init__(self, user32: Any = None) -> None:
        self._user32 = user32 if user32 is not None else getattr(c, "windll").user32  # noqa: B009 - only on Windows
        self._user32.MonitorFromWindow.restype = c.c_void_p

    def screen_of(self, window: int, _name: str) -> str:
        """The device that shows a native window."""
        monitor = c.c_void_p(self._user32.MonitorFromWindow(c.c_void_p(window), MONITOR_DEFAULTTONEAREST))
        info = _MonitorInfo(size=c.sizeof(_MonitorInfo))
        self._user32.GetMonitorInfoW(monitor, c.byref(info))
        return bytes(info.device).decode("utf-16-le").partition("\0")[0]

    def modes(self, screen: str) -> tuple[Mode, tuple[Mode, ...]] | None:
        """The present mode and all of them; none where the screen is not known."""
        present = self._mode(screen, CURRENT_SETTINGS)
        if present is None:
            return None
        found: list[Mode] = []
        while (mode := self._mode(screen, len(found))) is not None:
            found.append(mode)
        return present, tuple(mode for mode in found if mode.hz > 1)

    def go_to(self, screen: str, mode: Mode) -> bool:
        """Drive the screen so, for as long as this process lives."""
        wanted = _DevMode(size=c.sizeof(_DevMode), width=mode.width, height=mode.height, frequency=mode.id)
        wanted.fields = DM_PELSWIDTH | DM_PELSHEIGHT | DM_DISPLAYFREQUENCY
        return int(self._user32.ChangeDisplaySettingsExW(screen, c.byref(wanted), None, CDS_FULLSCREEN, None)) == 0

    def _mode(self, screen: str, number: int) -> Mode | None:
        """Its id is the frequency as Windows says it; interlaced ones count as none."""
        said = _DevMode(size=c.sizeof(_DevMode))
        if not self._user32.EnumDisplaySettingsW(screen, number, c.byref(said)):
            return None
        rate = NTSC[said.frequency] / 1.001 if said.frequency in NTSC else float(said.frequency)
        return Mode(said.frequency, said.width, said.height, 0.0 if said.flags & DM_INTERLACED else rate)
