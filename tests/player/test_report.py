"""Playing on its own, and what is said of it afterwards."""

import json
import subprocess
import sys
from pathlib import Path

import filmstock
import pytest

from core import CinemaError
from player import Wishes, play_hidden

REPORT = """
import json, sys
sys.path.insert(0, {here!r})
import filmstock
from pathlib import Path
from films import Cue
from player import Wishes, play_hidden
lines = {{"en": ("one", "two"), "zh-Hans": ("灯",), "fr": ("un",)}}
cues = {{tag: tuple(Cue("", 4000 + 800 * at, 4700 + 800 * at, (line,)) for at, line in enumerate(said))
    for tag, said in lines.items()}}
feature = filmstock.clear_feature(Path({film!r}), subtitles=cues)
wishes = Wishes("en-GB", "zh")
print(json.dumps(play_hidden(feature, start_ms=4000, duration_s=2, wishes=wishes)))
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
    assert report["subtitles"] == [{"language": "en", "shown": 2}, {"language": "zh-Hans", "shown": 1}]
    assert (report["variants"], report["outages"]) == (["test"], 0)
    assert report["sound"]["language"] == "zh"
    assert report["buffered_ms"] > 2000
    assert "qt." not in answer.stderr
    assert ".qml" not in answer.stderr


def test_subtitles_that_a_film_does_not_have_are_refused_by_name(film: Path) -> None:
    feature = filmstock.clear_feature(film, subtitles={"zh-Hans": ()})
    with pytest.raises(CinemaError, match="no subtitles in en; there are: zh-Hans"):
        play_hidden(feature, wishes=Wishes("en"))
