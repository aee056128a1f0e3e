"""The venue as it is installed: the start script, cage, the supervisor, a guarded door; keys that would leave do not."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from boxoffice.rules import DoorTicket, time_text, write_door_ticket
from core.file_lock import FileLock
from kiosk import LedgerView, Role, StaffPins, VenueSettings, write_programme, write_settings
from tests.e2e.test_a_door import READY, kiosk, typed, until
from tests.kiosk.venue import DOOR_KEY, OPERATOR, PROGRAMME

ROOT = Path(__file__).resolve().parents[2]
START = ROOT / "packaging" / "kiosk" / "start-kiosk"
NOBODY = "65534"
LEAVING = ("alt+F4", "super", "super+d", "alt+Tab", "F11", "ctrl+q", "ctrl+w", "ctrl+alt+Delete", "Menu", "alt+space")


@pytest.mark.e2e
def test_a_venue_in_cage_stays_whatever_is_pressed_and_goes_on_admitting(
    screen: dict[str, str], tmp_path: Path
) -> None:
    if not shutil.which("cage"):
        pytest.skip("cage is missing: ./cinema test installs it")
    home, now = tmp_path / "home", datetime.now(UTC).replace(microsecond=0)
    venue = home / "data" / "venue"
    (tmp_path / "operator.json").write_text(json.dumps(OPERATOR.public_jwk))
    friday = replace(PROGRAMME.screenings[0], doors=time_text(now), start=time_text(now + timedelta(minutes=20)))
    (tmp_path / "programme.jws").write_text(write_programme(replace(PROGRAMME, screenings=(friday,)), OPERATOR))
    kiosk(home, "enrol", "--operator", str(tmp_path / "operator.json"))
    kiosk(home, "programme", "import", str(tmp_path / "programme.jws"))
    StaffPins(venue).choose(Role.MANAGER, "314159")
    write_settings(venue, VenueSettings(door="A", arguments={"door": ""}))
    (tmp_path / "run").mkdir(mode=0o700)
    program = tmp_path / "smart-cinema"
    program.write_text(f'#!/bin/sh\ncd {ROOT}\nexec {sys.executable} main.py --home {home} "$@"\n')
    program.chmod(0o755)
    environment = {
        **screen,
        "SMART_CINEMA": str(program),
        "SMART_CINEMA_VENUE": str(venue),
        "XDG_RUNTIME_DIR": str(tmp_path / "run"),
        "WLR_BACKENDS": "x11",
        "WLR_RENDERER": "pixman",
        "WLR_NO_HARDWARE_CURSORS": "1",
        "QT_QUICK_BACKEND": "software",
        "HOME": str(tmp_path),
    }
    said = (tmp_path / "said").open("w")
    cage = subprocess.Popen([*as_somebody(tmp_path), str(START)], env=environment, stderr=said)
    try:
        within(100, (venue / "beats" / "door").exists)  # however busy the machine is
        until(environment, tmp_path, READY)
        subprocess.run(["xdotool", "mousemove", "300", "400"], env=environment, check=True)
        for keys in LEAVING:
            subprocess.run(["xdotool", "key", "--clearmodifiers", keys], env=environment, check=True)
        until(environment, tmp_path, READY)
        ticket = write_door_ticket(DoorTicket(1, 7, 2026, 1, now, now + timedelta(hours=3), 0b11, 1), DOOR_KEY)

        def admitted() -> bool:
            typed(environment, ticket)
            time.sleep(4)  # the same code sooner is the same reading; a busy machine tears one apart
            return LedgerView(venue).inside("friday") == 1

        within(90, admitted)
        assert cage.poll() is None
    finally:
        cage.send_signal(signal.SIGTERM)
        try:
            cage.wait(20)
        except subprocess.TimeoutExpired:
            cage.kill()
            cage.wait()
        said.close()
    within(60, lambda: not held(venue / "supervisor.lock"))  # cage is gone, and the venue with it
    within(20, lambda: kiosk(home, "audit")["ok"])


def as_somebody(folder: Path) -> list[str]:
    """Cage refuses root: an ordinary user, who may read what lies here."""
    if os.geteuid():
        return []
    for path in (folder, *folder.rglob("*"), folder.parent):
        os.chown(path, int(NOBODY), int(NOBODY))
    read = "+dac_read_search"
    return [
        *("setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"),
        *(f"--inh-caps={read}", f"--ambient-caps={read}", "--bounding-set=-all,+dac_read_search"),
    ]


def within(seconds: float, holds: Callable[[], object]) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if holds():
            return
        time.sleep(0.1)
    pytest.fail(f"not within {seconds:.0f} s")


def held(file: Path) -> bool:
    """Whether somebody holds this lock."""
    lock = FileLock(file)
    free = lock.take()
    lock.release()
    return not free
