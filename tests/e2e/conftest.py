"""A screen of our own: a private X server for each test that needs a real window."""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.boxoffice.service.conftest import (  # noqa: F401 - fixtures
    cluster,
    config,
    database_url,
    films_folder,
    office,
    open_office,
    template,
)
from tests.sync.conftest import venue_id, venues  # noqa: F401 - fixtures


@pytest.fixture
def screen() -> Iterator[dict[str, str]]:
    """The environment of a private 1280x800 display."""
    with x_server() as environment:
        yield environment


@pytest.fixture
def second_screen() -> Iterator[dict[str, str]]:
    """Another machine's."""
    with x_server() as environment:
        yield environment


@pytest.fixture
def two_screens() -> Iterator[dict[str, str]]:
    """A private display of two screens of 1280x800 beside each other: ``left``, the first, and ``right``."""
    assert shutil.which("xrandr"), "xrandr is missing: apt install x11-xserver-utils"
    with x_server(2560) as environment:
        for name, at, output in (("left", 0, "screen"), ("right", 1280, "none")):
            what = ["xrandr", "--setmonitor", name, f"1280/340x800/210+{at}+0", output]
            subprocess.run(what, env=environment, check=True, timeout=10)
        yield environment


@contextmanager
def x_server(width: int = 1280) -> Iterator[dict[str, str]]:
    """A display of our own until the block ends."""
    assert shutil.which("Xvfb"), "Xvfb is missing: ./cinema test installs it (apt install xvfb)"
    reading, writing = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writing), "-screen", "0", f"{width}x800x24", "-nolisten", "tcp", "-noreset"],
        pass_fds=(writing,),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(writing)
    try:
        with os.fdopen(reading) as answer:
            number = answer.readline().strip()
        assert number, "Xvfb did not start"
        unwanted = ("QT_QPA_PLATFORM", "QT_QUICK_BACKEND", "WAYLAND_DISPLAY")
        yield {**{k: v for k, v in os.environ.items() if k not in unwanted}, "DISPLAY": f":{number}"}
    finally:
        server.terminate()
        server.wait(10)


@pytest.fixture(scope="session")
def demo_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the quick demo films, made once."""
    from app import demo
    from app.console import Console
    from app.paths import Paths
    from core import Cancel

    home = tmp_path_factory.mktemp("demo-home")
    started = time.monotonic()
    demo.prepare_films(Paths.under(home), "quick", Console(as_json=True), Cancel())
    assert time.monotonic() - started < 120
    return home
