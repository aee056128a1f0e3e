"""One cinema for one user's data folder and profile: a later start hands its link to the first, and ends.

A lock says who is first. The system lets go of it when its holder dies, however that happens, so nothing stale can
stand in the way. A local socket carries the words, Qt's on both sides: the same code serves a Unix socket and a Windows
pipe, and Qt's QML has loaded QtNetwork anyway.
"""

import json
import logging
import os
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCryptographicHash

from app.paths import Paths
from core.file_lock import FileLock

if TYPE_CHECKING:
    from PySide6.QtNetwork import QLocalServer, QLocalSocket

log = logging.getLogger(__name__)

LIMIT_BYTES = 8 << 10
TEXT_LIMIT = 300
"""Longer than any link of ours; two texts of it fit into the limit however JSON writes them."""
PATIENCE_S = 5.0
"""How long the first may take to answer, for example while it is still starting."""
PAUSE_S = 0.05
CALLER_MS = 2000
CALLERS = 8
ANSWER = b"welcome\n"


@dataclass(frozen=True)
class Request:
    """What a later start asks of the first: to come to the front and, where not empty, to follow a link."""

    link: str = ""
    activation: str = ""
    """The desktop's permission to take the focus (XDG_ACTIVATION_TOKEN), which only the later start was given."""

    def write(self) -> bytes:
        """One line of JSON."""
        return json.dumps({name: text[:TEXT_LIMIT] for name, text in asdict(self).items()}).encode() + b"\n"


def read_request(line: bytes) -> Request | None:
    """What a caller asks; nothing where it does not speak our language."""
    try:
        said = json.loads(line)
        fit = all(isinstance(text, str) and len(text) <= TEXT_LIMIT for text in said.values())
        return Request(**said) if fit else None
    except (ValueError, TypeError, AttributeError, RecursionError):
        return None


class Instance:
    """This process's place among the starts of one profile."""

    answer: Callable[[str, str], object] = staticmethod(lambda _link, _activation: None)
    """What to do when a later start asks: it gives a link, or nothing, and its permission to take the focus."""

    def __init__(self, name: str, folder: Path) -> None:
        self._lock = FileLock(folder / f"{name}.lock")
        self._address = name if sys.platform == "win32" else str(folder / name)
        self._server: QLocalServer | None = None
        self._callers: set[QLocalSocket] = set()

    def claim(self, request: Request) -> bool:
        """Whether this start goes on. Where not, the first has taken the request over.

        A first that says nothing for some seconds does not keep anybody out.
        """
        deadline = time.monotonic() + PATIENCE_S
        while not self._lock.take():
            if self._hand_over(request, deadline):
                return False
            if time.monotonic() > deadline:
                log.warning("another start holds the profile and does not answer; this one goes on beside it")
                return True
            time.sleep(PAUSE_S)
        return True

    def listen(self) -> None:
        """Be there for later starts; where that cannot be, each of them opens a window of its own."""
        if not self._lock.held:
            return
        from PySide6.QtNetwork import QLocalServer

        server = QLocalServer()
        server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        server.newConnection.connect(self._greet)
        QLocalServer.removeServer(self._address)  # left by one that died: the lock is ours
        if server.listen(self._address):
            self._server = server
        else:
            log.warning("later starts cannot be heard: %s", server.errorString())

    def hush(self) -> None:
        """Hear later starts no more: they wait for the place until `close`."""
        server, self._server = self._server, None
        if server:
            server.close()
        for caller in tuple(self._callers):
            caller.abort()

    def close(self) -> None:
        """Leave the place to the next."""
        self.hush()
        self._lock.release()

    def _hand_over(self, request: Request, deadline: float) -> bool:
        if not _ours(self._address):
            return False
        from PySide6.QtNetwork import QLocalSocket

        socket = QLocalSocket()
        socket.connectToServer(self._address)
        left = partial(_milliseconds_until, deadline)
        if not socket.waitForConnected(left()):
            return False
        socket.write(request.write())
        socket.waitForBytesWritten(left())
        answered = socket.waitForReadyRead(left())
        socket.abort()
        return answered

    def _greet(self) -> None:
        from PySide6.QtCore import QTimer

        server = self._server
        while server and server.hasPendingConnections():
            caller = server.nextPendingConnection()
            if len(self._callers) >= CALLERS:
                caller.abort()
                caller.deleteLater()
                continue
            self._callers.add(caller)
            caller.setReadBufferSize(LIMIT_BYTES)
            caller.readyRead.connect(partial(self._hear, caller))
            caller.disconnected.connect(partial(self._forget, caller))
            QTimer.singleShot(CALLER_MS, caller, caller.abort)
            self._hear(caller)

    def _hear(self, caller: "QLocalSocket") -> None:
        if caller.canReadLine():
            request = read_request(bytes(caller.readLine(LIMIT_BYTES).data()))
            if request:
                caller.write(ANSWER)
                caller.flush()
                self.answer(request.link, request.activation)
            caller.disconnectFromServer()
        elif caller.bytesAvailable() >= LIMIT_BYTES:
            caller.abort()

    def _forget(self, caller: "QLocalSocket") -> None:
        self._callers.discard(caller)
        caller.deleteLater()


def instance_of(paths: Paths, profile: str | None) -> Instance:
    """The place of one profile in one data folder."""
    user = os.getuid() if sys.platform != "win32" else os.environ.get("USERNAME", "")
    whole = "\n".join((str(user), str(paths.data.resolve()), profile or ""))
    digest = bytes(QCryptographicHash.hash(whole.encode(), QCryptographicHash.Algorithm.Sha256).data())
    return Instance(f"smart-cinema-{digest.hex()[:16]}", Path(os.environ.get("XDG_RUNTIME_DIR") or _shared_folder()))


def _shared_folder() -> str:
    import tempfile

    return tempfile.gettempdir()


def _ours(address: str) -> bool:
    """Whether the socket there was made by this user: in a shared folder anybody may have put one."""
    if sys.platform == "win32":
        return True
    with suppress(OSError):
        return Path(address).lstat().st_uid == os.getuid()
    return False


def _milliseconds_until(deadline: float) -> int:
    return max(1, round((deadline - time.monotonic()) * 1000))
