"""A day at a venue, by its own commands and processes: from its enrolment to the settlement with the box office."""

import base64
import csv
import io
import os
import shutil
import signal
import struct
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pypdfium2
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.cli import run as command
from boxoffice.rules import DoorTicket, time_text, write_door_ticket
from boxoffice.service.venues import Venues
from kiosk import Gate, Price, Programme, Room, Screening, ShowItem, today, write_programme
from kiosk.ticket_lists import REVOKED_TYPE, SOLD_TYPE, RevokedTickets, SoldTicket, SoldTickets, write_list
from tests.boxoffice.service.conftest import Office
from tests.e2e.showing import FPS, Venue, make_film, number_in
from tests.kiosk.venue import DOOR_KEY, OPERATOR, PRETIX_KEY, PROGRAMME
from tests.sync.test_sticks import signed_in_till

PICTURE = (0, 40, 1280, 720)
FILM_S, PEOPLE = 18, 138
STRANGER = Ed25519PrivateKey.generate()


def day(now: datetime, start: datetime) -> Programme:
    """Five screenings: one that lets in now, one beside it, and three of tomorrow."""
    playlist = (
        ShowItem("countdown", 3000),
        ShowItem("feature", FILM_S * 1000, package="paper-moon"),
        ShowItem("credits", 2000),
    )
    prices = (Price({"en": "Full"}, 1250, "EUR"), Price({"en": "Reduced"}, 990, "EUR"))
    shown = (
        ("one", now, start),
        ("two", now, start + timedelta(hours=1)),
        *(("one", now + timedelta(hours=hours), now + timedelta(hours=hours + 1)) for hours in (20, 24, 28)),
    )
    screenings = tuple(
        Screening(
            *(f"show-{number}", number, room, {"en": f"Show {number}"}, time_text(doors), time_text(begins), playlist),
            *(PEOPLE, ("en",)),
            pretix=PROGRAMME.screenings[0].pretix if number == 1 else (),
            prices=prices,
        )
        for number, (room, doors, begins) in enumerate(shown, 1)
    )
    rooms = (Room("one", {"en": "Room 1"}, 200), Room("two", {"en": "Room 2"}, 200))
    gates = (Gate(0, "A", ("one",)), Gate(1, "B", ("one", "two")))
    return replace(PROGRAMME, rooms=rooms, gates=gates, screenings=screenings, issued=time_text(now))


def ours(number: int, now: datetime, *, session: int = 1, key: Ed25519PrivateKey = DOOR_KEY, hours: int = 0) -> str:
    at = now + timedelta(hours=hours)
    return write_door_ticket(DoorTicket(1, number, 2026, session, at, at + timedelta(hours=3), 0b11, 1), key)


def pretix(seed: str, key: Ed25519PrivateKey = PRETIX_KEY) -> str:
    payload = b"\x0a" + bytes([len(seed)]) + seed.encode() + b"\x20\xac\x02"
    data = b"\x01" + struct.pack(">HH", len(payload), 64) + payload + key.sign(payload)
    return base64.b64encode(data).decode()[::-1]


@contextmanager
def plugged(content: Path) -> Iterator[Path]:
    """A stick: the image of a file system with ``content``, mounted read-only; read out where nobody may mount."""
    image, place = content.with_suffix(".img"), content.with_suffix(".mounted")
    place.mkdir()
    subprocess.run(["mke2fs", "-q", "-F", "-d", str(content), str(image), "32M"], check=True)
    mounted = subprocess.run(["mount", "-o", "loop,ro", str(image), str(place)], check=False).returncode == 0
    if not mounted:
        subprocess.run(["debugfs", "-R", f"rdump / {place}", str(image)], check=True)
    shutil.rmtree(content)
    try:
        yield place
    finally:
        if mounted:
            subprocess.run(["umount", str(place)], check=True)
        shutil.rmtree(place)


def written(stick: Path, name: str, text: str) -> None:
    stick.mkdir(exist_ok=True)
    (stick / name).write_text(text)


def presented_at_the_door(now: datetime, sold: list[str]) -> list[str]:
    """Two hundred codes."""
    return [
        *(ours(number, now) for number in range(110)),
        *(pretix(f"seed{number}") for number in range(25)),
        *sold,
        *(ours(number, now) for number in range(15)),
        *(pretix(f"seed{number}") for number in range(5)),
        *(ours(number, now, key=STRANGER) for number in range(300, 310)),
        *(pretix(f"other{number}", STRANGER) for number in range(3)),
        *(ours(number, now, session=5, hours=28) for number in range(310, 320)),
        *(ours(number, now, session=2) for number in range(320, 330)),
        *("https://example.org", "", "SC1:", "x" * 3000, ours(120, now)),
        *(ours(number, now) for number in range(400, 405)),
    ]


@pytest.fixture
def venue(screen: dict[str, str], tmp_path: Path) -> Iterator[Venue]:
    venue = Venue(tmp_path / "home", screen)
    venue.home.mkdir()
    yield venue
    venue.close()


