"""Our player in a process of its own, unseen: `python -m race.ours URL SECONDS LIMIT_S` prints what it played."""

import json
import locale
import os
import subprocess
import sys
import time
from pathlib import Path

from race.score import Play, Sample

ROOT = Path(__file__).parents[3]
SAMPLE_MS = 50


def play(url: str, seconds: float, limit_s: float) -> Play:
    """Play the first ``seconds`` of the film that lies at ``url``, for ``limit_s`` at most."""
    return child("race.ours", url, seconds, limit_s)


def child(module: str, url: str, seconds: float, limit_s: float) -> Play:
    """Run a player's module and read what it prints."""
    folders = [str(ROOT), str(ROOT / "tests" / "bench")]
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": os.pathsep.join(folders)}
    said = subprocess.run(
        [sys.executable, "-m", module, url, str(seconds), str(limit_s)],
        env=environment,
        capture_output=True,
        text=True,
        timeout=limit_s + 60,
        check=False,
    )
    lines = [line for line in said.stdout.splitlines() if line.startswith("{")]
    if not lines:
        message = f"{module} ended with {said.returncode}: {said.stderr[-2000:]}"
        raise RuntimeError(message)
    told = json.loads(lines[-1])
    return Play(told["first_frame"], tuple(map(tuple, told["samples"])), told["notes"])


def main(url: str, seconds: float, limit_s: float) -> None:
    """Play and print."""
    from PySide6.QtCore import QCoreApplication, QTimer
    from PySide6.QtGui import QGuiApplication
    from race.ladder import presentation

    from boxoffice.client.transport import Request, Transport
    from core import Cancel
    from player import Feature, Player, Received, Status, play_report
    from player.report import HIDDEN_SIZE, ScreeningWindow

    application = QGuiApplication([])
    locale.setlocale(locale.LC_NUMERIC, "C")
    player = Player(drawing="software")
    view = ScreeningWindow(player)
    view.resize(*HIDDEN_SIZE)
    view.show()
    samples: list[Sample] = []
    ending = time.time() + limit_s

    def look() -> None:
        state = player.state
        samples.append((time.time(), state.position_ms / 1000))
        past = state.position_ms >= seconds * 1000 or time.time() > ending
        if past or state.status in (Status.ENDED, Status.FAILED):
            QCoreApplication.quit()

    tick = QTimer(interval=SAMPLE_MS)
    tick.timeout.connect(look)
    line = Transport(url)

    def fetch(path: str, size: int | None, cancel: Cancel, received: Received) -> bytes:
        """As a ticket's film is fetched."""
        asked = Request("GET", path, limit_bytes=size or 64 << 20, total_s=30.0, attempts=1, received=received)
        return line.ask(asked, cancel).body

    feature = Feature(presentation(url), fetch=fetch)
    opened = time.time()
    player.open(feature)
    tick.start()
    application.exec()
    tick.stop()
    first = None if player.first_frame_ms is None else opened + player.first_frame_ms / 1000
    report = play_report(player)
    notes = {name: report[name] for name in ("stalls", "stall_ms", "frames_shown", "frames_dropped", "ended", "error")}
    sys.stdout.write(json.dumps({"first_frame": first, "samples": samples, "notes": notes}) + "\n")
    sys.stdout.flush()
    player.aboutToClose.emit()
    view.close()
    player.close()


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]), float(sys.argv[3]))
