"""A venue without a network, from its enrolment to the proof of who came in, by its own commands."""

import base64
import hashlib
import json
import shutil
import struct
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from boxoffice.rules import DoorTicket, Licence, LicensedTicket, time_text, write_door_ticket, write_licence
from core import Cancel, base64url, no_progress
from films import Cue, Manifest, MasterOptions, dump_subtitles, ffmpeg_path, master
from kiosk import Programme, Screening, ShowItem, write_programme
from kiosk.ticket_lists import REVOKED_TYPE, SOLD_TYPE, RevokedTickets, SoldTicket, SoldTickets, write_list
from tests.films.conftest import TINY_LADDER
from tests.kiosk.venue import DOOR_KEY, OPERATOR, PRETIX_KEY, PROGRAMME

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Venue:
    """A venue's folder and what stands beside it: a stick with what the operator sent."""

    folder: Path
    stick: Path

    def run(self, *arguments: str, given: str = "", status: int = 0) -> list[dict[str, object]]:
        """One command, as a script runs it."""
        command = [sys.executable, "main.py", "kiosk", *arguments, "--data", str(self.folder), "--json"]
        done = subprocess.run(command, cwd=ROOT, input=given, capture_output=True, text=True, check=False)
        assert done.returncode == status, done.stdout + done.stderr
        return [json.loads(line) for line in done.stdout.splitlines()]

    def put(self, name: str, text: str) -> str:
        """A file on the stick."""
        (self.stick / name).write_text(text)
        return str(self.stick / name)


def film(stick: Path) -> Manifest:
    source = stick.parent / "film.mp4"
    pictures, sound = ("-f", "lavfi", "-i", "testsrc2=s=160x90:r=24:d=4"), ("-f", "lavfi", "-i", "sine=440:d=4")
    coded = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac", "-shortest")
    subprocess.run([ffmpeg_path(), "-v", "error", *pictures, *sound, *coded, str(source)], check=True)
    words = stick.parent / "en.vtt"
    words.write_bytes(dump_subtitles([Cue("1", 500, 2500, ("Who lit it?",))]))
    options = MasterOptions(
        package_id="paper-moon", title_id="paper-moon", names={"en": "Paper Moon"}, signing_key=OPERATOR,
        ladder=TINY_LADDER[:1], segment_ms=1000, subtitles={"en": words},
    )  # fmt: skip
    return master(source, stick / "paper-moon", options, no_progress, Cancel())


def day(now: datetime, running_time_ms: int) -> Programme:
    """Five screenings, the first of which lets in now."""
    playlist = (ShowItem("countdown", 10_000), ShowItem("feature", running_time_ms, package="paper-moon"))
    screenings = tuple(
        Screening(
            *(f"show-{number}", number, "one", {"en": f"Show {number}"}),
            *(time_text(now + timedelta(hours=3 * number - 3)), time_text(now + timedelta(hours=3 * number - 2, minutes=30))),
            *(playlist, 150),
            subtitles=("en",),
            pretix=PROGRAMME.screenings[0].pretix if number == 1 else (),
        )
        for number in range(1, 6)
    )  # fmt: skip
    rooms = (replace(PROGRAMME.rooms[0], capacity=200), PROGRAMME.rooms[1])
    return replace(PROGRAMME, rooms=rooms, screenings=screenings, issued=time_text(now))


def ours(number: int, now: datetime, *, session: int = 1, key: Ed25519PrivateKey = DOOR_KEY, days: int = 0) -> str:
    at = now + timedelta(days=days)
    return write_door_ticket(DoorTicket(1, number, 2026, session, at, at + timedelta(hours=3), 0b11, 1), key)


def pretix(seed: str) -> str:
    payload = b"\x0a" + bytes([len(seed)]) + seed.encode() + b"\x20\xac\x02"
    data = b"\x01" + struct.pack(">HH", len(payload), 64) + payload + PRETIX_KEY.sign(payload)
    return base64.b64encode(data).decode()[::-1]


