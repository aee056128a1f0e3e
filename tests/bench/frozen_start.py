"""First frame of a frozen bundle against the sources, in turn, seen on one private screen: both are started as a desktop does.

usage: python tests/bench/frozen_start.py BUNDLE [RUNS]     promise: ratio <= 1.2
"""

import mmap
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_S = 60.0
LOOK_S = 0.002
CENTRE = 1280 * 4 * 400


def timed(command: list[str], screen: mmap.mmap) -> float:
    """From the start of a process until it has drawn something, in seconds."""
    before = screen[CENTRE : CENTRE + 1280 * 4]
    started = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        while screen[CENTRE : CENTRE + 1280 * 4] == before:
            if process.poll() is not None or time.perf_counter() - started > PATIENCE_S:
                sys.exit(f"Nothing was drawn: {' '.join(command)}")
            time.sleep(LOOK_S)
        took = time.perf_counter() - started
        process.kill()
    while screen[CENTRE : CENTRE + 1280 * 4] != before:
        time.sleep(LOOK_S)
    return took


def main(bundle: Path, runs: int) -> None:
    reading, writing = os.pipe()
    with (
        tempfile.TemporaryDirectory() as folder,
        subprocess.Popen(
            ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1280x800x24", "-nolisten", "tcp", "-fbdir", folder],
            pass_fds=(writing,),
            stderr=subprocess.DEVNULL,
        ) as server,
        subprocess.Popen(
            ["dbus-daemon", "--session", "--nofork", "--print-address"], stdout=subprocess.PIPE, text=True
        ) as bus,
    ):
        os.close(writing)
        os.environ |= {"DISPLAY": ":" + os.read(reading, 16).decode().strip(), "QT_QUICK_BACKEND": "software"}
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        os.environ["PYTHONPYCACHEPREFIX"] = f"{folder}/compiled"
        assert bus.stdout is not None
        os.environ["DBUS_SESSION_BUS_ADDRESS"] = bus.stdout.readline().strip()
        told: dict[str, list[float]] = {"sources": [], "bundle": []}
        commands = {}
        for name, program in (("sources", [sys.executable, str(ROOT / "main.py")]), ("bundle", [str(bundle)])):
            home = Path(folder) / name
            (home / "config").mkdir(parents=True)
            (home / "config" / "preferences.json").write_text('{"language": "en"}')
            commands[name] = [
                *program,
                "--home",
                str(home),
                "--box-office",
                "http://127.0.0.1:9",
                "--drawing",
                "software",
            ]
        with (
            (Path(folder) / "Xvfb_screen0").open("rb") as file,
            mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ) as screen,
        ):
            for turn in range(runs + 1):
                for name, command in commands.items():
                    took = timed(command, screen)
                    if turn:  # the first fills caches
                        told[name].append(took)
        bus.terminate()
        server.terminate()
    sources, frozen = statistics.median(told["sources"]), statistics.median(told["bundle"])
    print(f"sources {sources * 1000:.0f} ms, bundle {frozen * 1000:.0f} ms, ratio {frozen / sources:.2f} (promise 1.2)")


if __name__ == "__main__":
    main(Path(sys.argv[1]) / "smart-cinema", int(sys.argv[2]) if len(sys.argv) > 2 else 7)
