"""First frame of the interface against a bare Qt Quick window of the same interpreter, in turn, on one private screen.

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
import sys, time
from PySide6.QtGui import QGuiApplication
from PySide6.QtQuick import QQuickView
from PySide6.QtCore import QUrl
application = QGuiApplication([])
view = QQuickView()
view.setSource(QUrl.fromLocalFile(sys.argv[1]))
view.frameSwapped.connect(application.quit)
view.show()
application.exec()
"""

OURS = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from app.paths import Paths
from app.viewer import Viewer, make_application
from player.drawing import choose_drawing
choice = choose_drawing("software")
application = make_application()
viewer = Viewer(Paths.under(Path(sys.argv[2])), "http://127.0.0.1:9", choice.kind)
viewer.window.frameSwapped.connect(application.quit)
viewer.start()
application.exec()
import os
os._exit(0)
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
        tempfile.TemporaryDirectory() as folder,
    ):
        os.close(writing)
        os.environ |= {"DISPLAY": ":" + os.read(reading, 16).decode().strip(), "QT_QUICK_BACKEND": "software"}
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        os.environ["PYTHONPYCACHEPREFIX"] = folder
        qml = Path(folder) / "Bare.qml"
        qml.write_text('import QtQuick\nRectangle { width: 640; height: 360; Text { text: "bare" } }\n')
        timed(BARE, str(qml))
        timed(OURS, str(ROOT), folder)
        bare, ours = [], []
        for _ in range(runs):
            bare.append(timed(BARE, str(qml)))
            ours.append(timed(OURS, str(ROOT), folder))
        server.terminate()
    a, b = statistics.median(bare), statistics.median(ours)
    print(f"bare window {a * 1000:.0f} ms, our first frame {b * 1000:.0f} ms, ratio {b / a:.2f} (promise 1.5)")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 7)
