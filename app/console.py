"""What the command line prints: results on standard output, progress and refusals on standard error."""

import json
import sys
import time
from collections.abc import Mapping

from core import CinemaError

STAGES = {
    "draw": "drawing",
    "encode": "encoding",
    "encrypt": "encrypting",
    "thumbs": "thumbnails",
    "sign": "signing",
    "check": "checking",
}


class Console:
    """Prints for people, or JSON for machines."""

    def __init__(self, *, as_json: bool = False) -> None:
        self.as_json = as_json
        self._terminal = sys.stderr.isatty()
        self._drawn = 0.0
        self._started = time.monotonic()
        self._open_line = False

    def result(self, value: Mapping[str, object], text: str) -> None:
        """The command's answer."""
        self.finish_line()
        print(json.dumps(value, ensure_ascii=False) if self.as_json else text, flush=True)

    def say(self, text: str) -> None:
        """A line about what goes on; nothing in JSON mode."""
        if not self.as_json:
            self.finish_line()
            print(text, file=sys.stderr, flush=True)

    def error(self, error: CinemaError) -> None:
        """A refusal with its stable code."""
        self.finish_line()
        if self.as_json:
            print(json.dumps({"error": {"code": error.code, "message": error.message}}, ensure_ascii=False), flush=True)
        else:
            print(f"smart-cinema: {error}", file=sys.stderr, flush=True)

    def progress(self, share: float, stage: str) -> None:
        """One line that fills up; at most ten times a second on a terminal, every 10 s elsewhere."""
        now = time.monotonic()
        if self.as_json or (share < 1 and now - self._drawn < (0.1 if self._terminal else 10)):
            return
        self._drawn = now
        elapsed = now - self._started
        left = f", about {elapsed / share - elapsed:.0f} s left" if 0.03 < share < 1 else ""
        words = STAGES.get(stage.rpartition(":")[2], stage)
        if self._terminal:
            bar = "█" * round(share * 30)
            print(f"\r  {bar:░<30} {share:4.0%}  {words}{left}\033[K", end="", file=sys.stderr, flush=True)
            self._open_line = True
        else:
            print(f"  {share:4.0%}  {words}{left}", file=sys.stderr, flush=True)

    def finish_line(self) -> None:
        """Close a progress line, if one is open."""
        if self._open_line:
            print(file=sys.stderr)
            self._open_line = False
