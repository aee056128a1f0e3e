"""What of a film was seen: a union of half-open intervals in milliseconds."""

from collections.abc import Iterable

Intervals = tuple[tuple[int, int], ...]
"""Sorted, disjoint and not touching: ``((start_ms, end_ms), ...)``."""

WATCHED_PERCENT = 70
AGAIN_AT_LEAST_MS = 10 * 60_000
"""So much may always be seen again: a step back, and what a crash or a stalled line showed twice, is nobody's fault."""


def union(*parts: Iterable[tuple[int, int]], running_time_ms: int) -> Intervals:
    """Everything in any of ``parts``, cut to ``0..running_time_ms``; empty or reversed intervals count for nothing."""
    cut = sorted(
        (max(0, start), min(running_time_ms, end))
        for part in parts
        for start, end in part
        if max(0, start) < min(running_time_ms, end)
    )
    merged: list[tuple[int, int]] = []
    for start, end in cut:
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(merged[-1][1], end)
        else:
            merged.append((start, end))
    return tuple(merged)


def seen_ms(intervals: Intervals) -> int:
    """How much was seen, each moment counted once."""
    return sum(end - start for start, end in intervals)


def is_watched(seen: int, running_time_ms: int) -> bool:
    """Whether so much was seen that the viewing counts as had: from 70 % of the running time."""
    return running_time_ms > 0 and seen * 100 >= running_time_ms * WATCHED_PERCENT


def again_allowed_ms(replay_percent: int | None, running_time_ms: int) -> int | None:
    """How much may be seen again without counting, by the house rules; none for as much as one likes."""
    if replay_percent is None:
        return None
    return max(AGAIN_AT_LEAST_MS, running_time_ms * replay_percent // 100)


def consumed_ms(seen: int, shown: int, allowed_again_ms: int | None) -> int:
    """How much of the viewing is used: each moment seen once, and what was shown again beyond what is allowed.

    ``shown`` is everything that was shown, however often; what was seen was shown at least once.
    """
    again = max(0, shown - seen)
    return seen if allowed_again_ms is None else seen + max(0, again - allowed_again_ms)
