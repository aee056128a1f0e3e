"""The desktop's controls on a real session bus of their own."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from jeepney import DBusAddress, MatchRule, MessageType, Properties, new_method_call
from jeepney.bus_messages import message_bus
from jeepney.io.blocking import DBusConnection, open_dbus_connection
from PySide6.QtCore import QElapsedTimer, QObject, Signal
from PySide6.QtGui import QGuiApplication

from app.desktop import DesktopControls
from app.mpris import NAME, PATH, PLAYER, ROOT, Mpris, Showing
from player import Feature, PlayerState, Presentation, Status

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux") or shutil.which("dbus-daemon") is None, reason="needs D-Bus"
)
FILM = Showing("Playing", "Lantern Street", 60_000, 0, 80, seek=True)


@pytest.fixture(scope="module")
def application() -> Any:
    return QGuiApplication.instance() or QGuiApplication([])


@pytest.fixture
def bus() -> Iterator[str]:
    with subprocess.Popen(
        ["dbus-daemon", "--session", "--nofork", "--print-address"], stdout=subprocess.PIPE, text=True
    ) as daemon:
        assert daemon.stdout
        yield daemon.stdout.readline().strip()
        daemon.terminate()


@pytest.fixture
def until(application: Any) -> Callable[[Callable[[], object]], None]:
    def wait(holds: Callable[[], object]) -> None:
        timer = QElapsedTimer()
        timer.start()
        while not holds():
            assert timer.elapsed() < 10_000, "it never came true"
            application.processEvents()
            time.sleep(0.005)

    return wait


class Desktop:
    """A desktop's applet: reads properties, sends commands, hears signals."""

    def __init__(self, bus: str) -> None:
        self.line: DBusConnection = open_dbus_connection(bus)
        self.player = DBusAddress(PATH, bus_name=NAME, interface=PLAYER)
        self.root = DBusAddress(PATH, bus_name=NAME, interface=ROOT)

    def there(self) -> bool:
        return bool(self.line.send_and_get_reply(message_bus.NameHasOwner(NAME)).body[0])

    def get(self, name: str) -> Any:
        reply = self.line.send_and_get_reply(Properties(self.player).get(name))
        assert reply.header.message_type is MessageType.method_return, reply.body
        return reply.body[0]

    def ask(self, name: str, signature: str = "", body: tuple[Any, ...] = ()) -> bool:
        reply = self.line.send_and_get_reply(new_method_call(self.player, name, signature, body))
        return reply.header.message_type is MessageType.method_return


@pytest.fixture
def desktop(bus: str) -> Iterator[Desktop]:
    made = Desktop(bus)
    yield made
    made.line.close()


@pytest.fixture
def commands() -> list[tuple[str, object]]:
    return []


@pytest.fixture
def mpris(application: Any, bus: str, desktop: Desktop, commands: Any, until: Any) -> Iterator[Mpris]:
    made = Mpris(lambda name, value: commands.append((name, value)), bus)
    until(desktop.there)
    yield made
    made.close()


def test_nothing_is_told_of_a_film_before_one_plays_and_after(mpris: Mpris, desktop: Desktop) -> None:
    assert desktop.get("PlaybackStatus") == ("s", "Stopped")
    assert desktop.get("Metadata")[1].keys() == {"mpris:trackid"}
    mpris.show(FILM)
    assert desktop.get("Metadata")[1]["xesam:title"] == ("s", "Lantern Street")
    assert desktop.get("Metadata")[1]["mpris:length"] == ("x", 60_000_000)
    mpris.show(Showing())
    assert "xesam:title" not in desktop.get("Metadata")[1]


def test_what_changes_is_signalled_with_its_type_and_the_position_only_when_it_leaps(
    mpris: Mpris, desktop: Desktop
) -> None:
    rule = MatchRule(type="signal", path=PATH)
    desktop.line.send_and_get_reply(message_bus.AddMatch(rule))
    with desktop.line.filter(rule) as heard:
        mpris.show(FILM)
        changed = desktop.line.recv_until_filtered(heard, timeout=5).body
        assert changed[0] == PLAYER
        assert changed[1]["PlaybackStatus"] == ("s", "Playing")
        assert changed[1]["Volume"] == ("d", 0.8)
        mpris.at(5_000)
        mpris.leapt(9_000)
        assert desktop.line.recv_until_filtered(heard, timeout=5).body == (9_000_000,)
    assert desktop.get("Position") == ("x", 5_000_000)


