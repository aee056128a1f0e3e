"""Fault 24: two real screens of an X server, one of which is unplugged while it shows the film."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "player"))
import filmstock

DRIVER = Path(__file__).with_name("unplugged.py")


@pytest.mark.e2e
@pytest.mark.timeout(120)
def test_a_film_whose_screen_is_unplugged_is_seen_nowhere_else_and_goes_on_there(
    screen: dict[str, str], tmp_path: Path
) -> None:
    assert shutil.which("xrandr"), "xrandr is missing: apt install x11-xserver-utils"
    film = filmstock.make_hls(tmp_path / "film", seconds=40)
    done = subprocess.run(
        [sys.executable, str(DRIVER), str(film), str(tmp_path)],
        env={**screen, "QT_QUICK_BACKEND": "software"},
        capture_output=True,
        text=True,
        check=False,
        timeout=90,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    told = json.loads((tmp_path / "told.json").read_text(encoding="utf-8"))
    assert told["film on the left before"] > 0.1, "the test would see the film if it were there"
    playing, gone, back = told["playing"], told["gone"], told["back"]
    assert (playing["screen"], playing["full"], playing["status"]) == ("right", True, "playing")
    assert (gone["screen"], gone["full"], gone["status"]) == ("left", False, "paused")
    assert told["film on the left"] < 0.02
    assert (back["screen"], back["full"], back["status"]) == ("right", True, "playing")
    assert 0 <= gone["position_ms"] - playing["position_ms"] < 1_500
    assert -100 <= back["position_ms"] - gone["position_ms"] < told["plugged_ms"] + 100, "it goes on where it was"
