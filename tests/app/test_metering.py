"""Metered lines as they are heard of on a real bus, from a stand-in for NetworkManager.

NetworkManager itself needs to own a network card, which a test must not take.
"""

import json
import os
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from jeepney import DBusAddress, Message, MessageType, new_method_return, new_signal
from jeepney.bus_messages import message_bus
from jeepney.io.blocking import open_dbus_connection

from app.metering import NetworkManager

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux") or shutil.which("dbus-daemon") is None, reason="needs D-Bus"
)
NAME, PATH, PROPERTIES = (
    "org.freedesktop.NetworkManager",
    "/org/freedesktop/NetworkManager",
    "org.freedesktop.DBus.Properties",
)
YES, NO, GUESS_YES = 1, 2, 3
CHILD = """
import json
from PySide6.QtGui import QGuiApplication
from app.metering import Metering
application = QGuiApplication([])
metering = Metering(lambda metered: print(json.dumps(metered), flush=True))
print(json.dumps("ready"), flush=True)
application.exec()
"""


class Manager:
    """Answers for NetworkManager: online, on a line that is metered or not."""

    def __init__(self, bus: str, metered: int = NO) -> None:
        self._connection = open_dbus_connection(bus)
        self.metered = metered
        self._connection.send_and_get_reply(message_bus.RequestName(NAME))
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def becomes(self, metered: int) -> None:
        self.metered = metered
        news: tuple[Any, ...] = (NAME, {"Metered": ("u", metered)}, [])
        emitter = DBusAddress(PATH, NAME, PROPERTIES)
        self._connection.send(new_signal(emitter, "PropertiesChanged", "sa{sv}as", news))

    def close(self) -> None:
        self._connection.sock.shutdown(socket.SHUT_RDWR)
        self._thread.join(10)
        self._connection.close()

    def _facts(self) -> dict[str, tuple[str, Any]]:
        return {
            "State": ("u", 70),
            "Connectivity": ("u", 4),
            "Metered": ("u", self.metered),
            "PrimaryConnection": ("o", "/"),
            "PrimaryConnectionType": ("s", "802-11-wireless"),
        }

    def _serve(self) -> None:
        try:
            while True:
                self._answer(self._connection.receive())
        except (OSError, EOFError):
            return

    def _answer(self, message: Message) -> None:
        fields = {field.name: value for field, value in message.header.fields.items()}
        if message.header.message_type is not MessageType.method_call:
            return
        if fields["member"] == "Introspect":
            self._connection.send(new_method_return(message, "s", ("<node/>",)))
        elif fields["member"] == "GetAll":
            self._connection.send(new_method_return(message, "a{sv}", (self._facts(),)))
        elif fields["member"] == "Get":
            self._connection.send(new_method_return(message, "v", (self._facts()[message.body[1]],)))


@pytest.fixture
def bus() -> Iterator[str]:
    with subprocess.Popen(
        ["dbus-daemon", "--session", "--nofork", "--print-address"], stdout=subprocess.PIPE, text=True
    ) as daemon:
        assert daemon.stdout
        yield daemon.stdout.readline().strip()
        daemon.terminate()


@pytest.fixture
def heard(bus: str) -> Iterator[Callable[[], object]]:
    """The next thing that a process with the look-out says."""
    environment = {**os.environ, "DBUS_SYSTEM_BUS_ADDRESS": bus, "QT_QPA_PLATFORM": "offscreen"}
    children: list[subprocess.Popen[str]] = []

    def hear() -> object:
        if not children:
            command = [sys.executable, "-c", CHILD]
            children.append(subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True))
        assert children[0].stdout
        return json.loads(children[0].stdout.readline())

    yield hear
    for child in children:
        child.terminate()
        child.wait()
        assert child.stdout
        child.stdout.close()


@pytest.fixture
def manager(bus: str) -> Iterator[Manager]:
    made = Manager(bus)
    yield made
    made.close()


@pytest.mark.parametrize("value", [YES, GUESS_YES])
def test_a_line_that_begins_to_cost_is_told_at_once(manager: Manager, heard: Callable[[], object], value: int) -> None:
    assert heard() == "ready"
    manager.becomes(value)
    assert heard() is True
    manager.becomes(NO)
    assert heard() is False


def test_a_line_that_costs_from_the_beginning_is_known_and_so_is_its_end(
    manager: Manager, heard: Callable[[], object]
) -> None:
    manager.metered = YES
    assert [heard(), heard()] == ["ready", True]
    manager.becomes(NO)
    assert heard() is False


def test_a_manager_that_goes_leaves_the_line_free_and_one_that_comes_is_asked(
    bus: str, heard: Callable[[], object]
) -> None:
    assert heard() == "ready"
    manager = Manager(bus, YES)
    assert heard() is True
    manager.close()
    assert heard() is False


def test_where_nobody_knows_the_line_counts_as_free(heard: Callable[[], object]) -> None:
    assert heard() == "ready"


def test_without_a_bus_the_line_counts_as_free(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", f"unix:path={tmp_path / 'nobody'}")
    told: list[bool] = []
    NetworkManager(told.append).close()
    assert told == []
