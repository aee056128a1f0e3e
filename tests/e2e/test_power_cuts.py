"""Fault 63 with a real show: its process is killed in the trailer, three times in the film, and in the credits."""

import signal
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from boxoffice.rules import time_text
from kiosk import Screening, ShowItem, ShowState
from tests.e2e.showing import FPS, Venue, make_film, number_in, shows

PICTURE = (0, 40, 1280, 720)
"""Where the film lies on the only screen."""
TRAILER, FEATURE, CREDITS = range(3)
LENGTH_S = 75


@pytest.fixture
def venue(screen: dict[str, str], tmp_path: Path) -> Iterator[Venue]:
    venue = Venue(tmp_path / "home", screen)
    venue.home.mkdir()
    yield venue
    venue.close()


def cut(venue: Venue) -> ShowState:
    """The power goes, and is back at once; where the show was."""
    process = venue.processes[-1]
    process.send_signal(signal.SIGKILL)
    process.wait()
    stood = venue.state
    assert stood
    venue.start()
    venue.until(lambda: venue.state and venue.state.pid == venue.processes[-1].pid and venue.state.phase != "scheduled")
    return stood


def reaches(venue: Venue, place: int, position_ms: int) -> None:
    venue.until(
        lambda: (
            (now := venue.state)
            and (now.phase, now.place) == ("playing", place)
            and now.pid == venue.processes[-1].pid
            and now.position_ms >= position_ms
        ),
        60,
    )


def picture_s(venue: Venue) -> float:
    """The film's time, once it is on the screen."""
    venue.until(lambda: number_in(venue.grabbed(PICTURE)) >= 0, 60)
    return number_in(venue.grabbed(PICTURE)) / FPS


@pytest.mark.e2e
@pytest.mark.timeout(300)
def test_a_show_that_is_cut_off_anywhere_goes_on_and_one_that_is_cut_off_at_a_spot_is_held(
    venue: Venue, tmp_path: Path
) -> None:
    began = time.monotonic()
    package = make_film(tmp_path / "films", LENGTH_S)
    slack = max(1.0, (time.monotonic() - began) / 5)
    """How much later a busy machine looks at the picture."""
    now = datetime.now(UTC).replace(microsecond=0)
    film = LENGTH_S * 1000
    playlist = (
        ShowItem("trailer", film, package="paper-moon"),
        ShowItem("feature", film, package="paper-moon"),
        ShowItem("credits", 20_000),
    )
    names = {"en": "Paper Moon", "zh-Hans": "纸月亮"}
    times = time_text(now), time_text(now + timedelta(seconds=5))
    venue.prepare(package, Screening("friday", 1, "one", names, *times, playlist))
    venue.start()

    reaches(venue, TRAILER, 8000)
    stood = cut(venue)
    assert -5.1 <= picture_s(venue) - stood.position_ms / 1000 <= -5 + 3 * slack
    assert venue.state
    assert venue.state.place == TRAILER

    venue.tell("skip")
    reaches(venue, FEATURE, 12_000)
    first = cut(venue)
    assert -5.1 <= picture_s(venue) - first.position_ms / 1000 <= -5 + 3 * slack
    reaches(venue, FEATURE, first.position_ms)
    second = cut(venue)
    furthest_s = max(first.position_ms, second.position_ms) / 1000
    assert 9.9 <= picture_s(venue) - furthest_s <= 10 + 3 * slack, "past the spot"
    reaches(venue, FEATURE, round(furthest_s * 1000) + 10_000)
    third = cut(venue)
    venue.until(lambda: venue.state and venue.state.phase == "held")
    held = venue.state
    assert held
    assert (held.slide, held.place, "crashes" in held.alarms) == ("trouble", FEATURE, True)
    assert held.position_ms >= third.position_ms + 9900
    assert number_in(venue.grabbed(PICTURE)) == -1, "a slide stands there"

    venue.tell("release")
    reaches(venue, FEATURE, held.position_ms)
    venue.tell("skip")
    reaches(venue, CREDITS, 8000)
    last = cut(venue)
    assert (last.place, last.phase) == (CREDITS, "playing")
    venue.until(lambda: venue.state and venue.state.phase == "done", 40)
    venue.close()
    assert venue.processes[-1].returncode == 0
    assert "Traceback" not in venue.said()

    told = [record.facts for record in shows(venue)]
    cuts = [(facts["place"], facts["reason"]) for facts in told if facts["what"] == "interrupted"]
    assert cuts == [(place, "restart") for place in (TRAILER, FEATURE, FEATURE, FEATURE, CREDITS)]
    ways = [(facts["place"], facts["how"]) for facts in told if facts["what"] == "resumed"]
    assert ways == [(TRAILER, "back"), (FEATURE, "back"), (FEATURE, "skip"), (CREDITS, "back")]
    (resumed,) = (facts for facts in told if facts["what"] == "resumed" and facts["place"] == CREDITS)
    assert abs(int(str(resumed["position_ms"])) - (last.position_ms - 5000)) < 100
    assert [facts["what"] for facts in told if facts["what"] in ("held", "released", "alarm")] == [
        "held",
        "alarm",
        "released",
    ]
