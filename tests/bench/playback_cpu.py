"""CPU and dropped frames while playing 2K24, beside plain mpv drawing to a window of the same size.

The two take turns, since one run alone is off by a tenth.

Usage: python tests/bench/playback_cpu.py [SECONDS [ROUNDS]]. Prints JSON; exit 1 where a ratio is above 1.15.
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
LIMIT = 1.15
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
    seconds = int(sys.argv[1]) if len(sys.argv) > 1 else 10
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 3
    folder = film(40)
    whole = seconds + WARM_UP_S + 2
    results = []
    with x_server() as display:
        for width, height in ((2048, 1080), (1920, 1012), (1280, 676)):
            plain_command = [
                *("mpv", "--no-config", "--vo=x11", "--ao=null", "--hwdec=no", "--no-border", "--no-osc"),
                *(f"--geometry={width}x{height}+0+0", "--no-keepaspect-window", f"--length={whole}"),
                *("--term-status-msg=DROPPED ${frame-drop-count} ${decoder-frame-drop-count} .",),
                str(folder / "master.m3u8"),
            ]
            code = CHILD.format(width=width, height=height, film=str(folder), seconds=whole)
            plain, ours, plain_dropped, reports = 0.0, 0.0, 0, []
            for _ in range(rounds):
                used, said = measure(plain_command, display, seconds)
                plain += used
                plain_dropped += sum(map(int, re.findall(r"DROPPED (\d+) (\d+)", said)[-1]))
                used, answer = measure([sys.executable, "-c", code], display, seconds)
                ours += used
                reports.append(json.loads(next(line for line in answer.splitlines() if line.startswith("{"))))
            results.append(
                {
                    "window": f"{width}x{height}",
                    "plain_cpu_s": round(plain, 2),
                    "ours_cpu_s": round(ours, 2),
                    "ratio": round(ours / plain, 2),
                    "plain_dropped": plain_dropped,
                    "ours_dropped": sum(report["frames_dropped"] for report in reports),
                    "ours_shown": sum(report["frames_shown"] for report in reports),
                    "seconds": seconds * rounds,
                }
            )
    print(json.dumps(results, indent=2))
    return 0 if all(result["ratio"] <= LIMIT for result in results) else 1


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent))
    sys.exit(main())
