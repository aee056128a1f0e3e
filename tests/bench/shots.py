"""Finding the cuts of a film at 360p: how many times faster than it plays, and whether each is found.

Usage: python tests/bench/shots.py. Prints JSON; exit 1 below ten times or where a cut is wrong.
The peer in the same run is decoding the same film alone.
"""

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[2])]

from core import Cancel  # noqa: E402
from films import ffmpeg_path, find_shots  # noqa: E402

SCENES, SCENE_S = 24, 10
LEAST = 10.0
TOLERANCE_MS = 42
SOURCES = ("testsrc2", "smptebars", "mandelbrot", "rgbtestsrc")


def make(path: Path) -> None:
    """Four minutes of moving pictures at 640x360, another every ten seconds."""
    inputs = [
        part
        for scene in range(SCENES)
        for part in ("-f", "lavfi", "-t", str(SCENE_S), "-i", f"{SOURCES[scene % len(SOURCES)]}=s=640x360:r=24")
    ]
    graph = "".join(f"[{scene}:v]" for scene in range(SCENES)) + f"concat=n={SCENES}:v=1,format=yuv420p[v]"
    command = [ffmpeg_path(), "-loglevel", "error", "-y", *inputs, "-filter_complex", graph, "-map", "[v]"]
    subprocess.run([*command, "-c:v", "libx264", "-preset", "ultrafast", str(path)], check=True)


def main() -> int:
    """Make, look, measure, print."""
    with tempfile.TemporaryDirectory() as folder:
        film = Path(folder) / "film.mp4"
        make(film)
        begin = time.perf_counter()
        subprocess.run([ffmpeg_path(), "-loglevel", "error", "-i", str(film), "-f", "null", "-"], check=True)
        decode_s = time.perf_counter() - begin
        begin = time.perf_counter()
        shots = find_shots(film, Cancel())
        look_s = time.perf_counter() - begin
    wanted = [scene * SCENE_S * 1000 for scene in range(1, SCENES)]
    right = len(shots.cuts_ms) == len(wanted) and all(
        abs(found - cut) <= TOLERANCE_MS for found, cut in zip(shots.cuts_ms, wanted, strict=False)
    )
    times = SCENES * SCENE_S / look_s
    print(json.dumps({"times_real_time": round(times, 1), "decode_s": round(decode_s, 2), "look_s": round(look_s, 2),
                      "found": len(shots.cuts_ms), "of": len(wanted), "right": right}))  # fmt: skip
    return 0 if right and times >= LEAST else 1


if __name__ == "__main__":
    sys.exit(main())
