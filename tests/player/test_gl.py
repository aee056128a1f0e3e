"""OpenGL's way to draw, on a real X server with a software rasteriser."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent


@pytest.mark.skipif(shutil.which("xvfb-run") is None, reason="OpenGL is tried on Xvfb, which is not installed here")
def test_opengl_maps_hdr_and_goes_on_at_the_same_frame_after_its_graphics_were_lost(
    hdr_film: Any, tmp_path: Path
) -> None:
    surroundings = {
        name: value for name, value in os.environ.items() if not name.startswith(("QT_Q", "QSG_", "WAYLAND"))
    }
    answer = subprocess.run(
        [
            "xvfb-run",
            "-a",
            "-s",
            "-screen 0 800x600x24",
            sys.executable,
            str(HERE / "gl_screening.py"),
            str(hdr_film.file),
            str(len(hdr_film.wanted)),
        ],
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
        env={**surroundings, "PYTHONPATH": str(HERE.parents[1]), "XDG_RUNTIME_DIR": str(tmp_path)},
    )
    assert answer.returncode == 0, answer.stderr
    seen = json.loads(answer.stdout.splitlines()[-1])
    # libmpv maps by BT.2390, a little darker at reference white than the filters for software.
    assert hdr_film.unlike([tuple(bar) for bar in seen["bars"]], by=24) == []
    assert seen["bars_back"] == seen["bars"]
    assert (seen["back_ms"], seen["status"], seen["goes_on"]) == (seen["held_ms"], "paused", True)
