"""An author who types into an edition until the process is killed: says on standard output what was typed, and when."""

import sys
import time
from pathlib import Path

from films.manifest import Commentator
from films.notes.editing import Command, Mark, Write
from films.notes.edition import Edition
from films.notes.keeping import Keeper


def main() -> None:
    start = Edition(("en",), (Commentator("lin", {"en": "Lin"}, {"en": "Critic"}),))
    keeper = Keeper(Path(sys.argv[1]), lambda: start)
    history, text = keeper.opened.history, ""
    steps: list[Command] = [Mark("one", 5, "lin")]
    steps += [Write("one", "en", "body", "x" * length, joined=length > 1) for length in range(1, 2000)]
    for step in steps:
        history = history.done(step)
        keeper.note_down(step)
        text = history.edition.notes[0].face("en").body
        if len(text) % 50 == 49:
            keeper.save(history.edition)
        sys.stdout.write(f"{time.monotonic():.3f} {len(text)}\n")
        sys.stdout.flush()
        time.sleep(0.004)


if __name__ == "__main__":
    main()
