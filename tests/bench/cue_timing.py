"""Whether notes stand on exactly their frames, read from a real window while the film plays and jumps.

Every frame carries its number, and two blocks say which of three kinds of note is on screen, or none. Notes follow one
another so closely that a card a frame early or late is always seen to be. Usage: python tests/bench/cue_timing.py, on
an idle machine: two minutes. Prints JSON; exit 1 where a note was ever off by more than a frame.
"""

import json
import random
import subprocess
import sys
import time
from bisect import bisect_left, bisect_right

from stage import Screen, environment, film, filmstock, x_server

WIDTH, HEIGHT, SECONDS = 512, 288, 80
SLOT_MS = 100
KINDS = 3
WANTED = 1_000
"""Notes that are to be seen coming."""
LIMIT_S = 330
JUMP_MS = 5_000
NEXT = 3
"""A picture up to so many frames later is the next one that was seen; farther is a jump."""
SEED = 7
FARTHEST = 50

Span = tuple[int, int, int]
"""Begin and end in milliseconds, and the kind, from 1."""

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
    Note(id=str(start), start_ms=start, end_ms=end, commentator="c", topic="craft", title=str(kind), body="")
    for start, end, kind in cue_timing.spans()
)
rng = random.Random(3)
opened = Player.open
def open_and_jump(self, feature, *more):
    opened(self, feature, *more)
    timer = QTimer(self, interval=cue_timing.JUMP_MS)
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
    readonly property int kind: Number(root.texts.title)
    color: "black"
    VideoItem { anchors.fill: parent; player: root.player }
    Rectangle { x: 0; y: root.height - 60; width: 60; height: 60; color: root.kind & 1 ? "white" : "black" }
    Rectangle { x: 60; y: root.height - 60; width: 60; height: 60; color: root.kind & 2 ? "white" : "black" }
}
"""


def spans() -> list[Span]:
    """Notes all over the film, one behind the other, some with a gap, beginning anywhere within a frame."""
    rng = random.Random(SEED)
    count = SECONDS * 1000 // SLOT_MS
    starts = [round(index * SLOT_MS + rng.uniform(0, SLOT_MS * 0.3)) for index in range(count + 1)]
    ends = [start - rng.choice((0, 0, 0, 45)) for start in starts[1:]]
    return [(starts[index], ends[index], index % KINDS + 1) for index in range(count)]


class Expected:
    """What belongs on each frame."""

    def __init__(self, notes: list[Span]) -> None:
        self._starts = [start for start, _, _ in notes]
        self._notes = notes

    def kind(self, number: int) -> int:
        """The kind of note that belongs on a frame; 0 for none."""
        at_ms = round(number * 1000 / filmstock.FPS)
        index = bisect_right(self._starts, at_ms) - 1
        return self._notes[index][2] if index >= 0 and at_ms < self._notes[index][1] else 0

    def came(self, after: int, number: int) -> bool:
        """Whether what belongs on a frame had not come on an earlier one."""
        first = bisect_left(self._starts, round(after * 1000 / filmstock.FPS) + 1)
        return self.kind(number) > 0 and first < bisect_right(self._starts, round(number * 1000 / filmstock.FPS))

    def distance(self, number: int, shown: int) -> int:
        """How many frames away the nearest one is on which this belongs."""
        return next(
            (far for far in range(FARTHEST) if shown in (self.kind(number - far), self.kind(number + far))), FARTHEST
        )


def main() -> int:
    folder = film(SECONDS, WIDTH, HEIGHT)
    page = folder / "page.qml"
    page.write_text(PAGE, encoding="utf-8")
    expected = Expected(spans())
    pictures = wrong = met = met_right = jumps = jumps_right = worst = 0
    began = time.monotonic()
    with x_server(WIDTH, HEIGHT) as display:
        code = CHILD.format(page=str(page), film=str(folder))
        with subprocess.Popen(
            [sys.executable, "-c", code], env=environment(display), stdout=subprocess.DEVNULL
        ) as child:
            screen = Screen(display)
            until = began + LIMIT_S
            last = -1
            while met < WANTED and time.monotonic() < until and child.poll() is None:
                data, row = screen.grab(WIDTH, HEIGHT)

                def luma(x: int, y: int, data: bytes = data, row: int = row) -> float:
                    return float(data[y * row + x * 4 + 1])

                number = filmstock.read_number(luma, WIDTH, HEIGHT)
                if number != last and 60 < luma(WIDTH - 5, HEIGHT // 4) < 140:
                    pictures += 1
                    shown = (luma(30, HEIGHT - 30) > 125) + 2 * (luma(90, HEIGHT - 30) > 125)
                    far = expected.distance(number, shown)
                    worst = max(worst, far)
                    wrong += far > 0
                    if last >= 0 and not last < number <= last + NEXT:
                        jumps += 1
                        jumps_right += far <= 1
                    elif last >= 0 and expected.came(last, number):
                        met += 1
                        met_right += far <= 1
                    last = number
                time.sleep(0.004)
            screen.close()
            child.terminate()
            child.wait(20)
    result = {
        "seconds": round(time.monotonic() - began),
        "pictures": pictures,
        "notes_seen_coming": met,
        "within_a_frame": met_right,
        "jumps": jumps,
        "jumps_within_a_frame": jumps_right,
        "pictures_with_another_note": wrong,
        "worst_frames_off": worst,
    }
    print(json.dumps(result, indent=2))
    return 0 if met >= WANTED and met_right == met and jumps > 0 and jumps_right == jumps and worst <= 1 else 1


if __name__ == "__main__":
    sys.exit(main())
