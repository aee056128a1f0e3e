"""One cinema for a person and a data folder: a second start hands over what it was to show, and ends."""

import getpass
import hashlib
import logging

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtNetwork import QAbstractSocket, QLocalServer, QLocalSocket

from app.paths import Paths

log = logging.getLogger(__name__)

LIMIT_BYTES = 8 << 10
CONNECT_MS, ANSWER_MS = 300, 2000
TAKEN = b"taken\n"


def door_of(paths: Paths, profile: str | None) -> str:
    """The name under which an open cinema of this user, folder and profile is found."""
    whole = "\0".join((getpass.getuser(), str(paths.data), profile or ""))
    return f"smart-cinema-{hashlib.sha256(whole.encode()).hexdigest()[:24]}"


def hand_over(door: str, link: str) -> bool:
    """Whether a cinema is open already and took ``link`` (which may be empty) over; it comes to the front then."""
    line = QLocalSocket()
    line.connectToServer(door)
    if not line.waitForConnected(CONNECT_MS):
        return False
    line.write(link.encode()[: LIMIT_BYTES - 1] + b"\n")
    answer = b""
    while not answer.endswith(b"\n") and len(answer) < len(TAKEN) and line.waitForReadyRead(ANSWER_MS):
        answer += bytes(line.readAll().data())
    line.abort()
    return answer == TAKEN


class Door(QObject):
    """Where further starts are heard. ``asked`` carries what one of them was to show, empty for nothing."""

    asked = Signal(str)

    def __init__(self, name: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._arrived)
        if not self._server.listen(name):
            if self._server.serverError() is QAbstractSocket.SocketError.AddressInUseError:
                QLocalServer.removeServer(name)  # left by a cinema that was killed: nobody answered there
            if not self._server.listen(name):
                log.warning("further starts will not be heard: %s", self._server.serverError().name)

    def close(self) -> None:
        """Hear no more."""
        self._server.close()

    def _arrived(self) -> None:
        while self._server.hasPendingConnections():
            self._listen(self._server.nextPendingConnection())

    def _listen(self, line: QLocalSocket) -> None:
        heard = bytearray()

        def read() -> None:
            heard.extend(bytes(line.readAll().data()))
            if len(heard) > LIMIT_BYTES:
                line.abort()
            elif b"\n" in heard:
                line.readyRead.disconnect(read)
                line.write(TAKEN)
                line.flush()
                line.disconnectFromServer()
                self.asked.emit(bytes(heard).partition(b"\n")[0].decode("utf-8", "replace"))

        line.readyRead.connect(read)
        line.disconnected.connect(line.deleteLater)
        QTimer.singleShot(ANSWER_MS, line, line.abort)
        read()