def test_commands_arrive_in_their_order_and_others_are_refused(
    mpris: Mpris, desktop: Desktop, commands: list[Any], until: Any
) -> None:
    assert desktop.ask("PlayPause")
    assert desktop.ask("Seek", "x", (-5_000_000,))
    assert desktop.ask("SetPosition", "ox", ("/x", 12_000_000))
    desktop.line.send_and_get_reply(Properties(desktop.player).set("Volume", "d", 0.4))
    assert not desktop.ask("Explode")
    assert not desktop.ask("Seek", "s", ("far",))
    until(lambda: len(commands) == 4)
    assert commands == [("PlayPause", None), ("Seek", -5_000_000), ("SetPosition", 12_000_000), ("Volume", 0.4)]


def test_it_says_what_it_can(mpris: Mpris, desktop: Desktop) -> None:
    address = DBusAddress(PATH, bus_name=NAME, interface="org.freedesktop.DBus.Introspectable")
    xml = desktop.line.send_and_get_reply(new_method_call(address, "Introspect")).body[0]
    assert f'<interface name="{PLAYER}">' in xml
    everything = desktop.line.send_and_get_reply(Properties(desktop.root).get_all()).body[0]
    assert everything["DesktopEntry"] == ("s", "smart-cinema")


@pytest.mark.usefixtures("mpris")
def test_a_second_cinema_has_a_name_of_its_own(bus: str, desktop: Desktop, until: Any) -> None:
    second = Mpris(lambda _name, _value: None, bus)
    name = f"{NAME}.instance{os.getpid()}"
    until(lambda: desktop.line.send_and_get_reply(message_bus.NameHasOwner(name)).body[0])
    second.close()


def test_where_there_is_no_bus_nothing_happens(application: Any) -> None:
    made = Mpris(lambda _name, _value: None, "unix:path=/nowhere/at/all")
    made.show(FILM)
    made.leapt(1)
    made.close()


class Page:
    """Stands at the edge of the player's page."""

    class Props:
        name = "Lantern Street"

    props = Props()

    def __init__(self, player: "Film") -> None:
        self.player = player
        self.left = False

    def toggle(self) -> None:
        self.player.become(wants_to_play=not self.player.state.wants_to_play)

    def step(self, delta_ms: int) -> None:
        self.player.become(position_ms=self.player.state.position_ms + delta_ms)

    def seek(self, position_ms: int) -> None:
        self.player.become(position_ms=position_ms)

    def set_volume(self, percent: int) -> None:
        self.player.become(volume=percent)

    def leave(self) -> None:
        self.left = True


class Film(QObject):
    """A player's state, moved by the test."""

    stateChanged = Signal()  # noqa: N815 - as Qt names it

    def __init__(self) -> None:
        super().__init__()
        self.feature = Feature(Presentation(60_000), fetch=lambda *_: b"")
        self.state = PlayerState(status=Status.PLAYING, duration_ms=60_000)

    def become(self, **changes: Any) -> None:
        self.state = replace(self.state, **changes)
        self.stateChanged.emit()


def test_the_desktop_and_the_film_follow_each_other(application: Any, bus: str, desktop: Desktop, until: Any) -> None:
    film = Film()
    page = Page(film)

    class Shell:
        def property(self, _name: str) -> Page:
            return page

    raised: list[str] = []
    controls = DesktopControls(Shell(), film, raised.append, lambda: None, bus)  # type: ignore[arg-type]
    until(desktop.there)
    film.become(position_ms=1_000)
    assert desktop.get("PlaybackStatus") == ("s", "Playing")
    assert desktop.get("CanSeek") == ("b", True)
    desktop.ask("Pause")
    until(lambda: not film.state.wants_to_play)
    desktop.ask("Pause")
    desktop.ask("Play")
    until(lambda: film.state.wants_to_play)
    desktop.ask("SetPosition", "ox", ("/x", 30_000_000))
    until(lambda: film.state.position_ms == 30_000)
    assert desktop.get("Position") == ("x", 30_000_000)
    desktop.line.send_and_get_reply(Properties(desktop.player).set("Volume", "d", 7.0))
    until(lambda: film.state.volume == 100)
    desktop.line.send_and_get_reply(new_method_call(desktop.root, "Raise"))
    until(lambda: raised == [""])
    desktop.ask("Stop")
    until(lambda: page.left)
    film.become(status=Status.IDLE)
    assert desktop.get("PlaybackStatus") == ("s", "Stopped")
    controls.close()
    assert not desktop.there()
