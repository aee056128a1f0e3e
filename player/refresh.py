"""The screen's refresh rate, matched to the film: which one (pure), and how each system is asked for it."""

import logging
import os
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from importlib import import_module
from typing import Protocol

log = logging.getLogger(__name__)

EXACT, NEAR = 0.0005, 0.002
"""Of the rate: 24 and 23.976 are 0.001 apart. What is near slips by one frame in 40 s."""


@dataclass(frozen=True)
class Mode:
    """One way a screen can be driven. ``id`` is the system's own."""

    id: int
    width: int
    height: int
    hz: float


def misfit(fps: float, hz: float) -> float:
    """How far a refresh rate is from the nearest whole multiple of a film's, as a share of it."""
    times = max(1, round(hz / fps))
    return abs(hz / (times * fps) - 1)


def refresh_for(fps: float, modes: Sequence[Mode], current: Mode) -> Mode | None:
    """The mode to go to for a film: of the same size, each frame shown equally long, nearest to the present rate.

    None where the present one fits as well as any, or none fits.
    """
    if fps <= 0:
        return None

    def rank(mode: Mode) -> int:
        off = misfit(fps, mode.hz)
        return 0 if off <= EXACT else 1 if off <= NEAR else 2

    alike = [mode for mode in modes if (mode.width, mode.height) == (current.width, current.height)]
    best = min(alike, key=lambda mode: (rank(mode), abs(mode.hz - current.hz)), default=current)
    return best if rank(best) < rank(current) else None


class RefreshControl(Protocol):
    """One system's way to ask; on a worker, since screens take a second to change."""

    def screen_of(self, window: int, name: str, /) -> str:
        """The system's name for the screen that shows a native window, and that Qt calls ``name``."""
        ...

    def modes(self, screen: str, /) -> tuple[Mode, tuple[Mode, ...]] | None:
        """The present mode and all of them; none where the screen is not known."""
        ...

    def go_to(self, screen: str, mode: Mode, /) -> bool:
        """Drive the screen so; whether that worked."""
        ...


def refresh_control() -> RefreshControl | None:
    """The one for this system; none where it cannot be asked, as on Wayland."""
    try:
        if sys.platform == "win32":
            windows: RefreshControl = import_module("player.refresh_windows").WindowsRefresh()
            return windows
        if sys.platform.startswith("linux") and not os.environ.get("WAYLAND_DISPLAY"):
            x11: RefreshControl = import_module("player.refresh_x11").X11Refresh()
            return x11
    except (OSError, AttributeError) as error:
        log.info("the refresh rate cannot be changed here: %s", type(error).__name__)
    return None


class RefreshMatch:
    """Keeps one screen at a film's rate while that is wanted, and puts it back; all of it on a thread of its own."""

    def __init__(self, control: Callable[[], RefreshControl | None] = refresh_control) -> None:
        self._make = control
        self._control: RefreshControl | None = None
        self._wanted: tuple[int, str, float] | None = None
        self._before: tuple[str, Mode] | None = None
        self._worker: ThreadPoolExecutor | None = None

    def want(self, window: int, name: str, fps: float) -> None:
        """The screen of a native window, by Qt's name, at a film's rate."""
        self._become((window, name, fps))

    def release(self) -> None:
        """As it was before."""
        self._become(None)

    def close(self) -> None:
        """As it was before, and wait for it."""
        self.release()
        if self._worker is not None:
            self._worker.shutdown(wait=True)

    def _become(self, wanted: tuple[int, str, float] | None) -> None:
        if wanted == self._wanted:
            return
        if self._worker is None:
            self._worker = ThreadPoolExecutor(1, thread_name_prefix="refresh")
        self._wanted = wanted
        self._worker.submit(self._follow, wanted).add_done_callback(_log_failure)

    def _follow(self, wanted: tuple[int, str, float] | None) -> None:
        if self._control is None:
            self._control = self._make()
        control = self._control
        if control is None:
            return
        before, self._before = self._before, None
        if before is not None:
            control.go_to(*before)
        if wanted is None:
            return
        window, name, fps = wanted
        screen = control.screen_of(window, name)
        known = control.modes(screen)
        chosen = refresh_for(fps, known[1], known[0]) if known else None
        if known and chosen and control.go_to(screen, chosen):
            self._before = (screen, known[0])
            log.info("the screen runs at %.3f Hz for %.3f frames a second", chosen.hz, fps)


def _log_failure(done: Future[None]) -> None:
    error = done.exception()
    if error is not None:
        log.warning("the refresh rate could not be changed: %s", type(error).__name__)
