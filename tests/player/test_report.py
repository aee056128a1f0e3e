"""Playing on its own, and what is said of it afterwards."""

import json
import subprocess
import sys
from pathlib import Path

import filmstock

REPORT = """
import json, sys
sys.path.insert(0, {here!r})
import filmstock
from pathlib import Path
from player import play_hidden
feature = filmstock.clear_feature(Path({film!r}))
print(json.dumps(play_hidden(feature, start_ms=4000, duration_s=2)))
"""


def test_a_hidden_film_is_really_drawn_and_reported(film: Path) -> None:
    code = REPORT.format(here=str(Path(__file__).parent), film=str(film))
    answer = subprocess.run(
        [sys.executable, "-X", "faulthandler", "-c", code],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        cwd=Path(__file__).parents[2],
    )
    assert answer.returncode == 0, answer.stderr
    report = json.loads(answer.stdout)
    assert report["frames_shown"] >= 2 * filmstock.FPS - 6
    assert (report["width"], report["height"], report["fps"], report["video_codec"]) == (512, 288, 24.0, "h264")
    assert (report["ended"], report["error"], report["stalls"]) == ("stopped", None, 0)
    assert report["seen"][0][0] == 4000
    assert "qt." not in answer.stderr
    assert ".qml" not in answer.stderr
