"""Memory over a long play: an encrypted film of any length with cues, played once through, its memory read twice a minute.

Usage: python tests/bench/soak.py [MINUTES [SPEED]] (180 where nothing is said, 1 as it was made). Prints JSON; exit 1
where the memory grows by more than 20 MB an hour of film after the first third (libmpv fills its 64 MB of what was
played), or, as it was made, where a frame was dropped or the film stood still.
"""

import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from stage import environment, film, x_server

from films import ffmpeg_path

LOOP_S, WIDTH, HEIGHT = 60, 640, 338
SAMPLE_S = 30
GROWTH_LIMIT_MB = 20
CHILD = """
import json, sys, time
from pathlib import Path
import psutil
from PySide6.QtGui import QGuiApplication
import conftest, filmstock
from films import Cue
application = QGuiApplication([])
folder, seconds, sample_s = Path(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
made = conftest.Screening()
made.window.resize(640, 338)
made.item.setSize(made.window.size())
player = made.player
cues = tuple(Cue(str(at), at * 1000, at * 1000 + 1500, (f"line {at}",)) for at in range(0, seconds, 3))
feature = filmstock.encrypted_feature(folder, folder / "sealed", subtitles={"en": cues})
player.open(feature)
player.set_subtitles("en")
speed = float(sys.argv[4])
if speed != 1:
    player.engine.speed(round(speed * 100))
process, samples, begin, due = psutil.Process(), [], time.monotonic(), 0.0
while player.state.status not in ("ended", "failed") and time.monotonic() - begin < seconds + 120:
    application.processEvents()
    time.sleep(0.002)
    now = time.monotonic() - begin
    if now >= due:
        due += sample_s
        memory = process.memory_full_info()
        samples.append((now, memory.rss, memory.uss, process.num_threads(), process.num_fds()))
        print(json.dumps(samples[-1]), file=sys.stderr, flush=True)
facts = player.state.diagnostics
print(json.dumps({
    "samples": samples, "status": str(player.state.status), "position_ms": player.state.position_ms,
    "dropped": facts.frames_dropped, "shown": facts.frames_shown, "stall_ms": facts.stall_ms,
}))
made.close()
"""


def long_film(minutes: int, place: Path) -> Path:
    """One film repeated without encoding it anew, its times going on."""
    source = film(LOOP_S, WIDTH, HEIGHT)
    for stream, coding in (("0", "-c:v"), ("1", "-c:a")):
        once = place / f"{stream}.mp4"
        quiet = (ffmpeg_path(), "-v", "error", "-y")
        subprocess.run([*quiet, "-i", str(source / f"{stream}.m3u8"), "-c", "copy", str(once)], check=True)
        subprocess.run(
            [
                *(*quiet, "-stream_loop", "-1", "-i", str(once), "-t", str(minutes * 60), coding, "copy"),
                *("-f", "hls", "-hls_segment_type", "fmp4", "-hls_time", "2", "-hls_playlist_type", "vod"),
                *("-hls_fmp4_init_filename", f"init_{stream}.mp4"),
                *("-hls_segment_filename", f"{stream}_%d.m4s", f"{stream}.m3u8"),
            ],
            cwd=place,
            check=True,
        )
        once.unlink()
    return place


def main() -> int:
    minutes = int(sys.argv[1]) if len(sys.argv) > 1 else 180
    speed = float(sys.argv[2]) if len(sys.argv) > 2 else 1.0
    with tempfile.TemporaryDirectory() as place, x_server() as display:
        folder = long_film(minutes, Path(place))
        child = subprocess.run(
            [sys.executable, "-c", CHILD, str(folder), str(minutes * 60), str(SAMPLE_S / speed), str(speed)],
            env=environment(display),
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
    found = json.loads(child.stdout.splitlines()[-1])
    settled = [sample for sample in found["samples"] if sample[0] * speed > minutes * 20]
    hours = [sample[0] * speed / 3600 for sample in settled]
    growth_mb = {
        name: round(statistics.linear_regression(hours, [sample[place] / (1 << 20) for sample in settled]).slope, 1)
        for place, name in ((1, "rss_mb_an_hour"), (2, "own_mb_an_hour"))
    }
    result = {
        "minutes": minutes,
        "speed": speed,
        **{name: found[name] for name in ("status", "position_ms", "shown", "dropped", "stall_ms")},
        **growth_mb,
        "rss_mb": [settled[0][1] >> 20, settled[-1][1] >> 20],
        "threads": [settled[0][3], settled[-1][3]],
        "files": [settled[0][4], settled[-1][4]],
    }
    print(json.dumps(result, indent=2))
    steady = growth_mb["own_mb_an_hour"] <= GROWTH_LIMIT_MB
    smooth = speed != 1 or not (found["dropped"] or found["stall_ms"])
    return 0 if steady and smooth and found["status"] == "ended" else 1


if __name__ == "__main__":
    sys.exit(main())
