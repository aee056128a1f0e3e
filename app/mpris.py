"""The film that plays, on the session bus: media keys, the desktop's own controls and its remote find it there.

MPRIS 2 (``org.mpris.MediaPlayer2``). Nothing is told of a film unless it is open, and nothing where there is no bus.
"""

import logging
import os
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

from jeepney import DBusAddress, HeaderFields, MessageType, new_error, new_method_return, new_signal
from jeepney.bus_messages import message_bus
from jeepney.io.threading import DBusConnection, ReceiveStopped, open_dbus_connection
from PySide6.QtCore import QObject, Qt, Signal

log = logging.getLogger(__name__)

NAME = "org.mpris.MediaPlayer2.smartcinema"
PATH = "/org/mpris/MediaPlayer2"
ROOT, PLAYER = "org.mpris.MediaPlayer2", "org.mpris.MediaPlayer2.Player"
PROPERTIES, INTROSPECTABLE = "org.freedesktop.DBus.Properties", "org.freedesktop.DBus.Introspectable"
DO_NOT_QUEUE, OWNER = 4, 1
TRACK = "/org/smartcinema/film"
NO_TRACK = "/org/mpris/MediaPlayer2/TrackList/NoTrack"

Variant = tuple[str, Any]
_METHODS = {
    ROOT: {"Raise": "", "Quit": ""},
    PLAYER: {"PlayPause": "", "Play": "", "Pause": "", "Stop": "", "Next": "", "Previous": "", "Seek": "x",
             "SetPosition": "ox"},
}  # fmt: skip


@dataclass(frozen=True)
class Showing:
    """What is playing now: the little that a desktop shows of it."""

    status: str = "Stopped"
    """``Playing``, ``Paused`` or ``Stopped``."""
    title: str = ""
    length_ms: int = 0
    position_ms: int = 0
    volume: int = 100
    seek: bool = False


def properties(showing: Showing) -> dict[str, dict[str, Variant]]:
    """Every property by interface, with its D-Bus type."""
    playing = showing.status != "Stopped"
    film: dict[str, Variant] = {"mpris:trackid": ("o", TRACK if playing else NO_TRACK)}
    if playing:
        film |= {"mpris:length": ("x", showing.length_ms * 1000), "xesam:title": ("s", showing.title)}
    yes, no = ("b", True), ("b", False)
    return {
        ROOT: {
            "CanQuit": yes, "CanRaise": yes, "HasTrackList": no, "Identity": ("s", "Smart Cinema"),
            "DesktopEntry": ("s", "smart-cinema"), "SupportedUriSchemes": ("as", []), "SupportedMimeTypes": ("as", []),
        },
        PLAYER: {
            "PlaybackStatus": ("s", showing.status), "Rate": ("d", 1.0), "MinimumRate": ("d", 1.0),
            "MaximumRate": ("d", 1.0), "Metadata": ("a{sv}", film), "Volume": ("d", showing.volume / 100),
            "Position": ("x", showing.position_ms * 1000), "CanGoNext": no, "CanGoPrevious": no,
            "CanPlay": ("b", playing), "CanPause": ("b", playing), "CanSeek": ("b", playing and showing.seek),
            "CanControl": yes,
        },
    }  # fmt: skip


def introspection() -> str:
    """What the object offers, as XML."""
    offered = []
    for interface, values in properties(Showing()).items():
        access = {name: "readwrite" if name == "Volume" else "read" for name in values}
        items = [
            f'<property name="{name}" type="{kind}" access="{access[name]}"/>' for name, (kind, _) in values.items()
        ]
        for method, kinds in _METHODS[interface].items():
            arguments = "".join(f'<arg type="{kind}" direction="in"/>' for kind in kinds)
            items.append(f'<method name="{method}">{arguments}</method>')
        offered.append(f'<interface name="{interface}">{"".join(items)}</interface>')
    return f"<node>{''.join(offered)}</node>"


