"""Faults 46 and 47 end to end: the disk of a venue fails, is slow, and is full; the door says so and the film goes on."""

import os
import subprocess
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from boxoffice.rules import DoorTicket, time_text, write_door_ticket
from core import CinemaError
from kiosk import LedgerView, Role, Screening, ShowItem, StaffPins, VenueSettings, write_settings
from tests.e2e.showing import FPS, Venue, make_film, number_in
from tests.e2e.test_a_door import GREEN, RED, typed
from tests.kiosk.bad_disk import BadDisk
from tests.kiosk.venue import DOOR_KEY, PROGRAMME

DOOR, FILM = (0, 0, 1280, 800), (1280, 40, 1280, 720)
"""Where the door's window lies, and the film on the other screen: left, top, width, height."""
LENGTH_S = 120
SAME_CODE_S = 3.2
"""The same code sooner is the same reading."""


class SmallDisk:
    """A file system of its own, which can be full in an instant."""

    def __init__(self, place: Path) -> None:
        self.place = place
        place.mkdir()
        made = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=512m", "tmpfs", str(place)], check=False, capture_output=True
        )
        if made.returncode:
            pytest.skip("only root can mount a small disk")

    def fill(self) -> None:
        """No byte is free any more."""
        for _ in range(50):
            facts = os.statvfs(self.place)
            used = (facts.f_blocks - facts.f_bfree) * facts.f_frsize
            if not subprocess.run(["mount", "-o", f"remount,size={used}", str(self.place)], check=False).returncode:
                return
        pytest.fail("the disk would not become full")

    def make_room(self) -> None:
        subprocess.run(["mount", "-o", "remount,size=512m", str(self.place)], check=True)

    def close(self) -> None:
        subprocess.run(["umount", "-l", str(self.place)], check=True)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[SmallDisk]:
    disk = SmallDisk(tmp_path / "disk")
    yield disk
    disk.close()


@pytest.fixture
def bad(tmp_path: Path) -> BadDisk:
    return BadDisk(tmp_path)


@pytest.fixture
def venue(two_screens: dict[str, str], disk: SmallDisk, bad: BadDisk) -> Iterator[Venue]:
    venue = Venue(disk.place / "home", {**two_screens, **bad.environment})
    venue.home.mkdir()
    yield venue
    bad.trouble("")
    disk.make_room()
    venue.close()


@pytest.mark.e2e
@pytest.mark.timeout(300)
def test_whatever_the_disk_does_nobody_is_green_unrecorded_and_the_film_goes_on(
    venue: Venue, disk: SmallDisk, bad: BadDisk, two_screens: dict[str, str], tmp_path: Path
) -> None:
    package = make_film(tmp_path / "films", LENGTH_S)
    now = datetime.now(UTC).replace(microsecond=0)
    playlist = (ShowItem("feature", LENGTH_S * 1000, package="paper-moon"),)
    names = {"en": "Paper Moon", "zh-Hans": "纸月亮"}
    times = time_text(now), time_text(now + timedelta(seconds=15))
    venue.prepare(package, Screening("friday", 1, "one", names, *times, playlist), "right")
    StaffPins(venue.folder).choose(Role.MANAGER, "314159")
    write_settings(venue.folder, VenueSettings(door="A", rooms=("one",), arguments={"show": "--hwdec no --verbose"}))
    venue.start_all()
    venue.until(lambda: venue.state and venue.state.phase == "playing", 120)
    venue.until(lambda: number_in(venue.grabbed(FILM)) > 0, 60)
    venue.until(lambda: inside(venue) == 0, 60)
    found = subprocess.run(
        ["xdotool", "search", "--name", "Door"], env=two_screens, capture_output=True, text=True, check=False
    )
    for window in found.stdout.split():
        subprocess.run(["xdotool", "windowraise", window, "windowfocus", window], env=two_screens, check=True)

    def shown(number: int) -> None:
        ticket = DoorTicket(1, number, PROGRAMME.event, 1, now, now + timedelta(hours=3), 1, 1)
        typed(two_screens, write_door_ticket(ticket, DOOR_KEY))

    def light(colour: tuple[int, int, int], seconds: float = 20) -> None:
        venue.until(lambda: venue.grabbed(DOOR).getpixel((40, 600)) == colour, seconds)

    def film_goes_on() -> None:
        """It neither stands still nor leaps; between which moments a picture was taken is what is known of it."""
        first, number, last = picture_of(venue)
        venue.until(lambda: number_in(venue.grabbed(FILM)) >= number + 2 * FPS, 12)
        begin, later, end = picture_of(venue)
        assert begin - last - 0.5 <= (later - number) / FPS <= end - first + 0.5

    shown(1)
    light(GREEN)
    let_in = 1
    for trouble in ("EIO", "EROFS"):
        bad.trouble(trouble)
        shown(let_in + 1)
        light(RED)
        film_goes_on()
        assert inside(venue) == let_in
        bad.trouble("")
        time.sleep(SAME_CODE_S)
        shown(let_in + 1)
        light(GREEN)
        let_in += 1
        assert inside(venue) == let_in
    bad.trouble("5000")
    shown(let_in + 1)
    for _ in range(3):
        film_goes_on()
        assert venue.grabbed(DOOR).getpixel((40, 600)) != GREEN, "it waits for the disk"
    bad.trouble("")
    light(GREEN, 40)
    let_in += 1
    assert inside(venue) == let_in
    film_goes_on()

    assert (venue.folder / "reserve").exists()
    disk.fill()
    shown(let_in + 1)
    light(RED)
    film_goes_on()
    assert inside(venue) == let_in
    assert not (venue.folder / "reserve").exists()
    time.sleep(SAME_CODE_S)
    shown(let_in + 1)
    light(GREEN)
    let_in += 1
    assert inside(venue) == let_in
    disk.make_room()
    film_goes_on()
    assert venue.state
    assert venue.state.phase == "playing"
    venue.close()
    assert "frozen" not in venue.said()
    report = venue.run("audit")[-1]
    assert (report["ok"], report["admissions"]) == (True, let_in)


def picture_of(venue: Venue) -> tuple[float, int, float]:
    """The film's frame on the screen, and the moments before and after it was looked at, in seconds."""
    before = time.monotonic()
    number = number_in(venue.grabbed(FILM))
    return before, number, time.monotonic()


def inside(venue: Venue) -> int:
    """How many the ledger says are in; -1 while it cannot be asked."""
    try:
        return LedgerView(venue.folder).inside("friday")
    except CinemaError:
        return -1
