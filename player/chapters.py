"""Where a viewer may leap to in a film that names no chapters: hard cuts, far enough from each other."""

from collections.abc import Sequence

MOST = 12
LEAST_MS = 5_000
"""Chapters are at least so long."""


def chapter_starts(shots_ms: Sequence[int], duration_ms: int) -> tuple[int, ...]:
    """The beginnings of chapters: the film's own, then cuts, about a twelfth of the film apart, rising."""
    apart_ms = max(LEAST_MS, duration_ms // MOST)
    found = [0]
    for shot_ms in sorted(shots_ms):
        if shot_ms - found[-1] >= apart_ms and duration_ms - shot_ms >= LEAST_MS:
            found.append(shot_ms)
    return tuple(found)


def chapter_from(beginnings: Sequence[int], position_ms: int, *, forward: bool, slack_ms: int = 2_000) -> int | None:
    """Where the next chapter begins; back: this one, or within its first moments the one before. None where none is."""
    if forward:
        return next((begin for begin in beginnings if begin > position_ms), None)
    return next((begin for begin in reversed(beginnings) if begin <= max(0, position_ms - slack_ms)), 0)
