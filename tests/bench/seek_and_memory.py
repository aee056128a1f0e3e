"""From a seek to the frame shown, and the memory held while playing, beside plain mpv on the same clear HLS of this disk.

Usage: python tests/bench/seek_and_memory.py [SEEKS]. Prints JSON; exit 1 where our median seek is more than 150 ms
slower, or where we hold more than 200 MB more than mpv after the same seeks.
"""

import json
import random
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil
from stage import environment, film, x_server

SECONDS = 120
SETTLE_S = 1.0
SEEK_LIMIT_MS, MEMORY_LIMIT_MB = 150, 200
CHILD = """
import json, sys, time
from pathlib import Path
import psutil
from PySide6.QtGui import QGuiApplication
import conftest, filmstock
application = QGuiApplication([])
folder, places = Path(sys.argv[1]), json.loads(sys.argv[2])
made = conftest.Screening()
made.window.resize(1280, 676)
made.item.setSize(made.window.size())
player = made.player
def turn(holds, limit_s=30):
    until = time.monotonic() + limit_s
    while not holds():
        assert time.monotonic() < until
        application.processEvents()
        time.sleep(0.001)
def settle(seconds):
    until = time.monotonic() + seconds
    turn(lambda: time.monotonic() >= until)
player.open(filmstock.Feature(filmstock.presentation(folder, 2048, 1080), fetch=filmstock.reader(folder)))
turn(lambda: player.first_frame_ms is not None)
settle(float(sys.argv[3]))
for number, place in enumerate(places, 1):
    player.seek(place)
    turn(lambda: len(player.seek_ms) == number)
    settle(float(sys.argv[3]))
print(json.dumps({"seek_ms": player.seek_ms, "rss": psutil.Process().memory_info().rss}))
made.close()
"""


def ours(folder: Path, places: list[int], display: str) -> tuple[list[float], int]:
    """Milliseconds of each seek, and bytes of memory held after the last one."""
    answer = subprocess.run(
        [sys.executable, "-c", CHILD, str(folder), json.dumps(places), str(SETTLE_S)],
        env=environment(display),
        capture_output=True,
        text=True,
        check=True,
    )
    found = json.loads(answer.stdout.splitlines()[-1])
    return found["seek_ms"], found["rss"]


def plain(folder: Path, places: list[int], display: str) -> tuple[list[float], int]:
    """The same of mpv, asked over its socket; a seek ends with its ``playback-restart``."""
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "mpv"
        command = [
            *("mpv", "--no-config", "--vo=x11", "--ao=null", "--hwdec=no", "--really-quiet", "--geometry=1280x676"),
            *("--cache=yes", f"--input-ipc-server={path}", str(folder / "master.m3u8")),
        ]
        with subprocess.Popen(command, env=environment(display)) as child:
            while not path.exists():
                time.sleep(0.01)
            with socket.socket(socket.AF_UNIX) as line:
                line.connect(str(path))
                events = line.makefile("r", encoding="utf-8")
                next(event for event in events if '"playback-restart"' in event)
                time.sleep(SETTLE_S)
                took = []
                for target_ms in places:
                    began = time.monotonic()
                    command_text = {"command": ["seek", target_ms / 1000, "absolute+exact"]}
                    line.sendall(json.dumps(command_text).encode() + b"\n")
                    next(event for event in events if '"playback-restart"' in event)
                    took.append((time.monotonic() - began) * 1000)
                    time.sleep(SETTLE_S)
            rss = psutil.Process(child.pid).memory_info().rss
            child.terminate()
    return took, rss


def main() -> int:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 30
    chance = random.Random(5)
    places = [chance.randrange(2_000, (SECONDS - 10) * 1000) for _ in range(count)]
    folder = film(SECONDS)
    with x_server() as display:
        plain_ms, plain_bytes = plain(folder, places, display)
        our_ms, our_bytes = ours(folder, places, display)
    result = {
        "plain_ms": round(statistics.median(plain_ms)),
        "ours_ms": round(statistics.median(our_ms)),
        "plain_worst_ms": round(max(plain_ms)),
        "ours_worst_ms": round(max(our_ms)),
        "behind_ms": round(statistics.median(our_ms) - statistics.median(plain_ms)),
        "plain_mb": plain_bytes >> 20,
        "ours_mb": our_bytes >> 20,
        "more_mb": (our_bytes - plain_bytes) >> 20,
        "seeks": count,
    }
    print(json.dumps(result, indent=2))
    good = result["behind_ms"] <= SEEK_LIMIT_MS and result["more_mb"] <= MEMORY_LIMIT_MB
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
