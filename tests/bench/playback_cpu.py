"""CPU and dropped frames while playing 2K24, beside plain mpv drawing to a window of the same size.

Usage: python tests/bench/playback_cpu.py [SECONDS]. Prints JSON; exit 1 where a ratio is above 1.25.
"""

import json
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil
from stage import environment, film, x_server

WARM_UP_S = 4
LIMIT = 1.25
CHILD = """
import sys, json
from pathlib import Path
import filmstock
import player.report as report
report.HIDDEN_SIZE = ({width}, {height})
feature = filmstock.Feature(filmstock.presentation(Path({film!r}), 2048, 1080), fetch=filmstock.reader(Path({film!r})))
print(json.dumps(report.play_hidden(feature, duration_s={seconds})))
"""


def measure(command: list[str], display: str, seconds: int) -> tuple[float, str]:
    """CPU seconds used between the warm-up and the end of the measured span, and what was printed."""
    with tempfile.TemporaryFile("w+") as output:
        child = psutil.Popen(command, env=environment(display), stdout=output, stderr=subprocess.STDOUT)
        time.sleep(WARM_UP_S)
        before = child.cpu_times()
        time.sleep(seconds)
        after = child.cpu_times()
        child.wait(60)
        output.seek(0)
        return after.user + after.system - before.user - before.system, output.read()


def main() -> int:
    seconds = int(sys.argv[1]) if len(sys.argv) > 1 else 15
    folder = film(40)
    whole = seconds + WARM_UP_S + 2
    results = []
    with x_server() as display:
        for width, height in ((2048, 1080), (1280, 676)):
            plain, said = measure(
                [
                    *("mpv", "--no-config", "--vo=x11", "--ao=null", "--hwdec=no", "--no-border", "--no-osc"),
                    *(f"--geometry={width}x{height}+0+0", "--no-keepaspect-window", f"--length={whole}"),
                    *("--term-status-msg=DROPPED ${frame-drop-count} ${decoder-frame-drop-count} .",),
                    str(folder / "master.m3u8"),
                ],
                display,
                seconds,
            )
            code = CHILD.format(width=width, height=height, film=str(folder), seconds=whole)
            ours, answer = measure([sys.executable, "-c", code], display, seconds)
            report = json.loads(next(line for line in answer.splitlines() if line.startswith("{")))
            drops = re.findall(r"DROPPED (\d+) (\d+)", said)
            results.append(
                {
                    "window": f"{width}x{height}",
                    "plain_cpu_s": round(plain, 2),
                    "ours_cpu_s": round(ours, 2),
                    "ratio": round(ours / plain, 2),
                    "plain_dropped": sum(map(int, drops[-1])) if drops else None,
                    "ours_dropped": report["frames_dropped"],
                    "ours_shown": report["frames_shown"],
                    "seconds": seconds,
                }
            )
    print(json.dumps(results, indent=2))
    return 0 if all(result["ratio"] <= LIMIT for result in results) else 1


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent))
    sys.exit(main())
