"""Whether the line costs by what is fetched, as the system knows it: NetworkManager, or Windows' network list.

Where NetworkManager is, it is asked itself: Qt's look-out (6.12) tells neither what held before it was made nor the end
of that.
"""

import logging
import sys
import threading
from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, Signal

log = logging.getLogger(__name__)

MANAGER, MANAGER_PATH = "org.freedesktop.NetworkManager", "/org/freedesktop/NetworkManager"
PROPERTIES, BUS = "org.freedesktop.DBus.Properties", "org.freedesktop.DBus"
YES, GUESSED = 1, 3
"""NMMetered."""


class Metering(QObject):
    """Tells, on the thread that made it, of every change; until the first the line is free, as where nobody knows."""

    _heard = Signal(bool)

    def __init__(self, tell: Callable[[bool], object]) -> None:
        super().__init__()
        self._tell = tell
        self._metered = False
        self._heard.connect(self._hear, Qt.ConnectionType.QueuedConnection)
        self._source = (NetworkManager if sys.platform.startswith("linux") else QtLookout)(self._heard.emit)

    def _hear(self, metered: bool) -> None:
        if metered != self._metered:
            self._metered = metered
            self._tell(metered)

    def close(self) -> None:
        """Tell nothing more."""
        self._heard.disconnect(self._hear)
        self._source.close()


class QtLookout:
    """Qt's own; one for the process."""

    def __init__(self, say: Callable[[bool], object]) -> None:
        from PySide6.QtNetwork import QNetworkInformation

        metered = QNetworkInformation.Feature.Metered
        QNetworkInformation.loadBackendByFeatures(metered)
        information: QNetworkInformation | None = QNetworkInformation.instance()
        self._say = say
        self._information = information if information and information.supports(metered) else None
        if self._information:
            self._information.isMeteredChanged.connect(say)
            say(self._information.isMetered())

    def close(self) -> None:
        """Say nothing more."""
        if self._information:
            self._information.isMeteredChanged.disconnect(self._say)


class NetworkManager:
    """Asked at once, and again whenever it changes, comes or goes; on a thread of its own."""

    def __init__(self, say: Callable[[bool], object]) -> None:
        self._say = say
        self._closing = threading.Event()
        self._interrupt: Callable[[], object] = self._closing.set
        self._thread = threading.Thread(target=self._listen, name="metering", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Leave the bus."""
        self._closing.set()
        self._interrupt()
        self._thread.join(5)

    def _listen(self) -> None:
        from jeepney import DBusAddress, HeaderFields, MatchRule, MessageType, Properties
        from jeepney.bus_messages import message_bus
        from jeepney.io.threading import ReceiveStopped, open_dbus_connection

        manager = DBusAddress(MANAGER_PATH, MANAGER, MANAGER)
        goes = MatchRule(type="signal", sender=BUS, interface=BUS, member="NameOwnerChanged")
        goes.add_arg_condition(0, MANAGER)
        changes = MatchRule(type="signal", sender=MANAGER, interface=PROPERTIES, path=MANAGER_PATH)
        try:
            connection = open_dbus_connection("SYSTEM")
        except Exception as error:  # whatever kind of bus is missing, the line counts as free
            log.info("no system bus to ask about the line: %s", type(error).__name__)
            return
        with connection:
            self._interrupt = connection.interrupt
            for rule in (changes, goes):
                connection.send(message_bus.AddMatch(rule))
            asked = -1
            try:
                while not self._closing.is_set():
                    if asked < 0:
                        asked = next(connection.outgoing_serial)
                        connection.send(Properties(manager).get("Metered"), serial=asked)
                    message = connection.receive()
                    if message.header.message_type is MessageType.signal:
                        asked = -1
                    elif message.header.fields.get(HeaderFields.reply_serial) == asked:
                        answered = message.header.message_type is MessageType.method_return
                        self._say(answered and message.body[0][1] in (YES, GUESSED))
            except (ReceiveStopped, OSError, EOFError):
                log.debug("left the system bus")