class Mpris(QObject):
    """Owns its name on the bus while it lives. ``asked`` brings commands to the GUI thread: a name and a number."""

    asked = Signal(str, object)

    def __init__(self, command: Callable[[str, object], None], bus: str = "SESSION") -> None:
        super().__init__()
        self._showing = Showing()
        self._connection: DBusConnection | None = None
        self._closed = False
        self._sending = ThreadPoolExecutor(1, thread_name_prefix="mpris-send")
        self.asked.connect(command, Qt.ConnectionType.QueuedConnection)
        self._thread = threading.Thread(target=self._serve, args=(bus,), name="mpris", daemon=True)
        self._thread.start()

    @property
    def position_ms(self) -> int:
        """Where the film was last said to be."""
        return self._showing.position_ms

    def show(self, showing: Showing) -> None:
        """Tell what changed; a leap in the film is told as such."""
        before = self._showing
        self._showing = showing = replace(showing, position_ms=before.position_ms)
        now, then = properties(showing)[PLAYER], properties(before)[PLAYER]
        changed = {name: now[name] for name in now if name != "Position" and now[name] != then[name]}
        if changed:
            self._emit(PROPERTIES, "PropertiesChanged", "sa{sv}as", (PLAYER, changed, []))

    def at(self, position_ms: int) -> None:
        """Where the film is; asked for by whoever wants to know, told of nobody."""
        self._showing = replace(self._showing, position_ms=position_ms)

    def leapt(self, position_ms: int) -> None:
        """The film goes on elsewhere."""
        self._emit(PLAYER, "Seeked", "x", (position_ms * 1000,))

    def close(self) -> None:
        """Leave the bus."""
        self._closed = True
        self._sending.shutdown(wait=True, cancel_futures=True)
        if self._connection:
            self._connection.interrupt()
        self._thread.join(5)

    def _emit(self, interface: str, name: str, signature: str, body: tuple[Any, ...]) -> None:
        def send() -> None:
            if self._connection:
                emitter = DBusAddress(PATH, interface=interface)
                self._connection.send(new_signal(emitter, name, signature, body))

        if not self._closed:
            self._sending.submit(send).add_done_callback(_forget)

    def _serve(self, bus: str) -> None:
        try:
            connection = open_dbus_connection(bus)
        except Exception as error:  # whatever kind of bus is missing, the film plays
            log.info("no session bus for the desktop's controls: %s", type(error).__name__)
            return
        with connection:
            asked = self._ask_for(connection, NAME)
            self._connection = connection
            try:
                while not self._closed:
                    message = connection.receive()
                    if message.header.fields.get(HeaderFields.reply_serial) == asked and message.body != (OWNER,):
                        self._ask_for(connection, f"{NAME}.instance{os.getpid()}")  # another cinema has it
                    if message.header.message_type is MessageType.method_call:
                        connection.send(self._answer(message))
            except (ReceiveStopped, OSError, EOFError, ConnectionError):
                log.debug("left the session bus")
            finally:
                self._connection = None

    @staticmethod
    def _ask_for(connection: DBusConnection, name: str) -> int:
        serial = next(connection.outgoing_serial)
        connection.send(message_bus.RequestName(name, DO_NOT_QUEUE), serial=serial)
        return int(serial)

    def _answer(self, message: Any) -> Any:  # noqa: ANN401 - jeepney has no types
        fields = message.header.fields
        interface, member = fields.get(HeaderFields.interface, ""), fields.get(HeaderFields.member, "")
        if fields.get(HeaderFields.path) != PATH:
            return new_error(message, "org.freedesktop.DBus.Error.UnknownObject")
        if interface == INTROSPECTABLE:
            return new_method_return(message, "s", (introspection(),))
        if interface == PROPERTIES:
            return self._of_properties(message, member)
        kinds = _METHODS.get(interface, {}).get(member)
        if kinds is None or fields.get(HeaderFields.signature, "") != kinds:
            return new_error(message, "org.freedesktop.DBus.Error.UnknownMethod")
        self.asked.emit(member, message.body[-1] if message.body else None)
        return new_method_return(message)

    def _of_properties(self, message: Any, member: str) -> Any:  # noqa: ANN401 - jeepney has no types
        known, body = properties(self._showing), message.body
        try:
            if member == "GetAll":
                return new_method_return(message, "a{sv}", (known.get(body[0], {}),))
            if member == "Get":
                return new_method_return(message, "v", (known[body[0]][body[1]],))
            if member == "Set" and body[:2] == (PLAYER, "Volume"):
                self.asked.emit("Volume", float(body[2][1]))
                return new_method_return(message)
        except (KeyError, IndexError, TypeError, ValueError):
            pass
        return new_error(message, "org.freedesktop.DBus.Error.InvalidArgs")


def _forget(done: Future[None]) -> None:
    if not done.cancelled() and done.exception():
        log.debug("the session bus did not take a message: %s", type(done.exception()).__name__)
