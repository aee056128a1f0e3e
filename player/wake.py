"""Keeps the screen awake while a film plays, and only then."""

import ctypes
import logging
import shutil
import subprocess
import sys
from typing import Protocol

from PySide6.QtDBus import QDBusConnection, QDBusMessage, QDBusPendingCallWatcher

log = logging.getLogger(__name__)

REASON = "A film is playing"
ES_CONTINUOUS, ES_SYSTEM_REQUIRED, ES_DISPLAY_REQUIRED = 0x80000000, 0x1, 0x2


class WakeLock(Protocol):
    """Holds the screen awake."""

    def hold(self) -> None:
        """Keep the screen on; repeated calls are one."""
        ...

    def release(self) -> None:
        """Let the screen sleep again; repeated calls are one."""
        ...


class FreedesktopWakeLock:
    """``org.freedesktop.ScreenSaver`` of the session bus, asked without waiting for the answer."""

    SERVICE, PATH = "org.freedesktop.ScreenSaver", "/org/freedesktop/ScreenSaver"

    def __init__(self) -> None:
        self._held = False
        self._cookie: int | None = None
        self._watcher: QDBusPendingCallWatcher | None = None

    def hold(self) -> None:
        """Keep the screen on."""
        if self._held:
            return
        self._held = True
        bus = QDBusConnection.sessionBus()
        if not bus.isConnected():
            return
        self._watcher = QDBusPendingCallWatcher(bus.asyncCall(self._call("Inhibit", ["Smart Cinema", REASON])))
        self._watcher.finished.connect(self._answered)

    def release(self) -> None:
        """Let the screen sleep again."""
        self._held = False
        cookie, self._cookie = self._cookie, None
        if cookie is not None:
            QDBusConnection.sessionBus().send(self._call("UnInhibit", [cookie]))

    def _answered(self, watcher: QDBusPendingCallWatcher) -> None:
        reply = watcher.reply()
        self._watcher = None
        if reply.type() != QDBusMessage.MessageType.ReplyMessage or not reply.arguments():
            log.info("this desktop cannot be asked to keep the screen on")
            return
        self._cookie = int(reply.arguments()[0])
        if not self._held:
            self.release()

    def _call(self, method: str, arguments: list[object]) -> QDBusMessage:
        message = QDBusMessage.createMethodCall(self.SERVICE, self.PATH, self.SERVICE, method)
        message.setArguments(arguments)
        return message


class WindowsWakeLock:
    """``SetThreadExecutionState`` of the calling thread."""

    def hold(self) -> None:
        """Keep the screen on."""
        self._set(ES_CONTINUOUS | ES_SYSTEM_REQUIRED | ES_DISPLAY_REQUIRED)

    def release(self) -> None:
        """Let the screen sleep again."""
        self._set(ES_CONTINUOUS)

    def _set(self, flags: int) -> None:
        kernel = getattr(ctypes, "windll").kernel32  # noqa: B009 - only there on Windows
        kernel.SetThreadExecutionState(ctypes.c_uint(flags))


class MacWakeLock:
    """The system's own ``caffeinate``, ended with the film."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    def hold(self) -> None:
        """Keep the screen on."""
        command = shutil.which("caffeinate")
        if self._process is None and command:
            self._process = subprocess.Popen([command, "-d", "-i"])  # noqa: S603 - the system's own

    def release(self) -> None:
        """Let the screen sleep again."""
        process, self._process = self._process, None
        if process is not None:
            process.terminate()
            process.wait()


def wake_lock() -> WakeLock:
    """The one for this system."""
    if sys.platform == "win32":
        return WindowsWakeLock()
    return MacWakeLock() if sys.platform == "darwin" else FreedesktopWakeLock()