def licence(manifest: Path, keys: frozenset[str], device_key: str, now: datetime) -> str:
    start, end = time_text(now), time_text(now + timedelta(days=14))
    ticket = LicensedTicket(
        "t", "p", "paper-moon", start, None, start, end, "UTC", 1, 1, 1, 0, "", seek=False, stills=False
    )
    digest = hashlib.sha256(manifest.read_bytes()).hexdigest()
    plain = Licence(1, "l", 1, start, start, end, "", "paper-moon", digest, {}, ticket)
    return write_licence(plain, dict.fromkeys(keys, b"K" * 16), base64url.decode(device_key), OPERATOR)


@pytest.mark.e2e
def test_a_day_at_a_venue_without_a_network(tmp_path: Path) -> None:
    venue = Venue(tmp_path / "venue", tmp_path / "stick")
    venue.stick.mkdir()
    manifest, now = film(venue.stick), datetime.now(UTC).replace(microsecond=0)

    (enrolled,) = venue.run("enrol", "--operator", venue.put("operator.json", json.dumps(OPERATOR.public_jwk)))
    venue.run(
        "programme", "import", venue.put("programme", write_programme(day(now, manifest.running_time_ms), OPERATOR))
    )
    (red,) = venue.run("preflight", status=1)
    assert (red["light"], red["first_failure"]) == ("red", "show-1")
    venue.run("ingest", str(venue.stick / "paper-moon"))
    text = licence(venue.stick / "paper-moon" / "manifest.json", manifest.key_ids, str(enrolled["licence_key"]), now)
    venue.run("licence", venue.put("film.sclic", text))
    revoked = RevokedTickets(REVOKED_TYPE, 1, time_text(now), 2026, (f"{120:016x}",))
    venue.run("programme", "import", "--kind", "revoked", venue.put("revoked", write_list(revoked, OPERATOR)))
    sold = SoldTickets(SOLD_TYPE, 1, time_text(now), 2026, (SoldTicket(f"{200:016x}", "K7Q2", 1, 1, 1),))
    venue.run("programme", "import", "--kind", "sold", venue.put("sold", write_list(sold, OPERATOR)))
    shutil.rmtree(venue.stick)
    (green,) = venue.run("preflight")
    assert (green["first_failure"], green["screenings"]) == (None, 5), green

    stranger = Ed25519PrivateKey.generate()
    codes = [
        *(ours(number, now) for number in range(120)),
        *(pretix(f"seed{number}") for number in range(25)),
        *(ours(number, now) for number in range(0, 120, 8)),
        *(ours(number, now, key=stranger) for number in range(300, 310)),
        *(ours(number, now, session=2, days=1) for number in range(310, 320)),
        *("https://example.org", "", "SC1:", "x" * 3000, ours(120, now)),
        *(ours(number, now) for number in range(400, 415)),
    ]
    assert len(codes) == 200
    answers = venue.run("admit", "-", "--gate", "A", given="\n".join(codes) + "\n", status=1)
    assert Counter(answer["verdict"] for answer in answers) == {
        "admitted": 150, "full": 10, "used": 15, "forged": 10, "too-early": 10,
        "not-ours": 2, "empty": 1, "damaged": 1, "revoked": 1,
    }  # fmt: skip
    assert all((answer["light"] == "green") == (answer["verdict"] == "admitted") for answer in answers)
    (full,) = venue.run("admit", "K7Q2", "--look-up", "--gate", "A", "--staff", "mei", status=1)
    assert (full["verdict"], full["inside"], full["capacity"]) == ("full", 150, 150)
    venue.run("admit", codes[-1], "--gate", "A", "--override", "a folding chair", "--staff", "mei")

    (report,) = venue.run("audit")
    assert (report["ok"], report["people"], report["faults"]) == (True, 151, [])
    assert report["signed_to"] == report["records"]
