"""Faults 32 and 33 end to end: the venue's own processes, and a wall clock that jumps under them (libfaketime)."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from boxoffice.rules import DoorTicket, time_text, write_door_ticket
from kiosk import LedgerView, Screening, ShowItem, VenueSettings, write_settings
from kiosk.ledger_file import looking_into, records_of
from kiosk.records import Kind, Record, read_record
from tests.e2e.showing import ROOT, Venue, make_film
from tests.e2e.test_a_door import typed
from tests.kiosk.venue import DOOR_KEY, PROGRAMME

SEEN_S = 1
"""libfaketime looks at its file so often, in seconds."""
LENGTH_S = 60


class WallClock:
    """The clock on the wall of a venue's processes; the clock since the machine's start is the machine's own."""

    def __init__(self, folder: Path) -> None:
        if not shutil.which("faketime") or not shutil.which("cc"):
            pytest.skip("faketime or a C compiler is missing: ./cinema test installs them (apt install faketime gcc)")
        sleep, source = folder / "real_sleep.so", Path(__file__).with_name("real_sleep.c")
        subprocess.run(["cc", "-shared", "-fPIC", "-o", str(sleep), str(source)], check=True)
        ask = ["faketime", "-f", "+0", "printenv", "LD_PRELOAD"]
        library = subprocess.run(ask, capture_output=True, text=True, check=True).stdout.strip()
        self._file = folder / "wall-clock"
        self._file.write_text("+0\n")
        self.environment = {
            "LD_PRELOAD": f"{sleep}:{library}",
            "FAKETIME_TIMESTAMP_FILE": str(self._file),
            "FAKETIME_CACHE_DURATION": str(SEEN_S),
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "NO_FAKE_STAT": "1",
        }

    def jump(self, to: str) -> None:
        """So far from the right time (``-1d``, ``+1y``), or to a moment (``@1970-01-01 00:00:10``)."""
        self._file.write_text(f"{to}\n")
        time.sleep(SEEN_S + 0.5)


@pytest.fixture
def wall(tmp_path: Path) -> WallClock:
    return WallClock(tmp_path)


@pytest.fixture
def venue(screen: dict[str, str], wall: WallClock, tmp_path: Path) -> Iterator[Venue]:
    venue = Venue(tmp_path / "home", {**screen, **wall.environment})
    venue.home.mkdir()
    yield venue
    venue.close()


def records(venue: Venue) -> list[Record]:
    with looking_into(venue.folder / "ledger.sqlite3") as db:
        return [read_record(data) for _seq, data, _hash in records_of(db)]


def refusals(venue: Venue) -> list[str]:
    return [str(record.facts["verdict"]) for record in records(venue) if record.kind is Kind.REFUSAL]