@pytest.mark.e2e
@pytest.mark.timeout(300)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_day_at_a_venue(
    office: Office,
    venues: Venues,
    venue_id: str,
    venue: Venue,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    with venues._database.write() as session:
        invited = venues.new_code(venues.only_venue(session, None))
    (enrolled,) = venue.run("enrol", "--service", office.base_url, "--code", invited, "--name", "Door A")
    assert enrolled["venue"] == venue_id

    began = time.monotonic()
    package = make_film(tmp_path / "films", FILM_S)
    slack = max(1.0, (time.monotonic() - began) / 3)
    """How much longer a busy machine is given to be up in time."""
    now = datetime.now(UTC).replace(microsecond=0)
    start, stick = now + timedelta(seconds=round(30 * slack)), tmp_path / "stick"
    shutil.copytree(package, stick / "paper-moon")
    written(stick, "programme", write_programme(day(now, start), OPERATOR))
    written(stick, "film.sclic", venue.licence(package, package))
    revoked = RevokedTickets(REVOKED_TYPE, 1, time_text(now), 2026, (f"{120:016x}",))
    written(stick, "revoked", write_list(revoked, OPERATOR))
    told = SoldTickets(SOLD_TYPE, 1, time_text(now), 2026, (SoldTicket(f"{200:016x}", "K7Q2", 1, 1, 1),))
    written(stick, "sold", write_list(told, OPERATOR))
    with plugged(stick) as place:
        venue.run("programme", "import", str(place / "programme"))
        (red,) = venue.run("preflight", status=1)
        assert (red["light"], red["first_failure"]) == ("red", "show-1")
        venue.run("ingest", str(place / "paper-moon"))
        venue.run("licence", str(place / "film.sclic"))
        for kind in ("revoked", "sold"):
            venue.run("programme", "import", "--kind", kind, str(place / kind))
    (green,) = venue.run("preflight")
    assert (green["first_failure"], green["screenings"]) == (None, 5), green

    venue.start("--room", "one")
    sales = [
        venue.run("sell", "--gate", "A", "--people", "2", "--staff", "Mei")[0],
        venue.run("sell", "--gate", "A", "--price", "2", "--method", "card", "--staff", "Mei")[0],
    ]
    codes = presented_at_the_door(now, [str(sale["code"]) for sale in sales])
    assert len(codes) == 200
    answers = venue.run("admit", "-", "--gate", "A", given="\n".join(codes) + "\n", status=1)
    assert Counter(answer["verdict"] for answer in answers) == {
        "admitted": 137, "used": 20, "forged": 13, "too-early": 10, "other-room": 10, "full": 5,
        "not-ours": 2, "empty": 1, "damaged": 1, "revoked": 1,
    }  # fmt: skip
    assert all((answer["light"] == "green") == (answer["verdict"] == "admitted") for answer in answers)
    (full,) = venue.run("admit", "K7Q2", "--look-up", "--gate", "A", "--staff", "Mei", status=1)
    assert (full["verdict"], full["inside"], full["capacity"]) == ("full", PEOPLE, PEOPLE)
    venue.run("admit", codes[-1], "--gate", "A", "--override", "a folding chair", "--staff", "Mei")

    venue.until(lambda: venue.state and (venue.state.place, venue.state.phase) == (1, "playing"), 60 * slack)
    venue.until(lambda: venue.state and venue.state.position_ms >= 7000)
    os.kill(venue.processes[0].pid, signal.SIGKILL)
    venue.processes[0].wait()
    killed = venue.state
    assert killed
    venue.start("--room", "one")
    venue.until(lambda: number_in(venue.grabbed(PICTURE)) >= 0)
    back_ms = killed.position_ms - 5000
    assert back_ms - 100 <= number_in(venue.grabbed(PICTURE)) * 1000 / FPS < back_ms + 3000
    venue.tell("report")
    venue.until((venue.folder / "reports" / f"{today(PROGRAMME, now)}.pdf").exists)
    venue.until(lambda: venue.state and venue.state.phase == "done", 60)
    venue.close()
    assert "Traceback" not in venue.said()

    (synced,) = venue.run("sync")
    assert synced["refused"] == []
    (report,) = venue.run("audit")
    assert (report["ok"], report["people"], report["faults"]) == (True, PEOPLE + 1, [])
    assert report["signed_to"] == report["records"]
    (play,) = venue.run("plays")[0]["plays"]
    assert (play["screening"], play["outcome"]) == ("show-1", "done")
    assert [(item["what"], item["why"]) for item in play["breaks"]] == [("interrupted", "restart")]

    (told_day,) = venue.run(
        "report", str(tmp_path / "day.pdf"), "--language", "zh-Hans", "--day", str(today(PROGRAMME, now))
    )
    day_told = told_day["report"]
    assert isinstance(day_told, dict)
    assert [(till["method"], till["people"], till["minor"]) for till in day_told["takings"]] == [
        ("card", 1, 990),
        ("cash", 2, 2500),
    ]
    assert (day_told["chain"]["seq"], day_told["chain"]["faults"]) == (report["records"], 0)
    (page,) = pypdfium2.PdfDocument(tmp_path / "day.pdf")
    assert "€34.90" in page.get_textpage().get_text_range()

    capsys.readouterr()
    assert command(["--home", str(venue.home), "kiosk", "takings"]) == 0
    here = capsys.readouterr().out
    till = signed_in_till(office)
    with closing(till.http):
        there = till.open(f"/console/venues/{venue_id}/takings.csv").text
    rows = [list(csv.reader(io.StringIO(text))) for text in (here, there)]
    assert rows[0] == rows[1] == [
        ["title", "shows", "admissions", "currency", "gross", "tickets"],
        ["paper-moon", "1", str(PEOPLE + 1), "EUR", "34.90", "3"],
    ]  # fmt: skip
