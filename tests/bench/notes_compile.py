"""Compiling the notes of a long film: two hours, 400 notes, 1,600 subtitles, 1,800 cuts, made up with a fixed seed.

Usage: python tests/bench/notes_compile.py

Prints JSON; exit 1 where it takes 2 s or more. The peer in the same run is reading the same two WebVTT files.
"""

import json
import random
import sys
import time
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[2])]

from films import (  # noqa: E402
    Commentator,
    Cue,
    Note,
    NoteTrack,
    compile_notes,
    dump_notes,
    dump_subtitles,
    parse_notes,
    parse_subtitles,
)

FILM_MS = 2 * 3_600_000
LIMIT_S = 2.0


def made_up() -> tuple[NoteTrack, tuple[Cue, ...], list[int]]:
    """A talkative film and a talkative commentator."""
    chance = random.Random(400)
    cuts = sorted(chance.sample(range(FILM_MS), 1_800))
    cues, at_ms = [], 0
    for number in range(1_600):
        at_ms += chance.randint(500, 5_500)
        length_ms = chance.randint(1_000, 4_000)
        cues.append(
            Cue(str(number), at_ms, at_ms + length_ms, ("x" * round(length_ms * chance.uniform(5, 18) / 1000),))
        )
        at_ms += length_ms
    notes = tuple(
        Note(f"n{number:03}", at, at + 4_000, "lin", "history", "A title", "x" * chance.randint(30, 84), at)
        for number, at in enumerate(sorted(chance.sample(range(FILM_MS - 30_000), 400)))
    )
    return NoteTrack("en", (Commentator("lin", {"en": "Lin"}, {"en": "Folklorist"}),), notes), tuple(cues), cuts


def main() -> int:
    """Compile, measure, print."""
    track, cues, cuts = made_up()
    files = dump_notes(track), dump_subtitles(cues)
    begin = time.perf_counter()
    parse_notes(files[0])
    parse_subtitles(files[1])
    read_s = time.perf_counter() - begin
    begin = time.perf_counter()
    schedule = compile_notes(track, cues, cuts, FILM_MS)
    compile_s = time.perf_counter() - begin
    left = {why: sum(left.why == why for left in schedule.left) for why in {left.why for left in schedule.left}}
    figures = {
        "compile_s": round(compile_s, 3),
        "read_s": round(read_s, 3),
        "ratio": round(compile_s / read_s, 2),
        "shown": len(schedule.slots),
        "left": left,
    }
    print(json.dumps(figures))
    return 0 if compile_s < LIMIT_S else 1


if __name__ == "__main__":
    sys.exit(main())
