"""What this machine offers a venue: screens, letters, a decoder."""

import os
import sys

from core import CinemaError
from kiosk import MachineFacts


def machine_facts() -> MachineFacts:
    """What can be seen from here; screens only where there is a desktop to ask."""
    desktop = sys.platform in ("win32", "darwin") or any(map(os.environ.get, ("DISPLAY", "WAYLAND_DISPLAY")))
    if not desktop:
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtGui import QFontDatabase, QGuiApplication

    application = QGuiApplication.instance() or QGuiApplication(sys.argv[:1])
    han = bool(QFontDatabase.families(QFontDatabase.WritingSystem.SimplifiedChinese))
    screens = {}
    for screen in QGuiApplication.screens():
        size, ratio = screen.size(), screen.devicePixelRatio()
        screens[screen.name()] = (round(size.width() * ratio), round(size.height() * ratio))
    asked = desktop and QGuiApplication.platformName() != "offscreen"
    del application
    return MachineFacts(screens=screens if asked else None, han=han, decoder=_has_decoder())


def _has_decoder() -> bool:
    from player import libmpv_version

    try:
        libmpv_version()
    except CinemaError:
        return False
    return True
