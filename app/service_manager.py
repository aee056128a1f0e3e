"""Tells systemd how this service is (sd_notify): ready, alive, stopping. Nothing where nobody asked."""

import os
import socket


class ServiceManager:
    """The socket that the service manager named, if it named one."""

    def __init__(self) -> None:
        self._address = os.environ.pop("NOTIFY_SOCKET", "")
        usec = os.environ.pop("WATCHDOG_USEC", "")
        # Not asked whether it is this process that is meant: that one is the compositor, which has nothing to say.
        os.environ.pop("WATCHDOG_PID", "")
        self.watchdog_s: float | None = int(usec) / 1e6 if usec.isdigit() and int(usec) else None
        """How often it wants to hear from us, at the least; children are not asked, so the variables are gone."""

    def tell(self, *lines: str) -> bool:
        """Send ``READY=1``, ``WATCHDOG=1``, ``STATUS=...``; whether somebody could be told."""
        if not self._address:
            return False
        address = "\0" + self._address[1:] if self._address.startswith("@") else self._address
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as out:
                out.settimeout(1)
                out.sendto("\n".join(lines).encode(), address)
        except OSError:
            return False
        return True
