"""Whether the line costs by what is fetched, as the system knows it: NetworkManager, or Windows' network list."""

import contextlib
import sys
from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtNetwork import QNetworkInformation

METERED = QNetworkInformation.Feature.Metered
MANAGER, MANAGER_PATH = "org.freedesktop.NetworkManager", "/org/freedesktop/NetworkManager"
YES, GUESSED = 1, 3
PATIENCE_S = 2.0


def metered_now() -> bool:
    """What NetworkManager says; false where there is none. Blocks, so call it on a worker.

    Qt's look-out (6.12) tells of changes, but not of what held before it was made.
    """
    if not sys.platform.startswith("linux"):
        return False
    from jeepney import DBusAddress, Properties
    from jeepney.io.blocking import open_dbus_connection

    asked = Properties(DBusAddress(MANAGER_PATH, MANAGER, MANAGER)).get("Metered")
    with contextlib.suppress(Exception), open_dbus_connection("SYSTEM") as bus:  # no bus, or nobody there: not known
        return bus.send_and_get_reply(asked, timeout=PATIENCE_S).body[0][1] in (YES, GUESSED)
    return False


class Metering(QObject):
    """Tells at once and whenever it changes; where the system does not know, the line is free.

    Qt's look-out is one for the process and hears of changes only where it was made: on the GUI thread.
    """

    def __init__(self, tell: Callable[[bool], object], *, metered: bool) -> None:
        """``metered`` is what `metered_now` said."""
        super().__init__()
        self._tell = tell
        QNetworkInformation.loadBackendByFeatures(METERED)
        information: QNetworkInformation | None = QNetworkInformation.instance()
        self._information = information if information and information.supports(METERED) else None
        if self._information:
            self._information.isMeteredChanged.connect(tell)
            tell(metered or self._information.isMetered())

    def close(self) -> None:
        """Tell nothing more."""
        if self._information:
            self._information.isMeteredChanged.disconnect(self._tell)
