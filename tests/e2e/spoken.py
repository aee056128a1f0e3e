"""What a screen reader is told of a window: the accessibility tree, read over the real AT-SPI bus."""

import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

LAUNCHER = next(
    (
        file
        for folder in ("/usr/libexec", "/usr/lib/at-spi2-core", "/usr/lib")
        if (file := Path(folder, "at-spi-bus-launcher")).exists()
    ),
    None,
)
"""The program of at-spi2-core that keeps the accessibility bus; None where it is not installed."""
CONFIGURATION = """<busconfig>
<type>session</type><listen>unix:dir={folder}</listen>
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy>
</busconfig>"""
"""A session bus that starts nothing by itself: no key store that would ask for a password over our window."""

ROOT = "/org/a11y/atspi/accessible/root"
ENABLED, FOCUSABLE, FOCUSED, SHOWING = 8, 11, 12, 25
"""Bits of a state, as AT-SPI numbers them."""
SAYS_NOTHING = {"", "invalid", "unknown", "filler", "panel", "redundant object", "unknown role"}
"""Roles that tell nobody what a thing is for."""

Address = tuple[str, str]


@dataclass(frozen=True)
class Node:
    """One thing of a window as a screen reader knows it."""

    address: Address
    role: str
    name: str
    states: frozenset[int]
    place: tuple[int, int, int, int] = (0, 0, 0, 0)
    """Left, top, width and height in the window."""

    @property
    def reached(self) -> bool:
        """Whether the keyboard can be on it."""
        return {ENABLED, FOCUSABLE, SHOWING} <= self.states


def wrong(nodes: Sequence[Node]) -> list[str]:
    """What of that a blind person could not use: whatever the keyboard reaches needs a name and a role."""
    found = []
    for node in nodes:
        if node.reached and not node.name.strip():
            found.append(f"a {node.role or 'thing'} without a name at {node.place}")
        if node.reached and node.role in SAYS_NOTHING:
            found.append(f"{node.name!r} has the role {node.role!r}")
    return found


def in_sight(node: Node, width: int, height: int) -> bool:
    """Whether some of it can be seen in a window of that size."""
    left, top, wide, high = node.place
    return (
        SHOWING in node.states
        and wide > 0
        and high > 0
        and -wide < left < width
        and -high < top
        and top + high / 2 < height
    )


class Reader:
    """A screen reader's eyes: the tree of the one program on an accessibility bus."""

    def __init__(self, bus: str) -> None:
        """``bus`` is the address of a session bus."""
        from jeepney.io.blocking import open_dbus_connection

        with open_dbus_connection(bus) as session:
            message = _call(("org.a11y.Bus", "/org/a11y/bus"), "org.a11y.Bus", "GetAddress")
            address = session.send_and_get_reply(message, timeout=10).body[0]
        self._connection = open_dbus_connection(address)

    def close(self) -> None:
        self._connection.close()

    def nodes(self) -> list[Node]:
        """Everything of the program, a level of the tree at a time."""
        registry = ("org.a11y.atspi.Registry", ROOT)
        (programs,) = self._ask([_call(registry, "org.a11y.atspi.Accessible", "GetChildren")])
        level: list[Address] = [tuple(one) for one in programs or []]
        found: list[Node] = []
        known: set[Address] = set()
        while level:
            known.update(level)
            answers = iter(self._ask([message for address in level for message in _questions(address)]))
            below: list[Address] = []
            for address in level:
                children, role, states, name, place = (next(answers) for _ in range(5))
                if states is None:
                    continue  # it went while it was asked
                bits = frozenset(bit for bit in range(64) if states[bit // 32] >> bit % 32 & 1)
                found.append(Node(address, role or "", name[1] if name else "", bits, tuple(place or (0, 0, 0, 0))))
                below += [tuple(child) for child in children or [] if tuple(child) not in known]
            level = list(dict.fromkeys(below))
        return found

    def focused(self) -> Node | None:
        """The innermost thing that the keyboard is on."""
        return next((node for node in reversed(self.nodes()) if FOCUSED in node.states and node.role != "frame"), None)

    def _ask(self, messages: Sequence[Any]) -> list[Any]:
        """The first value of every reply, or None for an error; all are asked before the first has answered."""
        from jeepney import HeaderFields, MessageType

        serials = []
        for message in messages:
            serials.append(next(self._connection.outgoing_serial))
            self._connection.send(message, serial=serials[-1])
        waiting, answers = set(serials), dict[int, Any]()
        while waiting:
            reply = self._connection.receive(timeout=10)
            serial = reply.header.fields.get(HeaderFields.reply_serial)
            if serial in waiting:
                waiting.remove(serial)
                returned = reply.header.message_type is MessageType.method_return
                answers[serial] = reply.body[0] if returned and reply.body else None
        return [answers[serial] for serial in serials]


def _call(address: Address, interface: str, member: str, signature: str = "", *arguments: object) -> Any:
    from jeepney import DBusAddress, new_method_call

    name, path = address
    return new_method_call(DBusAddress(path, name, interface), member, signature or None, arguments)


def _questions(address: Address) -> list[Any]:
    accessible = "org.a11y.atspi.Accessible"
    return [
        *(_call(address, accessible, member) for member in ("GetChildren", "GetRoleName", "GetState")),
        _call(address, "org.freedesktop.DBus.Properties", "Get", "ss", accessible, "Name"),
        _call(address, "org.a11y.atspi.Component", "GetExtents", "u", 1),
    ]


@contextmanager
def accessibility_bus(screen: dict[str, str]) -> Iterator[dict[str, str]]:
    """The environment of a session with an accessibility bus, in which Qt tells it everything."""
    assert LAUNCHER
    quiet = subprocess.DEVNULL
    with tempfile.TemporaryDirectory(prefix="sc-") as folder:  # short: a socket's path has room for 107 characters
        Path(folder, "bus.conf").write_text(CONFIGURATION.format(folder=folder), encoding="utf-8")
        environment = {
            **{name: value for name, value in screen.items() if not name.startswith("AT_SPI")},
            "XDG_RUNTIME_DIR": folder,
            "HOME": folder,
        }
        command = ["dbus-daemon", f"--config-file={folder}/bus.conf", "--nofork", "--print-address"]
        with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=quiet, text=True) as daemon:
            assert daemon.stdout
            environment["DBUS_SESSION_BUS_ADDRESS"] = daemon.stdout.readline().strip()
            with subprocess.Popen([LAUNCHER, "--launch-immediately"], env=environment, stderr=quiet) as launcher:
                try:
                    yield {**environment, "QT_ACCESSIBILITY": "1", "QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1"}
                finally:
                    launcher.terminate()
                    daemon.terminate()


def can_listen() -> bool:
    """Whether this machine has what these tests need."""
    return LAUNCHER is not None and all(shutil.which(name) for name in ("dbus-daemon", "xdotool", "Xvfb"))
