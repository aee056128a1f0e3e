"""The cinema without a mouse and without eyes: by the keyboard alone, as the accessibility bus tells it."""

import shlex
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.browser import Browser
from tests.e2e.spoken import ENABLED, FOCUSABLE, SHOWING, Node, Reader, accessibility_bus, can_listen, in_sight, wrong

REPOSITORY = Path(__file__).resolve().parents[2]
WIDTH, HEIGHT = 1280, 800
MANY = 80
"""Steps of the Tab key that no page needs."""


class Blind:
    """Somebody with a keyboard and a screen reader at the running cinema."""

    def __init__(self, environment: dict[str, str], home: Path, box_office: str) -> None:
        self.environment = environment
        self.asked = home / "browser.txt"
        script = home / "browser.sh"
        script.write_text(f'#!/bin/sh\nprintf "%s\\n" "$1" >> {shlex.quote(str(self.asked))}\n', encoding="utf-8")
        script.chmod(0o755)
        command = [sys.executable, str(REPOSITORY / "main.py"), "--home", str(home / "home"), "--drawing", "software"]
        self.process = subprocess.Popen(
            [*command, "--box-office", box_office],
            cwd=REPOSITORY,
            env={**environment, "BROWSER": str(script), "PYTHONPATH": str(REPOSITORY)},
            stderr=subprocess.PIPE,
            text=True,
        )
        self._xdotool("search", "--sync", "--onlyvisible", "--name", "Smart Cinema", "windowfocus")
        self.reader = Reader(environment["DBUS_SESSION_BUS_ADDRESS"])

    def until(self, holds: Callable[[], Any], what: str, seconds: float = 8) -> Any:
        deadline = time.monotonic() + seconds
        while not (found := holds()):
            assert self.process.poll() is None, "the cinema ended"
            told = [(node.role, node.name) for node in self.reader.nodes() if SHOWING in node.states and node.name]
            assert time.monotonic() < deadline, f"waited in vain for {what}; told is {told}"
            time.sleep(0.03)
        return found

    def page(self, *said: str) -> list[Node]:
        """A page by something that is said on it; everything of it has a name and a role."""

        def there() -> list[Node]:
            nodes = self.reader.nodes()
            names = [node.name for node in nodes if SHOWING in node.states]
            return nodes if all(any(name.startswith(one) for name in names) for one in said) else []

        nodes: list[Node] = self.until(there, f"a page with {said}")
        assert wrong(nodes) == []
        assert sum(node.reached for node in nodes) > 1
        return nodes

    def tab(self, key: str = "Tab") -> Node:
        """One step on; what the keyboard is on then can be seen."""
        before = self.reader.focused()
        self._xdotool("key", key)

        def moved() -> Node | None:
            node = self.reader.focused()
            away = node and (before is None or node.address != before.address)
            return node if node and away and in_sight(node, WIDTH, HEIGHT) else None

        node: Node = self.until(moved, f"{key} to lead from {before} to something in sight", 5)
        assert wrong([node]) == []
        return node

    def go(self, name: str) -> Node:
        """To the thing of that name, and take it."""
        first, node = None, self.reader.focused()
        for _ in range(MANY):
            if node and node.name.startswith(name):
                self._xdotool("key", "Return")
                return node
            node = self.tab()
            assert node.address != first, f"Tab came around and never to {name!r}"
            first = first or node.address
        raise AssertionError(f"{MANY} steps and still no {name!r}")

    def around(self) -> list[Node]:
        """Tab until it comes around: everything that it led to, which is everything that there is."""
        steps = [self.tab()]
        while (node := self.tab()).address != steps[0].address:
            steps.append(node)
            assert len(steps) < MANY, f"Tab never comes around: {[one.name for one in steps[-20:]]}"
        return steps

    def browser(self, number: int) -> str:
        """The address that the cinema opened as that one, from 0."""
        return str(self.until(lambda: self._opened()[number : number + 1], "the browser to be opened")[0])

    def _opened(self) -> list[str]:
        return self.asked.read_text(encoding="utf-8").splitlines() if self.asked.exists() else []

    def _xdotool(self, *words: str) -> None:
        subprocess.run(["xdotool", *words], env=self.environment, check=True, timeout=40, stdout=subprocess.DEVNULL)

    def close(self) -> str:
        self.reader.close()
        self.process.terminate()
        try:
            return self.process.communicate(timeout=20)[1]
        finally:
            self.process.kill()


@pytest.fixture
def blind(screen: dict[str, str], office: Any, tmp_path: Path) -> Iterator[Blind]:
    if not can_listen():
        pytest.skip("needs at-spi2-core, dbus-daemon and xdotool (apt install at-spi2-core dbus-daemon xdotool)")
    with accessibility_bus(screen) as environment:
        person = Blind(environment, tmp_path, office.base_url)
        try:
            yield person
        finally:
            errors = person.close()
        assert "Traceback" not in errors, errors


def test_a_button_without_a_name_or_a_role_is_found() -> None:
    on = frozenset({ENABLED, FOCUSABLE, SHOWING})
    good = Node((":1", "/1"), "push button", "Buy", on)
    nameless = Node((":1", "/2"), "push button", " ", on)
    roleless = Node((":1", "/3"), "filler", "Buy", on)
    hidden = Node((":1", "/4"), "push button", "", frozenset({ENABLED, FOCUSABLE}))
    assert wrong([good, hidden]) == []
    assert wrong([good, nameless, roleless]) == [
        "a push button without a name at (0, 0, 0, 0)",
        "'Buy' has the role 'filler'",
    ]


@pytest.mark.parametrize(
    ("place", "seen"), [((0, 0, 9, 9), True), ((0, 800, 9, 9), False), ((0, -9, 9, 9), False), ((0, 0, 0, 0), False)]
)
def test_what_lies_outside_the_window_is_not_in_sight(place: tuple[int, int, int, int], seen: bool) -> None:
    assert in_sight(Node((":1", "/1"), "push button", "Buy", frozenset({SHOWING}), place), WIDTH, HEIGHT) is seen


@pytest.mark.e2e
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.skipif(sys.platform != "linux", reason="AT-SPI is the Linux desktops'")
def test_a_ticket_is_bought_by_keyboard_and_ear_up_to_the_till(blind: Blind) -> None:
    blind.page("English", "Español")
    blind.go("English")
    blind.page("Films", "The Paper Moon paper-moon")
    blind.around()
    blind.go("The Paper Moon paper-moon")
    blind.page("Back", "Get a ticket")
    blind.around()
    blind.go("Settings")
    blind.page("Back", "Settings", "Language")
    blind.around()
    blind.go("Back")
    blind.page("Back", "Get a ticket")
    blind.go("Get a ticket")
    blind.page("Create an account")
    blind.around()
    blind.go("Create an account")
    person = Browser("mei@example.org", "lantern-festival")
    person.open(blind.browser(0))
    assert "/checkout/" in blind.browser(1)
    blind.page("Back", "Mei Lin", "Cancel the order")
    person.join()
    assert person.problems == []
    blind.around()
