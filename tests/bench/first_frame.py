"""From Play to the first film frame, beside plain mpv opening the same film as clear HLS of this disk.

Usage: python tests/bench/first_frame.py [ROUNDS]. Prints JSON; exit 1 where we are more than 300 ms behind.
"""

import json
import statistics
import subprocess
import sys
import time
from pathlib import Path

from stage import environment, film, x_server

LIMIT_MS = 300
CHILD = """
import json, sys
from pathlib import Path
import filmstock
from player import play_hidden
feature = filmstock.Feature(filmstock.presentation(Path({film!r}), 2048, 1080), fetch=filmstock.reader(Path({film!r})))
print(play_hidden(feature, duration_s=0.5)["first_frame_ms"])
"""


def plain_ms(folder: Path, display: str) -> float:
    """Until mpv says that its first frame is shown; its own start included."""
    command = [
        *("mpv", "--no-config", "--vo=x11", "--ao=null", "--hwdec=no", "--msg-level=all=no,cplayer=v", "--length=1"),
        *("--geometry=1280x676", str(folder / "master.m3u8")),
    ]
    started = time.monotonic()
    with subprocess.Popen(command, env=environment(display), stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        shown = next(time.monotonic() for line in child.stdout if "first video frame after restart shown" in line)
        child.terminate()
    return (shown - started) * 1000


def main() -> int:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    folder = film(40)
    with x_server() as display:
        plain = [plain_ms(folder, display) for _ in range(rounds)]
        code = CHILD.format(film=str(folder))
        ours = [
            float(
                subprocess.run(
                    [sys.executable, "-c", code], env=environment(display), capture_output=True, text=True, check=True
                ).stdout.split()[-1]
            )
            for _ in range(rounds)
        ]
    result = {
        "plain_ms": round(statistics.median(plain)),
        "ours_ms": round(statistics.median(ours)),
        "behind_ms": round(statistics.median(ours) - statistics.median(plain)),
        "rounds": rounds,
    }
    print(json.dumps(result, indent=2))
    return 0 if result["behind_ms"] <= LIMIT_MS else 1


if __name__ == "__main__":
    sys.exit(main())
