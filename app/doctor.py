"""Examines the machine: each part the cinema leans on, what was found, and what would mend it."""

import os
import platform
import shutil
import sqlite3
import ssl
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from app.paths import Paths
from core import CinemaError, lacking

State = Literal["good", "weak", "bad"]

NEEDED_FREE_BYTES = 1 << 30
BUILT = datetime(2026, 11, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Finding:
    """One part: its state, what was found, and what would mend it."""

    name: str
    state: State
    found: str
    fix: str = ""


def examine(paths: Paths) -> list[Finding]:
    """Look at every part; a part that fails to answer is a finding, never an exception."""
    examinations: tuple[tuple[str, Callable[[], Finding]], ...] = (
        ("system", _system),
        ("libmpv", _libmpv),
        ("ffmpeg", _ffmpeg),
        ("Qt", _qt),
        ("drawing", _drawing),
        ("recordings", _recordings),
        ("TLS", _tls),
        ("SQLite", _sqlite),
        ("key store", _key_store),
        ("locales", _locales),
        ("Chinese font", _font),
        ("gamepads", _gamepads),
        ("disk", lambda: _disk(paths)),
        ("clock", _clock),
    )
    findings = []
    for name, examination in examinations:
        try:
            findings.append(examination())
        except CinemaError as error:
            findings.append(Finding(name, "bad", error.message))
        except ImportError as error:
            told = lacking(error)
            findings.append(Finding(name, "bad", told.message if told else f"{type(error).__name__}: {error}"))
        except Exception as error:  # a part that breaks must not hide the others
            findings.append(Finding(name, "bad", f"{type(error).__name__}: {error}"))
    return findings


def _system() -> Finding:
    state: State = "good" if sys.version_info >= (3, 11) else "bad"
    return Finding(
        "system", state, f"{platform.platform()} · {platform.machine()} · Python {platform.python_version()}"
    )


def _libmpv() -> Finding:
    from player import libmpv_version

    return Finding("libmpv", "good", libmpv_version())


def _ffmpeg() -> Finding:
    from films import ffmpeg_path

    try:
        path = ffmpeg_path()
    except CinemaError:
        if not getattr(sys, "frozen", False):
            raise
        return Finding("ffmpeg", "weak", "none: films are shown, not mastered", "install ffmpeg to master films")
    answer = subprocess.run([path, "-version"], capture_output=True, text=True, timeout=20, check=True)  # noqa: S603 - our own ffmpeg
    return Finding("ffmpeg", "good", " ".join(answer.stdout.split()[:3]))


def _qt() -> Finding:
    from PySide6.QtCore import qVersion

    return Finding("Qt", "good", qVersion())


def _drawing() -> Finding:
    from player.drawing import choose_drawing

    choice = choose_drawing("auto", apply=False)
    return Finding("drawing", "good", f"{choice.kind} ({choice.renderer})")


def _recordings() -> Finding:
    from player.capture import capture_shield

    found = "cannot be deterred: this system has nothing to ask"
    if capture_shield() is not None:
        found = "the window of a film with a ticket is left out: a deterrent, not a protection"
    return Finding("recordings", "good", found)


def _tls() -> Finding:
    import certifi

    context = ssl.create_default_context(cafile=certifi.where())
    count = context.cert_store_stats()["x509_ca"]
    return Finding("TLS", "good" if count else "bad", f"{ssl.OPENSSL_VERSION}, {count} authorities")


def _sqlite() -> Finding:
    parts = tuple(int(part) for part in sqlite3.sqlite_version.split("."))
    fine = parts >= (3, 35, 0)
    return Finding(
        "SQLite", "good" if fine else "bad", sqlite3.sqlite_version, "" if fine else "SQLite 3.35 or later is needed"
    )


def _key_store() -> Finding:
    from boxoffice.client import choose_keystore

    store, problem = choose_keystore()
    if problem is None:
        return Finding("key store", "good", type(store).__name__)
    return Finding(
        "key store",
        "weak",
        "none that answers: sign-in lasts for one session",
        "unlock or install a key store (GNOME Keyring or KWallet on Linux)",
    )


def _locales() -> Finding:
    from babel import Locale
    from babel.numbers import format_currency

    names = [Locale.parse(tag, sep="-").get_display_name() or tag for tag in ("en", "zh-Hans")]
    return Finding("locales", "good", f"{', '.join(names)} · {format_currency(6.9, 'EUR', locale='zh_Hans')}")


def _gamepads() -> Finding:
    from app.gamepad import load_sdl

    try:
        version = load_sdl().dll.version
    except (ImportError, OSError):
        return Finding("gamepads", "weak", "no SDL: keyboard, mouse and touch only", "install pysdl2 and pysdl2-dll")
    return Finding("gamepads", "good", f"SDL {version // 1000}.{version // 10 % 100}")


def _font() -> Finding:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen" if not os.environ.get("DISPLAY") else "")
    from PySide6.QtGui import QFontDatabase, QGuiApplication

    application = QGuiApplication.instance() or QGuiApplication(sys.argv[:1])
    families = QFontDatabase.families(QFontDatabase.WritingSystem.SimplifiedChinese)
    del application
    if families:
        return Finding("Chinese font", "good", f"{families[0]} and {len(families) - 1} more")
    return Finding(
        "Chinese font",
        "bad",
        "none: Chinese would show as boxes",
        "install fonts-noto-cjk (Debian, Ubuntu) or its like",
    )


def _disk(paths: Paths) -> Finding:
    place = paths.data
    while not place.exists():
        place = place.parent
    free = shutil.disk_usage(place).free
    if paths.unwritable:
        return Finding(
            "disk", "bad", f"{paths.unwritable} cannot be written", "make it writable, or choose another with --home"
        )
    fine = free >= NEEDED_FREE_BYTES
    return Finding(
        "disk",
        "good" if fine else "bad",
        f"{free / 1e9:.1f} GB free for {paths.data}",
        "" if fine else "free 1 GB there, or choose another folder with --home",
    )


def _clock() -> Finding:
    now = datetime.now(UTC)
    fine = now >= BUILT
    return Finding(
        "clock",
        "good" if fine else "bad",
        now.isoformat(timespec="seconds"),
        "" if fine else "set the clock: tickets are judged by it",
    )
