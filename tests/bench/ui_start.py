"""First frame of `main.py` against a bare Qt Quick window of the same interpreter, in turn, on one private screen.

Both run in a session with its bus, as on a desktop, and write compiled code to a folder of their own.

usage: python tests/bench/ui_start.py [RUNS]     promise: ratio <= 1.5
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

BARE = """
import os, sys
from PySide6.QtGui import QGuiApplication
from PySide6.QtQuick import QQuickView
from PySide6.QtCore import QUrl
application = QGuiApplication([])
view = QQuickView()
view.setSource(QUrl.fromLocalFile(sys.argv[1]))
view.frameSwapped.connect(lambda: os._exit(0))
view.show()
application.exec()
"""

OURS = """
import os, sys
sys.path.insert(0, sys.argv[1])
from app.cli import run
from app.viewer import Viewer
Viewer._first_frame = lambda _viewer: os._exit(0)
run(["--drawing", "software", "--box-office", "http://127.0.0.1:9"])
"""


def timed(*arguments: str) -> float:
    started = time.perf_counter()
    subprocess.run([sys.executable, "-c", *arguments], check=True, stderr=subprocess.DEVNULL)
    return time.perf_counter() - started


def main(runs: int) -> None:
    reading, writing = os.pipe()
    with (
        subprocess.Popen(
            ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1280x800x24", "-nolisten", "tcp"],
            pass_fds=(writing,),
            stderr=subprocess.DEVNULL,
        ) as server,
        subprocess.Popen(
            ["dbus-daemon", "--session", "--nofork", "--print-address"], stdout=subprocess.PIPE, text=True
        ) as bus,
        tempfile.TemporaryDirectory() as folder,
    ):
        os.close(writing)
        os.environ |= {"DISPLAY": ":" + os.read(reading, 16).decode().strip(), "QT_QUICK_BACKEND": "software"}
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        os.environ["PYTHONPYCACHEPREFIX"] = folder
        assert bus.stdout is not None
        os.environ["DBUS_SESSION_BUS_ADDRESS"] = bus.stdout.readline().strip()
        for place in ("CONFIG", "DATA", "CACHE", "STATE"):
            os.environ[f"XDG_{place}_HOME"] = folder
        chosen = Path(folder) / "smart-cinema" / "preferences.json"
        chosen.parent.mkdir()
        chosen.write_text('{"language": "en"}')
        qml = Path(folder) / "Bare.qml"
        qml.write_text('import QtQuick\nRectangle { width: 640; height: 360; Text { text: "bare" } }\n')
        timed(BARE, str(qml))
        timed(OURS, str(ROOT))
        bare, ours = [], []
        for _ in range(runs):
            bare.append(timed(BARE, str(qml)))
            ours.append(timed(OURS, str(ROOT)))
        bus.terminate()
        server.terminate()
    a, b = statistics.median(bare), statistics.median(ours)
    print(f"bare window {a * 1000:.0f} ms, our first frame {b * 1000:.0f} ms, ratio {b / a:.2f} (promise 1.5)")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 7)
