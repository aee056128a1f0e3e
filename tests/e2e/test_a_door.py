"""The real door on a real screen: a scanner types, the light changes, and the admission is on the disk."""

import json
import signal
import subprocess
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PIL import Image

from boxoffice.rules import DoorTicket, time_text, write_door_ticket
from kiosk import write_programme
from tests.kiosk.venue import DOOR_KEY, OPERATOR, PROGRAMME

ROOT = Path(__file__).resolve().parents[2]
READY, GREEN, RED = (0x19, 0x16, 0x13), (0x1F, 0x7A, 0x3D), (0xA3, 0x26, 0x1B)


def kiosk(home: Path, *arguments: str) -> dict[str, object]:
    command = [sys.executable, "main.py", "--home", str(home), "kiosk", *arguments, "--json"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return dict(json.loads(done.stdout))


@pytest.mark.e2e
def test_a_scanner_types_at_the_door_and_the_admission_is_on_the_disk(screen: dict[str, str], tmp_path: Path) -> None:
    home, now = tmp_path / "home", datetime.now(UTC).replace(microsecond=0)
    (tmp_path / "operator.json").write_text(json.dumps(OPERATOR.public_jwk))
    friday = replace(PROGRAMME.screenings[0], doors=time_text(now), start=time_text(now + timedelta(minutes=20)))
    programme = replace(PROGRAMME, screenings=(friday, *PROGRAMME.screenings[1:]))
    (tmp_path / "programme.jws").write_text(write_programme(programme, OPERATOR))
    kiosk(home, "enrol", "--operator", str(tmp_path / "operator.json"))
    kiosk(home, "programme", "import", str(tmp_path / "programme.jws"))
    ticket = write_door_ticket(DoorTicket(1, 7, 2026, 1, now, now + timedelta(hours=3), 0b11, 2), DOOR_KEY)
    environment = {**screen, "QT_QUICK_BACKEND": "software", "PYTHONPATH": str(ROOT), "XDG_RUNTIME_DIR": str(tmp_path)}
    command = [sys.executable, "main.py", "--home", str(home), "kiosk", "door", "--gate", "A", "--windowed"]
    door = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True)
    try:
        until(environment, tmp_path, READY)
        typed(environment, ticket)
        until(environment, tmp_path, GREEN)
        time.sleep(3.1)
        typed(environment, ticket)
        until(environment, tmp_path, RED)
    finally:
        door.send_signal(signal.SIGTERM)
        _, said = door.communicate(timeout=20)
    assert door.returncode == 0
    assert "Traceback" not in said
    assert ".qml" not in said
    report = kiosk(home, "audit")
    assert (report["ok"], report["people"], report["admissions"]) == (True, 2, 1)


def typed(environment: dict[str, str], text: str) -> None:
    """As a scanner: 5 ms a key and the end key."""
    command = ["xdotool", "type", "--delay", "5", text + "\n"]
    subprocess.run(command, env=environment, check=True)


def until(environment: dict[str, str], folder: Path, colour: tuple[int, int, int]) -> None:
    """Wait for the light, by a pixel in the answer's corner."""
    deadline = time.monotonic() + 20
    seen: object = None
    while time.monotonic() < deadline:
        grab = ["-f", "x11grab", "-video_size", "1280x800", "-i", environment["DISPLAY"], "-frames:v", "1"]
        subprocess.run(["ffmpeg", "-v", "error", "-y", *grab, str(folder / "screen.png")], check=True)
        with Image.open(folder / "screen.png") as image:
            seen = image.convert("RGB").getpixel((40, 600))
        if seen == colour:
            return
        time.sleep(0.1)
    pytest.fail(f"the light is {seen} instead of {colour}; {folder / 'screen.png'}")
