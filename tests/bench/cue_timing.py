"""Whether notes stand on exactly their frames, read from a real window while the film plays and jumps.

Every frame carries its number; a white block stands wherever a note is on screen. Each picture of the screen
tells both. Usage: python tests/bench/cue_timing.py. Prints JSON; exit 1 where a note was ever off by more than a frame.
"""

import json
import random
import subprocess
import sys
import time

from stage import Screen, environment, film, filmstock, x_server

WIDTH, HEIGHT, SECONDS = 768, 432, 80
NOTES = 400
WANTED = 1_000
"""Comings and goings of notes that are to be met on the way."""
LIMIT_S = 240
NEXT = 3
"""A picture up to so many frames later is the next one that was seen; farther is a jump."""
SEED = 7

CHILD = """
import random, sys
from pathlib import Path
from PySide6.QtCore import QTimer
import cue_timing, filmstock
from films import Note, NoteTrack
import player.report as report
from player import Player

report.HIDDEN_SIZE = (cue_timing.WIDTH, cue_timing.HEIGHT)
report.PAGE = Path({page!r})
folder = Path({film!r})
notes = tuple(
    Note(id=str(start), start_ms=start, end_ms=end, commentator="c", topic="craft", title="x", body="")
    for start, end in cue_timing.spans()
)
rng = random.Random(3)
opened = Player.open
def open_and_jump(self, feature, *more):
    opened(self, feature, *more)
    timer = QTimer(self, interval=4000)
    timer.timeout.connect(lambda: self.seek(rng.randrange(0, (cue_timing.SECONDS - 8) * 1000)))
    timer.start()
Player.open = open_and_jump
feature = filmstock.Feature(
    filmstock.presentation(folder, cue_timing.WIDTH, cue_timing.HEIGHT),
    fetch=filmstock.reader(folder), notes={{"en": NoteTrack("en", (), notes)}},
)
print(report.play_hidden(feature, duration_s=600), flush=True)
"""
PAGE = """
import QtQuick
import SmartCinema.Player
Rectangle {
    id: root
    required property QtObject player
    required property QtObject texts
    color: "black"
    VideoItem { anchors.fill: parent; player: root.player }
    Rectangle { x: 0; y: root.height - 60; width: 60; height: 60; color: root.texts.title !== "" ? "white" : "black" }
}
"""


def spans() -> list[tuple[int, int]]:
    """Notes all over the film, with starts and ends anywhere within a frame."""
    rng = random.Random(SEED)
    slot = SECONDS * 1000 / NOTES
    made = []
    for index in range(NOTES):
        start = round(index * slot + rng.uniform(0, slot * 0.3))
        made.append((start, start + round(rng.uniform(60, slot * 0.6))))
    return made


def expected(number: int, notes: list[tuple[int, int]]) -> bool:
    """Whether a note belongs on a frame."""
    time_ms = round(number * 1000 / filmstock.FPS)
    return any(start <= time_ms < end for start, end in notes)


def main() -> int:
    folder = film(SECONDS, WIDTH, HEIGHT)
    page = folder / "page.qml"
    page.write_text(PAGE, encoding="utf-8")
    notes = spans()
    edges = sorted({round(edge * filmstock.FPS / 1000) for span in notes for edge in span})
    pictures = wrong = off = met = jumps = 0
    worst = 0
    seen_edges: set[int] = set()
    with x_server(WIDTH, HEIGHT) as display:
        code = CHILD.format(page=str(page), film=str(folder))
        with subprocess.Popen(
            [sys.executable, "-c", code], env=environment(display), stdout=subprocess.DEVNULL
        ) as child:
            screen = Screen(display)
            until = time.monotonic() + LIMIT_S
            last = -1
            while met < WANTED and time.monotonic() < until and child.poll() is None:
                data, row = screen.grab(WIDTH, HEIGHT)

                def luma(x: int, y: int, data: bytes = data, row: int = row) -> float:
                    return float(data[y * row + x * 4 + 1])

                number = filmstock.read_number(luma, WIDTH, HEIGHT)
                body = luma(WIDTH - 5, HEIGHT // 4)
                if number != last and 60 < body < 140:
                    pictures += 1
                    shown = luma(30, HEIGHT - 30) > 125
                    if last < number <= last + NEXT:
                        met += sum(last < edge <= number for edge in edges)
                    elif last >= 0:
                        jumps += 1
                    near = min(edges, key=lambda edge: abs(edge - number))
                    if abs(near - number) <= 2:
                        seen_edges.add(near)
                    if shown != expected(number, notes):
                        wrong += 1
                        distance = next(
                            (
                                d
                                for d in range(1, 50)
                                if shown in (expected(number - d, notes), expected(number + d, notes))
                            ),
                            50,
                        )
                        worst = max(worst, distance)
                        off += distance > 1
                    last = number
                time.sleep(0.004)
            screen.close()
            child.terminate()
            child.wait(20)
    result = {
        "pictures": pictures,
        "notes_came_or_went": met,
        "jumps": jumps,
        "note_edges_seen": len(seen_edges),
        "on_the_wrong_frame": wrong,
        "worst_frames_off": worst,
        "more_than_a_frame_off": off,
    }
    print(json.dumps(result, indent=2))
    return 0 if met >= WANTED and jumps > 0 and off == 0 else 1


if __name__ == "__main__":
    sys.exit(main())
