"""How fast a text can be read: the arithmetic that checks and compiler share."""

import unicodedata
from collections.abc import Sequence

from films.notes.track import Depth, Note

LATIN_CPS = 17
"""Characters a second that the subtitling trade takes as its template."""
CPS = {"zh": 9, "yue": 9, "ja": 9, "ko": 12}
"""By language, where the script is not an alphabet read at `LATIN_CPS`."""
PACE: dict[Depth, float] = {"essential": 1.0, "more": 0.95, "deep": 0.85}
"""Denser matter is read more slowly."""
TOO_FAST = 1.2
"""Beyond this many times its pace, a note is simply not read (20 characters a second for Latin scripts)."""
MIN_MS = 1_500
"""The shortest time in which an eye finds a card."""


def speed_cps(language: str) -> int:
    """Characters a second that can be read in ``language``."""
    return CPS.get(language.lower().split("-")[0], LATIN_CPS)


def is_wide(language: str) -> bool:
    """Whether a line of ``language`` holds 16 wide letters instead of 42 narrow ones."""
    return language.lower().split("-")[0] in CPS


def is_wide_text(text: str) -> bool:
    """Whether most of its letters are as wide as they are high."""
    return 2 * sum(unicodedata.east_asian_width(letter) in "WF" for letter in text) > len(text)


def characters(note: Note) -> int:
    """The length of what is read on a card."""
    return len(note.title) + len(note.body.replace("\n", " "))


def note_ms(note: Note, language: str) -> int:
    """How long the note alone takes to read."""
    return max(MIN_MS, round(characters(note) * 1000 / (speed_cps(language) * PACE[note.depth])))


def lines_ms(lines: Sequence[str], language: str) -> int:
    """How long a subtitle of these lines takes to read."""
    return round(sum(map(len, lines)) * 1000 / speed_cps(language))
