"""From the first start to the film playing with its notes: real window, real service, real libmpv."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROAD = Path(__file__).with_name("road.py")
FRAME_MS = 42
PAUSE_SLACK_MS = 100


@pytest.mark.e2e
@pytest.mark.timeout(240)
@pytest.mark.parametrize("language", ["en", "zh-Hans"])
def test_a_newcomer_buys_a_ticket_and_watches_the_film_with_its_notes(
    language: str, screen: dict[str, str], demo_home: Path, tmp_path: Path
) -> None:
    home, out = tmp_path / "home", tmp_path / "screens"
    shutil.copytree(demo_home, home)
    done = subprocess.run(
        [sys.executable, str(ROAD), str(home), str(out), language],
        env=screen,
        capture_output=True,
        text=True,
        check=False,
        timeout=200,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    journal = json.loads((out / "journal.json").read_text(encoding="utf-8"))
    assert journal["problems"] == []
    assert journal["warnings"] == []
    assert [address.split("/")[1] for address in journal["opened"]] == ["oauth", "checkout"]
    assert journal["account"] == "Mei Lin"
    # frames advance, and they are pictures
    assert journal["positions"] == sorted(journal["positions"])
    assert journal["positions"][-1] > journal["positions"][0]
    assert journal["frames_differ"] >= 3
    assert journal["brightest"] > 150
    # the right note at the right time, and the right subtitle
    assert journal["note_title"] == journal["note_expected"] != ""
    assert 0 <= journal["note_at_ms"] - journal["note_start_ms"] < 10 * FRAME_MS
    assert journal["cue_text"] == journal["cue_expected"] != ""
    assert journal["still_paused_at"] - journal["paused_at"] <= PAUSE_SLACK_MS
    assert journal["resume"] != "0:00"
    if language == "zh-Hans":
        assert any("柳巷灯" in text for text in journal["tickets"])
    assert len(list(out.glob("*.png"))) == 11


@pytest.mark.e2e
@pytest.mark.timeout(120)
def test_the_demo_opens_its_window_and_ends_when_told(screen: dict[str, str], demo_home: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    shutil.copytree(demo_home, home)
    main = Path(__file__).resolve().parents[2] / "main.py"
    command = [sys.executable, str(main), "--home", str(home), "demo", "--quality", "quick"]
    with subprocess.Popen(command, env=screen, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as cinema:
        try:
            found = subprocess.run(
                ["xdotool", "search", "--sync", "--onlyvisible", "--name", "Smart Cinema"],
                env=screen,
                capture_output=True,
                text=True,
                check=False,
                timeout=40,
            )
            assert found.stdout.strip()
            cinema.terminate()
            output, errors = cinema.communicate(timeout=30)
        finally:
            cinema.kill()
    assert cinema.returncode == 0, output + errors
    assert "Traceback" not in errors
