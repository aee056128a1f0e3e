"""Plays a film on the right of two screens, unplugs it and plugs it in again: run by test_the_screen_goes.py.

usage: unplugged.py FILM OUT
"""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "player"))

import filmstock
from PySide6.QtCore import QSize
from PySide6.QtGui import QGuiApplication, QImage

from app.viewer import make_application
from player import Player
from ui.gallery_pages import ImmediateJobs, SamplePreferences
from ui.viewer import Services, ShellViewModel
from ui.viewer.viewing import Viewing
from ui.window import Interface

LEFT, RIGHT = (0, 0, 640, 600), (640, 0, 640, 600)


def monitor(name: str, at: int | None, output: str = "none") -> None:
    """Plug a screen in at ``at``, or pull it out."""
    what = ["--delmonitor", name] if at is None else ["--setmonitor", name, f"640/170x600/160+{at}+0", output]
    subprocess.run(["xrandr", *what], check=True, timeout=10)


class Booth:
    def __init__(self, film: Path) -> None:
        self.application = make_application()
        monitor("left", 0, "screen")
        monitor("right", 640)
        self.until(lambda: len(QGuiApplication.screens()) == 2)
        self.interface = Interface(lambda _path: b"")
        self.interface.language.apply("en")
        services = Services(
            None,  # type: ignore[arg-type]  # a film of the disk needs no box office
            ImmediateJobs(),
            SamplePreferences("en"),
            UTC,
            lambda _url: True,
            lambda: Player(drawing="software", hardware_decoding=False),
            lambda _tag: None,
            "0",
            prepare_player=lambda: __import__("player.video_item"),
        )
        self.shell: Any = ShellViewModel(services)
        self.interface.open(self.shell, QSize(500, 400))
        self.interface.window.setPosition(40, 40)
        feature = filmstock.clear_feature(film)
        self.shell._play("f", lambda _cancel: Viewing(feature, None), lambda: None, trailer=True, name="Film")
        self.most_film_on_the_left = 0.0

    @property
    def state(self) -> Any:
        return self.shell.playerPage.player.state

    def until(self, holds: Callable[[], object], seconds: float = 15) -> None:
        deadline = time.monotonic() + seconds
        while not holds():
            assert time.monotonic() < deadline, "it never came true"
            self.turn()

    def turn(self) -> None:
        QGuiApplication.processEvents()
        time.sleep(0.002)

    def watch(self, holds: Callable[[], object], seconds: float = 15) -> None:
        """Wait for it, and look at the left screen all the while."""
        deadline = time.monotonic() + seconds
        while not holds():
            assert time.monotonic() < deadline, "it never came true"
            self.turn()
            self.most_film_on_the_left = max(self.most_film_on_the_left, film_share(LEFT))

    def for_a_while(self, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        self.watch(lambda: time.monotonic() > deadline)

    def facts(self) -> dict[str, Any]:
        window = self.interface.window
        return {
            "screen": window.screen().name(),
            "full": self.shell.props.full_screen,
            "status": str(self.state.status),
            "position_ms": self.state.position_ms,
            "right": film_share(RIGHT),
        }


def grabbed(area: tuple[int, int, int, int]) -> QImage:
    left, top, width, height = area
    screen = QGuiApplication.primaryScreen()
    at = screen.geometry()
    return screen.grabWindow(0, left - at.x(), top - at.y(), width, height).toImage()


def film_share(area: tuple[int, int, int, int]) -> float:
    """How much of a piece of the desktop has the grey of the film's picture."""
    image = grabbed(area)
    seen = film = 0
    for x in range(4, image.width(), 13):
        for y in range(4, image.height(), 13):
            colour = image.pixelColor(x, y)
            grey = (
                max(colour.red(), colour.green(), colour.blue()) - min(colour.red(), colour.green(), colour.blue()) < 8
            )
            seen += 1
            film += grey and 75 < colour.lightness() < 125
    return film / max(seen, 1)


def main(film: Path, out: Path) -> None:
    booth = Booth(film)
    told = {}
    try:
        booth.until(lambda: booth.shell.playerPage.player and booth.state.position_ms > 300)
        told["film on the left before"] = film_share(LEFT)
        booth.shell.property("screens").choose("right")
        booth.shell.set_full_screen(True)
        booth.until(lambda: film_share(RIGHT) > 0.3)
        booth.for_a_while(0.5)
        booth.most_film_on_the_left = 0.0
        told["playing"] = booth.facts()
        monitor("right", None)
        booth.watch(lambda: len(QGuiApplication.screens()) == 1)
        booth.for_a_while(1.5)
        told["gone"] = booth.facts()
        grabbed(LEFT).save(str(out / "gone.png"))
        plugged_s = time.monotonic()
        monitor("right", 640)
        booth.watch(lambda: len(QGuiApplication.screens()) == 2 and film_share(RIGHT) > 0.3)
        booth.for_a_while(0.5)
        told["plugged_ms"] = (time.monotonic() - plugged_s) * 1000
        told["back"] = booth.facts()
        told["film on the left"] = booth.most_film_on_the_left
    finally:
        booth.shell.close()
        booth.interface.close()
        (out / "told.json").write_text(json.dumps(told, indent=2), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
