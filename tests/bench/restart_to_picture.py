"""From a kill -9 in the middle of a show until the film moves on its screen again: the show's process, and everything.

Usage: python tests/bench/restart_to_picture.py [REPEATS] (3). The venue runs under its supervisor; everything is started
anew at once, as systemd does.
Prints JSON; exit 1 where any took longer than 15 s or the film did not go on within 5 s and a half of its place.
"""

import json
import mmap
import os
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil
from door_hour import two_screens
from PIL import Image

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT)]

from boxoffice.rules import time_text  # noqa: E402
from kiosk import Role, Screening, ShowItem, StaffPins, VenueSettings, write_settings  # noqa: E402
from tests.e2e.showing import FPS, Venue, make_film, number_in  # noqa: E402

PROMISED_S, APART_S, PATIENCE_S = 15.0, 22, 60
WIDTH, HEIGHT = 1280, 800
PICTURE = WIDTH, 40, 2 * WIDTH, HEIGHT - 40
"""Where the film lies on the right screen: left, top, right, bottom."""
BITS = 1 << 12


class Screen:
    """The film's number as it stands on the screen now."""

    def __init__(self, picture: mmap.mmap) -> None:
        self._picture, self._size = picture, 2 * WIDTH * HEIGHT * 4

    def number(self) -> int:
        """-1 where there is no film."""
        raw = self._picture[len(self._picture) - self._size :]
        return number_in(Image.frombuffer("RGB", (2 * WIDTH, HEIGHT), raw, "raw", "BGRX", 0, 1).crop(PICTURE))


def back(screen: Screen, at: float) -> float:
    """How long until the film moves again, once it was gone."""
    deadline = at + PATIENCE_S
    while screen.number() >= 0:
        time.sleep(0.01)
    first = -1
    while time.monotonic() < deadline:
        number = screen.number()
        if number >= 0 and first >= 0 and number != first:
            return time.monotonic() - at
        first = number if first < 0 else first
        time.sleep(0.02)
    return PATIENCE_S


def family(supervisor: int) -> list[psutil.Process]:
    """Everything of a venue, and itself."""
    process = psutil.Process(supervisor)
    return [process, *process.children(recursive=True)]


def kill(processes: list[psutil.Process]) -> None:
    """As a power cut does: none has a last word."""
    for process in processes:
        process.kill()
    psutil.wait_procs(processes, 5)


def run(venue: Venue, screen: Screen, repeats: int) -> dict[str, list[tuple[float, float]]]:
    """Both kinds in turn: how long it took, and how far the film went back, in seconds."""
    supervisor, told = venue.start_all(), dict[str, list[tuple[float, float]]](player=[], everything=[])
    venue.until(lambda: screen.number() >= 0, 120)
    for _ in range(repeats):
        for kind, found in told.items():
            state = venue.state
            begin = state.position_ms if state else 0
            venue.until(lambda begin=begin: venue.state and venue.state.position_ms - begin > APART_S * 1000, 120)
            stood, at = screen.number(), time.monotonic()
            if kind == "player":
                showing = [one for one in family(supervisor.pid) if venue.state and one.pid == venue.state.pid]
                kill(showing)
            else:
                kill(family(supervisor.pid))
                supervisor.wait()
                supervisor = venue.start_all()
            took = back(screen, at)
            found.append((round(took, 2), round((stood - screen.number()) % BITS / FPS, 1)))
            print(kind, found[-1], os.getloadavg()[0], file=sys.stderr, flush=True)
    return told


def main() -> int:
    """Measure and judge."""
    repeats = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as name, two_screens(Path(name)) as (display, picture):
        environment = {
            key: said for key, said in os.environ.items() if key not in ("WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
        }
        venue = Venue(Path(name) / "home", {**environment, "DISPLAY": display})
        venue.home.mkdir()
        seconds = repeats * 2 * (APART_S + 5) + 60
        package = make_film(Path(name) / "films", seconds)
        now = datetime.now(UTC).replace(microsecond=0)
        playlist = (ShowItem("feature", seconds * 1000, package="paper-moon"),)
        at = time_text(now), time_text(now + timedelta(seconds=10))
        venue.prepare(
            package, Screening("friday", 1, "one", {"en": "Paper Moon"}, *at, playlist, subtitles=("en",)), "right"
        )
        StaffPins(venue.folder).choose(Role.MANAGER, "314159")
        showing = {"door": "", "show": "--hwdec no --verbose"}
        write_settings(venue.folder, VenueSettings(door="A", rooms=("one",), arguments=showing))
        try:
            told = run(venue, Screen(picture), repeats)
        finally:
            venue.close()
    figures = {
        kind: {
            "s": sorted(took for took, _ in found),
            "worst_s": max(took for took, _ in found),
            "back_s": [gone for _, gone in found],
        }
        for kind, found in told.items()
    }
    print(json.dumps({**figures, "load": [round(load, 1), round(os.getloadavg()[0], 1)]}))
    return int(any(took > PROMISED_S or not -0.5 <= gone <= 5.5 for found in told.values() for took, gone in found))


if __name__ == "__main__":
    sys.exit(main())
