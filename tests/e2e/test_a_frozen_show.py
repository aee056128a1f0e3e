"""The venue's own supervisor and a real show: the player is frozen, and the picture is back where it was."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from boxoffice.rules import time_text
from kiosk import Screening, ShowItem, VenueSettings, write_settings
from tests.e2e.showing import FPS, Venue, make_film, number_in

PICTURE = (0, 40, 1280, 720)
"""Where the film lies on the only screen."""
BACK_S = 30


@pytest.fixture
def venue(screen: dict[str, str], tmp_path: Path) -> Iterator[Venue]:
    venue = Venue(tmp_path / "home", screen)
    venue.home.mkdir()
    yield venue
    venue.close()


def show_of(supervisor: int) -> int:
    """The process that shows, by its parent; 0 where there is none."""
    command = ["pgrep", "-P", str(supervisor), "-f", "kiosk show"]
    found = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    return int(found.split()[0]) if found.split() else 0


@pytest.mark.e2e
@pytest.mark.timeout(240)
def test_a_frozen_player_is_back_within_half_a_minute_at_its_place(venue: Venue, tmp_path: Path) -> None:
    began = time.monotonic()
    package = make_film(tmp_path / "films", 90)
    slack = max(1.0, (time.monotonic() - began) / 6)
    """How much longer a busy machine is given."""
    now = datetime.now(UTC).replace(microsecond=0)
    start = now + timedelta(seconds=round(10 * slack))
    names = {"en": "Paper Moon", "zh-Hans": "纸月亮"}
    playlist = (ShowItem("feature", 90_000, package="paper-moon"),)
    venue.prepare(package, Screening("friday", 1, "one", names, time_text(now), time_text(start), playlist))
    write_settings(venue.folder, VenueSettings(rooms=("one",), arguments={"show": "--hwdec no --verbose"}))
    supervisor = venue.start_all()
    venue.until(lambda: venue.state and venue.state.phase == "playing" and venue.state.position_ms >= 12_000, 120)

    frozen, stood = show_of(supervisor.pid), venue.state
    assert frozen
    assert stood
    os.kill(frozen, signal.SIGSTOP)
    at = time.time()
    venue.until(lambda: show_of(supervisor.pid) not in (0, frozen), 60)
    picture = venue.until(lambda: number_in(venue.grabbed(PICTURE)) >= 0, 60)
    place = number_in(venue.grabbed(PICTURE)) / FPS
    assert picture - at <= BACK_S * max(1.0, slack / 2)
    assert abs(place - stood.position_ms / 1000) <= 5.5
    with pytest.raises(ProcessLookupError):
        os.kill(frozen, 0)
