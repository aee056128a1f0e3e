"""Starting the cinema with 2,000 titles against 20, and changing the language with 2,000: until the frame that shows it.

Each start is a process of its own against the real box office; the first fetches the programme, the later ones find it kept.

usage: python tests/bench/start_titles.py [RUNS]     promises: first frame's ratio <= 1.2, a change of language < 300 ms
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from foyer import TITLE, empty_database, furnish

from boxoffice.service import ServiceConfig, serve
from boxoffice.service.database import Database
from boxoffice.service.tables import SectionRow

ROOT = Path(__file__).resolve().parents[2]
SHELF = 20
CHILD = """
import json, os, sys, time
began = time.perf_counter()
sys.path.insert(0, sys.argv[1])
from app.cli import run
from app.viewer import Viewer
from PySide6.QtCore import QTimer
told = {}
def frames(viewer, name, then):
    def drawn():
        viewer.window.frameSwapped.disconnect(waiting)
        told[name] = (time.perf_counter() - began) * 1000
        QTimer.singleShot(0, then)
    waiting = viewer.window.frameSwapped.connect(drawn)
    viewer.window.update()
first = Viewer._first_frame
def shown(viewer):
    told["frame"] = (time.perf_counter() - began) * 1000
    first(viewer)
    look = QTimer(viewer.window)
    def filled():
        if viewer.shell.home.props.hero:
            look.stop()
            frames(viewer, "filled", lambda: QTimer.singleShot(500, change))
    def change():
        asked = time.perf_counter()
        viewer.shell.choose_language("zh-Hans")
        def done():
            told["language"] = (time.perf_counter() - asked) * 1000
            print(json.dumps(told), flush=True)
            os._exit(0)
        frames(viewer, "changed", done)
    look.timeout.connect(filled)
    look.start(1)
Viewer._first_frame = shown
sys.exit(run(["--drawing", "software", "--box-office", sys.argv[2], "--home", sys.argv[3]]))
"""


@contextmanager
def box_office(titles: int) -> Iterator[str]:
    """A real one with so many titles on sale."""
    with empty_database("sqlite") as (database_url, folder):
        furnish(database_url, buyers=1, titles=titles)
        _shelves(database_url, titles)
        ready, stop = threading.Event(), threading.Event()
        urls: list[str] = []
        config = ServiceConfig(folder, database_url, port=0)
        serving = threading.Thread(target=serve, args=(config, lambda url: (urls.append(url), ready.set()), stop))
        serving.start()
        ready.wait(20)
        try:
            yield urls[0]
        finally:
            stop.set()
            serving.join()


def _shelves(database_url: str, titles: int) -> None:
    names = [TITLE, *(f"title-{number:05d}" for number in range(1, titles))]
    database = Database(database_url)
    with database.write() as session:
        for place in range(0, titles, SHELF):
            on_it = {"id": f"shelf-{place}", "kind": "now", "names": {"en": f"Shelf {place}"}, "about": {}}
            facts = on_it | {"title_ids": names[place : place + SHELF], "starts": None, "ends": None}
            session.add(SectionRow(id=f"shelf-{place}", position=place, facts=facts))
    database.close()


def main(runs: int) -> int:
    """Measure and judge."""
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen", "QT_QUICK_BACKEND": "software"}
    told: dict[int, list[dict[str, float]]] = {20: [], 2000: []}
    with tempfile.TemporaryDirectory() as folder, box_office(20) as few, box_office(2000) as many:
        for turn in range(runs + 1):
            for titles, url in ((20, few), (2000, many)):
                home = Path(folder) / str(titles)
                (home / "config").mkdir(parents=True, exist_ok=True)
                (home / "config" / "preferences.json").write_text('{"language": "en", "territory": "DE"}')
                done = subprocess.run(
                    [sys.executable, "-c", CHILD, str(ROOT), url, str(home)],
                    env=environment, capture_output=True, text=True, check=False, timeout=20,
                )  # fmt: skip
                if done.returncode:
                    sys.exit(done.stdout + done.stderr)
                if turn:
                    told[titles].append(json.loads(done.stdout.splitlines()[-1]))
    result: dict[str, object] = {
        str(titles): {name: round(statistics.median(run[name] for run in told[titles])) for name in told[titles][0]}
        for titles in told
    }
    ratios = {
        name: round(
            statistics.median(run[name] for run in told[2000]) / statistics.median(run[name] for run in told[20]), 2
        )
        for name in ("frame", "filled")
    }
    worst = max(run["language"] for run in told[2000])
    result |= {"ratio": ratios, "language_worst_ms": round(worst), "good": ratios["frame"] <= 1.2 and worst < 300}
    print(json.dumps(result, indent=1))
    return 0 if result["good"] else 1


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 5))