def asked(venue: Venue, wall: WallClock, *step: str, zone: str = "UTC") -> "subprocess.CompletedProcess[str]":
    """One step on a command line whose clock is the venue's."""
    command = [sys.executable, "main.py", "--home", str(venue.home), "kiosk", *step, "--json"]
    environment = {**os.environ, **wall.environment, "TZ": zone}
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.e2e
@pytest.mark.timeout(240)
def test_a_clock_that_jumps_shuts_no_door_moves_no_show_and_burns_no_window(
    venue: Venue, wall: WallClock, screen: dict[str, str], tmp_path: Path
) -> None:
    began = time.monotonic()
    package = make_film(tmp_path / "films", LENGTH_S)
    slack = max(1.0, (time.monotonic() - began) / 4) ** 2
    """How much longer a busy machine is given to be up in time."""
    now = datetime.now(UTC).replace(microsecond=0)
    start = now + timedelta(seconds=round(20 * slack))
    playlist = (ShowItem("feature", LENGTH_S * 1000, package="paper-moon"),)
    names = {"en": "Paper Moon", "zh-Hans": "纸月亮"}
    venue.prepare(package, Screening("friday", 1, "one", names, time_text(now), time_text(start), playlist))
    showing = {"door": "--windowed", "show": "--hwdec no --verbose --windowed"}
    write_settings(venue.folder, VenueSettings(door="A", rooms=("one",), arguments=showing))
    venue.start_all()
    venue.until(lambda: venue.state and (venue.folder / "beats" / "door").exists(), 60)

    def shown(number: int) -> None:
        ticket = DoorTicket(1, number, PROGRAMME.event, 1, now, now + timedelta(hours=3), 1, 1)
        found = subprocess.run(
            ["xdotool", "search", "--name", "Door"], env=screen, capture_output=True, text=True, check=False
        )
        for window in found.stdout.split():
            subprocess.run(["xdotool", "windowraise", window, "windowfocus", window], env=screen, check=True)
        typed(screen, write_door_ticket(ticket, DOOR_KEY))

    def let_in(number: int, inside: int) -> None:
        shown(number)
        venue.until(lambda: LedgerView(venue.folder).inside("friday") == inside, 20)

    def position_ms() -> int:
        assert venue.state
        return venue.state.position_ms

    def goes_on() -> None:
        stood = position_ms()
        venue.until(lambda: position_ms() >= stood + 2000, 10)

    let_in(1, 1)
    wall.jump("-1d")
    let_in(2, 2)
    begun = venue.until(lambda: venue.state and venue.state.phase == "playing", 20 * slack + 20)
    assert -0.1 <= begun - start.timestamp() < 2 * slack
    wall.jump("+1y")
    goes_on()
    shown(3)
    venue.until(lambda: refusals(venue) == ["clock"], 20)
    assert LedgerView(venue.folder).inside("friday") == 2
    wall.jump("@1970-01-01 00:00:10")
    goes_on()
    let_in(4, 3)
    wall.jump("-10y")
    goes_on()
    wall.jump("+0")
    let_in(3, 4)
    venue.until(lambda: venue.state and venue.state.phase == "done", LENGTH_S + 20)
    over = datetime.now(UTC)
    venue.close()
    assert "Traceback" not in venue.said()

    kept = records(venue)
    times = [datetime.fromisoformat(record.at) for record in kept]
    assert times == sorted(times)
    assert now - timedelta(minutes=2) <= times[0]
    assert times[-1] <= over + timedelta(minutes=5), "no jump is in what was recorded"
    assert {record.clock for record in kept} == {"good", "behind", "ahead"}
    (play,) = venue.run("plays")[-1]["plays"]  # type: ignore[misc]
    assert (play["outcome"], play["breaks"]) == ("done", [])


@pytest.mark.e2e
@pytest.mark.timeout(120)
def test_a_command_sees_a_wrong_clock_and_staff_confirm_one_that_is_ahead(
    venue: Venue, wall: WallClock, tmp_path: Path
) -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    package = make_film(tmp_path / "films", 4)
    playlist = (ShowItem("feature", 4000, package="paper-moon"),)
    venue.prepare(
        package, Screening("friday", 1, "one", {"en": "Paper Moon"}, time_text(now), time_text(now), playlist)
    )

    def told(*step: str, zone: str = "UTC") -> tuple[datetime, object]:
        done = asked(venue, wall, "clock", *step, zone=zone)
        said = json.loads(done.stdout)
        assert done.returncode == (0 if said["clock"] == "good" else 1)
        return datetime.fromisoformat(said["now"]), said["clock"]

    near = timedelta(minutes=2)
    for to, state in (
        ("-1d", "behind"), ("-10y", "behind"), ("@1970-01-01 00:00:10", "behind"),
        ("+1y", "ahead"), ("@2038-01-19 03:14:08", "ahead"), ("@2106-02-07 06:28:16", "ahead"), ("+0", "good"),
    ):  # fmt: skip
        wall.jump(to)
        moment, found = told()
        assert (to, found) == (to, state)
        assert now <= moment <= now + near
    for zone in ("Asia/Shanghai", "America/St_Johns", "Pacific/Kiritimati"):
        moment, found = told(zone=zone)
        assert (found, now <= moment <= now + near) == ("good", True)
    wall.jump("+400d")
    assert asked(venue, wall, "clock", "--confirm", "a new battery").returncode == 2, "nobody said who"
    assert told("--confirm", "a new battery", "--staff", "mei")[1] == "good"
    wall.jump("+0")
    moment, found = told()
    assert (found, moment >= now + timedelta(days=400)) == ("behind", True)
    assert Kind.CLOCK_CONFIRMED in {record.kind for record in records(venue)}
