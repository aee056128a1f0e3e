"""Keeps a venue's machine awake and its screens on, or off in the night, by whatever this system has for it.

systemd-inhibit holds sleep off; under X, xset stops the screen saver and switches the screens; under a wlroots
compositor wlopm switches them. What is not there is told once and done without.
"""

import contextlib
import logging
import os
import shutil
import subprocess
from collections.abc import Callable

log = logging.getLogger(__name__)

HOLD = ("systemd-inhibit", "--what=idle:sleep:handle-lid-switch", "--who=Smart Cinema", "--mode=block")
WHY = "--why=A venue is open"


class ScreenGuardian:
    """`tend` says what is wanted; it does only what has changed, and again every few minutes, as others may meddle."""

    AGAIN = 300.0

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._held: subprocess.Popen[bytes] | None = None
        self._on: bool | None = None
        self._at = 0.0

    @property
    def holds_sleep_off(self) -> bool:
        """Whether the system has been asked not to sleep, and has agreed."""
        return self._held is not None and self._held.poll() is None

    def tend(self, *, on: bool) -> None:
        """Screens on or off, and the machine awake."""
        now = self._clock()
        if on == self._on and now - self._at < self.AGAIN:
            return
        changed, self._on, self._at = on != self._on, on, now
        if not self.holds_sleep_off:
            self._hold()
        for command in _commands(on=on, changed=changed):
            _run(command)

    def close(self) -> None:
        """Let the system do as it likes again."""
        held, self._held = self._held, None
        if held is not None and held.poll() is None:
            held.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                held.wait(5)

    def _hold(self) -> None:
        command = shutil.which(HOLD[0])
        if command is None:
            return
        try:
            self._held = subprocess.Popen(  # noqa: S603 - the system's own
                [command, *HOLD[1:], WHY, "sleep", "infinity"],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        except OSError as error:
            log.warning("sleep cannot be held off: %s", error.strerror)


def _commands(*, on: bool, changed: bool) -> list[tuple[str, ...]]:
    commands: list[tuple[str, ...]] = []
    if os.environ.get("DISPLAY"):
        commands += [("xset", "s", "off"), ("xset", "s", "noblank"), ("xset", "-dpms")]
        if not on:
            commands += [("xset", "+dpms"), ("xset", "dpms", "force", "off")]
        elif changed:
            commands += [("xset", "+dpms"), ("xset", "dpms", "force", "on"), ("xset", "-dpms")]
    if os.environ.get("WAYLAND_DISPLAY"):
        commands.append(("wlopm", "--on" if on else "--off", "*"))
    return commands


def _run(command: tuple[str, ...]) -> None:
    found = shutil.which(command[0])
    if found is None:
        log.info("%s is not here: screens are left to the system", command[0])
        return
    try:
        done = subprocess.run([found, *command[1:]], capture_output=True, timeout=5, check=False)  # noqa: S603 - the system's own
    except (OSError, subprocess.TimeoutExpired):
        log.warning("%s did not answer", command[0])
        return
    if done.returncode:
        log.warning("%s: %s", " ".join(command), done.stderr.decode("utf-8", "replace").strip()[:200])
