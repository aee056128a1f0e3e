"""What this machine offers a venue: screens, letters, sound, a decoder, and whether it stays awake."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from core import CinemaError
from kiosk import MachineFacts, has_pin, read_settings

POWER = Path("/sys/power/state")


def machine_facts(venue: Path) -> MachineFacts:
    """What can be seen from here; screens only where there is a desktop to ask."""
    desktop = sys.platform in ("win32", "darwin") or any(map(os.environ.get, ("DISPLAY", "WAYLAND_DISPLAY")))
    if not desktop:
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtGui import QFontDatabase, QGuiApplication

    application = QGuiApplication.instance() or QGuiApplication(sys.argv[:1])
    han = bool(QFontDatabase.families(QFontDatabase.WritingSystem.SimplifiedChinese))
    screens, places = {}, {}
    for screen in QGuiApplication.screens():
        size, ratio = screen.size(), screen.devicePixelRatio()
        screens[screen.name()] = (round(size.width() * ratio), round(size.height() * ratio))
        places[screen.name()] = screen.geometry().topLeft().toTuple()
    asked = desktop and QGuiApplication.platformName() != "offscreen"
    del application
    decoder, sound = _player()
    settings = read_settings(venue)
    return MachineFacts(
        screens=screens if asked else None,
        mirrored=mirrored(places) if asked else frozenset(),
        han=han,
        decoder=decoder,
        sound=sound,
        may_sleep=_may_sleep(),
        pin=has_pin(venue),
        gates=(settings.door,) if settings.door else (),
        rooms=settings.rooms,
    )


def mirrored(places: Mapping[str, object]) -> frozenset[str]:
    """The screens that begin where another one begins."""
    taken = list(places.values())
    return frozenset(name for name, place in places.items() if taken.count(place) > 1)


def _player() -> tuple[bool, bool | None]:
    """Whether libmpv is here, and whether it finds a sound output."""
    from player import has_sound

    try:
        return True, has_sound()
    except CinemaError:
        return False, None


def _may_sleep() -> bool | None:
    """Whether the system may suspend by itself: it can, nobody masked that, and nobody holds it off."""
    if sys.platform != "linux":
        return None
    try:
        if not POWER.read_text(encoding="ascii").split():
            return False
    except OSError:
        return False
    return not (_answer("systemctl", "is-enabled", "sleep.target") == "masked" or "sleep" in _held_off())


def _held_off() -> str:
    lines = _answer("systemd-inhibit", "--list", "--no-legend", "--no-pager").splitlines()
    return " ".join(line for line in lines if line.split()[-1:] == ["block"])


def _answer(*command: str) -> str:
    if shutil.which(command[0]) is None:
        return ""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=5, check=False)  # noqa: S603 - the system's own
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip()
